"""Asking for publication: a second person agrees, it may wait for its day, and nothing is published behind a back."""

from __future__ import annotations

from datetime import date

import pytest

from processes.actors import system_actor
from processes.errors import (
    BadRequest,
    Conflict,
    DefinitionRefused,
    DefinitionRetired,
    Forbidden,
    NewerVersion,
    RequestClosed,
    SeparationOfDuties,
)
from processes.library_words import PublicationState
from service.orchestration import drafts, publication, publication_requests, repair, retiring
from service.orchestration.deployments import deploy
from service.orchestration.publication_requests import Wish
from service.orchestration.runtime import transaction
from storage.db import new_id
from storage.models.definitions import Definition, Deployment
from storage.models.drafts import DefinitionDraft, DefinitionEvent
from storage.models.instances import Incident
from storage.models.notices import Notice
from storage.models.people import Membership
from storage.models.publication_requests import PublicationRequest
from tests.service.publication_steps import (
    ERRAND_PLACE,
    NAME,
    ask_for_two,
    errand,
    newest,
    publish_errand,
    versions,
)
from tests.world import DISTRICT, World

WISH = Wish("窗口要求", "读单环节改由财政局办理")


@pytest.fixture
def house(world: World) -> World:
    """A house in which a second person has to agree, with the errand in force."""
    ask_for_two(world)
    publish_errand(world)
    return world


def ask(world: World, content: bytes | None = None, wish: Wish = WISH, by: str = "process_owner") -> PublicationRequest:
    files = {NAME: content or errand("第二版")}
    request_id = publication_requests.ask(world.runtime, files, wish, by=world.actor(by))
    return request(world, request_id)


def request(world: World, request_id: object) -> PublicationRequest:
    found: PublicationRequest = world.one(PublicationRequest, id=request_id)
    return found


def told(world: World, login: str) -> list[str]:
    person = world.actor(login).id
    return [row.title for row in world.rows(Notice, user_id=person) if row.kind == "publication"]


def deeds(world: World) -> list[str]:
    rows = world.rows(DefinitionEvent, kind="process", key="errand")
    return [row.what for row in sorted(rows, key=lambda row: (row.at, str(row.id)))]


def test_a_request_waits_for_a_second_person_and_is_published_by_them(house: World) -> None:
    asked = ask(house)
    assert (asked.state, versions(house)) == (PublicationState.WAITING, [1])
    assert any("申请发布" in title for title in told(house, "publisher"))

    publication_requests.approve(house.runtime, asked.id, by=house.actor("publisher"), note="同意")

    assert request(house, asked.id).state == PublicationState.PUBLISHED
    assert versions(house) == [1, 2]
    made = house.one(Deployment, id=request(house, asked.id).deployment_id)
    assert (made.asked_by, made.published_by) == (house.actor("process_owner").id, house.actor("publisher").id)
    assert (made.comment, made.release_note) == (WISH.comment, WISH.release_note)
    assert "您申请的内容已发布" in told(house, "process_owner")
    assert deeds(house)[-2:] == ["asked", "approved"]


def test_whoever_asked_may_not_agree(house: World) -> None:
    asked = ask(house, by="publisher")

    with pytest.raises(SeparationOfDuties):
        publication_requests.approve(house.runtime, asked.id, by=house.actor("publisher"))

    assert versions(house) == [1]


def test_a_process_owner_may_not_agree_nor_publish_directly(house: World) -> None:
    asked = ask(house, by="publisher")

    with pytest.raises(Forbidden):
        publication_requests.approve(house.runtime, asked.id, by=house.actor("process_owner"))
    with pytest.raises(Forbidden):
        deploy(house.runtime, {NAME: errand("第二版")}, by=house.actor("process_owner"), comment="试试")

    assert versions(house) == [1]


def test_without_the_setting_the_same_way_publishes_at_once(world: World) -> None:
    publish_errand(world)

    asked = ask(world)

    assert (asked.state, versions(world)) == (PublicationState.PUBLISHED, [1, 2])


def test_a_broken_file_is_not_even_asked_for(house: World) -> None:
    with pytest.raises(DefinitionRefused):
        ask(house, errand(organisation="NOWHERE").replace(b"maker@", b"nobody@"))

    assert house.rows(PublicationRequest) == []


@pytest.mark.parametrize(
    ("content", "wish"),
    [
        (errand(), WISH),
        (errand("第二版"), Wish("  ")),
        (errand("第二版"), Wish("窗口要求", effective_on=date(2026, 8, 2))),
        (errand("第二版"), Wish("长" * 501)),
    ],
    ids=["nothing new", "no reason", "a day that is over", "too long"],
)
def test_a_wish_that_cannot_be_is_refused(house: World, content: bytes, wish: Wish) -> None:
    with pytest.raises(BadRequest):
        ask(house, content, wish)

    assert house.rows(PublicationRequest) == []


def test_one_thing_is_asked_for_once_at_a_time(house: World) -> None:
    ask(house)

    with pytest.raises(Conflict):
        ask(house, errand("第三版"))


