"""Gate G2: what an item still lacks before it may open, counted from the opening instant it has now.

Source: 长新党政办发〔2022〕24号, 三(三)2 (two trainings five working days before the opening) and 三(三)3 (the
approval department files three working days before it); the exception of the leader in charge is ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy.orm import Session

from handlers.case import day_in_words
from handlers.item_case import moment_in_words
from processes import deadlines
from processes.calendar import WorkingCalendar
from processes.clock import business_date
from processes.item_words import DisbursementType
from processes.opening_words import (
    ACCEPTED,
    TRAINING_RULES,
    TRAINING_TITLES,
    ExceptionResult,
    TrainingKind,
    TrainingStatus,
)
from storage import filings, guides, trainings
from storage.models.items import PolicyItem
from storage.models.openings import OpeningException

#: Trainings that must be complete before an item that people apply for opens.
REQUIRED = (TrainingKind.ENTERPRISES, TrainingKind.WINDOWS)


def opening_day(item: PolicyItem) -> date | None:
    """T: the business day on which the item opens."""
    return None if item.open_at is None else business_date(item.open_at)


def due_day(rule_id: str, opens_on: date, calendar: WorkingCalendar) -> date:
    """The last day of a duty that counts back from the opening (DL1, DL2: T−5; DL3: T−3 working days)."""
    return deadlines.compute(rule_id, anchor=opens_on, calendar=calendar).date


def missing_conditions(
    session: Session, calendar: WorkingCalendar, item: PolicyItem, *, open_at: datetime | None = None
) -> tuple[str, ...]:
    """Sentences on everything that stands against opening at `open_at` (the item's own instant when None)."""
    opens_at = open_at or item.open_at
    if opens_at is None:
        return ("还没有确定开放时间。",)
    return tuple(_missing(session, calendar, item, business_date(opens_at)))


def _missing(session: Session, calendar: WorkingCalendar, item: PolicyItem, opens_on: date) -> Iterator[str]:
    if guides.find_published_guide(session, item) is None:
        yield "办事指南还没有发布。"
    if item.disbursement_type != DisbursementType.APPLY:
        return
    for kind in REQUIRED:
        due = due_day(TRAINING_RULES[kind], opens_on, calendar)
        yield from _training_problem(session, item, kind, due)
    yield from _filing_problem(session, item, due_day("DL3", opens_on, calendar))


def _training_problem(session: Session, item: PolicyItem, kind: TrainingKind, due: date) -> Iterator[str]:
    training = trainings.find_training(session, item, kind)
    title = TRAINING_TITLES[kind]
    if training is None or training.status != TrainingStatus.FINISHED or training.finished_at is None:
        yield f"{title}还没有完成（应于{day_in_words(due)}前完成）。"
    elif is_late(training.finished_at, due):
        done = day_in_words(business_date(training.finished_at))
        yield f"{title}于{done}完成，晚于期限{day_in_words(due)}（开放日前第5个工作日）。"


def _filing_problem(session: Session, item: PolicyItem, due: date) -> Iterator[str]:
    filing = filings.find_opening_filing(session, item)
    if filing is None or filing.filed_at is None or filing.status not in ACCEPTED:
        yield f"开放报备还没有被政数局接收（应于{day_in_words(due)}前报备）。"
    elif is_late(filing.filed_at, due):
        done = day_in_words(business_date(filing.filed_at))
        yield f"开放报备于{done}报出，晚于期限{day_in_words(due)}（开放日前第3个工作日）。"


def is_late(done_at: datetime, due: date) -> bool:
    """Whether something done at this instant missed 24:00 of its day in Shanghai (gate G12)."""
    return business_date(done_at) > due


def covering_exception(session: Session, item: PolicyItem, open_at: datetime) -> OpeningException | None:
    """The leader's agreement that covers this opening: signed for it, or for an earlier one."""
    agreed = [each for each in filings.list_exceptions(session, item) if each.result == ExceptionResult.AGREED]
    return next((each for each in reversed(agreed) if each.open_at <= open_at), None)


def obstacles(
    session: Session, calendar: WorkingCalendar, item: PolicyItem, *, open_at: datetime | None = None
) -> tuple[str, ...]:
    """What stands against opening and is not covered by the leader's agreement; empty = the item may open."""
    missing = missing_conditions(session, calendar, item, open_at=open_at)
    opens_at = open_at or item.open_at
    if missing and opens_at is not None and covering_exception(session, item, opens_at) is not None:
        return ()
    return missing


def opening_problem(item: PolicyItem, open_at: datetime, *, now: datetime) -> str | None:
    """Why an item cannot open at this instant, whatever its conditions; None when it can."""
    if open_at <= now:
        return "开放时间已过，请填写以后的时间。"
    if item.close_at is not None and open_at >= item.close_at:
        return f"开放时间应早于截止时间（{moment_in_words(item.close_at)}），请核对。"
    return None
