"""Gate G2 in the item's life: check the conditions, decide on an exception, or put right what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.item_case import instant_of, item_facts, item_of, moment_in_words
from handlers.item_lifecycle.register import ItemParameters, in_data, opens_at, stage
from handlers.opening_gate import missing_conditions, obstacles, opening_problem
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.errors import AnswersRefused
from processes.opening_words import ExceptionResult
from storage import filings
from storage.db import new_id
from storage.models.openings import OpeningException


@stage.service("核对开放条件", parameters=ItemParameters, outputs=("opening_ready", "missing", "open_at"))
def check_opening(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Gate G2: say in words what is missing; with an agreed exception nothing is in the way."""
    item, _ = item_of(task)
    found = obstacles(task.session, task.calendar, item)
    return Result(
        outputs={
            "opening_ready": not found,
            "missing": "".join(found) or None,
            "open_at": in_data(opens_at(item)),
        },
        changes={"missing": [None, list(found)]},
    )


@stage.prepare("approve_exception")
def prepare_exception(task: TaskContext) -> Prepared:
    """What is missing, and what was said about it before."""
    item, policy = item_of(task)
    facts = [*item_facts(item, policy)]
    facts += [Fact("缺少的开放条件", words) for words in missing_conditions(task.session, task.calendar, item)]
    if item.launch_note:
        facts.append(Fact("制定部门的说明", item.launch_note))
    for known in filings.list_exceptions(task.session, item):
        facts.append(Fact(f"{moment_in_words(known.decided_at)}审批：{known.result}", known.reason))
    return Prepared(facts=tuple(facts))


@stage.user_task("审批例外开放", outputs=("exception_result", "open_at"), makes=("OpeningException",))
def approve_exception(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep the leader's decision with what was missing at that moment; it holds for this opening or a later one."""
    item, _ = item_of(task)
    opening = opens_at(item)
    missing = list(missing_conditions(task.session, task.calendar, item))
    task.session.add(
        OpeningException(
            district_id=task.district_id,
            id=new_id(),
            item_id=item.id,
            missing=missing,
            kinds=list(answers.get("what") or ()),
            reason=answers["reason"],
            result=answers["exception_result"],
            open_at=opening,
            decided_by=task.actor.id,
            decided_at=task.now,
        )
    )
    return Result(
        outputs={"exception_result": answers["exception_result"], "open_at": in_data(opening)},
        changes={"missing": [missing, answers["exception_result"]]},
    )


@stage.prepare("remedy_opening")
def prepare_remedy(task: TaskContext) -> Prepared:
    """What is missing, and why the leader did not agree."""
    item, policy = item_of(task)
    facts = [*item_facts(item, policy)]
    facts += [Fact("缺少的开放条件", words) for words in missing_conditions(task.session, task.calendar, item)]
    refused = [each for each in filings.list_exceptions(task.session, item) if each.result == ExceptionResult.REFUSED]
    facts += [Fact("不同意例外开放的理由", each.reason) for each in refused[-1:]]
    return Prepared(facts=tuple(facts))


@stage.user_task("补齐开放条件", errors=("ANSWERS_REFUSED",))
def remedy_opening(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Move the opening, so that what was done late is in time, or explain and ask again.

    Raises AnswersRefused for an opening that has passed or from which on no application could be made.
    """
    item, _ = item_of(task)
    item.launch_note, item.updated_at = answers["explanation"], task.now
    if answers["measure"] != "改开放时间":
        return Result(changes={"explanation": [None, answers["explanation"]]})
    new = instant_of(answers["open_date"], answers["open_time"])
    problem = opening_problem(item, new, now=task.now)
    if problem is not None:
        raise AnswersRefused({"open_date": [problem]})
    before, item.open_at = item.open_at, new
    return Result(changes={"open_at": [before and in_data(before), in_data(new)]})
