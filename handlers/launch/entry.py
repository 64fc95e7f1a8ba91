"""Entry of items (F12): unlocked by the review that allowed the issue (gate G1), with the twenty elements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from forms.answers import plain
from forms.model import Option
from handlers import case
from handlers.item_case import centre_options, check_editable, elements_of, label_of
from handlers.launch.register import ReviewedParameters, stage
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.errors import AnswersRefused, BusinessError
from processes.item_words import IN_ENTRY, Channels, DisbursementType, ItemStatus
from processes.money import plain_yuan
from processes.policy_elements import missing_elements
from processes.policy_words import PolicyStatus, ReviewResult
from storage import items, policies
from storage.db import new_id
from storage.models.items import PolicyItem
from storage.models.policies import Policy
from storage.models.policy_reviews import StandardizationReview

#: Elements that are columns of the item under the same name and can stay as proposed.
_SAME = (
    "name",
    "implementer_org",
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
    "contact",
    "supervise_phone",
    "open_mode",
    "result_form",
    "publicity_days",
)


@stage.service(
    "列出审查通过的事项",
    parameters=ReviewedParameters,
    outputs=("item_ids",),
    errors=("ITEM_ENTRY_LOCKED",),
    makes=("PolicyItem",),
)
def list_items(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Make one record per item of the passed review; those of an earlier review become void.

    Raises BusinessError ITEM_ENTRY_LOCKED unless the policy was issued on exactly this review (三(二)).
    """
    policy = policies.get_policy(task.session, task.district_id, parameters["policy_id"])
    review = policies.get(task.session, StandardizationReview, task.district_id, parameters["review_id"])
    check_unlocked(policy, review)
    known = items.list_items_of(task.session, policy)
    for item in known:
        if item.review_id != review.id and item.status in IN_ENTRY:
            _make_void(item, task)
    made = [item for item in known if item.review_id == review.id] or [
        _from_proposal(task, policy, review, number, proposal)
        for number, proposal in enumerate(review.items_proposed, 1)
    ]
    before = str(policy.status)
    if policy.status == PolicyStatus.ISSUED:
        policy.status, policy.updated_at = PolicyStatus.LAUNCHING, task.now
    return Result(
        outputs={"item_ids": [str(item.id) for item in made]},
        changes={"status": [before, str(policy.status)], "items": [None, [item.number for item in made]]},
    )


def check_unlocked(policy: Policy, review: StandardizationReview) -> None:
    """Gate G1 on item entry: raise BusinessError unless the policy was issued on this passed review."""
    if review.result == ReviewResult.PASSED and policy.issued_review_id == review.id:
        return
    raise BusinessError(
        "ITEM_ENTRY_LOCKED",
        f"“{policy.title}”的事项填报还没有解锁：须先通过标准化审查并按审查通过的文本出台。"
        f"当前审查结果为“{review.result or '审查中'}”。",
        policy_id=str(policy.id),
    )


def _make_void(item: PolicyItem, task: TaskContext) -> None:
    item.status, item.updated_at = ItemStatus.CANCELLED, task.now


def _from_proposal(
    task: TaskContext, policy: Policy, review: StandardizationReview, number: int, proposal: Mapping[str, Any]
) -> PolicyItem:
    item = PolicyItem(
        district_id=task.district_id,
        id=new_id(),
        number=items.next_item_number(task.session, policy),
        policy_id=policy.id,
        review_id=review.id,
        proposed_no=number,
        status=ItemStatus.PROPOSED,
        budget_fen=proposal.get("budget"),
        channels=proposal.get("channels"),
        window_addr=proposal.get("window_addr") or "",
        paper_required=bool(proposal.get("paper_required")),
        conditions=[_condition(n, {"text": line}) for n, line in enumerate(_lines(proposal.get("conditions")), 1)],
        materials=[{"no": f"M{n}", "name": line} for n, line in enumerate(_lines(proposal.get("materials")), 1)],
        specialised=policy.specialised,
        created_at=task.now,
        updated_at=task.now,
    )
    for name in _SAME:
        value = proposal.get(name)
        setattr(item, name, _blank(name) if value is None else value)
    task.session.add(item)
    task.session.flush()
    return item


def _blank(name: str) -> Any:
    """What an element holds that the review did not ask for."""
    if name == "open_mode":
        return None
    return 0 if name in ("handling_days", "publicity_days") else ""


def _lines(text: Any) -> list[str]:
    return [line.strip() for line in str(text or "").splitlines() if line.strip()]


