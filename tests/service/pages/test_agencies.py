"""Agents: authorised, accepting, filing in somebody's name; who sees which case, and what is left when it is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from processes.clock import business_date
from processes.errors import AnswersRefused, BadRequest, Conflict, Forbidden, NotFound
from service.orchestration import access, agencies, tasks
from service.orchestration.agencies import Authorisation
from service.orchestration.reading import read_task
from service.orchestration.withdrawal import withdraw_application
from service.seed.people import ENTERPRISE, ENTERPRISE_2
from storage.models.agencies import AgencyAuthorisation
from storage.models.applicant_events import ApplicantEvent
from storage.models.applications import Application
from storage.models.notices import Notice
from tests import applying
from tests.journeys import applying_route as route
from tests.service.pages.conftest import Visitor
from tests.world import DISTRICT, World

SignedIn = Callable[[str], Visitor]
LETTER = b"%PDF-1.7 letter of authorisation"


def asked(world: World, *, agent: str = "applicant2", items: Sequence[UUID] | None = None, **changes: Any) -> Any:
    """What the first example enterprise asks for: thirty days from today."""
    today = business_date(world.clock.now())
    values: dict[str, Any] = {
        "agent": agent,
        "items": items,
        "valid_from": today,
        "valid_to": today + timedelta(days=29),
        "letter_id": UUID(world.attach("applicant", "授权书.pdf", LETTER)),
        **changes,
    }
    return Authorisation(**values)


def authorise(world: World, **values: Any) -> UUID:
    return agencies.authorise(world.runtime, asked(world, **values), by=world.actor("applicant"))


def accepted(world: World, **values: Any) -> UUID:
    """An authorisation that the second example enterprise's person has accepted."""
    row_id = authorise(world, **values)
    agencies.accept(world.runtime, row_id, by=world.actor("applicant2"))
    return row_id


def begin(world: World, item_id: UUID, *, by: str, acting_for: str | None = None) -> UUID:
    chosen = {"acting_for": acting_for} if acting_for else {}
    return world.start("application", by=by, variables={"item_id": str(item_id), **chosen})


def file_case(world: World, item_id: UUID, *, by: str, acting_for: str | None = None) -> UUID:
    """Begin and submit an application of the first example enterprise; the root of its case."""
    root = begin(world, item_id, by=by, acting_for=acting_for)
    answers = applying.form(world.attach(by, "cert.pdf", b"%PDF-1.7 certificate"))
    world.do(by, "submit_application", answers, root)
    return root


def test_nobody_acts_before_accepting_and_the_other_side_is_told(world: World) -> None:
    item = route.open_item(world)
    row_id = authorise(world)
    with pytest.raises(Forbidden):
        begin(world, item.id, by="applicant2", acting_for=ENTERPRISE)

    agencies.accept(world.runtime, row_id, by=world.actor("applicant2"))

    assert begin(world, item.id, by="applicant2", acting_for=ENTERPRISE)
    told = {(each.user_id, each.title) for each in world.rows(Notice, kind="agency")}
    principal, agent = world.actor("applicant").id, world.actor("applicant2").id
    assert told == {
        (agent, "示例光电科技有限公司请您代办申报，请查看后接受或谢绝"),
        (principal, "申小红接受了代办授权"),
    }


def test_an_agent_files_in_the_applicants_name_and_every_row_says_for_whom(world: World) -> None:
    item = route.open_item(world)
    row_id = accepted(world)

    root = file_case(world, item.id, by="applicant2", acting_for=ENTERPRISE)

    application = route.application(world, root)
    assert (application.status, application.agency_id, application.agent_name) == ("已提交", row_id, "申小红")
    principal, agent = world.actor("applicant").id, world.actor("applicant2").id
    rows = [row for row in world.history(root) if row.actor_id == agent]
    assert {"instance_started", "task_completed"} <= {row.kind for row in rows}
    assert {row.acting_for for row in rows} == {principal}


def test_the_form_of_an_agent_begins_with_the_applicant_not_with_the_own_enterprise(
    world: World, signed_in: SignedIn
) -> None:
    accepted(world)
    root = begin(world, route.open_item(world).id, by="applicant2", acting_for=ENTERPRISE)

    agent = signed_in("applicant2")
    agent.get(f"/tasks/{world.task('submit_application', root).id}")

    assert ENTERPRISE in agent.page
    assert ENTERPRISE_2 not in agent.page


