"""What the page must know of a process to walk through it: its elements with what each may leave in the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms.compiler import CompiledForm, compile_form, quick_form
from forms.model import Field, keyed
from handlers.stage import Registry
from processes import engine
from processes.actors import Actor
from processes.engine import Definition, ElementInfo
from processes.errors import DefinitionRefused
from processes.vocabulary import DefinitionKind
from service.orchestration.file_kinds import identify
from service.orchestration.runtime import Runtime
from service.orchestration.trying.looking import names_in
from storage.definitions import find_definition

_TYPES = {"checkbox": "boolean", "number": "number"}
_KINDS = {"money": "money", "date": "date", "percent": "number"}


def describe(runtime: Runtime, content: bytes, files: Mapping[str, bytes], *, by: Actor) -> list[dict[str, Any]]:
    """The elements of a diagram in the order of the file. Raises DefinitionRefused for what is no diagram."""
    definition = engine.parse(content)
    return [
        {
            "id": each.id,
            "name": each.name,
            "kind": each.kind,
            "form": each.properties.get("form") or None,
            "calls": each.called_process,
            "outputs": list(_outputs(runtime, definition, each, files, by=by)),
        }
        for each in definition.elements
    ]


def form_of_task(
    runtime: Runtime, element: ElementInfo, files: Mapping[str, bytes], *, by: Actor
) -> CompiledForm | None:
    """The form of a task: in the files, else published, else its quick form; None for neither."""
    key = element.properties.get("form")
    if key:
        return find_form(runtime, key, files, by=by)
    outputs = element.properties.get("outputs", "").strip()
    try:
        return quick_form(outputs, element.name) if outputs and element.kind == "userTask" else None
    except DefinitionRefused:
        return None


def find_form(runtime: Runtime, key: str, files: Mapping[str, bytes], *, by: Actor) -> CompiledForm | None:
    """A form by its key: in the files, else published; None when there is none."""
    for name, content in files.items():
        if name.endswith(".form") and any(found == key for _, found, _ in identify(name, content)):
            return compile_form(content)
    stored = find_definition(runtime.session(), by.district_id, DefinitionKind.FORM, key)
    return None if stored is None else compile_form(stored.content)


def _outputs(
    runtime: Runtime, definition: Definition, element: ElementInfo, files: Mapping[str, bytes], *, by: Actor
) -> Iterator[dict[str, Any]]:
    told: set[str] = set()
    form = form_of_task(runtime, element, files, by=by)
    for field in keyed(form.fields) if form is not None else ():
        if field.output:
            told.add(field.output)
            yield _of_field(field)
    names = _handler_outputs(runtime.handlers, definition, element)
    if element.kind != "userTask":
        names += names_in(element.properties.get("outputs", ""))
    for name in dict.fromkeys(names):
        if name not in told:
            yield {"name": name, "label": name, "type": "text", "choices": []}


def _of_field(field: Field) -> dict[str, Any]:
    fixed = field.values if field.values_key is None else ()
    return {
        "name": field.output,
        "label": field.label or field.output,
        "type": _KINDS.get(field.kind or "", _TYPES.get(field.type, "text")),
        "choices": [{"value": option.value, "label": option.label} for option in fixed],
    }


def _handler_outputs(registry: Registry, definition: Definition, element: ElementInfo) -> tuple[str, ...]:
    if element.kind not in ("userTask", "serviceTask"):
        return ()
    declared = registry.handlers.get(definition.handler_of(element.id) or "")
    return () if declared is None else declared.outputs
