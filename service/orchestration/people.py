"""Verbs on accounts and posts: adding a person, giving a post from a day on, ending one."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from processes.actors import Actor
from processes.errors import BadRequest, Conflict, NotFound
from processes.vocabulary import ROLES
from service import permissions
from service.identity.accounts import end_login_sessions
from service.identity.passwords import hash_password
from service.orchestration.candidates import fill_vacancies
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.db import new_id
from storage.models.people import Membership, User
from storage.people import find_organisation, find_user, list_memberships

SHORTEST_PASSWORD = 10
LONGEST_LOGIN = 60
#: 三权分立: who keeps accounts, who reviews the trail and who draws the processes are different people.
_APART = (frozenset(("admin", "auditor")), frozenset(("process_owner", "publisher")))


def add_person(
    runtime: Runtime, login: str, name: str, organisation: str, password: str, *, by: Actor, demo: bool = False
) -> UUID:
    """A new account without posts. Raises BadRequest for a weak password, Conflict for a login that exists."""
    permissions.require(by, "manage_people")
    check_password(password)
    check_login(login)

    def work(unit: Unit) -> UUID:
        if find_organisation(unit.session, unit.district_id, organisation) is None:
            raise NotFound(f"没有代码为“{organisation}”的机构，请先核对机构代码。")
        if find_user(unit.session, unit.district_id, login) is not None:
            raise Conflict(f"账号“{login}”已存在，请换一个账号名。")
        user = User(
            district_id=unit.district_id,
            id=new_id(),
            login=login,
            name=name,
            password_hash=hash_password(password),
            organisation=organisation,
            demo=demo,
        )
        unit.session.add(user)
        return user.id

    return transaction(runtime, by, work)


def give_post(
    runtime: Runtime, login: str, role: str, organisation: str, *, by: Actor, since: date | None = None
) -> None:
    """Let a person hold a role in an organisation from a day on (today by default).

    Raises NotFound for an unknown role, person or organisation, Conflict for a post held already or one that may
    not be held together with another (三权分立; author and publisher of a process).
    """
    permissions.require(by, "manage_people")
    if role not in ROLES:
        raise NotFound(f"没有岗位“{role}”。可用的岗位：{'、'.join(ROLES)}。")

    def work(unit: Unit) -> None:
        user = find_user(unit.session, unit.district_id, login)
        if user is None:
            raise NotFound(f"没有账号“{login}”，请先添加人员。")
        if organisation != "*" and find_organisation(unit.session, unit.district_id, organisation) is None:
            raise NotFound(f"没有代码为“{organisation}”的机构，请先核对机构代码。")
        first = since or unit.today
        held = list_memberships(unit.session, unit.district_id, user.id, on=max(first, unit.today))
        if any(post.role == role and post.organisation == organisation for post in held):
            raise Conflict(f"{user.name} 已在该岗位上，无需重复添加。")
        check_apart(user, role, {post.role for post in held})
        unit.session.add(
            Membership(
                district_id=unit.district_id,
                id=new_id(),
                user_id=user.id,
                role=role,
                organisation=organisation,
                valid_from=first,
            )
        )
        end_login_sessions(unit.session, unit.district_id, now=unit.now, user_id=user.id)
        if first <= unit.today:
            fill_vacancies(unit, role, organisation)

    transaction(runtime, by, work)


def end_post(runtime: Runtime, login: str, role: str, organisation: str, *, by: Actor) -> None:
    """The person held the post for the last time yesterday. Raises NotFound when it is not held today."""
    permissions.require(by, "manage_people")

    def work(unit: Unit) -> None:
        user = find_user(unit.session, unit.district_id, login)
        posts = [] if user is None else list_memberships(unit.session, unit.district_id, user.id, on=unit.today)
        found = [post for post in posts if (post.role, post.organisation) == (role, organisation)]
        if user is None or not found:
            raise NotFound(f"“{login}”现在不在岗位“{role}@{organisation}”上，请核对。")
        for post in found:
            if post.valid_from == unit.today:
                unit.session.delete(post)
            else:
                post.valid_to = unit.today - timedelta(days=1)
        runtime.held_posts.forget()
        end_login_sessions(unit.session, unit.district_id, now=unit.now, user_id=user.id)

    transaction(runtime, by, work)


def check_login(login: str) -> None:
    """Raise BadRequest for a name under which nobody can sign in."""
    if not login.isidentifier() or len(login) > LONGEST_LOGIN:
        raise BadRequest(f"账号“{login}”不可用：请用字母、数字和下划线，以字母开头，最多 {LONGEST_LOGIN} 个字符。")


def check_password(password: str) -> None:
    """Raise BadRequest for a password that is too short or of too few kinds of characters."""
    kinds = (str.islower, str.isupper, str.isdigit, lambda char: not char.isalnum())
    used = sum(any(kind(char) for char in password) for kind in kinds)
    if len(password) < SHORTEST_PASSWORD or used < 3:
        raise BadRequest(
            f"密码太弱：至少 {SHORTEST_PASSWORD} 个字符，并含大写字母、小写字母、数字、符号中的三种。请换一个。"
        )


def check_apart(user: User, role: str, held: set[str]) -> None:
    """Raise Conflict when a person with these roles may not act in this one as well (三权分立)."""
    for pair in _APART:
        if role in pair and held & (pair - {role}):
            other = "、".join(ROLES[each] for each in held & (pair - {role}))
            raise Conflict(f"{user.name} 已是{other}，不能同时担任{ROLES[role]}。请指定另一个人。")
