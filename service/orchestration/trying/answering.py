"""How a scenario's step becomes the answers of a task: a whole form, or quick values for its declared outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from forms.model import Field, Option, keyed
from handlers.stage import Prepared
from processes.errors import BadRequest
from processes.scenarios import Step
from service.orchestration.apply import definition_of
from service.orchestration.forms import Answers, LoadAnswers, load_answers
from service.orchestration.runtime import Unit
from service.orchestration.trying.isolation import Trial
from service.orchestration.trying.looking import form_fields, task_outputs
from storage.instances import get_instance
from storage.models.instances import Task


def loader_of(trial: Trial, step: Step, *, real: bool) -> LoadAnswers:
    """Turns the step into answers. With real handlers the form and its preparer decide, as in real life."""

    def load(
        unit: Unit,
        task: Task,
        properties: Mapping[str, str],
        answers: Mapping[str, Any],
        *,
        prepared: Callable[[], Prepared],
    ) -> Answers:
        if real:
            return load_answers(unit, task, properties, answers, prepared=prepared)
        definition = definition_of(unit, get_instance(unit.session, unit.district_id, task.instance_id))
        fields = form_fields(trial, task, definition, by=unit.actor)
        declared = task_outputs(trial, task, definition, by=unit.actor)
        if step.error is not None and definition.handler_of(task.element_id) not in trial.runtime.handlers.handlers:
            raise BadRequest(f"任务“{task.name}”没有办理动作，不会以“{step.error}”拒绝，请改场景。")
        _check_names(task, step.outputs, declared)
        if step.answers is not None:
            offered = Prepared(options=offered_by_answers(fields, step.answers))
            return load_answers(unit, task, properties, step.answers, prepared=lambda: offered)
        _check_choices(task, step.outputs, fields)
        return Answers({}, dict(step.outputs), dict(step.outputs))

    return load


def _check_names(task: Task, outputs: Mapping[str, Any], declared: tuple[str, ...]) -> None:
    for name in outputs:
        if name not in declared:
            known = "、".join(declared) or "没有"
            raise BadRequest(f"任务“{task.name}”不会留下结果“{name}”（声明的结果：{known}），请改场景或表单。")


def _check_choices(task: Task, outputs: Mapping[str, Any], fields: tuple[Field, ...]) -> None:
    """A quick value of a field with fixed options is one of them."""
    for field in fields:
        value = outputs.get(field.output or "")
        if value is None or not field.values or field.values_key is not None:
            continue
        allowed = [option.value for option in field.values]
        for each in value if isinstance(value, list) else [value]:
            if each not in allowed:
                known = "、".join(str(one) for one in allowed)
                raise BadRequest(f"任务“{task.name}”的“{field.label}”不能是“{each}”，可选：{known}。")


def offered_by_answers(fields: tuple[Field, ...], answers: Mapping[str, Any]) -> dict[str, tuple[Option, ...]]:
    """Choices that a handler would offer at run time: what the scenario chose counts as offered."""
    offered: dict[str, list[Option]] = {}
    for key, value in _chosen(fields, answers):
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str | int):
                offered.setdefault(key, []).append(Option(each, str(each)))
    return {key: tuple(options) for key, options in offered.items()}


def _chosen(fields: tuple[Field, ...], answers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for field in keyed(fields):
        value = answers.get(field.key)
        if field.values_key is not None:
            yield field.values_key, value
        rows = value if field.rows and isinstance(value, list) else ()
        for row in rows:
            if isinstance(row, Mapping):
                yield from _chosen(field.rows, row)
