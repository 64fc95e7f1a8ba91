"""What the public reads of an item, and the page on which its opening is moved."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.models.guides import QrCode
from tests.journeys import launching_route as route
from tests.service.pages.conftest import Visitor
from tests.world import World

Opened = Callable[[], Visitor]
SignedIn = Callable[[str], Visitor]


@pytest.fixture
def code(world: World) -> str:
    """The code of an item that is online and opens on 2026-10-12."""
    root = route.issue(world)
    world.at(2026, 9, 1)
    route.launched(world, root)
    found: QrCode = world.one(QrCode)
    return found.code


def test_a_code_leads_anybody_to_the_guide_with_all_its_elements(code: str, visitor: Opened) -> None:
    someone = visitor()

    someone.get(f"/g/{code}")

    assert "高新技术企业首次认定奖励办事指南" in someone.page
    assert "20 结果形式和公示要求" in someone.page
    assert "本事项将于 2026-10-12 09:00 开放" in someone.page


def test_only_what_came_from_the_printed_code_counts_as_a_scan(code: str, world: World, visitor: Opened) -> None:
    someone = visitor()

    someone.get(f"/g/{code}")
    someone.get(f"/g/{code}?qr=")

    assert world.one(QrCode).scans == 1


def test_a_code_is_drawn_for_print_and_for_chat_groups(code: str, visitor: Opened) -> None:
    someone = visitor()

    drawing = someone.get(f"/g/{code}.svg")
    picture = someone.get(f"/g/{code}.png")

    assert (drawing.status_code, drawing.headers["Content-Type"]) == (200, "image/svg+xml")
    assert drawing.data.startswith(b"<svg")
    assert picture.data.startswith(b"\x89PNG")


def test_a_poster_carries_the_code_and_the_benefit(code: str, visitor: Opened) -> None:
    someone = visitor()

    someone.get(f"/g/{code}/poster")

    assert f'src="/g/{code}.svg"' in someone.page
    assert "最高10万元" in someone.page


def test_the_guide_database_finds_by_words(code: str, visitor: Opened) -> None:
    someone = visitor()

    someone.get("/guides?q=首次认定")
    found = f"/g/{code}" in someone.page
    someone.get("/guides?q=人才")

    assert found
    assert "没有找到办事指南" in someone.page


def test_a_code_of_nowhere_is_not_found(visitor: Opened) -> None:
    assert visitor().get("/g/nowhere0").status_code == 404


def test_the_guide_of_an_item_that_is_over_says_so(world: World, visitor: Opened) -> None:
    _, item = route.open_item(world)
    world.send("PolicyAbolished", business_key=item.number, variables={"stop_reason": "政策废止"})
    someone = visitor()

    someone.get(f"/g/{world.one(QrCode).code}")

    assert "本事项已于" in someone.page and "政策废止" in someone.page


def test_the_maker_moves_an_opening_and_sees_the_duties_move(code: str, world: World, signed_in: SignedIn) -> None:
    maker = signed_in("maker")
    address = f"/policies/items/{route.item(world).id}"
    maker.get(address)
    assert "2026年9月29日" in maker.page

    maker.post(f"{address}/opening", {"open_at": "2026-10-09T09:00", "reason": "提前开放"})

    assert "开放时间已改，4 个期限随之重新推算" in maker.page
    assert "2026年9月24日" in maker.page


def test_a_move_that_is_refused_keeps_what_was_typed(code: str, world: World, signed_in: SignedIn) -> None:
    maker = signed_in("maker")
    address = f"/policies/items/{route.item(world).id}"
    maker.get(address)

    answer = maker.post(f"{address}/opening", {"open_at": "2026-08-31T09:00", "reason": "提前开放"})

    assert answer.status_code == 422
    assert "开放时间已过" in maker.page
    assert 'value="2026-08-31T09:00"' in maker.page


def test_others_see_the_item_but_no_form_to_move_it(code: str, world: World, signed_in: SignedIn) -> None:
    reviewer = signed_in("reviewer1")

    reviewer.get(f"/policies/items/{route.item(world).id}")

    assert "开放前后的期限" in reviewer.page
    assert "改期原因" not in reviewer.page


def test_an_applicant_applies_from_the_guide_of_an_open_item(world: World, signed_in: SignedIn) -> None:
    route.open_item(world)
    code = world.one(QrCode).code
    applicant = signed_in("applicant")
    applicant.get("/start")
    assert "选择事项" in applicant.page
    applicant.get(f"/g/{code}")
    assert f'href="/my/apply/{code}"' in applicant.page

    applicant.get(f"/my/apply/{code}")
    applicant.post(f"/my/apply/{code}")

    assert applicant.address.endswith("/steps/applicant")
    assert "申报主体" in applicant.text


def test_a_visitor_signs_in_and_is_led_to_applying(world: World, visitor: Opened) -> None:
    route.open_item(world)
    code, someone = world.one(QrCode).code, visitor()
    someone.get(f"/g/{code}")
    assert f"next=/my/apply/{code}" in someone.page
    someone.get(f"/my/apply/{code}")
    assert someone.address == "/sign-in"


def test_nobody_applies_for_an_item_that_is_not_open(code: str, signed_in: SignedIn, visitor: Opened) -> None:
    applicant, someone = signed_in("applicant"), visitor()

    applicant.get(f"/g/{code}")
    offered = "/my/apply/" in applicant.page
    answer = applicant.post(f"/g/{code}/application")
    someone.get(f"/g/{code}")

    assert not offered
    assert answer.status_code in (409, 422)
    assert "登录后申报" not in someone.page
