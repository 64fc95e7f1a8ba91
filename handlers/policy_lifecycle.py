"""Tasks of the lifecycle itself: initiate, revise, register the issue, archive (长新党政办发〔2022〕24号, 三(二))."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from forms.answers import plain
from forms.model import Option
from handlers import case
from handlers.issue_gate import reviewed_text
from handlers.stage import Fact, Prepared, Result, Stage, TaskContext
from processes.money import plain_yuan
from processes.policy_words import PolicyStatus
from storage import archives, policies
from storage.db import new_id
from storage.models.policies import Policy, PolicyArchive
from storage.models.records import Attachment
from storage.numbers import next_number
from storage.people import list_holders

stage = Stage("policy_lifecycle")

#: Fields of the initiation form that are columns of the policy under the same name.
_SAME = (
    "title",
    "target",
    "level",
    "role",
    "background",
    "specialised",
    "economic_activity",
    "major_decision",
    "planned_issue_on",
    "lessons_read",
)

#: From this round of consultation on, the department is told to talk to 政数局 first (P00 step 5).
_MANY_ROUNDS = 3


@stage.prepare("initiate_policy")
def prepare_initiation(task: TaskContext) -> Prepared:
    """Departments for which the person may make policies, and what earlier policies have taught."""
    predecessor = task.variables.get("predecessor_policy_id")
    facts = case.lesson_facts(task)
    initial: dict[str, Any] = {}
    if predecessor:
        before = policies.get_policy(task.session, task.district_id, predecessor)
        facts = (Fact("前一政策", f"{before.number}《{before.title}》"), *facts)
        initial = _as_answers(before)
    return Prepared(initial=initial, options=_options(task), facts=facts)


@stage.user_task(
    "登记政策立项",
    outputs=("policy_id", "maker_org", "specialised", "economic_activity", "major_decision"),
    irreversible=True,
    makes=("Policy",),
)
def initiate_policy(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Make the policy's record and give it its number; the case is known by that number from now on."""
    predecessor = task.variables.get("predecessor_policy_id")
    policy = Policy(
        district_id=task.district_id,
        id=new_id(),
        number=next_number(task.session, task.district_id, "ZC", on=task.today, width=4),
        status=PolicyStatus.DRAFTED,
        maker_org=answers["maker_org"],
        predecessor_id=UUID(str(predecessor)) if predecessor else None,
        instance_id=task.root_id,
        created_by=task.actor.id,
        created_at=task.now,
        updated_at=task.now,
    )
    _fill(policy, answers)
    task.session.add(policy)
    return Result(
        outputs={"policy_id": str(policy.id), "maker_org": policy.maker_org, **_flags(policy)},
        business_key=policy.number,
        title=policy.title,
    )


@stage.prepare("revise_initiation")
def prepare_revision(task: TaskContext) -> Prepared:
    """What was registered, and what the assessment said."""
    policy = case.policy_of(task)
    assessment = policies.find_assessment(task.session, policy)
    facts = [Fact("评估结论", "还没有评估报告" if assessment is None else assessment.conclusion)]
    if assessment is not None and assessment.sign_opinion:
        facts.append(Fact("主要负责人意见", assessment.sign_opinion))
    return Prepared(initial=_as_answers(policy), options=_options(task), facts=(*facts, *case.lesson_facts(task)))


