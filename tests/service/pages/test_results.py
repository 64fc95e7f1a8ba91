"""What anybody reads of payments and effects, without signing in."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from storage.models.disbursements import Publicity
from storage.models.policies import Policy
from tests import paying
from tests.journeys import applying_route
from tests.journeys import paying_route as route
from tests.service.pages.conftest import Visitor
from tests.world import World

Opened = Callable[[], Visitor]
SignedIn = Callable[[str], Visitor]


def _published(world: World) -> UUID:
    """A list of an enterprise and a resident before the public since today; the case."""
    item = applying_route.open_item(world, disbursement_type="AUTO", name="专精特新奖励", cap_fen=None)
    root = route.create(world, item.id)
    route.confirm_list(world, root, paying.beneficiary(5), paying.resident())
    route.file_list(world, root)
    route.publish(world, root)
    return root


def test_a_running_list_is_read_masked_with_where_to_object(world: World, visitor: Opened) -> None:
    _published(world)
    someone = visitor()
    someone.get("/results")
    assert "专精特新奖励" in someone.page
    assert "203,600.00 元" in someone.page

    someone.get(f"/results/{world.one(Publicity).id}")
    assert "张**" in someone.page
    assert "2026年8月10日24时" in someone.page
    assert "0431-81190000" in someone.page
    assert paying.resident()["code"] not in someone.page
    assert paying.resident()["account"] not in someone.page


def test_a_list_leaves_the_running_ones_with_its_period_and_stays_as_a_result(world: World, visitor: Opened) -> None:
    root = _published(world)
    world.at(2026, 8, 11)
    route.approve(world, root)
    route.register(world, root)
    someone = visitor()
    someone.get("/results")
    assert "目前没有公开的名单" in someone.page
    someone.get("/results?part=paid")
    assert "专精特新奖励" in someone.page
    someone.get("/results/totals")
    assert "203,600.00 元" in someone.page


def test_lists_are_found_by_words_and_what_is_not_public_is_not_there(world: World, visitor: Opened) -> None:
    _published(world)
    shown = world.one(Publicity).id
    someone = visitor()
    someone.get("/results?q=专精特新")
    assert str(shown) in someone.page
    someone.get("/results?q=育儿补贴")
    assert str(shown) not in someone.page
    assert someone.get(f"/results/{world.one(Policy).id}").status_code == 404
    assert someone.get("/results?page=x").status_code == 404


def test_published_evaluations_have_a_page_of_their_own(visitor: Opened) -> None:
    someone = visitor()
    assert someone.get("/evaluations").status_code == 200
    assert "还没有公布的评估" in someone.page


def test_who_has_not_signed_in_finds_results_and_the_hall_and_nothing_else(visitor: Opened) -> None:
    someone = visitor()
    someone.get("/sign-in")
    assert 'href="/results"' in someone.page
    assert 'href="/hall/policies"' in someone.page
    assert 'href="/hall/figures"' in someone.page
    assert 'href="/work"' not in someone.page
    assert 'action="/sign-out"' not in someone.page


def test_a_running_list_says_how_to_object_and_nobody_objects_without_a_name(world: World, visitor: Opened) -> None:
    _published(world)
    address = f"/results/{world.one(Publicity).id}"
    someone = visitor()
    someone.get(address)
    assert "登录后提出异议" in someone.page

    someone.post(f"{address}/objection")

    assert someone.address == "/sign-in"


def test_who_signed_in_objects_from_the_list_and_comes_to_the_form(world: World, signed_in: SignedIn) -> None:
    _published(world)
    address = f"/results/{world.one(Publicity).id}"
    applicant = signed_in("applicant")
    applicant.get(address)

    applicant.post(f"{address}/objection")

    assert applicant.address.startswith("/tasks/")
    assert "异议登记" in applicant.text
    assert "事项编号填" in applicant.text


def test_a_list_whose_period_is_over_is_not_objected_to_here(world: World, visitor: Opened) -> None:
    _published(world)
    world.at(2026, 8, 11)
    someone = visitor()

    someone.get(f"/results/{world.one(Publicity).id}")

    assert "登录后提出异议" not in someone.page
