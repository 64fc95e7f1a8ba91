"""Queries on lists of those who need not apply, and on periodic reports. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from processes.payment_words import ENDED, LineState
from storage.models.applications import Applicant
from storage.models.disbursements import (
    BeneficiaryList,
    BeneficiaryRow,
    DisbursementBatch,
    DisbursementLine,
    PeriodicReport,
)
from storage.models.items import PolicyItem


def find_list(session: Session, batch: DisbursementBatch) -> BeneficiaryList | None:
    """The newest beneficiary list of a batch."""
    query = select(BeneficiaryList).where(
        BeneficiaryList.district_id == batch.district_id, BeneficiaryList.batch_id == batch.id
    )
    return session.scalar(query.order_by(BeneficiaryList.round_no.desc()).limit(1))


def list_rows(session: Session, beneficiaries: BeneficiaryList) -> Sequence[tuple[BeneficiaryRow, Applicant]]:
    """The rows of a beneficiary list in their order, each with who it is about."""
    query = (
        select(BeneficiaryRow, Applicant)
        .join(
            Applicant,
            and_(Applicant.district_id == BeneficiaryRow.district_id, Applicant.id == BeneficiaryRow.applicant_id),
        )
        .where(BeneficiaryRow.district_id == beneficiaries.district_id, BeneficiaryRow.list_id == beneficiaries.id)
        .order_by(BeneficiaryRow.row_no)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def list_unpaid_rows(session: Session, item: PolicyItem) -> Sequence[tuple[BeneficiaryRow, Applicant]]:
    """Rows of confirmed lists of the item whose money did not arrive or that waited: for the next list."""
    query = (
        select(BeneficiaryRow, Applicant)
        .join(
            DisbursementLine,
            and_(
                DisbursementLine.district_id == BeneficiaryRow.district_id,
                DisbursementLine.row_id == BeneficiaryRow.id,
                DisbursementLine.state.in_((LineState.FAILED, LineState.WAITING)),
            ),
        )
        .join(
            DisbursementBatch,
            and_(
                DisbursementBatch.district_id == DisbursementLine.district_id,
                DisbursementBatch.id == DisbursementLine.batch_id,
                DisbursementBatch.status.in_(ENDED),
            ),
        )
        .join(
            Applicant,
            and_(Applicant.district_id == BeneficiaryRow.district_id, Applicant.id == BeneficiaryRow.applicant_id),
        )
        .where(BeneficiaryRow.district_id == item.district_id, DisbursementBatch.item_id == item.id)
        .order_by(BeneficiaryRow.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def find_report(session: Session, batch: DisbursementBatch) -> PeriodicReport | None:
    """The newest periodic report of a batch."""
    query = select(PeriodicReport).where(
        PeriodicReport.district_id == batch.district_id, PeriodicReport.batch_id == batch.id
    )
    return session.scalar(query.order_by(PeriodicReport.round_no.desc()).limit(1))


def find_report_before(session: Session, batch: DisbursementBatch) -> PeriodicReport | None:
    """The confirmed report of the item for the nearest earlier period."""
    query = (
        select(PeriodicReport)
        .join(
            DisbursementBatch,
            and_(
                DisbursementBatch.district_id == PeriodicReport.district_id,
                DisbursementBatch.id == PeriodicReport.batch_id,
            ),
        )
        .where(
            PeriodicReport.district_id == batch.district_id,
            PeriodicReport.confirmed_at.is_not(None),
            DisbursementBatch.item_id == batch.item_id,
            DisbursementBatch.period_to < batch.period_from,
        )
        .order_by(DisbursementBatch.period_to.desc(), PeriodicReport.round_no.desc())
        .limit(1)
    )
    return session.scalar(query)