def _condition(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("text", "field", "operator", "value", "source")
    return {"no": f"C{number}", **{key: row.get(key) for key in keys}}


@stage.prepare("fill_item")
def prepare_entry(task: TaskContext) -> Prepared:
    """The item as it passed review, and why it was sent back if it was."""
    item, policy = _item_to_fill(task)
    others = [
        each
        for each in items.list_items(task.session, task.district_id, limit=200)
        if each.id != item.id and each.status != ItemStatus.CANCELLED
    ]
    facts = [Fact("政策", f"{policy.title}（{policy.doc_no or policy.number}）"), Fact("事项编号", item.number)]
    if item.launch_note:
        facts.append(Fact("退回填报的理由", item.launch_note))
    facts.append(Fact("提示", "填报内容应与审查通过的事项一致；有差异的，由政数局认定后才能上线。"))
    return Prepared(
        initial=_as_answers(item),
        options={
            "departments": case.department_options(task),
            "centres": centre_options(task),
            "other_items": tuple(Option(str(each.id), label_of(each)) for each in others),
        },
        facts=tuple(facts),
    )


def _item_to_fill(task: TaskContext) -> tuple[PolicyItem, Policy]:
    item = items.get_item(task.session, task.district_id, task.item or task.variables.get("item_id"))
    return item, policies.get_policy(task.session, task.district_id, item.policy_id)


@stage.user_task(
    "填报政策服务事项",
    errors=("ANSWERS_REFUSED", "GUIDE_LOCKED", "ITEM_ENTRY_LOCKED"),
)
def fill_item(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep the twenty elements.

    Raises BusinessError ITEM_ENTRY_LOCKED (G1) or GUIDE_LOCKED (G9), AnswersRefused when an element is missing.
    """
    item, policy = _item_to_fill(task)
    check_editable(item)
    check_unlocked(policy, policies.get(task.session, StandardizationReview, task.district_id, item.review_id))
    before = plain(elements_of(item))
    _check_complete(answers)
    _fill(item, answers)
    item.status, item.filled_by, item.filled_at, item.updated_at = ItemStatus.FILLED, task.actor.id, task.now, task.now
    after = plain(elements_of(item))
    return Result(changes={key: [before[key], after[key]] for key in after if before[key] != after[key]})


def _check_complete(answers: Mapping[str, Any]) -> None:
    """The form asks for every element already; a form that a process owner edited may not."""
    missing = missing_elements(answers)
    if missing:
        raise AnswersRefused(
            {element.keys[0]: [f"缺少要素：{element.number} {element.label}。"] for element in missing}
        )


def _fill(item: PolicyItem, answers: Mapping[str, Any]) -> None:
    applied_for = answers["disbursement_type"] == DisbursementType.APPLY
    for name in _SAME:
        setattr(item, name, answers.get(name) if answers.get(name) is not None else _blank(name))
    item.conditions = [_condition(n, plain(dict(row))) for n, row in enumerate(answers["conditions"], 1)]
    item.materials = [{"no": f"M{n}", **plain(dict(row))} for n, row in enumerate(answers.get("materials") or (), 1)]
    item.paper_required = any(row["paper_required"] for row in item.materials)
    item.handling_excludes = answers["handling_excludes"] or ""
    item.cap_fen, item.budget_fen = answers["cap"], answers["budget"]
    item.channels = answers.get("channels") if applied_for else None
    windowed = applied_for and item.channels != Channels.ONLINE
    item.window_org = answers.get("window_org") if windowed else None
    item.window_addr = (answers.get("window_addr") or "") if windowed else ""
    item.exclusive_item_ids = [str(UUID(str(each))) for each in answers["exclusive_items"]]
    item.specialised = answers["specialised"]
    item.expert_orgs = list(answers.get("expert_orgs") or ())
    item.joint_orgs = list(answers["joint_orgs"])
    item.tags = _lines(answers["tags"])


def _as_answers(item: PolicyItem) -> dict[str, Any]:
    answers: dict[str, Any] = {name: getattr(item, name) for name in _SAME}
    answers |= {
        "conditions": [{k: v for k, v in row.items() if k != "no" and v} for row in item.conditions],
        "materials": [{k: v for k, v in row.items() if k != "no" and v} for row in item.materials],
        "handling_excludes": item.handling_excludes,
        "cap": None if item.cap_fen is None else plain_yuan(item.cap_fen),
        "budget": None if item.budget_fen is None else plain_yuan(item.budget_fen),
        "channels": item.channels,
        "window_org": item.window_org,
        "window_addr": item.window_addr,
        "exclusive_items": list(item.exclusive_item_ids),
        "specialised": item.specialised,
        "expert_orgs": list(item.expert_orgs),
        "joint_orgs": list(item.joint_orgs),
        "tags": "\n".join(item.tags),
    }
    return {name: value for name, value in answers.items() if value not in (None, "", [])}
