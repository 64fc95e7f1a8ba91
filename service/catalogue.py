"""What a diagram may refer to, as one value: feeds the designer's pickers, the checks and the API docs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from forms.checking import check_form
from handlers.stage import Declared, Registry
from processes import deadlines, engine
from processes.checks import (
    Catalogue,
    FormInfo,
    HandlerInfo,
    Interface,
    ParameterInfo,
    Values,
    read_interface,
    read_results,
)
from processes.vocabulary import ROLES, DefinitionKind
from storage.definitions import DefinitionMemory, list_newest
from storage.people import list_held_posts
from storage.work_filters import list_departments

#: Messages that neither a diagram nor a handler sends: an applicant or a department takes back what it handed in
#: (from a page), and whoever evaluates a policy in force stops it (over `POST /api/v1/messages`).
SENT_FROM_OUTSIDE = frozenset({"Withdraw", "WithdrawChange", "EvaluationStop"})
_TYPES: dict[type[fields.Field], str] = {  # type: ignore[type-arg]
    fields.UUID: "id",  # before String, of which it is a kind
    fields.String: "text",
    fields.Integer: "integer",
    fields.Boolean: "boolean",
    fields.Date: "date",
    fields.AwareDateTime: "datetime",
    fields.List: "list",
}


def handler_info(declared: Declared) -> HandlerInfo:
    """A registered handler as pickers and checks see it."""
    schema = declared.parameters() if declared.parameters is not None else Schema()
    return HandlerInfo(
        name=declared.name,
        title=declared.title,
        kind="user_task" if declared.kind == "user_task" else "service_task",
        parameters=tuple(
            ParameterInfo(
                name=name,
                label=str(field.metadata.get("label", name)),
                type=next((word for kind, word in _TYPES.items() if isinstance(field, kind)), "text"),
                required=field.required,
            )
            for name, field in schema.fields.items()
        ),
        outputs=declared.outputs,
        messages=declared.messages,
        errors=declared.errors,
        makes=declared.makes,
        starts=declared.starts,
        irreversible=declared.irreversible,
    )


def build_catalogue(
    session: Session, district_id: str, registry: Registry, memory: DefinitionMemory, *, on: date
) -> Catalogue:
    """Everything published and registered in a district now; posts as they are held on that day."""
    processes = {row.key: row.title for row in list_newest(session, district_id, DefinitionKind.PROCESS)}
    elements: set[str] = set()
    elements_of: dict[str, frozenset[str]] = {}
    interfaces: dict[str, Interface] = {}
    for row in list_newest(session, district_id, DefinitionKind.PROCESS):
        stored = memory.get(session, district_id, DefinitionKind.PROCESS, row.key, row.version)
        definition = engine.parse(stored.content)
        own = frozenset(element.id for element in definition.elements)
        elements.update(own)
        elements_of[row.key] = own.union(definition.flows.values())
        interfaces[row.key] = read_interface(stored.content)
    results: dict[str, Mapping[str, Values | None]] = {}
    for row in list_newest(session, district_id, DefinitionKind.DECISION):
        stored = memory.get(session, district_id, DefinitionKind.DECISION, row.key, row.version)
        results |= read_results(stored.content)
    forms: dict[str, FormInfo] = {}
    for row in list_newest(session, district_id, DefinitionKind.FORM):
        stored = memory.get(session, district_id, DefinitionKind.FORM, row.key, row.version)
        info, _ = check_form(row.key, stored.content)
        if info is not None:
            forms[row.key] = info
    return Catalogue(
        handlers={name: handler_info(declared) for name, declared in registry.handlers.items()},
        forms=forms,
        roles=dict(ROLES),
        organisations=list_departments(session, district_id),
        deadlines={key: rule.duty for key, rule in deadlines.RULES.items()},
        decisions={row.key: row.title for row in list_newest(session, district_id, DefinitionKind.DECISION)},
        processes=processes,
        elements=frozenset(elements),
        results=results,
        interfaces=interfaces,
        messages=SENT_FROM_OUTSIDE,
        holders=list_held_posts(session, district_id, on=on),
        elements_of=elements_of,
    )
