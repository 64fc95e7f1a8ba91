"""What was entered against what passed review, the judgement of differences, and the classification (三(三)1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.item_case import elements_of, label_of
from handlers.launch.register import PolicyParameters, ReviewedParameters, items_of, stage
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.errors import AnswersRefused
from processes.item_words import BenefitKind, DisbursementType, ItemStatus
from processes.money import format_yuan
from processes.policy_elements import DISBURSEMENT_TYPES, ELEMENTS
from storage import policies
from storage.models.items import PolicyItem
from storage.models.policies import Policy
from storage.models.policy_reviews import StandardizationReview
from storage.people import find_organisation

_WAN = 1_000_000  # 分

#: Amount bands of the guide database (R29), by the upper end in 分. The numbers are our default.
BANDS: tuple[tuple[int, str], ...] = (
    (1 * _WAN, "1万元以下"),
    (10 * _WAN, "1万至10万元"),
    (50 * _WAN, "10万至50万元"),
    (100 * _WAN, "50万至100万元"),
)
ABOVE, NO_MONEY, BY_RULE = "100万元以上", "非资金", "按标准计算"


@stage.service("比对填报与审查稿", parameters=ReviewedParameters, outputs=("difference_count",))
def compare_items(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Find every element that differs from the reviewed one, and the blockers B1 and B2 (三(一)1)."""
    policy = policies.get_policy(task.session, task.district_id, parameters["policy_id"])
    review = policies.get(task.session, StandardizationReview, task.district_id, parameters["review_id"])
    for item in items_of(task, policy):
        item.differences = [*_differences(item, review), *_blockers(task, item)]
    return Result(outputs={"difference_count": sum(len(item.differences) for item in items_of(task, policy))})


def _differences(item: PolicyItem, review: StandardizationReview) -> list[dict[str, Any]]:
    proposal: Mapping[str, Any] = review.items_proposed[(item.proposed_no or 1) - 1]
    entered = elements_of(item)
    return [
        {
            "label": f"{element.number} {element.label}",
            "reviewed": _words(key, proposal.get(key)),
            "entered": _words(key, entered[key]),
            "blocker": None,
        }
        for element in ELEMENTS
        for key in element.keys
        if _words(key, proposal.get(key)) != _words(key, entered[key])
    ]


def _words(key: str, value: Any) -> str:
    """An element for comparing by eye: no blanks at the ends of lines, money in 元."""
    if value is None:
        return ""
    if key == "budget":
        return f"{format_yuan(int(value))}元"
    if key == "disbursement_type":
        return DISBURSEMENT_TYPES.get(str(value), str(value))
    return "\n".join(line.strip() for line in str(value).splitlines() if line.strip())


def _blockers(task: TaskContext, item: PolicyItem) -> list[dict[str, Any]]:
    found = []
    if find_organisation(task.session, task.district_id, item.implementer_org) is None:
        found.append({"label": "B1 实施部门不明确", "reviewed": "", "entered": item.implementer_org, "blocker": "B1"})
    if item.benefit_kind == BenefitKind.SUBSIDY and not (item.budget_fen and item.fund_source):
        entered = f"{item.fund_source}，{format_yuan(item.budget_fen or 0)}元"
        found.append({"label": "B2 财政资金不明确", "reviewed": "", "entered": entered, "blocker": "B2"})
    return found


@stage.prepare("judge_differences")
def prepare_judgement(task: TaskContext) -> Prepared:
    """Every difference side by side."""
    policy = policies.get_policy(task.session, task.district_id, task.variables["policy_id"])
    rows = [
        {
            "item": label_of(item),
            "element": difference["label"],
            "reviewed": difference["reviewed"] or "（空）",
            "entered": difference["entered"] or "（空）",
        }
        for item in items_of(task, policy)
        for difference in item.differences
    ]
    facts = [Fact("政策", policy.title), Fact("差异", f"共 {len(rows)} 处")]
    return Prepared(given={"differences": rows}, facts=tuple(facts))


@stage.user_task("认定差异", outputs=("difference_result", "launch_result"), errors=("ANSWERS_REFUSED",))
def judge_differences(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Accept the differences, or send the items back to review; then their records become void.

    Raises AnswersRefused when somebody accepts an item with an open blocker.
    """
    policy = policies.get_policy(task.session, task.district_id, task.variables["policy_id"])
    accepted = answers["difference_result"] == "接受"
    blocked = sorted({each["label"] for item in items_of(task, policy) for each in item.differences if each["blocker"]})
    if accepted and blocked:
        words = "、".join(blocked)
        raise AnswersRefused({"difference_result": [f"有梗阻问题（{words}），不能接受。请退回审查，破解后再上线。"]})
    if not accepted:
        for item in items_of(task, policy):
            item.status, item.updated_at = ItemStatus.CANCELLED, task.now
    return Result(
        outputs={
            "difference_result": answers["difference_result"],
            "launch_result": None if accepted else "退回",
        }
    )


@stage.service("归类事项", parameters=PolicyParameters)
def classify_items(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Facets of the guide database: kind of benefit, amount band, way of applying, channels (R29)."""
    policy = policies.get_policy(task.session, task.district_id, parameters["policy_id"])
    for item in items_of(task, policy):
        item.facets = {**item.facets, **_facets(item, policy)}
    return Result()


def _facets(item: PolicyItem, policy: Policy) -> dict[str, Any]:
    return {
        "target": policy.target,
        "benefit_kind": item.benefit_kind,
        "amount_band": amount_band(item),
        "apply_mode": DISBURSEMENT_TYPES[DisbursementType(item.disbursement_type)],
        "channel": item.channels or "不需申报",
        "implementer_org": item.implementer_org,
        "tags": list(item.tags),
    }


def amount_band(item: PolicyItem) -> str:
    """The band of the most one applicant can get."""
    if item.benefit_kind in (BenefitKind.RIGHT, BenefitKind.QUALIFICATION) or not item.budget_fen:
        return NO_MONEY
    if item.cap_fen is None:
        return BY_RULE
    return next((label for top, label in BANDS if item.cap_fen <= top), ABOVE)
