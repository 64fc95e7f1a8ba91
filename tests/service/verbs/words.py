"""What the words of a cell of docs/verbs.md promise, as something to look at before and after the verb."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from service.orchestration.attachments import store
from storage.db import Base
from storage.models.instances import ProcessInstance, Submission, Wait
from storage.models.records import Attachment, Deadline, HistoryRow
from tests.service.verbs.stage import COLLEAGUE, HOLDER, Stage
from tests.world import DISTRICT

#: Tables of the desk and the engine, which verbs are there to write. Every other table holds business records.
DESK = frozenset(
    (
        "process_instances",
        "tasks",
        "task_separations",
        "task_returns",
        "tasks_seen",
        "waits",
        "kept_messages",
        "deadlines",
        "escalations",
        "history",
        "drafts",
        "signing_rounds",
        "signers",
        "case_copies",
        "substitutions",
        "incidents",
        "notices",
        "contact_preferences",
        "deliveries",
        "jobs",
        "idempotency_keys",
        "submissions",
    )
)


@dataclass(frozen=True)
class Sight:
    """The case at one moment."""

    others: Mapping[UUID, tuple[Any, ...]]
    records: Mapping[str, list[str]]
    handed_in: list[UUID]
    deadlines: list[tuple[str, Any]]
    children: list[UUID | None]
    told: list[str]
    states: Mapping[UUID, str]
    reopened: list[str]


def put_records(stage: Stage) -> None:
    """Give the case a business record beside what was handed in: a document of its file."""
    world = stage.world
    kept = store(world.runtime, "会议纪要.txt", "同意立项。".encode(), by=world.actor(HOLDER))
    attachment = world.session.get_one(Attachment, (DISTRICT, kept))
    attachment.root_id = stage.root
    world.session.commit()


def look(stage: Stage) -> Sight:
    """The case as it stands now."""
    session = stage.world.session
    session.expire_all()
    cases = select(ProcessInstance).where(ProcessInstance.root_id == stage.root)
    own = select(Deadline).where(Deadline.task_id == stage.task_id)
    waiting = select(Wait.child_id).where(Wait.child_id.is_not(None))
    handed_in = select(Submission.id).where(Submission.root_id == stage.root).order_by(Submission.submitted_at)
    return Sight(
        stage.others(),
        {
            table.name: sorted(map(repr, session.execute(select(table))))
            for table in Base.metadata.sorted_tables
            if table.name not in DESK
        },
        list(session.scalars(handed_in)),
        [(row.state, row.due_at) for row in session.scalars(own)],
        list(session.scalars(waiting)),
        [
            element_id
            for row in stage.world.history(stage.root)
            for element_id, _, _ in row.changes.get("passed") or ()
            if element_id == "announce"
        ],
        {row.id: str(row.state) for row in session.scalars(cases)},
        [each.element_id for each in stage.world.open_tasks(stage.root)],
    )


Claim = Callable[[Stage, Sight, Sight], bool]


def _stay(_: Stage, before: Sight, after: Sight) -> bool:
    """No business record was written, and nothing that was handed in is gone."""
    return after.records == before.records and after.handed_in == before.handed_in != []


def _both_names(stage: Stage, before: Sight, after: Sight) -> bool:
    row = stage.world.one(HistoryRow, task_id=stage.task_id, kind="task_completed")
    names = (row.actor_id, row.acting_for) == (stage.user(COLLEAGUE), stage.user(HOLDER))
    return names and after.records == before.records and len(after.handed_in) == len(before.handed_in) + 1


def _goes_on(_: Stage, before: Sight, after: Sight) -> bool:
    return after.deadlines == before.deadlines and [state for state, _ in after.deadlines] == ["open"]


def _deadline(*states: str) -> Claim:
    return lambda stage, before, after: [state for state, _ in after.deadlines] == list(states)


def _members_stay(stage: Stage, before: Sight, after: Sight) -> bool:
    return _others_stay(stage, before, after) and before.handed_in == after.handed_in[: len(before.handed_in)]


def _others_stay(_: Stage, before: Sight, after: Sight) -> bool:
    return before.others != {} and {key: after.others.get(key) for key in before.others} == dict(before.others)


def _parent_waits(stage: Stage, before: Sight, after: Sight) -> bool:
    return after.children == before.children != [] and after.states == before.states


def _child_ended(stage: Stage, before: Sight, after: Sight) -> bool:
    child = stage.task().instance_id
    return (before.states[child], after.states[child]) == ("running", "completed") and after.children == []


def _child_terminated(stage: Stage, before: Sight, after: Sight) -> bool:
    return after.states[stage.task().instance_id] == "terminated" and after.reopened == ["prepare"]


def _told_stays(_: Stage, before: Sight, after: Sight) -> bool:
    return after.told == before.told != []


def _went_back(stage: Stage, before: Sight, after: Sight) -> bool:
    return after.reopened == ["prepare"] and str(stage.task().state) == "cancelled"


def _nothing(_: Stage, before: Sight, after: Sight) -> bool:
    """A refusal leaves the case as it was."""
    return after == before


#: Words of a cell, between 允许: or 拒绝: and the next semicolon -> what must be seen.
CLAIMS: Mapping[str, Claim] = {
    "no others": lambda stage, before, after: not before.others,
    "the other branch stays open": _others_stay,
    "answers given and other members stay": _members_stay,
    "other members stay open": _members_stay,
    "the parent waits on": _parent_waits,
    "the child ends, the parent goes on": _child_ended,
    "nothing published is taken back": _told_stays,
    "what was published stays": _told_stays,
    "records untouched": _stay,
    "records stay": _stay,
    "records stay until it is done again": _stay,
    "both names recorded": _both_names,
    "deadline goes on": _goes_on,
    "deadline met": _deadline("met"),
    "deadline cancelled": _deadline("cancelled"),
    "deadlines cancelled": _deadline("cancelled"),
    "its deadline is cancelled": _deadline("cancelled"),
    "the earlier task opens again": _went_back,
    "before the fork all branches and arrivals are taken back, inside the branch only the task": _went_back,
    "the whole counter-sign is taken back, answers given stay in the history": lambda stage, before, after: (
        _went_back(stage, before, after) and _stay(stage, before, after)
    ),
    "into the parent too, the child is terminated": _child_terminated,
    "what followed and nobody has touched is cancelled": _went_back,
    "by who did the task before the fork: all branches are taken back": _went_back,
    "by who did the task before the call, the child is terminated": _child_terminated,
    "nobody goes back behind what was published, numbered or paid": _nothing,
    "another has answered already": _nothing,
}
#: Words that say what `tests/service/verbs/test_returning.py` plays: other ways to the same verb.
ELSEWHERE = frozenset(
    (
        "into another branch is refused",
        "what a join has swallowed is refused",
        "policy change or objection is the way",
    )
)


def claims_of(words: str) -> list[str]:
    """The claims of a cell; fails on words that nobody looks at."""
    said = [each.strip() for each in words.partition(":")[2].split(";")]
    unknown = [each for each in said if each not in CLAIMS and each not in ELSEWHERE]
    assert unknown == [], unknown
    return [each for each in said if each in CLAIMS]