def test_a_request_comes_back_with_a_comment_and_can_be_asked_for_anew(house: World) -> None:
    asked = ask(house)
    with pytest.raises(BadRequest):
        publication_requests.send_back(house.runtime, asked.id, by=house.actor("publisher"), note=" ")

    publication_requests.send_back(house.runtime, asked.id, by=house.actor("publisher"), note="请补充说明")

    assert request(house, asked.id).decision_note == "请补充说明"
    assert any("退回了您的发布申请" in title for title in told(house, "process_owner"))
    with pytest.raises(RequestClosed):
        publication_requests.approve(house.runtime, asked.id, by=house.actor("publisher"))
    assert ask(house, errand("第三版")).state == PublicationState.WAITING


def test_only_the_asker_takes_a_request_back(house: World) -> None:
    asked = ask(house)
    with pytest.raises(Forbidden):
        publication_requests.take_back(house.runtime, asked.id, by=house.actor("publisher"))

    publication_requests.take_back(house.runtime, asked.id, by=house.actor("process_owner"))

    with pytest.raises(RequestClosed):
        publication_requests.approve(house.runtime, asked.id, by=house.actor("publisher"))
    assert versions(house) == [1]


def test_an_approved_request_waits_for_its_day(house: World) -> None:
    asked = ask(house, wish=Wish("窗口要求", effective_on=date(2026, 8, 10)))
    publication_requests.approve(house.runtime, asked.id, by=house.actor("publisher"))
    house.at(2026, 8, 9, 23, 59)
    assert (request(house, asked.id).state, versions(house)) == (PublicationState.APPROVED, [1])

    house.at(2026, 8, 10, 0, 1)

    assert (request(house, asked.id).state, versions(house)) == (PublicationState.PUBLISHED, [1, 2])
    made = house.one(Definition, key="errand", version=2)
    assert made.published_by == house.actor("publisher").id


def test_one_taken_back_before_its_day_is_not_published(house: World) -> None:
    asked = ask(house, wish=Wish("窗口要求", effective_on=date(2026, 8, 10)))
    publication_requests.approve(house.runtime, asked.id, by=house.actor("publisher"))
    publication_requests.take_back(house.runtime, asked.id, by=house.actor("process_owner"), reason="不需要了")

    house.at(2026, 8, 11)

    assert versions(house) == [1]
    assert house.rows(Incident) == []


def test_what_is_no_longer_fit_on_its_day_is_an_incident_and_both_are_told(house: World) -> None:
    asked = ask(house, wish=Wish("窗口要求", effective_on=date(2026, 8, 10)))
    publication_requests.approve(house.runtime, asked.id, by=house.actor("publisher"))
    deploy(house.runtime, {NAME: errand("抢先发布")}, by=house.actor("publisher"), comment="急")

    house.at(2026, 8, 10, 1)

    failed = request(house, asked.id)
    assert (failed.state, versions(house)) == (PublicationState.APPROVED, [1, 2])
    assert failed.failure is not None and "第 2 版" in failed.failure
    [incident] = house.rows(Incident)
    assert (incident.code, incident.state, incident.verb) == ("PUBLICATION_FAILED", "open", "publish_request")
    for login in ("process_owner", "publisher"):
        assert any("到期未能发布" in title for title in told(house, login))
    with pytest.raises(NewerVersion):
        publication_requests.try_again(house.runtime, asked.id, by=house.actor("publisher"))


def test_the_incident_of_a_withdrawn_request_is_settled_by_trying_again(house: World) -> None:
    asked = ask(house, wish=Wish("窗口要求", effective_on=date(2026, 8, 10)))
    publication_requests.approve(house.runtime, asked.id, by=house.actor("publisher"))
    deploy(house.runtime, {NAME: errand("抢先发布")}, by=house.actor("publisher"), comment="急")
    house.at(2026, 8, 10, 1)
    publication_requests.take_back(house.runtime, asked.id, by=house.actor("process_owner"))
    [incident] = house.rows(Incident)

    repair.retry_incident(house.runtime, incident.id, by=house.actor("admin"))

    assert house.one(Incident).state == "resolved"
    assert versions(house) == [1, 2]


def test_what_was_published_meanwhile_is_not_overwritten(house: World) -> None:
    asked = ask(house)
    deploy(house.runtime, {NAME: errand("抢先发布")}, by=house.actor("publisher"), comment="急")

    with pytest.raises(NewerVersion):
        publication_requests.approve(house.runtime, asked.id, by=house.actor("publisher"))

    assert request(house, asked.id).state == PublicationState.WAITING
    assert "抢先发布".encode() in newest(house)


