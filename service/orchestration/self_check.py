"""The applicant's own check of a draft: the messages of the form and the findings of the house. Read only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.registry import rules_for
from handlers.application.self_check import check_draft
from handlers.benefit_checks import Finding
from processes.actors import Actor
from service.orchestration.forms import options_of
from service.orchestration.reading import TaskView
from service.orchestration.runtime import Runtime, Unit
from service.orchestration.tasks import context_of


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """`problems`: messages of the form by dotted path; `findings`: what the rules of applying and reviewing say."""

    problems: Mapping[str, Sequence[str]]
    findings: Sequence[Finding]

    @property
    def ready(self) -> bool:
        """True when nothing stands in the way of handing in."""
        return not self.problems and not any(each.blocking for each in self.findings)


def form_problems(view: TaskView, answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """(typed values, messages by dotted path) of answers that may be incomplete."""
    if view.form is None:
        return {}, {}
    rules = rules_for(view.task.form_key) if view.task.form_key is not None else None
    options, given = options_of(view.prepared), view.prepared.given
    return view.form.load_partly(answers, options=options, given=given, extra=rules)


def check_application(runtime: Runtime, view: TaskView, answers: Mapping[str, Any], *, by: Actor) -> SelfCheck:
    """Check the answers of the application form as they stand (自查)."""
    values, problems = form_problems(view, answers)
    unit = Unit(runtime, runtime.session(), by, runtime.clock.now())
    return SelfCheck(problems, check_draft(context_of(unit, view.task, view.instance), values))
