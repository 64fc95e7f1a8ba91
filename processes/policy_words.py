"""States and outcomes of making a policy: the only spelling of each. Values are what people read."""

from __future__ import annotations

from enum import StrEnum


class PolicyStatus(StrEnum):
    """Where a policy stands in its life (domain state machine 7.5)."""

    DRAFTED = "草拟"
    ASSESSING = "评估中"
    CONSULTING = "征询中"
    REVIEWING = "审查中"
    REVIEWED = "审查通过"
    ISSUED = "已出台"
    LAUNCHING = "上线中"
    LAUNCHED = "已上线"
    RUNNING = "执行中"
    EXPIRED = "已到期"
    ABOLISHED = "已废止"
    EVALUATED = "已评估"
    ARCHIVED = "归档"
    STOPPED = "终止制定"
    NOT_ISSUED = "未出台"
    TO_AMEND = "待修改"
    TO_ABOLISH = "待废止"
    HELD = "暂停"


#: States that only a text whose review passed may reach (gate G1), 三(二)2.
ISSUED_STATES: tuple[PolicyStatus, ...] = (
    PolicyStatus.ISSUED,
    PolicyStatus.LAUNCHING,
    PolicyStatus.LAUNCHED,
    PolicyStatus.RUNNING,
    PolicyStatus.EXPIRED,
    PolicyStatus.ABOLISHED,
    PolicyStatus.EVALUATED,
)

#: Policies still in the making.
MAKING_STATES: tuple[PolicyStatus, ...] = (
    PolicyStatus.DRAFTED,
    PolicyStatus.ASSESSING,
    PolicyStatus.CONSULTING,
    PolicyStatus.REVIEWING,
    PolicyStatus.REVIEWED,
)


class Level(StrEnum):
    NATIONAL = "国家"
    PROVINCE = "省"
    CITY = "市"
    DISTRICT = "新区"


class DistrictRole(StrEnum):
    """What the district does with the policy: makes it, or carries out one made above."""

    MAKES = "制定"
    CARRIES_OUT = "落实"


class Target(StrEnum):
    ENTERPRISES = "惠企"
    RESIDENTS = "惠民"
    BOTH = "惠企惠民"


class AssessmentConclusion(StrEnum):
    MAKE = "建议制定"
    REVISE = "修改后制定"
    DROP = "不建议制定"


class ConsultationKind(StrEnum):
    FORMULATION = "制定征询"
    LAUNCH = "上线征询"


class Conclusion(StrEnum):
    """How a consultation ends; the first three for 制定征询, the last two for 上线征询. Nothing else (gate G11)."""

    FEASIBLE = "可行"
    AGAIN = "修改后再征询"
    INFEASIBLE = "不可行"
    CAN_LAUNCH = "可上线"
    CANNOT_LAUNCH = "不可上线"


CONCLUSIONS: dict[ConsultationKind, tuple[Conclusion, ...]] = {
    ConsultationKind.FORMULATION: (Conclusion.FEASIBLE, Conclusion.AGAIN, Conclusion.INFEASIBLE),
    ConsultationKind.LAUNCH: (Conclusion.CAN_LAUNCH, Conclusion.CANNOT_LAUNCH),
}

#: Conclusions that let the policy go on.
POSITIVE: frozenset[str] = frozenset((Conclusion.FEASIBLE, Conclusion.CAN_LAUNCH))


class SourceType(StrEnum):
    """Who gave an opinion."""

    ENTERPRISE = "企业"
    ASSOCIATION = "行业协会"
    CHAMBER = "商会"
    PUBLIC = "社会公众"
    EXPERT = "专家"
    LEGAL = "政法办"
    FINANCE = "财政局"
    DATA_BUREAU = "政数局"
    OTHER = "其他部门"


#: Departments that must answer before a consultation can end well: silence is never consent (三(一)2, 三(二)1).
MUST_REPLY: dict[ConsultationKind, tuple[SourceType, ...]] = {
    ConsultationKind.FORMULATION: (SourceType.LEGAL, SourceType.FINANCE),
    ConsultationKind.LAUNCH: (SourceType.LEGAL, SourceType.FINANCE, SourceType.DATA_BUREAU),
}


class Stance(StrEnum):
    AGREE = "同意"
    AGREE_IF_CHANGED = "修改后同意"
    DISAGREE = "不同意"


class LegalResult(StrEnum):
    PASSED = "通过"
    PASSED_IF_CHANGED = "修改后通过"
    FAILED = "不通过"


class FundResult(StrEnum):
    SECURED = "有保障"
    PARTLY = "部分保障"
    NOT_SECURED = "无保障"


class FairReply(StrEnum):
    """What 政法办 says of fair competition in its reply."""

    NOT_TOUCHED = "不涉及"
    CONFORMS = "符合"
    EXCEPTION = "适用例外"
    FAILED = "不符合"


class FairResult(StrEnum):
    """Conclusion of the fair-competition review (公平竞争审查)."""

    NO_EFFECT = "不具有排除限制竞争效果"
    EXCEPTION = "适用例外"
    FAILED = "不符合"


class Adoption(StrEnum):
    ADOPTED = "采纳"
    PARTLY = "部分采纳"
    REJECTED = "不采纳"


class ReviewResult(StrEnum):
    """Result of a standardization review. A review without one is still under way."""

    PASSED = "通过"
    RETURNED = "退回修改"
    FAILED = "不通过"
    WITHDRAWN = "撤回"


class LineResult(StrEnum):
    """Result of one line of the review's checklist."""

    PASSED = "合格"
    FAILED = "不合格"
    NOT_APPLICABLE = "不适用"


class Signature(StrEnum):
    """What a head says to a paper laid before him."""

    AGREED = "同意"
    RETURNED = "退回"
