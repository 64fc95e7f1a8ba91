"""From what a person typed to typed values, outputs and file digests, by the form version of the task."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select

from forms.answers import typed
from forms.compiler import CompiledForm, compile_form, compile_limited, quick_form
from forms.model import Field, Options, keyed
from forms.registry import rules_for
from handlers.stage import Prepared
from processes.errors import AnswersRefused, EngineFault
from processes.vocabulary import DefinitionKind
from service.orchestration.runtime import Unit
from storage.models.instances import Task
from storage.models.records import Attachment
from storage.worklists import find_last_answers


@dataclass(frozen=True, slots=True)
class Answers:
    """Validated answers: typed for handlers, plain for keeping, outputs for the task data, files by digest."""

    values: Mapping[str, Any] = field(default_factory=dict)
    plain: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[Mapping[str, Any]] = ()


class LoadAnswers(Protocol):
    """From what was typed at a task to its validated answers."""

    def __call__(
        self,
        unit: Unit,
        task: Task,
        properties: Mapping[str, str],
        answers: Mapping[str, Any],
        *,
        prepared: Callable[[], Prepared],
    ) -> Answers: ...


def form_of(unit: Unit, task: Task, properties: Mapping[str, str]) -> CompiledForm | None:
    """The task's form: the version that was published when it opened, else its quick form; None for neither."""
    if task.form_key is not None:
        if task.form_version is None:
            raise EngineFault(
                f"任务“{task.name}”的表单“{task.form_key}”还没有发布，请流程负责人先发布该表单。",
                element_id=task.element_id,
            )
        stored = unit.runtime.definitions.get(
            unit.session, unit.district_id, DefinitionKind.FORM, task.form_key, task.form_version
        )
        writable = writable_of(properties)
        return compile_form(stored.content) if writable is None else compile_limited(stored.content, writable)
    outputs = properties.get("outputs", "").strip()
    return quick_form(outputs, task.name) if outputs else None


def writable_of(properties: Mapping[str, str]) -> frozenset[str] | None:
    """The fields that a task fills in of its form; None when it says nothing, and fills in all."""
    text = properties.get("writable")
    return None if text is None else frozenset(re.split(r"[\s,]+", text.strip()))


def with_filled(unit: Unit, task: Task, properties: Mapping[str, str], form: CompiledForm, start: Prepared) -> Prepared:
    """What the form starts with, and in the fields that only others fill in what was last written in this case."""
    if writable_of(properties) is None or task.form_key is None:
        return start
    last = find_last_answers(unit.session, unit.district_id, task.root_id, task.form_key)
    filled = {
        each.key: typed(each, last[each.key]) for each in keyed(form.fields) if each.readonly and each.key in last
    }
    return replace(start, given={**filled, **start.given})


def load_answers(
    unit: Unit,
    task: Task,
    properties: Mapping[str, str],
    answers: Mapping[str, Any],
    *,
    prepared: Callable[[], Prepared],
) -> Answers:
    """Validate the answers. Raises AnswersRefused with messages per field."""
    form = form_of(unit, task, properties)
    if form is None:
        if answers:
            unknown = {name: ["这项任务没有这一栏。"] for name in answers}
            raise AnswersRefused(unknown)
        return Answers()
    start = with_filled(unit, task, properties, form, prepared() if needs_prepared(form) else Prepared())
    rules = rules_for(task.form_key) if task.form_key is not None else None
    values = form.load(answers, options=options_of(start), given=start.given, extra=rules)
    return Answers(values, form.as_json(values), form.outputs(values), _files(unit, task, form, values))


def needs_prepared(form: CompiledForm) -> bool:
    """True when the form has run-time options or read-only fields, which only the handler's preparer knows."""
    return any(each.values_key is not None or each.readonly for each in _all(form.fields))


def options_of(prepared: Prepared) -> Options:
    return {name: list(choices) for name, choices in prepared.options.items()}


def _all(fields: tuple[Field, ...]) -> Iterator[Field]:
    for each in keyed(fields):
        yield each
        yield from _all(each.rows)


def _files(unit: Unit, task: Task, form: CompiledForm, values: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Name and digest of every attached file, for the history; a file belongs to its case from now on."""
    ids = [UUID(str(each)) for path in _attached(form.fields, values) for each in path]
    if not ids:
        return ()
    query = select(Attachment).where(Attachment.district_id == unit.district_id, Attachment.id.in_(ids))
    rows = {row.id: row for row in unit.session.scalars(query)}
    for each in ids:
        row = rows.get(each)
        if row is None or (row.uploaded_by != unit.actor.id and row.root_id != task.root_id):
            raise AnswersRefused({"": ["有附件不存在或不是您上传的，请重新上传后再提交。"]})
        if row.root_id is None:
            row.task_id, row.root_id = task.id, task.root_id
    return [{"id": str(each), "name": rows[each].name, "sha256": rows[each].digest} for each in ids]


def _attached(fields: tuple[Field, ...], values: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    for each in keyed(fields):
        value = values.get(each.key)
        if each.type == "filepicker" and value:
            yield value
        for row in value if each.rows and value else ():
            yield from _attached(each.rows, row)
