"""Absences with dates, and who stands in (代理): granted, ended, and noted in every case that waits for the person."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from processes.actors import Actor
from processes.errors import BadRequest, Conflict, Forbidden, NotFound
from service import permissions
from service.orchestration.people import check_apart
from service.orchestration.runtime import Runtime, Unit, transaction
from storage import people
from storage.db import new_id
from storage.instances import list_assigned_tasks, lock_instance
from storage.models.people import Substitution, User

_LONGEST_REASON = 200


def grant_substitution(
    runtime: Runtime, login: str, deputy: str | None, *, since: date, until: date, reason: str, by: Actor
) -> UUID:
    """Note that a person is absent from one day to another, and who stands in (None: nobody); the record's id.

    The person, the head of the person's department and an administrator may do so. Raises BadRequest for dates or a
    reason that cannot be, NotFound, Forbidden, Conflict when the absence overlaps another, when the deputy is
    absent too, or when posts would meet that are kept apart (三权分立).
    """
    words = reason.strip()
    if not words or len(words) > _LONGEST_REASON:
        raise BadRequest(f"请填写代理原因，不超过 {_LONGEST_REASON} 字。")

    def work(unit: Unit) -> UUID:
        if until < since or until < unit.today:
            raise BadRequest("代理的止日不能早于起日，也不能早于今天，请核对。")
        absent = _person(unit, login)
        _check_right(unit, absent)
        stand_in = None if deputy is None else _person(unit, deputy)
        if people.list_overlapping_absences(unit.session, unit.district_id, absent.id, since=since, until=until):
            raise Conflict(f"{absent.name} 在这段时间已有代理登记，请先结束原来的登记。")
        if stand_in is not None:
            _check_deputy(unit, absent, stand_in, since=since, until=until)
        row = Substitution(
            district_id=unit.district_id,
            id=new_id(),
            user_id=absent.id,
            deputy_id=None if stand_in is None else stand_in.id,
            valid_from=since,
            valid_to=until,
            reason=words,
            created_by=unit.actor.id,
        )
        unit.session.add(row)
        _note(unit, row, "substitution_granted", absent, stand_in)
        return row.id

    return transaction(runtime, by, work)


def end_substitution(runtime: Runtime, substitution_id: UUID, *, by: Actor) -> None:
    """The person is back from this moment on. Raises NotFound, Forbidden, Conflict when it ended before."""

    def work(unit: Unit) -> None:
        row = people.get_substitution(unit.session, unit.district_id, substitution_id)
        absent = people.get_user(unit.session, unit.district_id, row.user_id)
        _check_right(unit, absent)
        if row.ended_at is not None or row.valid_to < unit.today:
            raise Conflict(f"{absent.name} 的这次代理已经结束，不需要再办。")
        row.ended_at, row.ended_by = unit.now, unit.actor.id
        stand_in = None if row.deputy_id is None else people.get_user(unit.session, unit.district_id, row.deputy_id)
        _note(unit, row, "substitution_ended", absent, stand_in)

    transaction(runtime, by, work)


def _person(unit: Unit, login: str) -> User:
    user = people.find_user(unit.session, unit.district_id, login)
    if user is None or not user.active:
        raise NotFound(f"没有账号“{login}”，或账号已停用，请核对。")
    return user


def _check_right(unit: Unit, absent: User) -> None:
    actor = unit.actor
    heads = absent.organisation is not None and actor.holds("maker_head", absent.organisation)
    if not (actor.id == absent.id or heads or permissions.can(actor, "manage_people")):
        raise Forbidden(f"{absent.name} 的代理由本人、本部门主要负责人或系统管理员登记。")


def _check_deputy(unit: Unit, absent: User, deputy: User, *, since: date, until: date) -> None:
    if deputy.id == absent.id:
        raise BadRequest("代理人不能是本人，请另选一人。")
    if people.list_overlapping_absences(unit.session, unit.district_id, deputy.id, since=since, until=until):
        raise Conflict(f"{deputy.name} 在这段时间也不在岗，请另选代理人。")
    day = max(since, unit.today)
    held = {post.role for post in people.list_memberships(unit.session, unit.district_id, deputy.id, on=day)}
    for post in people.list_memberships(unit.session, unit.district_id, absent.id, on=day):
        check_apart(deputy, post.role, held)


def _note(unit: Unit, row: Substitution, kind: str, absent: User, deputy: User | None) -> None:
    """Every running case whose task the person holds says so in its own history."""
    told: dict[str, Any] = {
        "absent": absent.name,
        "deputy": None if deputy is None else deputy.name,
        "dates": [row.valid_from.isoformat(), row.valid_to.isoformat()],
    }
    for task in list_assigned_tasks(unit.session, unit.district_id, absent.id):
        unit.record(
            lock_instance(unit.session, unit.district_id, task.instance_id),
            kind,
            element_id=task.element_id,
            element_name=task.name,
            task_id=task.id,
            changes=told,
            reason=row.reason,
        )
