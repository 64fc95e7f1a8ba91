"""Objections on the real diagrams: nothing is paid meanwhile, people of the case stay out, and one second look."""

from __future__ import annotations

from uuid import UUID

import pytest

from processes.errors import SeparationOfDuties
from storage import objections
from storage.models.instances import CaseLink, Incident, ProcessInstance
from storage.models.objections import Objection
from tests import applying
from tests.journeys import applying_route as route
from tests.world import DISTRICT, World

AGREED = {"confirm_result": "同意"}
UPHELD = applying.handling(result="成立", effect="撤销", answer="经核实，不属于首次认定。")


@pytest.fixture
def approved(world: World) -> UUID:
    """An application that waits for payment."""
    return route.approve(world, route.open_item(world).id)


def _object(world: World, about: UUID) -> UUID:
    """Another enterprise objects; the root of the objection's case."""
    number = route.application(world, about).number
    root = world.start("objection", by="applicant2", variables={"kind": None, "application_id": None})
    world.do("applicant2", "register_objection", applying.objection(number), root)
    return root


def _is_disputed(world: World, about: UUID) -> bool:
    made = route.application(world, about)
    return bool(objections.disputed_ids(world.session, DISTRICT, [made.id]))


def test_an_objection_that_does_not_stand_leaves_everything_as_it_was(world: World, approved: UUID) -> None:
    root = _object(world, approved)
    assert _is_disputed(world, approved)
    world.do("maker", "handle_objection", applying.handling(), root)
    world.do("maker_head", "confirm_objection", AGREED, root)
    world.do("applicant2", "accept_answer", {"answer_accepted": True}, root)
    assert world.instance(root).end_element_id == "objection_closed"
    assert not _is_disputed(world, approved)
    assert route.application(world, approved).status == "待兑现"


def test_people_of_the_case_do_not_handle_the_objection_to_it(world: World, approved: UUID) -> None:
    root = _object(world, approved)
    link = world.one(CaseLink, root_id=root)
    assert link.linked_root_id == approved
    for login in ("platform_clerk", "reviewer1", "reviewer2", "approver"):
        route.give_post(world, login, "maker", "STB")
        with pytest.raises(SeparationOfDuties):
            world.do(login, "handle_objection", applying.handling(), root)
    route.give_post(world, "approver", "maker_head", "STB")
    world.do("maker", "handle_objection", applying.handling(), root)
    with pytest.raises(SeparationOfDuties):
        world.do("approver", "confirm_objection", AGREED, root)
    world.do("maker_head", "confirm_objection", AGREED, root)


def test_an_objection_upheld_revokes_the_application(world: World, approved: UUID) -> None:
    root = _object(world, approved)
    world.do("maker", "handle_objection", UPHELD, root)
    world.do("maker_head", "confirm_objection", AGREED, root)
    world.do("applicant2", "accept_answer", {"answer_accepted": True}, root)
    assert world.instance(approved).end_element_id == "application_revoked"
    assert route.application(world, approved).status == "异议成立撤销"
    assert world.rows(Incident) == []


def test_a_second_look_by_others_is_final(world: World, approved: UUID) -> None:
    root = _object(world, approved)
    world.do("maker", "handle_objection", applying.handling(), root)
    world.do("maker_head", "confirm_objection", AGREED, root)
    refused = {"answer_accepted": False, "reason": "该企业此前已经认定过。"}
    world.do("applicant2", "accept_answer", refused, root)
    assert route.open_elements(world, root) == ["recheck_objection"]
    world.do("dsb_approver", "recheck_objection", {"effect": "撤销", "opinion": "认定记录属实，予以撤销。"}, root)
    ended: ProcessInstance = world.instance(root)
    assert (ended.state, ended.end_element_id) == ("completed", "objection_closed")
    assert world.instance(approved).end_element_id == "application_revoked"
    made: Objection = world.one(Objection)
    assert (made.handled_effect, made.effect) == ("维持", "撤销")


def test_silence_for_ten_days_accepts_the_answer(world: World, approved: UUID) -> None:
    root = _object(world, approved)
    world.do("maker", "handle_objection", applying.handling(), root)
    world.do("maker_head", "confirm_objection", {"confirm_result": "退回", "opinion": "请写明依据。"}, root)
    world.do("maker", "handle_objection", applying.handling(findings="附认定文件。"), root)
    world.do("maker_head", "confirm_objection", AGREED, root)
    assert route.open_elements(world, root) == ["accept_answer"]
    world.advance(days=10)
    assert world.instance(root).end_element_id == "objection_closed"
    assert world.one(Objection).answer_accepted is None