def test_a_draft_for_one_applicant_is_never_filed_for_another(world: World) -> None:
    accepted(world)
    item = route.open_item(world)
    own, foreign = begin(world, item.id, by="applicant2"), begin(world, item.id, by="applicant2", acting_for=ENTERPRISE)
    file = world.attach("applicant2", "cert.pdf", b"%PDF-1.7 certificate")

    for root, answers in ((own, applying.form(file)), (foreign, applying.other_form(file))):
        task = world.task("submit_application", root)
        with pytest.raises(AnswersRefused):
            tasks.complete_task(world.runtime, task.id, answers, by=world.actor("applicant2"))


def test_an_agent_may_file_for_the_listed_items_only(world: World) -> None:
    listed, other = route.open_item(world), route.open_item(world)
    accepted(world, items=[listed.id])

    assert file_case(world, listed.id, by="applicant2", acting_for=ENTERPRISE)
    with pytest.raises(Forbidden, match="不包括这个事项"):
        begin(world, other.id, by="applicant2", acting_for=ENTERPRISE)


class Watch:
    """Asks every screen and every program's address about cases, and insists that all say the same."""

    def __init__(self, world: World, roots: dict[str, UUID]) -> None:
        self.world, self.roots = world, roots
        self.client = world.app.test_client()
        logins = ("applicant", "applicant2")
        self.tokens = {login: access.issue_token(world.runtime, DISTRICT, login, name="watch") for login in logins}

    def seen_by(self, login: str) -> set[str]:
        """The names of the cases the person finds."""
        listed = self._get(login, "/my")[1]
        found = set()
        for name, root in self.roots.items():
            application = self.world.one(Application, root_id=root)
            things = {"application": application.id, "instance": root, "file": _file(application)}
            statuses = {address: self._get(login, address.format(**things))[0] for address in ADDRESSES}
            assert set(statuses.values()) in ({200}, {404}), (login, name, statuses)
            is_seen = set(statuses.values()) == {200}
            assert (f'href="/my/applications/{application.id}"' in listed) == is_seen, (login, name)
            found |= {name} if is_seen else set()
        return found

    def _get(self, login: str, address: str) -> tuple[int, str]:
        answer = self.client.get(address, headers={"Authorization": f"Bearer {self.tokens[login]}"})
        return answer.status_code, answer.data.decode(errors="replace")


ADDRESSES = (
    "/my/applications/{application}",
    "/api/v1/applications/{application}",
    "/api/v1/process-instances/{instance}",
    "/instances/{instance}",
    "/attachments/{file}",
    "/api/v1/attachments/{file}",
)


def _file(application: Application) -> str:
    return str(next(file for material in application.materials for file in material["files"]))


def test_an_agent_sees_exactly_the_cases_of_its_authorisation(world: World) -> None:
    items = {name: route.open_item(world).id for name in ("before", "during", "elsewhere", "by agent", "after")}
    roots: dict[str, UUID] = {}
    watch = Watch(world, roots)
    table: list[tuple[str, set[str], set[str]]] = []

    def look(moment: str, *expected: str) -> None:
        assert watch.seen_by("applicant") == set(roots), moment
        table.append((moment, watch.seen_by("applicant2"), set(expected)))

    world.at(2026, 9, 1)
    roots["before"] = file_case(world, items["before"], by="applicant")
    look("nothing was given")
    world.at(2026, 9, 7)
    scope = [items[name] for name in ("before", "during", "by agent")]
    first = authorise(world, items=scope, valid_from=date(2026, 9, 8), valid_to=date(2026, 10, 9))
    look("asked, not accepted")
    agencies.accept(world.runtime, first, by=world.actor("applicant2"))
    look("accepted, not begun")
    world.at(2026, 9, 8)
    look("begun: what was filed before its time stays hidden")
    roots["during"] = file_case(world, items["during"], by="applicant")
    roots["elsewhere"] = file_case(world, items["elsewhere"], by="applicant")
    roots["by agent"] = file_case(world, items["by agent"], by="applicant2", acting_for=ENTERPRISE)
    look("in force: what it filed and what it may file, not other items", "during", "by agent")
    world.clock.set(world.clock.now() + timedelta(days=32))
    look("over, before the job of that day has run")
    world.drain()
    look("over")
    second = accepted(world)
    roots["after"] = file_case(world, items["after"], by="applicant")
    look("all items anew: what it filed earlier is back", "by agent", "after")
    agencies.revoke(world.runtime, second, by=world.actor("applicant"))
    look("revoked")
    accepted(world, items=[items["elsewhere"]])
    look("another item only: not even what it filed")

    assert [row for row in table if row[1] != row[2]] == []


