"""What diagrams may do: every handler with its parameters, effects, errors, and where it is used now."""

from __future__ import annotations

from itertools import groupby

from processes import engine
from processes.vocabulary import DefinitionKind
from service.entrance import allows, current_actor
from service.handler_docs import documents, uses_of
from service.pages.site import page, pages
from service.wiring import runtime, session
from storage.definitions import list_newest


@pages.get("/handlers")
@allows("read_definitions")
def handlers() -> tuple[str, int]:
    """All handlers by stage; `used by` are the newest published diagrams."""
    wired, district = runtime(), current_actor().district_id
    newest = list_newest(session(), district, DefinitionKind.PROCESS)
    titles = {row.key: row.title for row in newest}
    stored = (
        wired.definitions.get(session(), district, DefinitionKind.PROCESS, row.key, row.version) for row in newest
    )
    found = documents(wired.handlers, uses_of(engine.parse(one.content) for one in stored))
    stages = [(title, list(group)) for title, group in groupby(found, key=lambda one: one.stage_title)]
    return page("handlers.html", stages=stages, titles=titles, total=len(found))
