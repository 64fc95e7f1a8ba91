"""The stage object, and the filing a task belongs to."""

from __future__ import annotations

from handlers import case
from handlers.item_case import due_in_words, item_facts
from handlers.stage import Fact, Stage, TaskContext
from storage import filings, items, policies
from storage.models.filings import Filing
from storage.models.items import PolicyItem
from storage.models.policies import Policy

stage = Stage("filing")


def filing_of(task: TaskContext) -> tuple[Filing, PolicyItem, Policy]:
    """The filing the task data names, its item and policy. Raises NotFound or BusinessError."""
    filing = filings.get_filing(task.session, task.district_id, case.required_id(task, "filing_id"))
    item = items.get_item(task.session, task.district_id, filing.item_id)
    return filing, item, policies.get_policy(task.session, task.district_id, filing.policy_id)


def filing_facts(task: TaskContext) -> tuple[Fact, ...]:
    """What every form of a filing shows: what it is about, until when, what was asked to be completed."""
    filing, item, policy = filing_of(task)
    facts = [Fact("报备编号", filing.number), *item_facts(item, policy)]
    facts.append(Fact("报备期限", "填写生效日期后确定" if filing.due_at is None else due_in_words(filing.due_at)))
    if filing.receive_opinion:
        facts.append(Fact("退回补充的意见", filing.receive_opinion))
    return tuple(facts)
