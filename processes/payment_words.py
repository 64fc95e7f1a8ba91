"""States and outcomes of paying benefits and of evaluating a policy: the only spelling of each."""

from __future__ import annotations

from enum import StrEnum


class BatchStatus(StrEnum):
    """Where a disbursement batch stands (P08, P15, P16)."""

    DRAFTED = "拟定"
    CONFIRMED = "名单已确认"
    PUBLISHED = "公示中"
    APPROVED = "已审批"
    SHORT = "额度不足"
    FUNDED = "资金已确认"
    SENT = "支付中"
    PAID = "已兑现"
    BOUNCED = "全部未到账"
    EMPTY = "无可兑现"
    STOPPED = "已停止"
    REPORTED = "汇总已报"


#: Batches whose money is promised: it counts against the budget though it is not paid yet (gate G7).
COMMITTED: tuple[BatchStatus, ...] = (BatchStatus.FUNDED, BatchStatus.SENT)

#: Batches that have come to their end.
ENDED: tuple[BatchStatus, ...] = (
    BatchStatus.PAID,
    BatchStatus.BOUNCED,
    BatchStatus.EMPTY,
    BatchStatus.STOPPED,
    BatchStatus.REPORTED,
)


class LineState(StrEnum):
    """Where one payee of a batch stands. Only 在批 lines are paid."""

    IN_BATCH = "在批"
    EXCLUDED = "已剔除"
    WAITING = "异议待决"
    PAID = "已支付"
    FAILED = "未到账"
    DROPPED = "已退出"


#: Lines that hold an application or a list row: it cannot be in a second batch at the same time.
HOLDING: tuple[LineState, ...] = (LineState.IN_BATCH, LineState.PAID)


class PaymentOutcome(StrEnum):
    """What the bank's receipt says of a line (F27)."""

    SUCCESS = "成功"
    FAILURE = "失败"
    BOUNCED = "退回"


class ListDecision(StrEnum):
    """Whether a row of a beneficiary list gets the benefit (F29)."""

    GRANTED = "享受"
    EXCLUDED = "剔除"


class PublicityKind(StrEnum):
    """What is made public. The first two run for a period before money is paid, the others stay for good (R03)."""

    RESULTS = "兑现结果公示"
    AUTO_LIST = "免申名单公示"
    PAID = "兑现结果公开"
    STATISTICS = "汇总数据公开"


#: Publicity that payment waits for (gate G6).
BEFORE_PAYMENT: tuple[PublicityKind, ...] = (PublicityKind.RESULTS, PublicityKind.AUTO_LIST)


class BudgetChoice(StrEnum):
    """What the department does when the money does not suffice (P08 step 7)."""

    TRANSFER = "调剂"
    QUEUE = "排队"
    STOP = "停止申报"


class Achievement(StrEnum):
    """How far a policy reached what it was made for (F32)."""

    REACHED = "达到预期"
    PARTLY = "部分达到"
    MISSED = "未达到"


class Recommendation(StrEnum):
    """What follows for the policy (F32)."""

    CONTINUE = "延续"
    REVISE = "修订延续"
    END = "终止"


#: Recommendations that start a following policy.
CONTINUING: tuple[Recommendation, ...] = (Recommendation.CONTINUE, Recommendation.REVISE)
