"""What must hold for a line to be paid (gates G6 and G7): one sentence per line that may not stay in its batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from forms.identifiers import is_account
from handlers.stage import TaskContext
from processes.application_words import UNPAID, ApplicationStatus, CreditState, ExclusiveChoice
from processes.money import format_yuan
from storage.applications import list_review_opinions
from storage.disbursements import list_applications, list_other_lines, list_payees
from storage.models.applications import Applicant, Application
from storage.models.disbursements import DisbursementBatch, DisbursementLine
from storage.models.items import PolicyItem
from storage.objections import disputed_beneficiaries, disputed_ids

Other = tuple[DisbursementLine, DisbursementBatch, PolicyItem]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a line leaves the batch. `code` is a domain error code; the sentence says what to do next."""

    code: str
    message: str


class LineRules:
    """The rules over one batch, with everything they look at read once."""

    def __init__(self, task: TaskContext, batch: DisbursementBatch, item: PolicyItem) -> None:
        self.task, self.batch, self.item = task, batch, item
        self.applications = list_applications(task.session, batch)
        self.applicants = list_payees(task.session, batch)
        self._disputed = disputed_ids(task.session, task.district_id, list(self.applications))
        self._disputed_names = disputed_beneficiaries(task.session, item)
        self._others: dict[UUID, list[Other]] = defaultdict(list)
        for other in list_other_lines(task.session, batch):
            self._others[other[0].applicant_id].append(other)

    def application(self, line: DisbursementLine) -> Application | None:
        """The application behind a line; None for a row of a list."""
        return None if line.application_id is None else self.applications[line.application_id]

    def is_disputed(self, line: DisbursementLine) -> bool:
        """True while an objection to the application, or to the listed name, is open (gate G6)."""
        if line.application_id is not None:
            return line.application_id in self._disputed
        return self.applicants[line.applicant_id].name in self._disputed_names

    def refusal(self, line: DisbursementLine, *, ahead_fen: int) -> Refusal | None:
        """Why the line may not be paid, or None. `ahead_fen`: what the same payee gets in this batch before it."""
        applicant = self.applicants[line.applicant_id]
        return (
            self._not_approved(line)
            or _wrong_account(line, applicant)
            or _restricted(applicant)
            or self._paid_twice(line)
            or self._excluded(line)
            or self._above_cap(line, ahead_fen)
        )

    def _not_approved(self, line: DisbursementLine) -> Refusal | None:
        application = self.application(line)
        if application is None:
            return None
        if application.status == ApplicationStatus.REVOKED:
            return Refusal("REVOKED", f"申报 {application.number} 因异议成立已撤销，不再兑现。")
        if application.status not in UNPAID or application.approved_fen is None or application.approver_id is None:
            return Refusal("NOT_APPROVED", f"申报 {application.number} 没有审定通过的结论（{application.status}）。")
        return None

    def _paid_twice(self, line: DisbursementLine) -> Refusal | None:
        """The same item, by list and by list or application, for days in common (scenario 26)."""
        for other, batch, item in self._others[line.applicant_id]:
            from_lists = line.row_id is not None or other.row_id is not None
            common = batch.period_from <= self.batch.period_to and batch.period_to >= self.batch.period_from
            if item.id == self.item.id and from_lists and common:
                return Refusal("DUPLICATE_BENEFIT", f"本期已在批次 {batch.number} 中兑现或待兑现，不能重复享受。")
        return None

    def _excluded(self, line: DisbursementLine) -> Refusal | None:
        for _, batch, item in self._others[line.applicant_id]:
            if excludes(self.item, item) and not self._chosen(line):
                return Refusal(
                    "DUPLICATE_BENEFIT",
                    f"已享受互斥事项“{item.name}”（批次 {batch.number}），按就高不重复的原则不再兑现本事项。",
                )
        return None

    def _chosen(self, line: DisbursementLine) -> bool:
        """True when the reviewers decided for this item and deducted what the other one gave (就高不重复)."""
        application = self.application(line)
        if application is None:
            return False
        opinions = list_review_opinions(self.task.session, application)
        return any(each.details.get("exclusive_choice") == ExclusiveChoice.THIS for each in opinions)

    def _above_cap(self, line: DisbursementLine, ahead_fen: int) -> Refusal | None:
        if self.item.cap_fen is None:
            return None
        same_year = [
            other.amount_fen
            for other, batch, item in self._others[line.applicant_id]
            if item.id == self.item.id and batch.budget_year == self.batch.budget_year
        ]
        over = sum(same_year) + ahead_fen + line.amount_fen - self.item.cap_fen
        if over <= 0:
            return None
        cap = format_yuan(self.item.cap_fen)
        return Refusal("CAP_EXCEEDED", f"超过每个主体每年最高 {cap} 元的上限 {format_yuan(over)} 元，请核减后再兑现。")


def excludes(one: PolicyItem, other: PolicyItem) -> bool:
    """True when either of two items names the other as mutually exclusive."""
    if one.id == other.id:
        return False
    named = {str(each) for each in one.exclusive_item_ids}, {str(each) for each in other.exclusive_item_ids}
    return str(other.id) in named[0] or str(one.id) in named[1]


def _wrong_account(line: DisbursementLine, applicant: Applicant) -> Refusal | None:
    if line.payee != applicant.name:
        return Refusal(
            "ACCOUNT_MISMATCH", f"收款户名“{line.payee}”与申报主体名称不一致，请申报主体更正账户后纳入下一批。"
        )
    if not is_account(line.account):
        return Refusal("ACCOUNT_MISMATCH", "没有可用的收款账号，请申报主体更正账户后纳入下一批。")
    return None


def _restricted(applicant: Applicant) -> Refusal | None:
    if applicant.credit_state == CreditState.RESTRICTED:
        return Refusal("CREDIT_RESTRICTED", "有失信限制，信用修复后再兑现。")
    return None


def totals(lines: Sequence[DisbursementLine]) -> int:
    """The sum of the lines in 分."""
    return sum(line.amount_fen for line in lines)
