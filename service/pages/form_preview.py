"""A form that is still being edited, as people will meet it: drawn by our own templates, sample answers checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from uuid import uuid4

from flask import jsonify, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from forms.checking import check_form
from forms.compiler import CompiledForm, compile_unsaved
from forms.model import Field, Option, Options, keyed
from forms.registry import rules_for
from processes.checks import has_errors
from processes.errors import AnswersRefused
from service.entrance import allows
from service.orchestration.forms import needs_prepared
from service.pages.filling import UPLOAD
from service.pages.form_view import Filling, count_rows
from service.pages.site import pages
from service.pages.translation import gettext

#: Names beside those of the fields: a hyphen, so that no key of a form can be the same.
CONTENT = "form-content"
CHECKED = "form-checked"


@pages.post("/form-editor/preview")
@allows("draft")
def form_preview() -> Response:
    """The form in the request with the sample answers in it; with `form-checked`, checked as a task would.

    Nothing is stored. Answers `{ok, findings}` for what is no form, else the HTML of its fields and, when
    checked, the messages or the values that would go to the process.
    """
    content = request.form.get(CONTENT, "").encode()
    _, findings = check_form("", content)
    if has_errors(findings):
        return jsonify(ok=False, findings=[each.as_dict() for each in findings])
    form = compile_unsaved(content)
    filling, outcome = _sample(form)
    html = render_template("parts/form_fields.html", filling=filling, saved_at=None)
    return jsonify(ok=True, findings=[], title=form.title, html=html, **outcome)


def _sample(form: CompiledForm) -> tuple[Filling, dict[str, Any]]:
    values: MultiDict[str, str] = MultiDict(request.form)
    for name, file_name in request.form.items(multi=True):
        if name.startswith(UPLOAD) and file_name:  # a file that was chosen counts as one, though it stays where it is
            values.add(name.removeprefix(UPLOAD), str(uuid4()))
    options = _sample_options(form)
    answers = form.from_html(values)
    filling = Filling(form, answers, options=options, blank_rows=count_rows(form, values, answers))
    if CHECKED not in request.form:
        return filling, {}
    rules = None if needs_prepared(form) else rules_for(form.key)
    try:
        loaded = form.load(answers, options=options, extra=rules)
    except AnswersRefused as refused:
        filling = filling.refused(refused.fields)
        return filling, {"accepted": False, "problems": [asdict(each) for each in filling.problems()]}
    return filling, {"accepted": True, "outputs": form.outputs(loaded), "rules_left_out": needs_prepared(form)}


def _sample_options(form: CompiledForm) -> Options:
    """One choice for every list whose choices only a running case knows."""
    option = Option("sample", gettext("（办理时给出的选项）"))
    return {each.values_key: [option] for each in _all(form.fields) if each.values_key}


def _all(fields: tuple[Field, ...]) -> Iterator[Field]:
    for each in keyed(fields):
        yield each
        yield from _all(each.rows)
