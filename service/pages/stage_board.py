"""Where a policy stands in each of the nine stages: from its case, its items, their applications and batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from processes.application_words import ApplicationStatus
from processes.item_words import ACCEPTING, ItemStatus
from processes.stages import STAGES, StageInfo
from processes.vocabulary import InstanceState
from service.pages.translation import gettext
from storage import applications, disbursements, instances
from storage.models.instances import ProcessInstance
from storage.models.items import PolicyItem

IN_REVIEW = (ApplicationStatus.ACCEPTED, ApplicationStatus.FIRST_REVIEW, ApplicationStatus.SECOND_REVIEW)
REVIEWED = (
    ApplicationStatus.APPROVED,
    ApplicationStatus.IN_PUBLICITY,
    ApplicationStatus.AWAITING_PAYMENT,
    ApplicationStatus.PAYING,
    ApplicationStatus.PAID,
    ApplicationStatus.FINISHED,
    ApplicationStatus.REJECTED,
    ApplicationStatus.REVOKED,
)


@dataclass(frozen=True, slots=True)
class StageStanding:
    """Where a policy stands in one stage. `state` is done, current, stopped or empty; the word goes with it."""

    info: StageInfo
    state: str
    word: str
    since: datetime | None = None
    instance_id: UUID | None = None


def stage_board(session: Session, case: Sequence[ProcessInstance], items: Sequence[PolicyItem]) -> list[StageStanding]:
    """The nine stages in order. Applications and batches are cases of their own, so they are counted by item."""
    return [
        _run(info, [each for each in case if each.process_key == info.stem])
        or _counted(session, info, items)
        or StageStanding(info, "", gettext("未开始"))
        for info in STAGES
    ]


def _run(info: StageInfo, runs: Sequence[ProcessInstance]) -> StageStanding | None:
    """A stage that ran more than once stands where its last run stands."""
    alive = [each for each in runs if each.state in instances.ALIVE]
    if alive:
        return StageStanding(info, "current", gettext("进行中"), alive[-1].started_at, alive[-1].id)
    if not runs:
        return None
    last = runs[-1]
    if last.state == InstanceState.COMPLETED:
        return StageStanding(info, "done", gettext("已完成"), last.ended_at, last.id)
    return StageStanding(info, "stopped", gettext("已终止"), last.ended_at, last.id)


def _counted(session: Session, info: StageInfo, items: Sequence[PolicyItem]) -> StageStanding | None:
    if not items:
        return None
    if info.stem == "application":
        return _applying(info, items)
    if info.stem == "review":
        in_review, reviewed = _count(session, items, IN_REVIEW), _count(session, items, REVIEWED)
        return _tally(
            info,
            in_review,
            gettext("%(count)d 件审查中", count=in_review),
            reviewed,
            gettext("已审结 %(count)d 件", count=reviewed),
        )
    if info.stem == "disbursement_filing":
        running = sum(disbursements.count_running_batches(session, item) for item in items)
        every = sum(len(disbursements.list_batches(session, item.district_id, item_id=item.id)) for item in items)
        return _tally(
            info,
            running,
            gettext("%(count)d 个批次办理中", count=running),
            every,
            gettext("已办结 %(count)d 个批次", count=every),
        )
    return None


def _applying(info: StageInfo, items: Sequence[PolicyItem]) -> StageStanding | None:
    opened = [each for each in items if each.status in ACCEPTING]
    if opened:
        return StageStanding(info, "current", gettext("%(count)d 个事项开放", count=len(opened)), opened[0].opened_at)
    closed = [each for each in items if each.status in (ItemStatus.CLOSED, ItemStatus.OFFLINE)]
    if len(closed) == len(items):
        return StageStanding(info, "done", gettext("已关闭"), closed[-1].closed_at)
    return None


def _tally(info: StageInfo, running: int, running_word: str, ended: int, ended_word: str) -> StageStanding | None:
    if running:
        return StageStanding(info, "current", running_word)
    return StageStanding(info, "done", ended_word) if ended else None


def _count(session: Session, items: Sequence[PolicyItem], statuses: Sequence[ApplicationStatus]) -> int:
    return sum(
        applications.count_applications(session, item.district_id, item_id=item.id, statuses=statuses) for item in items
    )
