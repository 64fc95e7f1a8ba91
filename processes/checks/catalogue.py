"""What diagrams may refer to: handlers, forms, roles, deadlines, decisions, processes. Given in by the caller."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from processes.checks.interface import Interface

#: The values a name can have, when the list is closed.
Values = tuple[str | int | bool, ...]


@dataclass(frozen=True, slots=True)
class ParameterInfo:
    """A declared parameter of a handler. `type` is a word for people and pickers (`text`, `integer`, ...)."""

    name: str
    label: str
    type: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class HandlerInfo:
    """A registered handler. `outputs` are the names it may put into task data, `messages` those it may send.

    `errors`, `makes` and `starts` are codes it may answer with, kinds of records it may add, processes it may start.
    """

    name: str
    title: str
    kind: Literal["user_task", "service_task"]
    parameters: tuple[ParameterInfo, ...] = ()
    outputs: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    irreversible: bool = False


@dataclass(frozen=True, slots=True)
class FormInfo:
    """A form and the names its answers may put into task data; `choices` are the outputs with a closed list.

    `fields` are those that a person fills in, by key, with what people call them.
    """

    key: str
    title: str
    outputs: tuple[str, ...] = ()
    choices: Mapping[str, Values] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that exists outside the checked files.

    `roles` and `organisations` map a key to its Chinese name; `elements` are the element ids of published
    diagrams (for `separate_from`, which may point into another diagram of the same case). `elements_of` are those
    of each published process, its flows included (for scenarios that come without their diagram). `interfaces` tells by
    process key how published processes end and which messages they exchange; `results` are what published
    decisions yield, by decision id: each name with its values, None when the list is open; `messages` are those that
    pages and programs send (None: not known); `holders` the departments in which somebody holds a role (None: not
    known).
    """

    handlers: Mapping[str, HandlerInfo] = field(default_factory=dict)
    forms: Mapping[str, FormInfo] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    organisations: Mapping[str, str] = field(default_factory=dict)
    deadlines: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, str] = field(default_factory=dict)
    results: Mapping[str, Mapping[str, Values | None]] = field(default_factory=dict)
    processes: Mapping[str, str] = field(default_factory=dict)
    elements: Collection[str] = frozenset()
    interfaces: Mapping[str, Interface] = field(default_factory=dict)
    messages: Collection[str] | None = None
    holders: Mapping[str, Collection[str]] | None = None
    elements_of: Mapping[str, Collection[str]] = field(default_factory=dict)

    def joined(
        self,
        *,
        forms: Mapping[str, FormInfo],
        decisions: Mapping[str, str],
        processes: Mapping[str, str],
        elements: Collection[str],
        interfaces: Mapping[str, Interface],
    ) -> Catalogue:
        """This catalogue with what a set of files brings itself; the set's own things win."""
        return replace(
            self,
            forms={**self.forms, **forms},
            decisions={**self.decisions, **decisions},
            processes={**self.processes, **processes},
            elements=frozenset(self.elements) | frozenset(elements),
            interfaces={**self.interfaces, **interfaces},
        )
