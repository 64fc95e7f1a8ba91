"""What the pages of applying show: the bar of steps, the fields of one step, one document, and the own check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.application.submission import document_problem
from handlers.benefit_checks import Finding
from service.orchestration.reading import TaskView
from service.orchestration.self_check import SelfCheck, form_problems
from service.pages.apply_steps import CHECK, Place, place_of, problems_at
from service.pages.filling import filling_of
from service.pages.form_view import Filling, Shown, label_at
from service.pages.site import page
from service.pages.translation import gettext
from service.wiring import runtime, session
from storage import guides
from storage.db import new_id
from storage.models.applications import Application
from storage.models.items import PolicyItem

#: Columns of a document's row that the head of its page says.
_IN_HEAD = ("name", "standard")


@dataclass(frozen=True, slots=True)
class Draft:
    """An application that is being filled in."""

    application: Application
    item: PolicyItem
    view: TaskView
    answers: Mapping[str, Any]
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Mark:
    """One step of the bar: `place` is the page it leads to, `part` which document of how many."""

    place: Place
    title: str
    tone: str
    number: int
    part: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What the check says of one page; `problems` are of the form, `findings` of the rules."""

    place: Place
    title: str
    problems: Sequence[str]
    findings: Sequence[Finding]

    @property
    def blocked(self) -> bool:
        return bool(self.problems) or any(each.blocking for each in self.findings)


def step_page(
    draft: Draft, place: Place, *, messages: Mapping[str, Sequence[str]] | None = None, status: int = 200
) -> tuple[str, int]:
    """One step with its fields."""
    at = list(draft.places).index(place)
    _, problems = form_problems(draft.view, draft.answers)
    return page(
        "apply_step.html",
        status,
        draft=draft,
        marks=_marks(draft, place, problems),
        first=at == 0,
        title=_title(draft, place),
        code=guides.find_code_of(session(), draft.item),
        **_fields(draft, place, messages or {}),
    )


def fields_part(draft: Draft, place: Place, messages: Mapping[str, Sequence[str]]) -> tuple[str, int]:
    """The fields of the step again, as a script of the page needs them after something was chosen."""
    return page("parts/step_fields.html", **_fields(draft, place, messages), saved_at=runtime().clock.now())


def check_page(draft: Draft, found: SelfCheck, *, refusal: str = "", status: int = 200) -> tuple[str, int]:
    """The own check: page by page what is missing and what would be found, and handing in when nothing is missing."""
    check = draft.places[-1]
    parts = [_part(draft, place, found) for place in draft.places if place.name != CHECK]
    elsewhere = [
        message
        for path, messages in found.problems.items()
        if place_of(draft.places, path) is None
        for message in messages
    ]
    general = [each for each in found.findings if place_of(draft.places, each.about) is None]
    return page(
        "apply_check.html",
        status,
        draft=draft,
        marks=_marks(draft, check, found.problems),
        parts=parts,
        general=general,
        warnings=[each for each in found.findings if each.serious and not each.blocking],
        ready=found.ready,
        refusal="；".join([*([refusal] if refusal else []), *elsewhere]),
        before=draft.places[-2],
        idempotency_key=new_id(),
    )


def _fields(draft: Draft, place: Place, messages: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    filling = filling_of(draft.view, draft.answers).refused(messages)
    material = None if place.row is None else draft.item.materials[place.row]
    return {
        "place": place,
        "filling": filling,
        "shown": _document(draft, place, filling) if material else tuple(_of(place, filling.fields())),
        "material": material,
    }


def _of(place: Place, fields: Iterable[Shown]) -> Iterable[Shown]:
    """The fields of the page, groups with what of them belongs to it."""
    for each in fields:
        if each.widget == "group":
            members = tuple(_of(place, each.members))
            if each.field.label == place.title:  # the head of the page says it already
                yield from members
            elif members:
                yield replace(each, members=members)
        elif each.field.key in place.keys:
            yield each


def _document(draft: Draft, place: Place, filling: Filling) -> tuple[Shown, ...]:
    """The fields of one document, with the ways in which it can be handed in."""
    assert place.row is not None
    rows = next(each.rows for each in filling.fields() if each.field.key in place.keys)
    cells = [each for each in rows[place.row].cells if each.field.key not in _IN_HEAD]
    material = draft.item.materials[place.row]
    return tuple(
        replace(
            each,
            choices=tuple(
                way
                for way in each.choices
                if way.chosen or document_problem(draft.application, material, way.token) is None
            ),
        )
        if each.field.key == "handed_in"
        else each
        for each in cells
    )


def _marks(draft: Draft, current: Place, problems: Mapping[str, Sequence[str]]) -> list[Mark]:
    """One mark per step; the documents share one."""
    found: list[Mark] = []
    for step in dict.fromkeys(each.step for each in draft.places):
        inside = [each for each in draft.places if each.step == step]
        here = current in inside
        done = step != CHECK and not any(problems_at(each, problems) for each in inside)
        part = ""
        if here and len(inside) > 1:
            part = gettext("第 %(at)d 件，共 %(all)d 件", at=inside.index(current) + 1, all=len(inside))
        tone = "is-current" if here else "is-done" if done else ""
        found.append(Mark(inside[0], gettext(inside[0].title), tone, len(found) + 1, part))
    return found


def _title(draft: Draft, place: Place) -> str:
    return gettext(place.title) if place.row is None else str(draft.item.materials[place.row]["name"])


def _part(draft: Draft, place: Place, found: SelfCheck) -> Part:
    problems = [
        _words(draft, place, path, message)
        for path, messages in problems_at(place, found.problems).items()
        for message in messages
    ]
    findings = [each for each in found.findings if place_of(draft.places, each.about) == place]
    return Part(place, _title(draft, place), problems, findings)


def _words(draft: Draft, place: Place, path: str, message: str) -> str:
    """A message of the form as a sentence that says where it belongs."""
    if place.row is not None:
        if path.endswith(".files"):
            return gettext("还没有上传“%(name)s”。", name=_title(draft, place))
        return f"“{_title(draft, place)}”：{message}"
    fields = () if draft.view.form is None else draft.view.form.fields
    return f"{label_at(fields, path)}：{message}"
