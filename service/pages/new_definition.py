"""Something new in the library: a stage from a template, or a copy under another key."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.stage_templates import TEMPLATES
from processes.vocabulary import DefinitionKind
from service.entrance import allows, current_actor
from service.orchestration import new_stage
from service.orchestration.new_stage import LONGEST_TITLE
from service.pages.definition import asked_place, edit_address
from service.pages.site import page, pages
from service.pages.translation import gettext
from service.wiring import runtime


@pages.get("/definitions/new")
@allows("draft")
def new_definition() -> tuple[str, int]:
    """The templates, each with when to choose it."""
    return page("new_definition.html", templates=TEMPLATES, longest=LONGEST_TITLE)


@pages.post("/definitions/new")
@allows("draft")
def begin_definition() -> Response:
    """Make the drafts of a new stage and go to its diagram."""
    given = request.form
    key, title = given.get("key", "").strip(), given.get("title", "")
    made = new_stage.begin_stage(runtime(), given.get("template", ""), key, title, by=current_actor())
    flash(gettext("已建立 %(count)d 份草稿：流程图、表单和场景。", count=len(made)), "success")
    return redirect(url_for("pages.designer", key=key), 303)


@pages.post("/definitions/<string:kind>/<path:key>/copy")
@allows("draft")
def copy_one(kind: str, key: str) -> Response:
    """A copy under another key, as a draft, opened for editing."""
    wanted = request.form.get("new_key", "").strip()
    place = new_stage.copy_definition(runtime(), asked_place(kind, key), wanted, by=current_actor())
    flash(gettext("已复制为草稿“%(key)s”。", key=place.key), "success")
    return redirect(edit_address(place) or url_for("pages.definitions", kind=DefinitionKind.PROCESS), 303)