def test_a_stranger_never_learns_of_an_authorisation(world: World) -> None:
    row_id = accepted(world)

    for login in ("maker", "window_clerk", "admin"):
        for verb in (agencies.accept, agencies.decline, agencies.revoke):
            with pytest.raises(NotFound):
                verb(world.runtime, row_id, by=world.actor(login))


@pytest.mark.parametrize("ends", ["revoked by the applicant", "given up by the agent", "its time is over"])
def test_when_it_ends_what_the_agent_began_goes_on_in_the_applicants_own_name(world: World, ends: str) -> None:
    correcting, draft = route.open_item(world), route.open_item(world)
    row_id = accepted(world, valid_to=date(2026, 8, 6))
    root = file_case(world, correcting.id, by="applicant2", acting_for=ENTERPRISE)
    world.do("platform_clerk", "accept_online", applying.to_correct(), root)
    begun = begin(world, draft.id, by="applicant2", acting_for=ENTERPRISE)
    agent, principal = world.actor("applicant2"), world.actor("applicant")

    if ends == "its time is over":
        world.advance(days=4)
    else:
        agencies.revoke(world.runtime, row_id, by=principal if "applicant" in ends else agent)

    for element, case in (("submit_application", begun), ("correct_application", root)):
        task = world.task(element, case)
        assert task.assignee_id == principal.id
        with pytest.raises(NotFound):
            tasks.complete_task(world.runtime, task.id, {}, by=world.actor("applicant2"))
        assert {"agency_ended", "task_assigned"} <= {row.kind for row in world.history(case)}
    file = world.attach("applicant", "cert.pdf", b"%PDF-1.7 certificate")
    world.do("applicant", "submit_application", applying.form(file), begun)
    world.do("applicant", "correct_application", applying.correction(file), root)
    assert world.one(Application, root_id=begun).agent_name is None
    assert world.actor("applicant2").agencies == ()


def test_the_applicant_takes_back_what_its_agent_filed_and_the_agent_may_too(world: World) -> None:
    accepted(world)
    for login in ("applicant", "applicant2"):
        root = file_case(world, route.open_item(world).id, by="applicant2", acting_for=ENTERPRISE)
        application = world.one(Application, root_id=root)

        withdraw_application(world.runtime, application.id, by=world.actor(login), reason="重新准备材料。")
        world.drain()

        assert world.one(Application, root_id=root).status == "撤回"


def test_every_step_of_an_authorisation_is_noted_at_the_applicant(world: World) -> None:
    row_id = accepted(world)
    agencies.revoke(world.runtime, row_id, by=world.actor("applicant"))

    assert [(each.kind, each.actor_name) for each in sorted(world.rows(ApplicantEvent), key=lambda row: row.id)] == [
        ("authorised", "申小明"),
        ("accepted", "申小红"),
        ("revoked", "申小明"),
    ]


@pytest.mark.parametrize("agent", ["nobody_here", "maker", "applicant", "91220101MA0UNKNW0X", "window_clerk", ""])
def test_who_cannot_be_authorised_is_always_answered_alike(world: World, agent: str) -> None:
    with pytest.raises(NotFound, match="没有找到可以授权的账号"):
        authorise(world, agent=agent)

    assert world.rows(AgencyAuthorisation) == []


def test_names_are_not_tried_out_without_end(world: World) -> None:
    for _ in range(10):
        with pytest.raises(NotFound, match="没有找到"):
            authorise(world, agent="nobody_here")

    with pytest.raises(NotFound, match="次数太多"):
        authorise(world)


