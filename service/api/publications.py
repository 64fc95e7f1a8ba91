"""Asking for publication, and the second person's answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from processes.library_words import PublicationState
from processes.vocabulary import DefinitionKind
from service.api.blueprint import Blueprint
from service.api.findings import AssessmentAnswer
from service.api.publication_schemas import (
    ApprovalBody,
    AssessedRequestAnswer,
    FilesBody,
    GoingBackBody,
    NoteBody,
    RequestAnswer,
    RequestBody,
    RequestPage,
    RequestQuery,
)
from service.entrance import allows, current_actor
from service.orchestration import publication, publication_requests
from service.orchestration.drafts import Place
from service.orchestration.publication_requests import Wish
from service.wiring import runtime, session
from storage.models.publication_requests import PublicationRequest
from storage.people import logins_of
from storage.publication_requests import get_request, list_files, list_requests
from storage.worklists import Page

blueprint = Blueprint(
    "publication-requests", __name__, url_prefix="/api/v1/publication-requests", description="Asking for publication"
)


@blueprint.post("")
@allows("ask_publication")
@blueprint.arguments(RequestBody)
@blueprint.response(201, AssessedRequestAnswer)
def ask(asked: dict[str, Any]) -> dict[str, Any]:
    """Ask for publication. Where no second person has to agree it is published in the same moment, or on its day.

    422 with the findings when the files are not fit; nothing is stored then.
    """
    files = _files(asked)
    assessment = publication.assess(runtime(), files, by=current_actor())
    request_id = publication_requests.ask(runtime(), files, _wish(asked), by=current_actor())
    return {**_one(request_id), "assessment": assessment}


@blueprint.post("/assessments")
@allows("ask_publication")
@blueprint.arguments(FilesBody)
@blueprint.response(200, AssessmentAnswer)
def assess(asked: dict[str, Any]) -> publication.Assessment:
    """What publishing these files would mean. Nothing is stored."""
    return publication.assess(runtime(), _files(asked), by=current_actor())


@blueprint.post("/returns-to-earlier-versions")
@allows("ask_publication")
@blueprint.arguments(GoingBackBody)
@blueprint.response(201, RequestAnswer)
def go_back(asked: dict[str, Any]) -> dict[str, Any]:
    """Ask for an earlier version to become the next one; the new version states its origin."""
    place = Place(DefinitionKind(asked["kind"]), asked["key"])
    request_id = publication_requests.ask_to_go_back(
        runtime(), place, asked["version"], _wish(asked), by=current_actor()
    )
    return _one(request_id)


@blueprint.get("")
@allows("read_requests")
@blueprint.arguments(RequestQuery, location="query")
@blueprint.response(200, RequestPage)
def list_all(asked: dict[str, Any]) -> dict[str, Any]:
    """Requests for publication, the latest first."""
    states = [asked["state"]] if "state" in asked else list(PublicationState)
    page = Page(asked["page"], asked["page_size"])
    rows, total = list_requests(session(), current_actor().district_id, states, page)
    return {"items": _answers(rows), "total": total}


@blueprint.get("/<uuid:request_id>")
@allows("read_requests")
@blueprint.response(200, AssessedRequestAnswer)
def one(request_id: UUID) -> dict[str, Any]:
    """One request with what publishing it now would mean."""
    answer = _one(request_id)
    files = list_files(session(), current_actor().district_id, [request_id], contents=True)
    contents = {file.name: file.content for file in files}
    return {**answer, "assessment": publication.assess(runtime(), contents, by=current_actor())}


@blueprint.post("/<uuid:request_id>/approval")
@allows("approve_publication")
@blueprint.arguments(ApprovalBody)
@blueprint.response(200, RequestAnswer)
def approve(asked: dict[str, Any], request_id: UUID) -> dict[str, Any]:
    """Agree to somebody else's request: it is published now, or on its day.

    422 with findings SCENARIO_… when its scenarios do not pass, unless `override` says why.
    """
    publication_requests.approve(
        runtime(), request_id, by=current_actor(), note=asked["comment"], override=asked["override"]
    )
    return _one(request_id)


@blueprint.post("/<uuid:request_id>/return")
@allows("approve_publication")
@blueprint.arguments(NoteBody)
@blueprint.response(200, RequestAnswer)
def send_back(asked: dict[str, Any], request_id: UUID) -> dict[str, Any]:
    """Say what has to be changed first."""
    publication_requests.send_back(runtime(), request_id, by=current_actor(), note=asked["comment"])
    return _one(request_id)


@blueprint.post("/<uuid:request_id>/withdrawal")
@allows("ask_publication")
@blueprint.arguments(NoteBody)
@blueprint.response(200, RequestAnswer)
def take_back(asked: dict[str, Any], request_id: UUID) -> dict[str, Any]:
    """Withdraw one's own request while it is not published."""
    publication_requests.take_back(runtime(), request_id, by=current_actor(), reason=asked["comment"])
    return _one(request_id)


@blueprint.post("/<uuid:request_id>/retry")
@allows("approve_publication")
@blueprint.response(200, RequestAnswer)
def try_again(request_id: UUID) -> dict[str, Any]:
    """Publish an approved request that could not be published on its day."""
    publication_requests.try_again(runtime(), request_id, by=current_actor())
    return _one(request_id)


def _files(asked: dict[str, Any]) -> dict[str, bytes]:
    places = [Place(DefinitionKind(each["kind"]), each["key"]) for each in asked["drafts"]]
    drafts = publication_requests.files_of_drafts(runtime(), places, by=current_actor())
    return {**drafts, **{each["name"]: each["content"].encode() for each in asked["files"]}}


def _wish(asked: dict[str, Any]) -> Wish:
    return Wish(asked["comment"], asked["release_note"], asked["effective_on"], override=asked["override"])


def _one(request_id: UUID) -> dict[str, Any]:
    return _answers([get_request(session(), current_actor().district_id, request_id)])[0]


def _answers(rows: Sequence[PublicationRequest]) -> list[dict[str, Any]]:
    district_id = current_actor().district_id
    people = {row.asked_by for row in rows} | {row.decided_by for row in rows if row.decided_by is not None}
    logins = logins_of(session(), district_id, people)
    files = list_files(session(), district_id, [row.id for row in rows])
    return [
        {
            **{name: getattr(row, name) for name in _PLAIN},
            "asked_by": logins[row.asked_by],
            "decided_by": None if row.decided_by is None else logins.get(row.decided_by),
            "files": [file for file in files if file.request_id == row.id],
        }
        for row in rows
    ]


_PLAIN = (
    "id",
    "state",
    "comment",
    "release_note",
    "effective_on",
    "asked_at",
    "decided_at",
    "decision_note",
    "published_at",
    "deployment_id",
    "failure",
)
