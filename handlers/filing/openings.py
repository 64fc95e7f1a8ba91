"""What is filed when an item opens (F19, by the approval department) or changes (F31), 三(三)3 and 三(三)4."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from handlers.filing.duties import change_due_at, opening_due_at, take_in
from handlers.filing.register import filing_facts, filing_of, stage
from handlers.item_case import moment_in_words, organisation_names
from handlers.opening_gate import REQUIRED, opening_day
from handlers.stage import Prepared, Result, TaskContext
from processes.clock import business_date
from processes.opening_words import TRAINING_TITLES, TrainingStatus
from storage import filings, guides, items, trainings
from storage.models.items import PolicyItem


@stage.prepare("file_opening")
def prepare_opening(task: TaskContext) -> Prepared:
    """What the house knows of the opening; the department adds its estimates."""
    filing, item, _ = filing_of(task)
    code = guides.find_code_of(task.session, item)
    initial = {"guide_url": "" if code is None else f"/g/{code.code}", "contact": item.contact}
    for name in ("est_count", "est_amount"):
        if filing.content.get(name) is not None:
            initial[name] = str(filing.content[name] if name == "est_count" else filing.content[name] / 100)
    return Prepared(
        initial={name: value for name, value in initial.items() if value},
        given=_known(task, item),
        facts=filing_facts(task),
    )


def _known(task: TaskContext, item: PolicyItem) -> dict[str, Any]:
    centre = organisation_names(task).get(item.window_org or "", "")
    return {
        "open_at": moment_in_words(item.open_at),
        "close_at": "常年" if item.close_at is None else moment_in_words(item.close_at),
        "channels": item.channels or "不需申报",
        "window": "，".join(part for part in (centre, item.window_addr) if part) or "无",
        "materials_list": "\n".join(f"{row['no']} {row['name']}" for row in item.materials) or "无",
        "training_done": _training_words(task, item),
    }


def _training_words(task: TaskContext, item: PolicyItem) -> str:
    words = []
    for kind in REQUIRED:
        training = trainings.find_training(task.session, item, kind)
        done = training is not None and training.status == TrainingStatus.FINISHED
        words.append(f"{TRAINING_TITLES[kind]}{'已完成' if done else '未完成'}")
    return "，".join(words)


@stage.user_task(
    "报备政策开放",
    errors=("ANSWERS_REFUSED", "CONFLICT"),
)
def file_opening(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """The approval department files the opening, due three working days before it (R37)."""
    filing, item, _ = filing_of(task)
    return take_in(task, filing, answers, due_at=opening_due_at(task, item), more=_known(task, item))


@stage.prepare("file_change")
def prepare_change(task: TaskContext) -> Prepared:
    """What the filing is about."""
    return Prepared(facts=filing_facts(task))


@stage.user_task(
    "报备政策变更",
    errors=("ANSWERS_REFUSED", "CONFLICT"),
)
def file_change(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """The making department files a change, due five working days before it takes effect (R40)."""
    filing, _, _ = filing_of(task)
    due_at = change_due_at(task, answers["effective_on"])
    return take_in(task, filing, answers, due_at=due_at, more={})


@stage.anchor("filed_on")
def filed_on(session: Session, district_id: str, variables: Mapping[str, Any]) -> date | None:
    """The day of the filing (anchor of DL4). Before the filing of an opening it is the opening itself: publicity
    then only has to precede that day.
    """
    filing = None
    if variables.get("filing_id"):
        filing = filings.get_filing(session, district_id, variables["filing_id"])
    elif variables.get("item_id"):
        item = items.get_item(session, district_id, variables["item_id"])
        filing = filings.find_opening_filing(session, item)
        if filing is None or filing.filed_at is None:
            return opening_day(item)
    return None if filing is None or filing.filed_at is None else business_date(filing.filed_at)
