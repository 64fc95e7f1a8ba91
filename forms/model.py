"""What a form is made of, as frozen values: templates, schemas and conditions all read the same model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from processes.errors import BadRequest

OptionValue = str | int | bool

#: Component types that hold no answer.
SHOWN_ONLY = frozenset({"text", "separator"})
#: Component types whose answer is chosen from options.
CHOICES = frozenset({"radio", "select", "checklist"})
#: Kinds whose value is personal whether or not the form says so.
PERSONAL_KINDS = frozenset({"id_number", "account"})


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: `value` is kept, `label` is read by people."""

    value: OptionValue
    label: str

    @property
    def token(self) -> str:
        """The value as HTML carries it."""
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One component. `children` are the members of a group or the columns of a dynamic list.

    `key` is "" for groups and for components that only show something. Bounds of money are in 元.
    """

    type: str
    key: str = ""
    label: str = ""
    description: str = ""
    required: bool = False
    readonly: bool = False
    personal: bool = False
    kind: str | None = None
    output: str | None = None
    hide: str | None = None
    values: tuple[Option, ...] = ()
    values_key: str | None = None
    children: tuple[Field, ...] = ()
    text: str = ""
    default: Any = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    decimal_digits: int = 0
    multiple: bool = False
    accept: str = ""
    min_rows: int = 0
    max_rows: int = 200
    can_add_rows: bool = True

    @property
    def rows(self) -> tuple[Field, ...]:
        """The columns of a dynamic list; empty for everything else."""
        return self.children if self.type == "dynamiclist" else ()

    @property
    def is_answered(self) -> bool:
        """True when a person may answer it: it has a key and is not read-only."""
        return bool(self.key) and not self.readonly

    def options(self, supplied: Options) -> tuple[Option, ...]:
        """What can be chosen now: the form's own values, or those the handler supplied under `values_key`."""
        if self.values_key is None:
            return self.values
        return tuple(supplied.get(self.values_key, ()))


#: What can be chosen in fields with `values_key`, by that key.
Options = Mapping[str, Sequence[Option]]


def keyed(fields: tuple[Field, ...]) -> Iterator[Field]:
    """Every field that has a key of its own, in order, looking into groups but not into rows."""
    for field in fields:
        if field.type == "group":
            yield from keyed(field.children)
        elif field.key:
            yield field


def find_field(fields: tuple[Field, ...], path: str) -> Field:
    """The field at a dotted path ("amount", "rows.0.name"). Raises BadRequest when there is none."""
    head, _, rest = path.partition(".")
    for field in keyed(fields):
        if field.key == head:
            return find_field(field.children, rest.partition(".")[2]) if rest else field
    raise BadRequest(f"表单中没有“{path}”这一栏，请核对栏目标识。")
