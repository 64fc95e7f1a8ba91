"""Every address says what it needs. One that says nothing is refused, and the application does not start with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask

from service.role_actions import ACTIONS

View = TypeVar("View", bound=Callable[..., Any])

#: Where a view keeps its declaration; decorators that wrap a view carry it along (functools.wraps).
_DECLARED = "_zhida_need"


@dataclass(frozen=True, slots=True)
class Need:
    """What a route needs: an action that a role allows, or nothing (`action` None: open to everybody)."""

    action: str | None


class RouteUndeclared(Exception):
    """A route without a declared permission: a mistake of the programmer that stops the start."""


def allows(action: str) -> Callable[[View], View]:
    """The view needs somebody signed in whose role allows the action. Raises ValueError for an unknown action."""
    if action not in ACTIONS:
        raise ValueError(f"no role allows {action!r}: see service/role_actions.py")
    return _declare(Need(action))


def public(view: View) -> View:
    """The view may be asked for by anybody."""
    return _declare(Need(None))(view)


def _declare(need: Need) -> Callable[[View], View]:
    def declare(view: View) -> View:
        setattr(view, _DECLARED, need)
        return view

    return declare


def need_of(app: Flask, endpoint: str) -> Need | None:
    """What an endpoint declares; None when it declares nothing."""
    found = getattr(app.view_functions.get(endpoint), _DECLARED, None)
    return found if isinstance(found, Need) else None


def declared(app: Flask) -> Mapping[str, Need | None]:
    """Every route as "METHODS /address" with what it needs."""
    return {
        f"{','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))} {rule.rule}": need_of(app, rule.endpoint)
        for rule in app.url_map.iter_rules()
    }


def require_declared(app: Flask) -> None:
    """Raise RouteUndeclared naming every route that does not say who may use it."""
    silent = sorted(route for route, need in declared(app).items() if need is None)
    if silent:
        raise RouteUndeclared(f"these routes declare neither @allows nor @public: {', '.join(silent)}")
