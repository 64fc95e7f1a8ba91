"""States and choices of applying for a benefit, of its review and of objecting to it: the only spelling of each.

Values are what people read, except the reason codes, which stand in diagrams and statistics.
"""

from __future__ import annotations

from enum import StrEnum


class ApplicationStatus(StrEnum):
    """Where an application stands in its life (domain state machine 7.5)."""

    DRAFT = "草稿"
    SUBMITTED = "已提交"
    CORRECTING = "补正中"
    ACCEPTED = "已受理"
    FIRST_REVIEW = "初审"
    SECOND_REVIEW = "复审"
    APPROVED = "审定通过"
    IN_PUBLICITY = "公示中"
    AWAITING_PAYMENT = "待兑现"
    PAYING = "兑现中"
    PAID = "已兑现"
    FINISHED = "办结"
    NOT_ACCEPTED = "不予受理"
    RETURNED = "补正逾期退回"
    REJECTED = "审查不通过"
    WITHDRAWN = "撤回"
    REVOKED = "异议成立撤销"
    QUIT = "政策终止退出"


#: Handed in, and nobody has decided to grant it yet: what an applicant may still withdraw.
UNDECIDED: tuple[ApplicationStatus, ...] = (
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.CORRECTING,
    ApplicationStatus.ACCEPTED,
    ApplicationStatus.FIRST_REVIEW,
    ApplicationStatus.SECOND_REVIEW,
)

#: Granted and not yet paid: what waits for publicity and for a batch.
UNPAID: tuple[ApplicationStatus, ...] = (
    ApplicationStatus.APPROVED,
    ApplicationStatus.IN_PUBLICITY,
    ApplicationStatus.AWAITING_PAYMENT,
    ApplicationStatus.PAYING,
)

#: Granted: the approved amount counts against the budget of the item and the cap of the applicant (gate G7).
GRANTED: tuple[ApplicationStatus, ...] = (*UNPAID, ApplicationStatus.PAID, ApplicationStatus.FINISHED)

#: Under way: a second application for the same item by the same applicant is a duplicate.
RUNNING: tuple[ApplicationStatus, ...] = (*UNDECIDED, *UNPAID)

#: Ended without the benefit.
REFUSED: tuple[ApplicationStatus, ...] = (
    ApplicationStatus.NOT_ACCEPTED,
    ApplicationStatus.RETURNED,
    ApplicationStatus.REJECTED,
)


class ApplicantKind(StrEnum):
    ENTERPRISE = "企业"
    SOLE_TRADER = "个体工商户"
    ASSOCIATION = "社会组织"
    RESIDENT = "居民"


class CreditState(StrEnum):
    """What the reviewers found of the applicant's standing; nobody has looked until one of them says so."""

    UNKNOWN = "未核查"
    CLEAR = "无失信限制"
    RESTRICTED = "有失信限制"


class Channel(StrEnum):
    """Where the application came in; decided by the post of the person who started it."""

    ONLINE = "线上"
    WINDOW = "窗口"


class HandedIn(StrEnum):
    """How a document reached the desk."""

    FILE = "电子件"
    PAPER = "纸质件"
    SHARED = "数据共享"
    MISSING = "暂缺"


class Formal(StrEnum):
    """Result of the formal check of one document."""

    PASSED = "合格"
    FAILED = "不合格"
    TOLERATED = "容缺后补"


class AcceptResult(StrEnum):
    ACCEPTED = "受理"
    CORRECTION = "补正"
    REFUSED = "不予受理"


class ReviewStage(StrEnum):
    """At which point of the review an opinion was given."""

    FIRST = "初审"
    EXPERT = "专家"
    SITE = "现场核查"
    JOINT = "会办"
    SECOND = "复审"
    DECISION = "审定"


class Verdict(StrEnum):
    """What a reviewer says of an application."""

    PASSED = "通过"
    RETURNED = "退回上一环节"
    FAILED = "不通过"


class ReasonCode(StrEnum):
    """Why an application is not granted. The words stand in REASONS."""

    NOT_ELIGIBLE = "Q1"
    CONDITION_NOT_MET = "Q2"
    UNTRUE = "Q3"
    DUPLICATE = "Q4"
    TOO_LATE = "Q5"
    BUDGET_SPENT = "Q6"
    CREDIT = "Q7"
    OTHER = "Q9"


REASONS: dict[ReasonCode, str] = {
    ReasonCode.NOT_ELIGIBLE: "主体不符",
    ReasonCode.CONDITION_NOT_MET: "条件不满足",
    ReasonCode.UNTRUE: "材料不实",
    ReasonCode.DUPLICATE: "重复享受",
    ReasonCode.TOO_LATE: "超出时限",
    ReasonCode.BUDGET_SPENT: "额度用尽",
    ReasonCode.CREDIT: "信用限制",
    ReasonCode.OTHER: "其他",
}


class ExclusiveChoice(StrEnum):
    """Which of two mutually exclusive items the applicant gets (就高不重复)."""

    THIS = "享受本事项（已享受的从中扣减）"
    OTHER = "保留互斥事项，本件不予支持"


class PaymentResult(StrEnum):
    """What the message PaymentResult tells an application."""

    PAID = "成功"
    FAILED = "失败"
    REVOKED = "撤销"


class ObjectionKind(StrEnum):
    OBJECTION = "异议"
    BAD_RATING = "差评"


class ObjectionTarget(StrEnum):
    """What the objection is about."""

    APPLICATION = "申报"
    PUBLICITY = "公示"


class ObjectionResult(StrEnum):
    UPHELD = "成立"
    PARTLY = "部分成立"
    DISMISSED = "不成立"


class Effect(StrEnum):
    """What an objection changes in the benefit."""

    KEEP = "维持"
    REDUCE = "调减"
    REVOKE = "撤销"


#: Ratings that open an objection by themselves (好差评: 不满意 and 非常不满意).
WORST_ACCEPTABLE_RATING = 3


class ApplicantEventKind(StrEnum):
    """What somebody did to an applicant's own data, outside any case."""

    REGISTERED = "registered"
    CHANGED = "changed"
    OPENED = "opened"
    AUTHORISED = "authorised"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REVOKED = "revoked"
    EXPIRED = "expired"


class AgencyState(StrEnum):
    """Where an agent's authorisation stands on a day."""

    WAITING = "待接受"
    TO_COME = "未到起日"
    IN_FORCE = "有效"
    DECLINED = "已谢绝"
    REVOKED = "已撤销"
    OVER = "已到期"
