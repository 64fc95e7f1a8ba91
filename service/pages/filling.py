"""From a posted form to answers, with its files stored; and from a task and answers to what the page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Request
from werkzeug.datastructures import MultiDict

from forms.compiler import CompiledForm
from processes.errors import BadRequest
from service.entrance import current_actor
from service.orchestration import attachments
from service.orchestration.forms import options_of
from service.orchestration.reading import TaskView
from service.pages.form_view import Filling, attachment_ids, count_rows
from service.wiring import runtime, session
from storage import worklists

#: A file input is named like its field with this in front; the field itself carries the ids of stored files.
UPLOAD = "upload-"


@dataclass(frozen=True, slots=True)
class Posted:
    """What came with a form: answers, blank rows to keep on the page, and what was wrong with its files."""

    answers: dict[str, Any] = field(default_factory=dict)
    blank_rows: Mapping[str, int] = field(default_factory=dict)
    messages: Mapping[str, list[str]] = field(default_factory=dict)


def read_posted(view: TaskView, request: Request) -> Posted:
    """The answers in the request; new files are stored first and stand in them by id."""
    if view.form is None:
        return Posted()
    values, messages = _with_files(request)
    answers = view.form.from_html(values, given=view.prepared.given)
    return Posted(answers, count_rows(view.form, values, answers), messages)


def _with_files(request: Request) -> tuple[MultiDict[str, str], dict[str, list[str]]]:
    values: MultiDict[str, str] = MultiDict(request.form)
    messages: dict[str, list[str]] = {}
    for name, upload in request.files.items(multi=True):
        if not name.startswith(UPLOAD) or not upload.filename:
            continue
        field_name = name.removeprefix(UPLOAD)
        try:
            stored = attachments.store(runtime(), upload.filename, upload.read(), by=current_actor())
        except BadRequest as refused:
            messages.setdefault(field_name.replace("-", "."), []).append(refused.message)
        else:
            values.add(field_name, str(stored))
    return values, messages


def filling_of(view: TaskView, answers: Mapping[str, Any], *, blank_rows: Mapping[str, int] | None = None) -> Filling:
    """The form of the task as it looks with these answers."""
    form = view.form
    assert isinstance(form, CompiledForm)
    ids = [*attachment_ids(form.fields, answers), *attachment_ids(form.fields, view.prepared.given)]
    return Filling(
        form=form,
        answers=answers,
        given=view.prepared.given,
        options=options_of(view.prepared),
        files=worklists.list_attachments(session(), view.task.district_id, ids),
        blank_rows=blank_rows or {},
    )


def start_filling(view: TaskView) -> Filling | None:
    """The form as it opens: with the kept draft, else with its first values."""
    if view.form is None:
        return None
    return filling_of(view, view.prepared.initial if view.draft is None else view.draft)
