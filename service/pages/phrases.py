"""Ready-made sentences (常用语): the page on which one keeps them, and what a task's page offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.actors import Actor
from service.entrance import allows, current_actor
from service.orchestration import phrases as keeping
from service.pages.site import inside, page, pages
from service.pages.translation import gettext
from service.wiring import runtime, session
from storage import phrases as stored
from storage.models.desk import Phrase


@dataclass(frozen=True, slots=True)
class PhraseLists:
    """What a person may put into an opinion, and whether the department's list is theirs to keep."""

    own: Sequence[Phrase]
    department: Sequence[Phrase]
    keeps_department: bool


def phrases_for(actor: Actor) -> PhraseLists:
    """The person's own phrases and those of the department."""
    return PhraseLists(
        stored.list_own(session(), actor.district_id, actor.id),
        stored.list_of_department(session(), actor.district_id, actor.organisation),
        keeping.may_keep_department_phrases(actor),
    )


@pages.get("/phrases")
@allows("read_own")
def phrases() -> tuple[str, int]:
    return page("phrases.html", lists=phrases_for(current_actor()), longest=keeping.LONGEST)


@pages.post("/phrases")
@allows("read_own")
def add_phrase() -> Response:
    words = request.form.get("text", "")
    keeping.add_phrase(runtime(), words, by=current_actor(), for_department="for_department" in request.form)
    flash(gettext("常用语已保存。"), "success")
    return _back()


@pages.post("/phrases/<uuid:phrase_id>/removal")
@allows("read_own")
def remove_phrase(phrase_id: UUID) -> Response:
    keeping.remove_phrase(runtime(), phrase_id, by=current_actor())
    flash(gettext("常用语已删除。"), "success")
    return _back()


def _back() -> Response:
    """To the page the form stood on."""
    return redirect(inside(request.form.get("next", ""), url_for("pages.phrases")), 303)
