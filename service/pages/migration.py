"""Moving running instances: the verdict on each live instance of a process, before anything changes (design 9.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from processes import engine
from processes.actors import Actor
from processes.errors import BadRequest
from processes.migration_words import MOVABLE, Verdict
from processes.vocabulary import DefinitionKind
from service import permissions
from service.entrance import allows, current_actor
from service.orchestration.migrating import start_migration
from service.orchestration.migration_plan import (
    JudgedInstance,
    MigrationPlan,
    plan_migration,
    target_versions,
    versions_alive,
)
from service.pages.site import Paging, asked_page, page, pages
from service.pages.translation import to_translate
from service.wiring import runtime, session
from storage import definitions, instance_migrations
from storage.people import names_of

VERDICTS: dict[str, str] = {
    Verdict.UNCHANGED: to_translate("位置不变"),
    Verdict.SAME_ELEMENT: to_translate("同一环节，内容有变"),
    Verdict.MAPPED: to_translate("迁到对应环节"),
    Verdict.NEEDS_MAPPING: to_translate("需要指定对应环节"),
    Verdict.CANNOT: to_translate("不能迁移"),
}
TONES: dict[str, str] = {
    Verdict.UNCHANGED: "is-good",
    Verdict.SAME_ELEMENT: "is-info",
    Verdict.MAPPED: "is-info",
    Verdict.NEEDS_MAPPING: "is-warning",
    Verdict.CANNOT: "is-bad",
}
Answer = Response | tuple[str, int]
_PREFIX = "map."


@pages.get("/definitions/process/<key>/migration")
@allows("read_migration")
def migration(key: str) -> Answer:
    """Choose versions, see what becomes of every live instance, say what answers to what, and begin."""
    actor = current_actor()
    stored = definitions.get_definition(session(), actor.district_id, DefinitionKind.PROCESS, key)
    versions = target_versions(runtime(), key, by=actor)
    alive = versions_alive(runtime(), key, by=actor)
    to_version, from_versions = _asked(request.args, versions, alive)
    plan = None
    if from_versions:
        plan = plan_migration(runtime(), key, to_version, from_versions, _mapping(request.args), by=actor)
    batches = instance_migrations.list_migrations(session(), actor.district_id, key)
    return page(
        "migration.html",
        stored=stored,
        versions=versions,
        alive=alive,
        to_version=to_version,
        from_versions=from_versions,
        plan=plan,
        batches=batches,
        people=names_of(session(), actor.district_id, {each.created_by for each in batches}),
        verdicts=VERDICTS,
        tones=TONES,
        may_migrate=permissions.can(actor, "migrate"),
        **({} if plan is None else _shown(plan, actor)),
    )


def _asked(args: MultiDict[str, str], versions: list[int], alive: Mapping[int, int]) -> tuple[int, list[int]]:
    """The target (the newest by default) and the old versions (by default all others on which something runs)."""
    to_version = args.get("to", type=int) or versions[0]
    chosen = [each for each in args.getlist("from", type=int) if each != to_version]
    return to_version, sorted(chosen or [each for each in alive if each != to_version])


def _mapping(args: MultiDict[str, str]) -> dict[str, str]:
    """`map.<old element>=<new element>`; `-` says that nothing answers to it, an empty text says nothing."""
    found = {name.removeprefix(_PREFIX): value for name, value in args.items() if name.startswith(_PREFIX) and value}
    return {old: "" if new == "-" else new for old, new in found.items()}


def _shown(plan: MigrationPlan, actor: Actor) -> dict[str, Any]:
    asked = request.args.get("verdict", "")
    chosen = [each for each in plan.instances if asked in ("", each.verdict)]
    place = Paging(asked_page(50), len(chosen))
    first = (place.page.number - 1) * place.page.size
    shown = chosen[first : first + place.page.size]
    return {
        "counts": plan.count(),
        "asked_verdict": asked,
        "asked_mapping": {f"{_PREFIX}{old}": new or "-" for old, new in plan.mapping.items()},
        "instances": [(each, _name(each, actor)) for each in shown],
        "place": place,
        "diagrams": _diagrams(plan),
        "new_tasks": [each for each in engine.parse(plan.target.content).elements if each.kind == "userTask"],
    }


def _name(each: JudgedInstance, actor: Actor) -> str:
    """Titles of cases may name people: they are for those who may read every case."""
    return each.instance.title if permissions.can(actor, "read_all") else f"…{str(each.instance.id)[-8:]}"


def _diagrams(plan: MigrationPlan) -> list[tuple[int, dict[str, Any]]]:
    """The old versions and the new one beside each other, with how many stand where."""
    shown = []
    for version in plan.versions:
        before: Counter[str] = Counter()
        for each in plan.standings:
            if each.version == version:
                before[each.element_id] += each.count
        shown.append((version, _diagram(plan.process_key, version, before)))
    after: Counter[str] = Counter()
    for each in plan.standings:
        if each.to_element_id is not None and each.verdict in MOVABLE:
            after[each.to_element_id] += each.count
    return [*shown, (plan.target.version, _diagram(plan.process_key, plan.target.version, after))]


def _diagram(key: str, version: int, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "xmlUrl": url_for("pages.diagram_file", key=key, version=version),
        "tokens": [
            {"elementId": element_id, "count": count, "state": "ready"} for element_id, count in counts.items() if count
        ],
    }


@pages.post("/definitions/process/<key>/migration")
@allows("migrate")
def begin_migration(key: str) -> Answer:
    """Begin a batch, or a rehearsal of it, and go to where it is watched."""
    asked = request.form
    to_version = asked.get("to", type=int)
    if to_version is None:
        raise BadRequest("请选择目标版本。")
    batch = start_migration(
        runtime(),
        key,
        to_version,
        asked.getlist("from", type=int),
        _mapping(asked),
        by=current_actor(),
        reason=asked.get("reason", ""),
        rehearsal=asked.get("act") == "rehearse",
    )
    return redirect(url_for("pages.migration_batch", migration_id=batch), 303)
