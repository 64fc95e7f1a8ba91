"""Single settings of a form-js component, read from what the editor or a person wrote."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from forms.model import Option

Component = Mapping[str, Any]


def key_of(raw: Component) -> str | None:
    """The component's key (a dynamic list calls it path), or None."""
    key = raw.get("key") or raw.get("path")
    return key if isinstance(key, str) else None


def label_of(raw: Component) -> str:
    """What people read beside the component; empty when it has none."""
    return str(raw.get("label") or raw.get("dateLabel") or "").strip()


def name_of(raw: Component) -> str:
    """The best words for the component in a message."""
    return label_of(raw) or key_of(raw) or str(raw.get("type"))


def is_true(value: Any) -> bool:
    """Whether a switch is on. The editor's property list writes text, code writes booleans."""
    return value is True or value == "true"


def read_number(value: Any) -> Decimal | None:
    """A bound as a number; None when it is not set. Raises ValueError or ArithmeticError."""
    if value is None or value == "":
        return None
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(value)
    return number


def read_length(value: Any) -> int | None:
    """A length as a whole number; None when it is not set. Raises ValueError or ArithmeticError."""
    number = read_number(value)
    if number is None:
        return None
    if number < 0 or number != int(number):
        raise ValueError(value)
    return int(number)


def read_option(raw: Any) -> Option | None:
    """One entry of `values`; None when it has no value, no label or something else."""
    if not isinstance(raw, dict) or set(raw) != {"label", "value"}:
        return None
    value, label = raw["value"], raw["label"]
    if not isinstance(value, str | int | bool) or not isinstance(label, str) or not label or value == "":
        return None
    return Option(value, label)
