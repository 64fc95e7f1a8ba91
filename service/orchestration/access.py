"""Verbs of signing in and out, and of API tokens: they change rows too, so they go through the door as well."""

from __future__ import annotations

from datetime import datetime, timedelta

from processes.actors import Actor, system_actor
from processes.clock import business_date
from processes.errors import NotFound
from service.identity import accounts
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.models.people import LoginSession
from storage.people import find_user, load_actor

#: How often a browser's "last seen" is written; reading pages must not write each time.
SEEN_EVERY = timedelta(minutes=1)


def sign_in(runtime: Runtime, district_id: str, login: str, password: str, *, address: str | None) -> str:
    """The secret for the login cookie. Raises SignInRefused (same sentence for unknown names)."""

    def work(unit: Unit) -> tuple[str | None, str]:
        found = accounts.try_password(unit.session, district_id, login, password, now=unit.now, address=address)
        if isinstance(found, str):
            return None, found
        return accounts.open_login_session(unit.session, found, now=unit.now, address=address), ""

    token, refusal = transaction(runtime, system_actor(district_id), work)
    if token is None:
        raise accounts.SignInRefused(refusal)
    return token


def sign_out(runtime: Runtime, district_id: str, token: str) -> None:
    """End one browser's login session on the server."""
    transaction(
        runtime,
        system_actor(district_id),
        lambda unit: accounts.end_login_sessions(unit.session, district_id, now=unit.now, token=token),
    )


def issue_token(
    runtime: Runtime,
    district_id: str,
    login: str,
    *,
    name: str,
    password: str | None = None,
    days: int = 90,
    address: str | None = None,
) -> str:
    """A bearer token for a user; with `password` None only the command line may call it."""

    def work(unit: Unit) -> tuple[str | None, str]:
        if password is None:
            user = find_user(unit.session, district_id, login)
            if user is None:
                return None, f"没有账号“{login}”。"
        else:
            found = accounts.try_password(unit.session, district_id, login, password, now=unit.now, address=address)
            if isinstance(found, str):
                return None, found
            user = found
        return accounts.issue_token(unit.session, user, name=name, now=unit.now, days=days), ""

    token, refusal = transaction(runtime, system_actor(district_id), work)
    if token is None:
        raise accounts.SignInRefused(refusal)
    return token


def revoke_token(runtime: Runtime, *, by: Actor, token: str) -> None:
    """Take back one of the actor's bearer tokens. Raises NotFound when the actor has no such live token."""

    def work(unit: Unit) -> None:
        if not accounts.revoke_token(unit.session, unit.district_id, token, user_id=by.id, now=unit.now):
            raise NotFound("没有找到这个令牌。它可能已被收回；用令牌调用时才能收回它自己。")

    transaction(runtime, by, work)


def signed_in(runtime: Runtime, district_id: str, cookie: str, *, idle: timedelta, absolute: timedelta) -> Actor | None:
    """Who a login cookie stands for now; None when signed out or too old. Notes when it was last seen."""
    now: datetime = runtime.clock.now()
    session = runtime.session()
    row = accounts.find_login_session(session, district_id, cookie, now=now, idle=idle, absolute=absolute)
    if row is None:
        return None
    actor = accounts.actor_of_session(session, district_id, row, now=now)
    if actor is not None and now - row.seen_at > SEEN_EVERY:
        _seen(runtime, actor, row.id)
    return actor


def _seen(runtime: Runtime, actor: Actor, row_id: object) -> None:
    def work(unit: Unit) -> None:
        row = unit.session.get(LoginSession, (unit.district_id, row_id))
        if row is not None:
            row.seen_at = unit.now

    transaction(runtime, actor, work)


def actor_named(runtime: Runtime, district_id: str, login: str) -> Actor:
    """The actor with this login name, for the command line and the seed."""
    session = runtime.session()
    user = find_user(session, district_id, login)
    if user is None:
        raise accounts.SignInRefused(f"没有账号“{login}”。")
    return load_actor(session, district_id, user.id, on=business_date(runtime.clock.now()))
