"""What a built application holds, and how the code behind a request reaches it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import current_app
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from service.jobs.worker import EmbeddedWorker
from service.orchestration.runtime import Runtime
from service.settings import Settings

EXTENSION = "zhida"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request was not done, the same for a page and for a program.

    `code` is stable, `message` a Chinese sentence. `fields` maps a dotted path to its messages; `findings` say why
    files were refused; `facts` are further plain values. `request_id` finds the request in the log.
    """

    status: int
    code: str
    message: str
    request_id: str
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    findings: Sequence[Mapping[str, object]] = ()
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass
class Zhida:
    """What an application holds: its settings, its runtime and, when it has one, its worker.

    `show_refusal` makes the page a person sees when something is refused; the pages set it when they are registered.
    """

    settings: Settings
    runtime: Runtime
    worker: EmbeddedWorker | None = None
    show_refusal: Callable[[Refusal], Response] | None = None


def zhida() -> Zhida:
    """The current application's wiring."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Zhida)
    return found


def runtime() -> Runtime:
    return zhida().runtime


def settings() -> Settings:
    return zhida().settings


def session() -> Session:
    """The session of this request, for reading; verbs commit in their own transactions."""
    return runtime().session()
