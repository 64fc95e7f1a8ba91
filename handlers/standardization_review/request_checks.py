"""What the service finds in an application before a person reads it: blocking problems and words to question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.stage import TaskContext
from processes.policy_elements import missing_elements
from processes.policy_words import AssessmentConclusion, Conclusion, Signature, SourceType
from processes.terms import TermFinding, lint
from storage import policies
from storage.models.policies import Policy, PolicyVersion
from storage.models.policy_reviews import StandardizationReview

#: Elements of an item whose wording the dictionary looks at.
_WORDED = {
    "beneficiary": "惠及对象",
    "conditions": "申报条件",
    "exclusions": "不予支持情形",
    "materials": "申报要件",
    "steps": "办理环节",
    "benefit_content": "兑现内容",
    "calc_rule": "兑现标准",
    "result_form": "结果形式",
}


def blocking_problems(task: TaskContext, review: StandardizationReview, policy: Policy) -> tuple[str, ...]:
    """Why the application cannot be read yet: elements, clauses without items, conclusions that are not there."""
    version = policies.get(task.session, PolicyVersion, task.district_id, review.policy_version_id)
    problems = [*_element_problems(review.items_proposed), *coverage_problems(version.clauses, review.items_proposed)]
    if not policy.inherited:
        problems += _conclusion_problems(task, policy)
    return tuple(problems)


def _element_problems(items: Sequence[Mapping[str, Any]]) -> list[str]:
    problems = []
    for number, item in enumerate(items, 1):
        missing = missing_elements(item)
        if missing:
            labels = "、".join(f"{element.number} {element.label}" for element in missing)
            problems.append(f"第 {number} 个事项“{item.get('name') or '未命名'}”缺少要素：{labels}。")
    return problems


def coverage_problems(clauses: Sequence[Mapping[str, Any]], items: Sequence[Mapping[str, Any]]) -> list[str]:
    """Clauses with a benefit that no item carries out, and items that name no clause of the text (100 %, line 19)."""
    known = {clause["clause_no"] for clause in clauses}
    benefits = [clause["clause_no"] for clause in clauses if clause["benefit"]]
    covered = {item["clause_no"] for item in items}
    problems = [f"条款“{number}”含兑现内容，但没有提炼为事项。" for number in benefits if number not in covered]
    problems += [
        f"事项“{item['name']}”的依据条款“{item['clause_no']}”在文本中不存在。"
        for item in items
        if item["clause_no"] not in known
    ]
    return problems


def _conclusion_problems(task: TaskContext, policy: Policy) -> list[str]:
    problems = []
    assessment = policies.find_assessment(task.session, policy)
    if assessment is None or assessment.sign_result != Signature.AGREED:
        problems.append("没有经主要负责人审签的事前评估报告。")
    elif assessment.conclusion == AssessmentConclusion.DROP:
        problems.append("事前评估的结论是“不建议制定”。")
    consultation = policies.find_consultation(task.session, policy)
    if consultation is None or consultation.confirmed_by is None or consultation.conclusion != Conclusion.FEASIBLE:
        return [*problems, "没有结论为“可行”并经主要负责人确认的意见征询。"]
    answered = {each.source_type for each in policies.list_opinions(task.session, consultation) if each.stance}
    missing = [source for source in (SourceType.LEGAL, SourceType.FINANCE) if source not in answered]
    return problems + [f"没有{source}的意见。" for source in missing]


def word_findings(clauses: Sequence[Mapping[str, Any]], items: Sequence[Mapping[str, Any]]) -> tuple[TermFinding, ...]:
    """What the dictionary of standard terms finds in the text's clauses and the items' elements."""
    texts = {f"条款 {clause['clause_no']}": str(clause["content"] or "") for clause in clauses}
    for item in items:
        texts |= {f"{item['name']}·{label}": str(item.get(key) or "") for key, label in _WORDED.items()}
    return lint(texts)
