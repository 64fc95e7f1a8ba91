"""Try a process out: its scenarios with their results, the walk through the diagram, and the coverage."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from processes import engine
from processes.clock import SHANGHAI, business_date
from processes.errors import AnswersRefused, NotFound
from processes.scenarios import ScenarioFile, as_file
from processes.vocabulary import DefinitionKind
from service import permissions
from service.entrance import allows, current_actor
from service.orchestration.trying.answering import offered_by_answers
from service.orchestration.trying.describing import describe, find_form
from service.orchestration.trying.drafted import drafted_files
from service.orchestration.trying.looking import names_in
from service.orchestration.trying.recording import recordable
from service.pages.form_view import Filling, count_rows
from service.pages.site import page, pages
from service.pages.translation import gettext
from service.wiring import runtime, session
from storage.definitions import find_definition
from storage.drafts import find_draft

#: Beside the names of the fields; a hyphen, so that no key of a form can be the same.
FORM_KEY, CHECKED = "form-key", "form-checked"


@pages.get("/definitions/process/<key>/scenarios", endpoint="scenarios")
@allows("try_out")
def try_process(key: str) -> Response | tuple[str, int]:
    """The scenarios of a process. With own drafts, those are tried; `?published=1` tries what is published."""
    actor = current_actor()
    drafts = {} if request.args.get("published") else drafted_files(runtime(), key, by=actor)
    stored = find_definition(session(), actor.district_id, DefinitionKind.PROCESS, key)
    content = drafts.get(f"{key}.bpmn") or (None if stored is None else stored.content)
    if content is None:
        raise NotFound(f"流程“{key}”没有发布，也没有您的草稿，不能试跑。")
    definition = engine.parse(content)
    return page(
        "scenarios.html",
        key=key,
        title=definition.name,
        version=None if stored is None else stored.version,
        drafts=sorted(drafts),
        settings={
            "key": key,
            "xml": content.decode(),
            "inputs": list(names_in(definition.properties.get("inputs", ""))),
            "elements": describe(runtime(), content, drafts, by=actor),
            "drafts": bool(drafts),
            "today": business_date(runtime().clock.now()).isoformat(),
            "runsUrl": f"/api/v1/scenarios/{key}/runs",
            "recordingsUrl": f"/api/v1/scenarios/{key}/recordings",
            "formUrl": url_for("pages.scenario_form", key=key),
            **_file(key, drafts),
        },
        cases=_cases(key),
    )


def _file(key: str, drafts: dict[str, bytes]) -> dict[str, Any]:
    """The scenario file that is shown, and what its next saving must name."""
    actor = current_actor()
    stored = find_definition(session(), actor.district_id, DefinitionKind.SCENARIOS, key)
    draft = find_draft(session(), actor.district_id, DefinitionKind.SCENARIOS, key, actor.id)
    empty = as_file(ScenarioFile(key))
    content = drafts.get(f"{key}.scenarios") or (empty if stored is None else stored.content)
    return {
        "content": content.decode(),
        "baseVersion": draft.base_version if draft is not None else None if stored is None else stored.version,
        "revision": 0 if draft is None else draft.revision,
        "draftUrl": f"/api/v1/drafts/scenarios/{key}" if permissions.can(actor, "draft") else None,
    }


def _cases(key: str) -> list[tuple[str, str]]:
    """(id, words) of ended cases to choose from: when they ran and how they ended, nothing of whose they are."""
    told = []
    for each in recordable(runtime(), key, by=current_actor()):
        ended = "" if each.ended_at is None else f"{each.ended_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        told.append((str(each.id), gettext("%(at)s 办结于 %(end)s", at=ended, end=each.end_element_id or "")))
    return told


@pages.post("/definitions/process/<key>/scenarios/form")
@allows("try_out")
def scenario_form(key: str) -> Response:
    """The real form of a task, with what was typed so far; with `form-checked`, checked, and the answers as JSON."""
    actor = current_actor()
    files = drafted_files(runtime(), key, by=actor)
    form = find_form(runtime(), request.form.get(FORM_KEY, ""), files, by=actor)
    if form is None:
        raise NotFound("没有找到这个表单，它可能还没有发布。")
    values: MultiDict[str, str] = MultiDict(request.form)
    answers = form.from_html(values)
    options = offered_by_answers(form.fields, answers)
    filling = Filling(form, answers, options=options, blank_rows=count_rows(form, values, answers))
    outcome: dict[str, Any] = {}
    if CHECKED in request.form:
        try:
            outcome = {"accepted": True, "outputs": form.outputs(form.load(answers, options=options))}
        except AnswersRefused as refused:
            filling = filling.refused(refused.fields)
            outcome = {"accepted": False}
    html = render_template("parts/form_fields.html", filling=filling, saved_at=None)
    return jsonify(html=html, answers=answers, **outcome)
