"""An application form in steps: which field is asked for on which page, and what of a draft belongs to it.

The form stays one form, which process owners edit: a field that no step names is asked for under 其他内容.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.compiler import CompiledForm
from forms.model import keyed
from service.pages.translation import to_translate

#: The list of documents: each of its rows is a page of its own.
MATERIALS = "materials"
#: The last page: the own check, and handing in.
CHECK = "check"

_NAMED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "applicant",
        to_translate("申报主体"),
        (
            *("channel", "typed_for_them", "agent_name", "agent_phone", "kind", "applicant_name", "uscc"),
            *("legal_rep", "resident_name", "id_no", "contact", "phone"),
        ),
    ),
    ("conditions", to_translate("申报条件"), ("conditions",)),
    (
        "money",
        to_translate("金额和账户"),
        ("requested_amount", "statement", "account_name", "account_bank", "account_no"),
    ),
    (MATERIALS, to_translate("申报要件"), (MATERIALS,)),
    ("more", to_translate("其他内容"), ()),
    ("promise", to_translate("授权和承诺"), ("auth_data_query", "commitment")),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One page of applying. `row` is the document it asks for, counted from 0; only documents have one."""

    name: str
    step: str
    title: str
    keys: tuple[str, ...]
    row: int | None = None

    def concerns(self, path: str) -> bool:
        """True for the dotted path of a field on this page."""
        head, _, rest = path.partition(".")
        if head not in self.keys:
            return False
        return self.row is None or not rest or rest.partition(".")[0] == str(self.row)


def places_of(form: CompiledForm, documents: int) -> list[Place]:
    """The pages in order: the steps, one page per document, and the check at the end."""
    present = [each.key for each in keyed(form.fields)]
    named = {key for _, _, keys in _NAMED for key in keys}
    found: list[Place] = []
    for name, title, keys in _NAMED:
        wanted = tuple(key for key in (keys or present) if key in present and (keys or key not in named))
        if name == MATERIALS and wanted:
            found += [Place(f"{name}-{row + 1}", name, title, wanted, row) for row in range(documents)]
        elif wanted:
            found.append(Place(name, name, title, wanted))
    return [*found, Place(CHECK, CHECK, to_translate("自查和提交"), ())]


def merged(draft: Mapping[str, Any], posted: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The draft with what was typed on one page in place of what stood there; everything else stays."""
    if place.row is None:
        kept = {key: value for key, value in draft.items() if key not in place.keys}
        return {**kept, **{key: posted[key] for key in place.keys if key in posted}}
    key = place.keys[0]
    rows, new = list(draft.get(key) or ()), list(posted.get(key) or ())
    rows += [{}] * (place.row + 1 - len(rows))
    rows[place.row] = new[place.row] if place.row < len(new) else {}
    return {**draft, key: rows}


def problems_at(place: Place, problems: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """Those of the messages that belong to the page."""
    return {path: messages for path, messages in problems.items() if place.concerns(path)}


def place_of(places: Iterable[Place], path: str) -> Place | None:
    """The page on which the field at this path is asked for."""
    return next((place for place in places if place.concerns(path)), None)
