"""Queries on policies, their texts, assessments, consultations and reviews. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.policy_words import ConsultationKind, PolicyStatus, ReviewResult
from storage.db import Base, new_id
from storage.models.policies import Policy, PolicyLesson, PolicyVersion, PreAssessment
from storage.models.policy_opinions import Consultation, FairCompetitionReview, Opinion
from storage.models.policy_reviews import ReviewGuidance, StandardizationReview
from storage.models.records import Attachment

Row = TypeVar("Row", bound=Base)

_NAMES: dict[type[Base], str] = {
    Policy: "这项政策",
    PolicyVersion: "这个政策文本",
    PreAssessment: "这份事前评估报告",
    Consultation: "这次意见征询",
    Opinion: "这条意见",
    StandardizationReview: "这次标准化审查",
    Attachment: "这个附件",
}


def get(session: Session, model: type[Row], district_id: str, row_id: UUID | str | None) -> Row:
    """The row with this id in the district. Raises NotFound, also for text that is no id."""
    try:
        key = None if row_id is None else UUID(str(row_id))
    except ValueError:
        key = None
    row = None if key is None else session.get(model, (district_id, key))
    if row is None:
        raise NotFound(f"没有找到{_NAMES.get(model, '这条记录')}。它可能已被移走，请刷新后重试。")
    return row


def get_policy(session: Session, district_id: str, policy_id: UUID | str) -> Policy:
    """The policy with this id. Raises NotFound."""
    return get(session, Policy, district_id, policy_id)


def find_policy_of_instance(session: Session, district_id: str, root_id: UUID) -> Policy | None:
    """The policy whose lifecycle is the case with this root."""
    return session.scalar(select(Policy).where(Policy.district_id == district_id, Policy.instance_id == root_id))


def list_policies(
    session: Session,
    district_id: str,
    *,
    statuses: Sequence[str] = (),
    maker_org: str | None = None,
    text: str | None = None,
    visible: ColumnElement[bool] | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Policy]:
    """Policies, newest first, by state, department and words of the title or number; `visible` narrows them."""
    query = select(Policy).where(*_conditions(district_id, statuses, maker_org, text, visible))
    return session.scalars(query.order_by(Policy.created_at.desc(), Policy.id).limit(limit).offset(offset)).all()


def count_policies(
    session: Session,
    district_id: str,
    *,
    statuses: Sequence[str] = (),
    maker_org: str | None = None,
    text: str | None = None,
    visible: ColumnElement[bool] | None = None,
) -> int:
    """How many policies `list_policies` would find without its limit."""
    conditions = _conditions(district_id, statuses, maker_org, text, visible)
    query = select(func.count()).select_from(Policy).where(*conditions)
    return session.scalar(query) or 0


def _conditions(
    district_id: str,
    statuses: Sequence[str],
    maker_org: str | None,
    text: str | None,
    visible: ColumnElement[bool] | None,
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Policy.district_id == district_id]
    if visible is not None:
        conditions.append(visible)
    if statuses:
        conditions.append(Policy.status.in_(statuses))
    if maker_org is not None:
        conditions.append(Policy.maker_org == maker_org)
    if text:
        conditions.append(
            or_(Policy.title.contains(text, autoescape=True), Policy.number.contains(text, autoescape=True))
        )
    return conditions


def list_comparable(session: Session, policy: Policy, *, limit: int = 500) -> Sequence[Policy]:
    """Other policies of the district for people of the same kind, newest first: candidates for 'similar'."""
    query = (
        select(Policy)
        .where(
            Policy.district_id == policy.district_id,
            Policy.id != policy.id,
            Policy.status.not_in((PolicyStatus.STOPPED, PolicyStatus.NOT_ISSUED)),
        )
        .order_by(Policy.created_at.desc(), Policy.id)
        .limit(limit)
    )
    return session.scalars(query).all()


def list_versions(session: Session, policy: Policy) -> Sequence[PolicyVersion]:
    """All texts of a policy, newest first."""
    query = (
        select(PolicyVersion)
        .where(PolicyVersion.district_id == policy.district_id, PolicyVersion.policy_id == policy.id)
        .order_by(PolicyVersion.version_no.desc())
    )
    return session.scalars(query).all()


def find_version(session: Session, policy: Policy, digest: str) -> PolicyVersion | None:
    """The newest version of the policy with exactly this text."""
    return next((version for version in list_versions(session, policy) if version.digest == digest), None)


def add_version(session: Session, policy: Policy, attachment: Attachment, version: PolicyVersion) -> PolicyVersion:
    """Number a new text, tie it to its file and keep it. The file's digest is the text's identity."""
    last = session.scalar(
        select(func.max(PolicyVersion.version_no)).where(
            PolicyVersion.district_id == policy.district_id, PolicyVersion.policy_id == policy.id
        )
    )
    version.district_id, version.id, version.policy_id = policy.district_id, new_id(), policy.id
    version.version_no = (last or 0) + 1
    version.attachment_id, version.digest = attachment.id, attachment.digest
    session.add(version)
    session.flush()
    return version


def find_assessment(session: Session, policy: Policy) -> PreAssessment | None:
    """The newest pre-assessment of a policy."""
    query = (
        select(PreAssessment)
        .where(PreAssessment.district_id == policy.district_id, PreAssessment.policy_id == policy.id)
        .order_by(PreAssessment.round_no.desc())
        .limit(1)
    )
    return session.scalar(query)


def find_consultation(
    session: Session, policy: Policy, *, kind: str = ConsultationKind.FORMULATION
) -> Consultation | None:
    """The newest consultation of a kind on a policy."""
    query = (
        select(Consultation)
        .where(
            Consultation.district_id == policy.district_id,
            Consultation.policy_id == policy.id,
            Consultation.kind == kind,
        )
        .order_by(Consultation.round_no.desc())
        .limit(1)
    )
    return session.scalar(query)


def list_public_consultations(session: Session, district_id: str, *, on: date) -> Sequence[tuple[Policy, Consultation]]:
    """Drafts on which the public may comment on that day, the one that closes first at the top."""
    query = (
        select(Policy, Consultation)
        .join(Consultation, (Consultation.district_id == Policy.district_id) & (Consultation.policy_id == Policy.id))
        .where(
            Policy.district_id == district_id,
            ~Policy.confidential,
            Consultation.published_at.is_not(None),
            Consultation.comment_from <= on,
            Consultation.comment_to >= on,
        )
        .order_by(Consultation.comment_to, Consultation.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def list_opinions(session: Session, consultation: Consultation) -> Sequence[Opinion]:
    """All opinions of a consultation, also those still awaited, in the order they were asked for."""
    query = (
        select(Opinion)
        .where(Opinion.district_id == consultation.district_id, Opinion.consultation_id == consultation.id)
        .order_by(Opinion.id)
    )
    return session.scalars(query).all()


def find_fair_review(session: Session, policy: Policy) -> FairCompetitionReview | None:
    """The newest fair-competition review of a policy: the one that counts (gate G1b)."""
    query = (
        select(FairCompetitionReview)
        .where(FairCompetitionReview.district_id == policy.district_id, FairCompetitionReview.policy_id == policy.id)
        .order_by(FairCompetitionReview.reviewed_at.desc(), FairCompetitionReview.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def list_consultations(session: Session, policy: Policy) -> Sequence[Consultation]:
    """All rounds of asking for opinions on a policy, newest first."""
    query = (
        select(Consultation)
        .where(Consultation.district_id == policy.district_id, Consultation.policy_id == policy.id)
        .order_by(Consultation.opened_at.desc(), Consultation.id.desc())
    )
    return session.scalars(query).all()


def list_reviews(session: Session, policy: Policy) -> Sequence[StandardizationReview]:
    """All standardization reviews of a policy, newest first."""
    return session.scalars(_reviews(policy)).all()


def find_review_of_text(session: Session, policy: Policy, digest: str) -> StandardizationReview | None:
    """The latest review of exactly this text, whatever its result (gate G1)."""
    return session.scalar(_reviews(policy).where(StandardizationReview.digest == digest).limit(1))


def find_passed_review(session: Session, policy: Policy) -> StandardizationReview | None:
    """The latest review that any text of the policy passed."""
    return session.scalar(_reviews(policy).where(StandardizationReview.result == ReviewResult.PASSED).limit(1))


def find_open_review(session: Session, policy: Policy) -> StandardizationReview | None:
    """A review of the policy that is still under way."""
    return session.scalar(_reviews(policy).where(StandardizationReview.result.is_(None)).limit(1))


def _reviews(policy: Policy) -> Select[StandardizationReview]:
    return (
        select(StandardizationReview)
        .where(StandardizationReview.district_id == policy.district_id, StandardizationReview.policy_id == policy.id)
        .order_by(StandardizationReview.submitted_at.desc(), StandardizationReview.id.desc())
    )


def list_guidances(session: Session, policy: Policy) -> Sequence[ReviewGuidance]:
    """Guidance asked for and given on a policy, newest first."""
    query = (
        select(ReviewGuidance)
        .where(ReviewGuidance.district_id == policy.district_id, ReviewGuidance.policy_id == policy.id)
        .order_by(ReviewGuidance.asked_at.desc(), ReviewGuidance.id.desc())
    )
    return session.scalars(query).all()


def list_lessons(session: Session, district_id: str, *, limit: int = 500) -> Sequence[tuple[Policy, PolicyLesson]]:
    """What earlier policies have taught, newest first, each with its policy (R25)."""
    query = (
        select(Policy, PolicyLesson)
        .join(PolicyLesson, (PolicyLesson.district_id == Policy.district_id) & (PolicyLesson.policy_id == Policy.id))
        .where(Policy.district_id == district_id)
        .order_by(PolicyLesson.learned_at.desc(), PolicyLesson.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def add_lesson(session: Session, policy: Policy, text: str, *, by: UUID, at: datetime) -> PolicyLesson:
    """Keep what a policy has taught; post-evaluation calls this with the experience it found."""
    lesson = PolicyLesson(
        district_id=policy.district_id, id=new_id(), policy_id=policy.id, text=text, learned_by=by, learned_at=at
    )
    session.add(lesson)
    return lesson
