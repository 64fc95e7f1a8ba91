"""The stage's registration, and what its forms share."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from handlers.benefit import facts_about
from handlers.stage import Fact, Stage, TaskContext
from processes.application_words import REASONS, ReasonCode, ReviewStage
from processes.money import format_yuan
from storage import applications
from storage.models.applications import Application, ReviewOpinion
from storage.people import find_organisation, names_of

stage = Stage("review")


def review_facts(task: TaskContext, application: Application) -> tuple[Fact, ...]:
    """The application and everything said of it so far."""
    opinions = applications.list_review_opinions(task.session, application)
    names = names_of(task.session, task.district_id, {each.reviewer_id for each in opinions})
    said = [Fact(f"{each.stage}意见", "，".join(_words(each, names.get(each.reviewer_id, "")))) for each in opinions]
    return (*facts_about(task, application), *said)


def _words(opinion: ReviewOpinion, name: str) -> Iterator[str]:
    yield name
    if opinion.result is not None:
        yield opinion.result
    if opinion.amount_fen:
        yield f"{format_yuan(opinion.amount_fen)} 元"
    if opinion.reason_code is not None:
        yield f"{opinion.reason_code} {REASONS[ReasonCode(opinion.reason_code)]}"
    yield opinion.text


def performers(task: TaskContext, application: Application, stages: tuple[ReviewStage, ...]) -> set[UUID]:
    """Who accepted the application or gave an opinion at one of the stages (gate G3)."""
    accepted = {each.acceptor_id for each in applications.list_acceptances(task.session, application)}
    reviewed = {
        each.reviewer_id
        for each in applications.list_review_opinions(task.session, application)
        if each.stage in stages
    }
    return accepted | reviewed


def organisation_name(task: TaskContext, code: str) -> str:
    """The name of an organisation, or its code when it is not registered."""
    found = find_organisation(task.session, task.district_id, code)
    return code if found is None else found.name
