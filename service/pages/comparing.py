"""Two versions of a diagram, form or decision table side by side, and what changed in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request

from forms.compiler import compile_unsaved
from processes import decisions
from processes.actors import Actor
from processes.comparison import Change, ChangeKind, compare
from processes.errors import NotFound
from processes.vocabulary import DefinitionKind
from service import permissions
from service.entrance import allows, current_actor
from service.orchestration.file_kinds import file_name
from service.pages.form_view import Filling, Shown
from service.pages.site import page, pages
from service.pages.translation import gettext, to_translate
from service.wiring import session
from storage import definitions
from storage.drafts import find_draft

DRAFT = "draft"
#: How each kind of change is called and toned: the word stands beside the colour, never the colour alone.
WORDS: dict[ChangeKind, tuple[str, str]] = {
    ChangeKind.ADDED: (to_translate("新增"), "is-good"),
    ChangeKind.REMOVED: (to_translate("删除"), "is-bad"),
    ChangeKind.CHANGED: (to_translate("修改"), "is-warning"),
    ChangeKind.MOVED: (to_translate("位置"), "is-neutral"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two versions on the page. `value` is what its choice sends."""

    value: str
    title: str
    content: bytes


@pages.get("/compare/<any(process, form, decision, scenarios):kind>/<path:key>")
@allows("read_definitions")
def compare_versions(kind: str, key: str) -> tuple[str, int]:
    """Two versions (`?from=3&to=5`, by default the last two; `draft` for the own draft), side by side and in words."""
    actor, of = current_actor(), DefinitionKind(kind)
    stored = [row for row in definitions.list_definitions(session(), actor.district_id, of) if row.key == key]
    if not stored:
        raise NotFound(f"没有“{key}”，请从流程库重新打开。")
    draft = find_draft(session(), actor.district_id, of, key, actor.id) if permissions.can(actor, "draft") else None
    numbers = [str(row.version) for row in stored]
    old = _side(actor, of, key, request.args.get("from") or (numbers[1] if len(numbers) > 1 else numbers[0]))
    new = _side(actor, of, key, request.args.get("to") or (DRAFT if draft is not None else numbers[0]))
    changes = compare(file_name(of, key), old.content, new.content)
    return page(
        "comparison.html",
        kind=kind,
        key=key,
        title=stored[0].title,
        choices=[*([(DRAFT, gettext("我的草稿"))] if draft is not None else []), *_choices(numbers)],
        old=old,
        new=new,
        told=[each for each in changes if each.kind is not ChangeKind.MOVED],
        moves=[each for each in changes if each.kind is ChangeKind.MOVED],
        words={each.value: (gettext(word), tone) for each, (word, tone) in WORDS.items()},
        **_shown(of, old, new, changes),
    )


def _choices(numbers: Sequence[str]) -> list[tuple[str, str]]:
    return [(number, gettext("第 %(number)s 版", number=number)) for number in numbers]


def _side(actor: Actor, kind: DefinitionKind, key: str, asked: str) -> Side:
    """The version or draft that is asked for. Raises NotFound."""
    if asked == DRAFT and permissions.can(actor, "draft"):
        draft = find_draft(session(), actor.district_id, kind, key, actor.id)
        if draft is None:
            raise NotFound(f"您没有“{key}”的草稿。")
        return Side(DRAFT, gettext("我的草稿"), draft.content)
    if not (asked.isascii() and asked.isdigit() and len(asked) < 8):
        raise NotFound("要比较的版本应是版本号，请在页面上重新选择。")
    stored = definitions.get_definition(session(), actor.district_id, kind, key, int(asked))
    return Side(asked, gettext("第 %(number)s 版", number=asked), stored.content)


def _shown(kind: DefinitionKind, old: Side, new: Side, changes: Sequence[Change]) -> dict[str, Any]:
    """What the template needs to show both versions of this kind."""
    if kind is DefinitionKind.PROCESS:
        return {"settings": {"sides": [_diagram(old, changes, is_old=True), _diagram(new, changes, is_old=False)]}}
    if kind is DefinitionKind.FORM:
        return {"forms": [_fields(side, name, changes) for side, name in ((old, "old"), (new, "new"))]}
    if kind is DefinitionKind.DECISION:
        touched = {each.element_id: each.kind.value for each in changes}
        return {"tables": [decisions.inspect(side.content) for side in (old, new)], "touched": touched}
    return {"texts": [side.content.decode() for side in (old, new)]}


def _fields(side: Side, name: str, changes: Sequence[Change]) -> list[tuple[str | None, Shown]]:
    """The fields of one form as people meet them, each with the kind of change it or something in it has."""
    touched = {each.element_id.rpartition(".")[2]: each.kind.value for each in changes if each.element_id}
    fields = Filling(compile_unsaved(side.content)).fields()
    return [(next((touched[key] for key in _keys(one) if key in touched), None), _apart(one, name)) for one in fields]


def _keys(shown: Shown) -> Iterator[str]:
    yield shown.field.key
    for child in shown.field.children:
        yield child.key
    for member in shown.members:
        yield from _keys(member)


def _apart(shown: Shown, side: str) -> Shown:
    """The same field under a name of its side: both forms stand in one page, where names must differ."""
    return replace(
        shown,
        name=f"{side}-{shown.name}",
        rows=tuple(replace(row, cells=tuple(_apart(cell, side) for cell in row.cells)) for row in shown.rows),
        next_row=None,
        members=tuple(_apart(member, side) for member in shown.members),
    )


def _diagram(side: Side, changes: Sequence[Change], *, is_old: bool) -> dict[str, Any]:
    """One diagram for the island: its file and the marks on its elements."""
    unseen = ChangeKind.ADDED if is_old else ChangeKind.REMOVED
    marks: dict[str, dict[str, Any]] = {}
    for each in changes:
        if each.kind is not unseen and each.element_id:
            mark = marks.setdefault(each.element_id, {"elementId": each.element_id, "kind": each.kind, "sentences": []})
            mark["sentences"].append(each.sentence)
    words = {each.value: gettext(word) for each, (word, _) in WORDS.items()}
    return {"title": side.title, "xml": side.content.decode(), "marks": list(marks.values()), "words": words}