def test_an_agent_is_found_by_its_number_too(world: World) -> None:
    row_id = authorise(world, agent=ENTERPRISE_2)

    assert world.one(AgencyAuthorisation, id=row_id).agent_id == world.actor("applicant2").id


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_from": date(2026, 8, 2)}, "不能早于今天"),
        ({"valid_to": date(2026, 8, 2)}, "不能早于起日"),
        ({"valid_to": date(2030, 1, 1)}, "最长三年"),
        ({"items": []}, "请选择 1 至"),
        ({"items": [UUID(int=5)]}, "不存在或还没有公布"),
        ({"letter_id": UUID(int=5)}, "请上传"),
    ],
)
def test_what_cannot_be_authorised_is_refused_in_words(world: World, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        authorise(world, **changes)


def test_the_same_agent_is_asked_once_and_answers_once(world: World) -> None:
    row_id = authorise(world)
    with pytest.raises(Conflict, match="已有一项没有结束"):
        authorise(world)
    agencies.decline(world.runtime, row_id, by=world.actor("applicant2"))
    with pytest.raises(Conflict, match="答复过"):
        agencies.accept(world.runtime, row_id, by=world.actor("applicant2"))
    with pytest.raises(Conflict, match="已经结束"):
        agencies.revoke(world.runtime, row_id, by=world.actor("applicant"))
    assert authorise(world)


def test_both_sides_do_everything_on_the_page(world: World, signed_in: SignedIn) -> None:
    item = route.open_item(world)
    applicant, agent = signed_in("applicant"), signed_in("applicant2")
    applicant.get("/my/agents")
    assert "还没有授权代办人" in applicant.text
    form = {"agent": "applicant2", "scope": "listed", "items": str(item.id), "valid_from": "2026-08-03"}
    applicant.post("/my/agents", {**form, "letter": (BytesIO(LETTER), "授权书.pdf")})
    assert "请填写授权的起日和止日" in applicant.text
    assert "已上传：授权书.pdf" in applicant.text
    kept = applicant.page.split('name="letter_id" value="')[1].split('"')[0]
    applicant.post("/my/agents", {**form, "valid_to": "2026-12-31", "letter_id": kept})
    assert "申** 待接受" in applicant.text

    agent.get("/my/agents")
    assert "示例光电科技有限公司 待接受" in agent.text
    row = world.one(AgencyAuthorisation)
    assert agent.client.get(f"/attachments/{row.letter_id}").data == LETTER
    agent.post(f"/my/agents/{row.id}/acceptance")
    assert "示例光电科技有限公司 有效" in agent.text
    applicant.get("/my/agents")
    assert "申小红 有效" in applicant.text
    applicant.post(f"/my/agents/{row.id}/revocation")
    assert "申小红 已撤销" in applicant.text
    assert signed_in("maker").get("/my/agents").status_code == 403


def test_staff_of_the_case_read_the_letter_and_others_do_not(world: World) -> None:
    accepted(world)
    root = file_case(world, route.open_item(world).id, by="applicant2", acting_for=ENTERPRISE)
    letter = world.one(AgencyAuthorisation).letter_id
    client = world.app.test_client()

    def status(login: str) -> int:
        token = access.issue_token(world.runtime, DISTRICT, login, name="letter")
        return client.get(f"/attachments/{letter}", headers={"Authorization": f"Bearer {token}"}).status_code

    assert (status("platform_clerk"), status("maker_hrb"), status("expert")) == (200, 404, 404)
    assert "代办" in [fact.label for fact in _facts(world, root)]


def _facts(world: World, root: UUID) -> Sequence[Any]:
    task = world.task("accept_online", root)
    return read_task(world.runtime, task.id, by=world.actor("platform_clerk")).prepared.facts


def test_who_applies_step_by_step_chooses_for_whom_and_both_sides_read_who_acts(
    world: World, signed_in: SignedIn
) -> None:
    item = route.open_item(world)
    address = f"/my/apply/{route.code_of(world, item)}"
    accepted(world)
    agent = signed_in("applicant2")
    agent.get(address)
    assert "替示例光电科技有限公司代办" in agent.text
    assert "申报为谁" not in _page_of(signed_in("applicant"), address)

    agent.post(address, {"acting_for": ENTERPRISE})

    draft = world.one(Application, item_id=item.id)
    assert draft.agency_id == world.one(AgencyAuthorisation).id
    assert ENTERPRISE in agent.page
    for address in ("/my", f"/my/applications/{draft.id}"):
        page = _page_of(signed_in("applicant"), address)
        assert "代办人正在填写" in page and "继续填写" not in page
        assert "继续填写" in _page_of(signed_in("applicant2"), address)
    answers = applying.form(world.attach("applicant2", "cert.pdf", b"%PDF-1.7 certificate"))
    world.do("applicant2", "submit_application", answers, draft.root_id)
    for login in ("applicant", "applicant2"):
        assert "由申小红代办" in _page_of(signed_in(login), f"/my/applications/{draft.id}")


def _page_of(visitor: Visitor, address: str) -> str:
    visitor.get(address)
    return visitor.text
