"""What the stages of an item share: the item of a task, its dates in words, and choices for its forms."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from forms.model import Option
from handlers import case
from handlers.stage import Fact, TaskContext
from processes.clock import SHANGHAI, business_date
from processes.errors import BusinessError
from processes.item_words import DisbursementType
from processes.policy_elements import DISBURSEMENT_TYPES
from storage import items, policies
from storage.models.items import PolicyItem
from storage.models.policies import Policy
from storage.people import list_organisations


def item_of(task: TaskContext) -> tuple[PolicyItem, Policy]:
    """The item the task is about, and its policy. Raises NotFound or BusinessError."""
    item = items.get_item(task.session, task.district_id, case.required_id(task, "item_id"))
    return item, policies.get_policy(task.session, task.district_id, item.policy_id)


def check_editable(item: PolicyItem) -> None:
    """Gate G9: raise BusinessError GUIDE_LOCKED once the item has opened; from then on only a change alters it."""
    if item.opened_at is not None:
        raise BusinessError(
            "GUIDE_LOCKED",
            f"事项“{item.name}”已经开放，填报内容和办事指南不能直接修改。请走政策调整流程，提前5个工作日申请。",
            item_id=str(item.id),
        )


def instant_of(day: date, clock_time: str) -> datetime:
    """A day and a time as people write them ("09:00") as an instant in Asia/Shanghai."""
    hour, minute = (int(part) for part in clock_time.split(":"))
    return datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI)


def moment_in_words(instant: datetime | None) -> str:
    """An instant as people write it in Shanghai: 2026年10月12日 09:00."""
    if instant is None:
        return "未定"
    return f"{case.day_in_words(business_date(instant))} {instant.astimezone(SHANGHAI):%H:%M}"


def due_in_words(due_at: datetime) -> str:
    """A due instant as people write it: the end of its last day, 2026年10月8日24时."""
    return f"{case.day_in_words(business_date(due_at) - timedelta(days=1))}24时"


def label_of(item: PolicyItem) -> str:
    """How lists name an item."""
    return f"{item.number} {item.name}"


def item_facts(item: PolicyItem, policy: Policy) -> tuple[Fact, ...]:
    """What every form of an item shows first."""
    kind = DISBURSEMENT_TYPES[DisbursementType(item.disbursement_type)]
    return (
        Fact("政策", f"{policy.title}（{policy.doc_no or policy.number}）"),
        Fact("事项", f"{label_of(item)}（{kind}）"),
        Fact("开放时间", moment_in_words(item.open_at)),
    )


def centre_options(task: TaskContext) -> tuple[Option, ...]:
    """The district's service centres, by code."""
    rows = list_organisations(task.session, task.district_id, "centre")
    return tuple(Option(row.code, row.name) for row in rows)


def organisation_names(task: TaskContext) -> dict[str, str]:
    """Names of the district's organisations by code."""
    return {row.code: row.name for row in list_organisations(task.session, task.district_id)}


def elements_of(item: PolicyItem) -> dict[str, Any]:
    """The twenty elements under the keys of processes/policy_elements.py."""
    names = (
        "implementer_org",
        "name",
        "clause_no",
        "benefit_kind",
        "disbursement_type",
        "beneficiary",
        "exclusions",
        "form_names",
        "handling_days",
        "steps",
        "benefit_content",
        "calc_rule",
        "fund_source",
        "channels",
        "window_addr",
        "contact",
        "supervise_phone",
        "open_mode",
        "result_form",
        "publicity_days",
    )
    return {
        **{name: getattr(item, name) for name in names},
        "budget": item.budget_fen,
        "conditions": "\n".join(str(row["text"]) for row in item.conditions),
        "materials": "\n".join(str(row["name"]) for row in item.materials),
    }
