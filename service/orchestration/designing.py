"""Help while a diagram is drawn: which names an expression may use where, and what is wrong with it. Stores nothing."""

from __future__ import annotations

from sqlalchemy.orm import Session

from processes.actors import Actor
from processes.checks import at_hand, tables
from processes.checks.catalogue import Values
from processes.checks.diagram import Diagram, extension_of, text_of
from processes.checks.files import read_diagram
from processes.clock import business_date
from processes.errors import DefinitionRefused
from processes.vocabulary import DefinitionKind
from service import permissions
from service.catalogue import build_catalogue
from service.orchestration.runtime import Runtime
from storage.definitions import find_definition

#: Decision tables read for one diagram: more than any diagram asks.
MOST_TABLES = 50


def names_at_hand(runtime: Runtime, name: str, content: bytes, *, by: Actor) -> at_hand.NamesAtHand:
    """The names known at each element of an unsaved diagram. Raises DefinitionRefused when it cannot be read."""
    permissions.require(by, "check")
    diagram, findings = read_diagram(name, content)
    if diagram is None:
        raise DefinitionRefused(findings)
    session = runtime.session()
    on = business_date(runtime.clock.now())
    catalogue = build_catalogue(session, by.district_id, runtime.handlers, runtime.definitions, on=on)
    return at_hand.names_at_hand(diagram, catalogue=catalogue, tables=_tables(session, by.district_id, diagram))


def _tables(session: Session, district_id: str, diagram: Diagram) -> dict[str, dict[str, Values | None]]:
    """What the published decision tables give that this diagram asks."""
    asked = (text_of(extension_of(node.element, "calledDecisionId")) for node in diagram.nodes())
    outputs: dict[str, dict[str, Values | None]] = {}
    for key in [one for one in dict.fromkeys(asked) if one][:MOST_TABLES]:
        row = find_definition(session, district_id, DefinitionKind.DECISION, key)
        if row is not None:
            brought, _ = tables.check(f"{key}.dmn", row.content)
            outputs |= {one.id: dict(one.values) for one in brought}
    return outputs
