"""The text drafted with the opinions, and its fair-competition review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.answers import plain
from forms.opinion_consultation import STANDARDS
from handlers import case
from handlers.opinion_consultation.register import consultation_of, stage
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.errors import AnswersRefused
from processes.policy_words import FairResult
from processes.terms import lint
from storage import policies
from storage.db import new_id
from storage.models.policies import PolicyVersion
from storage.models.policy_opinions import FairCompetitionReview


@stage.prepare("draft_text")
def prepare_text(task: TaskContext) -> Prepared:
    """What was said so far, and the clauses of the text before."""
    consultation, policy = consultation_of(task)
    facts = tuple(
        Fact(f"{each.source_type} {each.respondent}", f"{each.stance}：{each.text}")
        for each in policies.list_opinions(task.session, consultation)
        if each.stance is not None
    )
    versions = policies.list_versions(task.session, policy)
    return Prepared(initial={"clauses": versions[0].clauses} if versions else {}, facts=facts)


@stage.user_task("起草政策文本", outputs=("text_version_id",), errors=("ANSWERS_REFUSED",), makes=("PolicyVersion",))
def draft_text(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep the text as a version with its digest; the departments answer on this version."""
    consultation, policy = consultation_of(task)
    version = case.take_text(task, policy, answers, field="text_file")
    consultation.text_version_id = version.id
    findings = lint({f"第 {row['clause_no']} 条": row["content"] for row in version.clauses})
    return Result(
        outputs={"text_version_id": str(version.id)},
        changes={"text_sha256": [None, version.digest], "term_findings": [None, len(findings)]},
    )


@stage.prepare("review_fair_competition")
def prepare_fair_review(task: TaskContext) -> Prepared:
    """One line for each of the four groups of standards, and the text that is reviewed."""
    consultation, policy = consultation_of(task)
    facts = [Fact("政策", policy.title)]
    if consultation.text_version_id is not None:
        version = policies.get(task.session, PolicyVersion, task.district_id, consultation.text_version_id)
        facts.append(Fact("审查文本", f"第 {version.version_no} 版，哈希 {case.short(version.digest)}…"))
    return Prepared(initial={"findings": [{"standard": name} for name in STANDARDS]}, facts=tuple(facts))


@stage.user_task(
    "开展公平竞争审查", outputs=("fair_result",), errors=("ANSWERS_REFUSED",), makes=("FairCompetitionReview",)
)
def review_fair_competition(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep the conclusion; 不符合 shuts the way to standardization review and issue (gate G1b)."""
    consultation, policy = consultation_of(task)
    exception = answers["conclusion"] == FairResult.EXCEPTION
    if exception and answers["exception_until"] <= task.today:
        raise AnswersRefused({"exception_until": ["例外的期限应晚于今天。"]})
    task.session.add(
        FairCompetitionReview(
            district_id=task.district_id,
            id=new_id(),
            policy_id=policy.id,
            consultation_id=consultation.id,
            text_version_id=consultation.text_version_id,
            conclusion=answers["conclusion"],
            stakeholders=plain(list(answers["stakeholders_heard"])),
            findings=plain(list(answers["findings"])),
            exception_clause=answers["exception_clause"] if exception else None,
            exception_until=answers["exception_until"] if exception else None,
            reviewed_by=task.actor.id,
            reviewed_at=task.now,
        )
    )
    return Result(outputs={"fair_result": answers["conclusion"]})