@stage.user_task("修改立项", outputs=("specialised", "economic_activity", "major_decision"))
def revise_initiation(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Change what was registered; old and new go into the history."""
    policy = case.policy_of(task)
    before = {name: plain(getattr(policy, name)) for name in _SAME}
    _fill(policy, answers)
    policy.updated_at = task.now
    after = {name: plain(getattr(policy, name)) for name in _SAME}
    changes = {name: [before[name], after[name]] for name in _SAME if before[name] != after[name]}
    return Result(outputs=_flags(policy), title=policy.title, changes=changes)


@stage.prepare("revise_draft")
def prepare_draft(task: TaskContext) -> Prepared:
    """The clauses of the text that was consulted on, and how the consultation ended."""
    policy = case.policy_of(task)
    versions = policies.list_versions(task.session, policy)
    consultation = policies.find_consultation(task.session, policy)
    rounds = "0" if consultation is None else str(consultation.round_no)
    facts = [Fact("已征询轮次", rounds), *(Fact("现有文本", _version_words(each)) for each in versions[:1])]
    if consultation is not None and consultation.round_no >= _MANY_ROUNDS:
        facts.append(Fact("提醒", "征询轮次较多，请先与政数局会商后再修改。"))
    return Prepared(initial={"clauses": versions[0].clauses} if versions else {}, facts=tuple(facts))


@stage.user_task("修改政策草案", outputs=("text_version_id",), errors=("ANSWERS_REFUSED",), makes=("PolicyVersion",))
def revise_draft(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep the new text; the next round of consultation is about it."""
    version = case.take_text(task, case.policy_of(task), answers, field="text_file")
    return Result(outputs={"text_version_id": str(version.id)})


@stage.prepare("register_issue")
def prepare_issue(task: TaskContext) -> Prepared:
    """Which text passed review, so that nobody uploads another."""
    policy = case.policy_of(task)
    review = policies.find_passed_review(task.session, policy)
    if review is None:
        return Prepared(facts=(Fact("标准化审查", "没有通过的审查结论，不得出台。"),))
    words = f"{review.number}，{case.in_words(review.decided_at)}通过，文本哈希 {case.short(review.digest)}…"
    return Prepared(facts=(Fact("可以出台的文本", words),))


@stage.user_task(
    "登记政策出台",
    irreversible=True,
    errors=("FAIR_COMPETITION_NOT_PASSED", "REVIEW_EXPIRED", "TEXT_NOT_REVIEWED"),
)
def register_issue(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Record that the policy was issued. Gate G1: only the very text that passed review (三(二)2).

    Raises BusinessError TEXT_NOT_REVIEWED, REVIEW_EXPIRED or FAIR_COMPETITION_NOT_PASSED, before writing.
    """
    policy = case.policy_of(task)
    final = policies.get(task.session, Attachment, task.district_id, case.single_file(answers, "final_text"))
    review = reviewed_text(task, policy, final)
    case.check_fair_competition(task, policy)
    before = str(policy.status)
    for name in ("doc_no", "index_no", "issuing_body", "signed_on", "published_on", "effective_from", "effective_to"):
        setattr(policy, name, answers[name])
    policy.confidential = answers["confidential"]
    policy.confidential_reason = answers.get("confidential_reason")
    policy.issued_review_id, policy.issued_digest = review.id, review.digest
    policy.issued_version_id = review.policy_version_id
    case.move_status(policy, PolicyStatus.ISSUED, at=task.now)
    return Result(
        changes={
            "status": [before, str(policy.status)],
            "doc_no": [None, policy.doc_no],
            "issued_sha256": [None, review.digest],
        }
    )


class ArchiveParameters(Schema):
    policy_id = fields.String(required=True, metadata={"label": "政策"})


@stage.service("归档政策", parameters=ArchiveParameters, irreversible=True, makes=("PolicyArchive",))
def archive_policy(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """List everything the policy's case left behind, with a digest over all of it (R02), and close the policy."""
    policy = policies.get_policy(task.session, task.district_id, parameters["policy_id"])
    contents = archives.archive_contents(task.session, policy, task.root_id)
    archive = PolicyArchive(
        district_id=task.district_id,
        id=new_id(),
        policy_id=policy.id,
        contents=contents,
        digest=archives.digest_of(contents),
        archived_at=task.now,
    )
    task.session.add(archive)
    before = str(policy.status)
    policy.status, policy.archived_at, policy.updated_at = PolicyStatus.ARCHIVED, task.now, task.now
    return Result(changes={"status": [before, str(policy.status)], "archive_sha256": [None, archive.digest]})


@stage.anchor("issue_on")
def issued_or_planned_on(session: Session, district_id: str, variables: Mapping[str, Any]) -> date | None:
    """The day the policy was published, else the day it is planned for (anchor of DL11 and DL21)."""
    if not variables.get("policy_id"):
        return None
    policy = policies.get_policy(session, district_id, variables["policy_id"])
    return policy.published_on or policy.planned_issue_on


def _options(task: TaskContext) -> dict[str, tuple[Option, ...]]:
    departments = case.department_options(task)
    mine = tuple(each for each in departments if task.actor.holds("maker", str(each.value)))
    holders = list_holders(task.session, task.district_id, "maker", None, on=task.today)
    known = policies.list_policies(task.session, task.district_id, limit=200)
    return {
        "departments": departments,
        "maker_orgs": mine or departments,
        "contacts": tuple(Option(str(user.id), user.name) for user in holders),
        "policies": tuple(Option(str(each.id), f"{each.number} {each.title}") for each in known),
    }


def _fill(policy: Policy, answers: Mapping[str, Any]) -> None:
    """Copy the form into the record."""
    for name in _SAME:
        setattr(policy, name, answers[name])
    policy.implementer_orgs = list(answers["implementer_orgs"])
    policy.legal_basis = [line for line in (answers["legal_basis"] or "").splitlines() if line.strip()]
    policy.budget_total_fen = answers["budget_total"]
    policy.fund_sources = plain(list(answers["fund_sources"]))
    policy.contact_id = UUID(str(answers["contact"]))
    policy.related_ids = [str(each) for each in answers["related_policies"]]


def _as_answers(policy: Policy) -> dict[str, Any]:
    """The record as answers of the initiation form."""
    answers = {name: plain(getattr(policy, name)) for name in _SAME if name != "lessons_read"}
    answers |= {
        "maker_org": policy.maker_org,
        "implementer_orgs": list(policy.implementer_orgs),
        "legal_basis": "\n".join(policy.legal_basis),
        "fund_sources": policy.fund_sources,
        "related_policies": list(policy.related_ids),
        "contact": None if policy.contact_id is None else str(policy.contact_id),
        "budget_total": None if policy.budget_total_fen is None else plain_yuan(policy.budget_total_fen),
    }
    return {name: value for name, value in answers.items() if value is not None}


def _flags(policy: Policy) -> dict[str, bool]:
    return {
        "specialised": policy.specialised,
        "economic_activity": policy.economic_activity,
        "major_decision": policy.major_decision,
    }


def _version_words(version: Any) -> str:
    return f"第 {version.version_no} 版，{case.in_words(version.created_at)}，哈希 {case.short(version.digest)}…"
