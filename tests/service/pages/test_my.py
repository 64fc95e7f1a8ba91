"""The applicant's room: own applications, their receipts, what is to correct, and taking one back."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import update

from processes.actors import system_actor
from service.orchestration.runtime import Unit, transaction
from storage.models.applications import Applicant
from tests import applying
from tests.journeys import applying_route as route
from tests.service.pages.conftest import Visitor
from tests.world import DISTRICT, World

SignedIn = Callable[[str], Visitor]


def test_the_room_names_the_department_and_the_expected_day_but_no_reviewer(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    route.accept(world, root)
    applicant = signed_in("applicant")
    applicant.get("/my")
    assert "我的申报" in applicant.text
    assert route.application(world, root).number in applicant.text
    assert "科技创新局" in applicant.text
    assert "2026年8月24日" in applicant.text
    assert "初审言" not in applicant.text


def test_a_correction_stands_there_item_by_item_with_its_letter_and_task(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    world.do("platform_clerk", "accept_online", applying.to_correct(), root)
    found = route.application(world, root)
    applicant = signed_in("applicant")
    applicant.get(f"/my/applications/{found.id}")
    assert "证书在有效期内，名称与营业执照一致。" in applicant.text
    assert "缺少盖章页，请补盖公章后重新上传。" in applicant.text
    assert f"/applications/{found.id}/letters/correction-1" in applicant.page
    assert f"/tasks/{world.task('correct_application', root).id}" in applicant.page
    assert applicant.client.get(f"/my/applications/{found.id}/code.svg").mimetype == "image/svg+xml"


def test_an_application_is_taken_back_with_a_reason_only(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    address = f"/my/applications/{route.application(world, root).id}"
    applicant = signed_in("applicant")
    applicant.get(address)
    assert applicant.post(f"{address}/withdrawal", {"reason": " "}).status_code == 422
    applicant.post(f"{address}/withdrawal", {"reason": "材料有误，重新准备。"})
    world.drain()
    assert route.application(world, root).status == "撤回"


def test_others_do_not_learn_of_an_application(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    found = route.application(world, root)
    stranger = signed_in("applicant2")
    for address in (f"/my/applications/{found.id}", f"/my/applications/{found.id}/code.svg"):
        assert stranger.get(address).status_code == 404
    stranger.get("/my")
    assert found.number not in stranger.text
    assert signed_in("reviewer1").get("/my").status_code == 403


def test_an_applicant_without_an_organisation_is_known_by_its_credit_code(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    found = route.application(world, root)

    def forget(unit: Unit) -> None:
        unit.session.execute(update(Applicant).where(Applicant.id == found.applicant_id).values(organisation=None))

    transaction(world.runtime, system_actor(DISTRICT), forget)
    applicant = signed_in("applicant")
    applicant.get(f"/my/applications/{found.id}")
    assert found.number in applicant.text
