"""The part of form-js that the house uses: which components, which settings on each, which kinds. Data, no logic."""

from __future__ import annotations

_COMMON = frozenset({"type", "id", "layout", "conditional", "properties"})
_ANSWERED = _COMMON | {"key", "label", "description", "validate", "readonly", "disabled", "appearance", "defaultValue"}
_CHOICE = _ANSWERED | {"values", "valuesKey"}

#: Settings each component may carry. Settings of form-js that are expressions, or that only its viewer obeys, are out.
SETTINGS: dict[str, frozenset[str]] = {
    "textfield": _ANSWERED,
    "textarea": _ANSWERED,
    "number": _ANSWERED | {"decimalDigits", "increment", "serializeToString"},
    "datetime": _ANSWERED | {"subtype", "dateLabel"},
    "checkbox": _ANSWERED,
    "radio": _CHOICE,
    "select": _CHOICE | {"searchable"},
    "checklist": _CHOICE,
    "filepicker": _ANSWERED | {"multiple", "accept"},
    "dynamiclist": (_ANSWERED - {"defaultValue"})
    | {
        "path",
        "components",
        "allowAddRemove",
        "defaultRepetitions",
        "isRepeating",
        "showOutline",
        "disableCollapse",
        "nonCollapsedItems",
        "verticalAlignment",
    },
    "group": _COMMON | {"label", "description", "components", "showOutline", "verticalAlignment"},
    "text": _COMMON | {"text", "label"},
    "separator": _COMMON,
}

_TEXT_RULES = frozenset({"required", "minLength", "maxLength", "pattern", "validationType", "patternErrorMessage"})

#: Rules each component may carry under `validate`.
RULES: dict[str, frozenset[str]] = {
    "textfield": _TEXT_RULES | {"min", "max"},
    "textarea": frozenset({"required", "minLength", "maxLength"}),
    "number": frozenset({"required", "min", "max"}),
    **dict.fromkeys(("datetime", "checkbox", "radio", "select", "checklist", "filepicker"), frozenset({"required"})),
    "dynamiclist": frozenset({"required"}),
}

#: What a field's text or number is, and the components that can ask for it.
KINDS: dict[str, frozenset[str]] = {
    "money": frozenset({"textfield", "number"}),
    "percent": frozenset({"textfield", "number"}),
    "date": frozenset({"textfield", "datetime"}),
    "credit_code": frozenset({"textfield"}),
    "id_number": frozenset({"textfield"}),
    "phone": frozenset({"textfield"}),
    "account": frozenset({"textfield"}),
    "organisation": frozenset({"textfield", "select", "radio", "checklist"}),
    "user": frozenset({"textfield", "select", "radio", "checklist"}),
}

#: Entries of `properties`; other entries are refused because nothing would read them.
PROPERTIES = frozenset({"kind", "output", "readonly", "personal", "min_rows", "max_rows"})

#: Entries at the top of a form.
TOP_LEVEL = frozenset(
    {
        "type",
        "id",
        "schemaVersion",
        "components",
        "exporter",
        "executionPlatform",
        "executionPlatformVersion",
        "versionTag",
        "properties",
    }
)

#: Components whose answer is small enough, and flat, for task data.
OUTPUT_TYPES = frozenset({"textfield", "number", "datetime", "checkbox", "radio", "select", "checklist"})

#: The engine gives this key a meaning of its own; it may not appear in data at all.
RESERVED_KEYS = frozenset({"typename"})

MAX_BYTES = 256 * 1024
MAX_COMPONENTS = 300
MAX_ROWS = 500
TEXT_LENGTH = 500
AREA_LENGTH = 10_000
PATTERN_LENGTH = 200