def test_an_earlier_version_comes_back_as_the_next_one_and_says_so(house: World) -> None:
    publish_errand(house, errand("第二版"))
    request_id = publication_requests.ask_to_go_back(
        house.runtime, ERRAND_PLACE, 1, WISH, by=house.actor("process_owner")
    )

    publication_requests.approve(house.runtime, request_id, by=house.actor("publisher"))

    made = house.one(Definition, key="errand", version=3)
    assert (made.origin_version, newest(house)) == (1, errand())
    with pytest.raises(Conflict):
        publication_requests.ask_to_go_back(house.runtime, ERRAND_PLACE, 1, WISH, by=house.actor("process_owner"))


def test_a_published_draft_is_done_and_one_changed_since_stays(house: World) -> None:
    owner = house.actor("process_owner")
    drafts.save_draft(house.runtime, ERRAND_PLACE, errand("第二版"), base_version=1, revision=0, by=owner)
    first = publication_requests.ask_for_drafts(house.runtime, [ERRAND_PLACE], WISH, by=owner)
    publication_requests.approve(house.runtime, first, by=house.actor("publisher"))
    assert (house.rows(DefinitionDraft), versions(house)) == ([], [1, 2])

    drafts.save_draft(house.runtime, ERRAND_PLACE, errand("第三版"), base_version=2, revision=0, by=owner)
    second = publication_requests.ask_for_drafts(house.runtime, [ERRAND_PLACE], WISH, by=owner)
    drafts.save_draft(house.runtime, ERRAND_PLACE, errand("第四版"), base_version=2, revision=1, by=owner)
    publication_requests.approve(house.runtime, second, by=house.actor("publisher"))

    assert "第三版".encode() in newest(house)
    assert house.one(DefinitionDraft).base_version == 2


def test_a_draft_that_began_before_the_version_in_force_has_to_be_merged_first(house: World) -> None:
    owner = house.actor("process_owner")
    drafts.save_draft(house.runtime, ERRAND_PLACE, errand("草稿"), base_version=1, revision=0, by=owner)
    publish_errand(house, errand("抢先发布"))

    with pytest.raises(NewerVersion):
        publication_requests.ask_for_drafts(house.runtime, [ERRAND_PLACE], WISH, by=owner)


def test_a_publisher_who_publishes_alone_is_seen_by_the_others(house: World) -> None:
    other = Membership(
        district_id=DISTRICT,
        id=new_id(),
        user_id=house.actor("analyst").id,
        role="publisher",
        organisation="DSB",
        valid_from=date(2026, 1, 1),
    )
    transaction(house.runtime, system_actor(DISTRICT), lambda unit: unit.session.add(other))

    publish_errand(house, errand("第二版"))

    assert any("直接发布了errand 第 2 版" in title for title in told(house, "analyst"))
    assert told(house, "publisher") == []


def test_the_impact_says_where_running_cases_stand_and_what_is_gone(house: World) -> None:
    house.start("errand", by="window_clerk")
    second = house.start("errand", by="window_clerk")
    house.do("window_clerk", "write_note", {"note": "请办理", "amount": 1}, second)

    found = publication.assess(
        house.runtime, {NAME: errand("第二版").replace(b"read_note", b"read_it")}, by=house.actor("process_owner")
    )

    [impact] = found.impact
    [version] = impact.versions
    assert (impact.newest, impact.instances, version.version) == (1, 2, 1)
    assert {(each.element_id, each.count, each.kept) for each in version.elements} == {
        ("write_note", 1, True),
        ("read_note", 1, False),
    }


def test_what_a_version_does_for_the_first_time_is_named(house: World) -> None:
    found = publication.assess(
        house.runtime, {NAME: errand("第二版", organisation="FIN", extra=True)}, by=house.actor("publisher")
    )

    assert {(each.kind, each.element_id, each.text) for each in found.novelties} == {
        ("expression", "read_note", '"FIN"'),
    } | {(each.kind, each.element_id, each.text) for each in found.novelties if each.element_id == "look_again"}
    assert not any(each.element_id == "write_note" for each in found.novelties)


def test_what_a_version_changes_is_told_in_words(house: World) -> None:
    found = publication.assess(
        house.runtime, {NAME: errand("第二版", organisation="FIN")}, by=house.actor("process_owner")
    )

    [file] = found.changes
    assert file.version == 1
    assert any(change.element_id == "read_note" and "FIN" in change.sentence for change in file.changes)


def test_a_process_out_of_use_starts_nothing_and_what_runs_goes_on(house: World) -> None:
    running = house.start("errand", by="window_clerk")
    retiring.retire(house.runtime, ERRAND_PLACE, by=house.actor("process_owner"), reason="已并入一窗")

    with pytest.raises(DefinitionRetired):
        house.start("errand", by="window_clerk")
    house.do("window_clerk", "write_note", {"note": "请办理", "amount": 1}, running)
    with pytest.raises(Conflict):
        retiring.retire(house.runtime, ERRAND_PLACE, by=house.actor("process_owner"), reason="再停一次")

    retiring.restore(house.runtime, ERRAND_PLACE, by=house.actor("process_owner"), reason="恢复")
    house.start("errand", by="window_clerk")
    assert deeds(house)[-2:] == ["retired", "restored"]
