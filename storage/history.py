"""The tamper-evident trail: append-only rows, chained per instance with HMAC-SM3, and their verification.

Each row's `mac` covers the row itself and the mac before it; the head (count and mac) is kept in the instance
row, and a daily root over all heads is written to a file, so that truncation shows as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from cryptography.hazmat.primitives import hashes, hmac
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Uuid,
    and_,
    bindparam,
    exists,
    insert,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from processes.actors import Actor
from storage.db import new_id, table_of
from storage.models.instance_migrations import ElementAlias
from storage.models.instances import CaseLink, ProcessInstance, Task, TaskSeparation
from storage.models.records import HistoryRow

ALGORITHM = "HMAC-SM3"


@dataclass(frozen=True, slots=True)
class ChainKey:
    """The secret of the chain; held by the service, never in the database."""

    secret: bytes

    def mac(self, message: bytes) -> str:
        code = hmac.HMAC(self.secret, hashes.SM3())
        code.update(message)
        return code.finalize().hex()


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What one row says, before it gets its place in the chain."""

    kind: str
    element_id: str | None = None
    element_name: str | None = None
    task_id: UUID | None = None
    form_version: int | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[Mapping[str, Any]] = ()
    reason: str | None = None
    acting_for: UUID | None = None


#: The columns a mac covers, in a fixed order.
COVERED = (
    "instance_id",
    "root_id",
    "seq",
    "at",
    "kind",
    "element_id",
    "element_name",
    "task_id",
    "actor_id",
    "actor_name",
    "organisation",
    "acting_for",
    "process_key",
    "version",
    "form_version",
    "changes",
    "files",
    "reason",
    "algorithm",
)


def _message(values: Mapping[str, Any], previous: str) -> bytes:
    covered = [previous, *(values[name] for name in COVERED)]
    return orjson.dumps(covered, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z, default=str)


#: Built once: every unit of work runs it.
_INSERT = insert(table_of(HistoryRow))


def append(
    session: Session,
    entries: Iterable[tuple[ProcessInstance, HistoryEntry]],
    *,
    key: ChainKey,
    at: datetime,
    actor: Actor,
) -> None:
    """Chain the entries to their instances' heads and write them in one statement. Moves the heads."""
    rows = []
    for instance, entry in entries:
        instance.history_seq += 1
        values: dict[str, Any] = {
            "district_id": instance.district_id,
            "id": new_id(),
            "instance_id": instance.id,
            "root_id": instance.root_id,
            "seq": instance.history_seq,
            "at": at,
            "kind": entry.kind,
            "element_id": entry.element_id,
            "element_name": entry.element_name,
            "task_id": entry.task_id,
            "actor_id": actor.id,
            "actor_name": actor.name,
            "organisation": actor.organisation,
            "acting_for": entry.acting_for or actor.acting_for,
            "process_key": instance.process_key,
            "version": instance.version,
            "form_version": entry.form_version,
            "changes": dict(entry.changes),
            "files": [dict(file) for file in entry.files],
            "reason": entry.reason,
            "algorithm": ALGORITHM,
        }
        values["mac"] = key.mac(_message(values, instance.history_mac))
        instance.history_mac = values["mac"]
        rows.append(values)
    if rows:
        session.flush()
        session.connection().execute(_INSERT, rows)


def names_now(session: Session, task: Task) -> set[str]:
    """The ids under which the element of a task goes on later versions of its diagram."""
    query = select(ElementAlias.element_id).where(
        ElementAlias.district_id == task.district_id,
        ElementAlias.root_id == task.root_id,
        ElementAlias.old_element_id == task.element_id,
    )
    return set(session.scalars(query))


def list_history(session: Session, district_id: str, instance_id: UUID) -> Sequence[HistoryRow]:
    """The rows of one instance, in order."""
    query = select(HistoryRow).where(HistoryRow.district_id == district_id, HistoryRow.instance_id == instance_id)
    return session.scalars(query.order_by(HistoryRow.seq)).all()


def list_case_history(session: Session, district_id: str, root_id: UUID) -> Sequence[HistoryRow]:
    """The rows of a whole case (an instance and all its children), by time and place in the chain."""
    query = select(HistoryRow).where(HistoryRow.district_id == district_id, HistoryRow.root_id == root_id)
    return session.scalars(query.order_by(HistoryRow.at, HistoryRow.id)).all()


def _linked_roots(root: Any, district_id: Any) -> CompoundSelect[tuple[UUID]]:
    """The root itself and the roots of cases linked to it in either direction."""
    there = select(CaseLink.linked_root_id).where(CaseLink.district_id == district_id, CaseLink.root_id == root)
    back = select(CaseLink.root_id).where(CaseLink.district_id == district_id, CaseLink.linked_root_id == root)
    return union_all(select(root), there, back)


def _performers() -> Select[UUID, UUID | None, str | None]:
    """One row per person, not per completion. The roots are joined, not listed with IN: SQLite would otherwise
    search the history of the whole district."""
    roots = _linked_roots(bindparam("root", type_=Uuid()), bindparam("district")).subquery("roots")
    in_case = and_(HistoryRow.district_id == bindparam("district"), HistoryRow.root_id == roots.c[0])
    asked: Any = bindparam("elements", expanding=True)
    named_before = exists(
        select(ElementAlias.id)
        .where(
            ElementAlias.district_id == bindparam("district"),
            ElementAlias.root_id == HistoryRow.root_id,
            ElementAlias.element_id.in_(asked),
            ElementAlias.old_element_id == HistoryRow.element_id,
        )
        .correlate(HistoryRow)
    )
    return (
        select(HistoryRow.actor_id, HistoryRow.acting_for, HistoryRow.element_id)
        .select_from(roots.join(HistoryRow, in_case))
        .where(
            HistoryRow.kind == "task_completed",
            or_(HistoryRow.element_id.in_(asked), named_before),
        )
        .distinct()
    )


#: Built once: every completion of a task with separated duties runs it.
_PERFORMED = _performers()


def performed(session: Session, district_id: str, root_id: UUID, elements: Sequence[str]) -> dict[UUID, str]:
    """Who completed any of the elements in the case: user id -> element id. Deputies and principals both count, and
    so does what was completed under the name an element had on an earlier version."""
    asked = {"district": district_id, "root": root_id, "elements": list(elements)}
    people: dict[UUID, str] = {}
    for actor_id, acting_for, element_id in session.execute(_PERFORMED, asked):
        people[actor_id] = str(element_id)
        if acting_for is not None:
            people[acting_for] = str(element_id)
    return people


def barred(user_id: UUID) -> ColumnElement[bool]:
    """SQL condition on Task: the user completed an element from which the task is separated (gate G3).

    The history of the case and of every case linked to it counts. Each way is a look-up by root, so the
    condition stays cheap however long the history of the district is.
    """
    there = and_(CaseLink.root_id == Task.root_id, _did(user_id, CaseLink.linked_root_id))
    back = and_(CaseLink.linked_root_id == Task.root_id, _did(user_id, CaseLink.root_id))
    linked = select(CaseLink.id).where(CaseLink.district_id == Task.district_id, or_(there, back))
    separations = select(TaskSeparation.id).where(
        TaskSeparation.district_id == Task.district_id,
        TaskSeparation.task_id == Task.id,
        or_(_did(user_id, Task.root_id), exists(linked.correlate(Task, TaskSeparation))),
    )
    return exists(separations.correlate(Task))


def _did(user_id: UUID, root: Any) -> ColumnElement[bool]:
    """The user completed the separated element in the case with this root, in person or through a deputy."""
    named_before = exists(
        select(ElementAlias.id)
        .where(
            ElementAlias.district_id == TaskSeparation.district_id,
            ElementAlias.root_id == HistoryRow.root_id,
            ElementAlias.element_id == TaskSeparation.element_id,
            ElementAlias.old_element_id == HistoryRow.element_id,
        )
        .correlate(HistoryRow, TaskSeparation)
    )
    rows = select(HistoryRow.id).where(
        HistoryRow.district_id == TaskSeparation.district_id,
        HistoryRow.root_id == root,
        HistoryRow.kind == "task_completed",
        or_(HistoryRow.element_id == TaskSeparation.element_id, named_before),
        or_(HistoryRow.actor_id == user_id, HistoryRow.acting_for == user_id),
    )
    return exists(rows.correlate(Task, TaskSeparation, CaseLink))


@dataclass(frozen=True, slots=True)
class Break:
    """The first row at which a chain does not hold, in words."""

    instance_id: UUID
    seq: int
    message: str


def verify(session: Session, *, key: ChainKey) -> Iterator[Break]:
    """Check every chain of the database; yields the first break of each broken instance."""
    instances = session.execute(
        select(
            ProcessInstance.district_id, ProcessInstance.id, ProcessInstance.history_seq, ProcessInstance.history_mac
        ).order_by(ProcessInstance.id)
    )
    for district_id, instance_id, count, head in instances.all():
        found = _verify_one(session, district_id, instance_id, count, head, key)
        if found is not None:
            yield found


def verify_instance(session: Session, instance: ProcessInstance, *, key: ChainKey) -> Break | None:
    """Check the chain of one instance; its first break, or None when it holds."""
    return _verify_one(session, instance.district_id, instance.id, instance.history_seq, instance.history_mac, key)


def _verify_one(
    session: Session, district_id: str, instance_id: UUID, count: int, head: str, key: ChainKey
) -> Break | None:
    previous, expected = "", 0
    for row in list_history(session, district_id, instance_id):
        expected += 1
        if row.seq != expected:
            return Break(instance_id, expected, f"第 {expected} 条记录缺失（其后是第 {row.seq} 条）")
        values = {name: getattr(row, name) for name in COVERED}
        if row.mac != key.mac(_message(values, previous)):
            return Break(instance_id, row.seq, f"第 {row.seq} 条记录的内容或前一条与校验码不符")
        previous = row.mac
    if (expected, previous) != (count, head):
        return Break(instance_id, expected + 1, f"应有 {count} 条记录，只找到 {expected} 条，末尾被截断或替换")
    return None


def chain_root(session: Session) -> tuple[int, str]:
    """(number of rows, SM3 digest) over all chain heads: the daily root to be kept outside the database."""
    digest, total = hashes.Hash(hashes.SM3()), 0
    heads = select(ProcessInstance.id, ProcessInstance.history_seq, ProcessInstance.history_mac)
    for instance_id, count, head in session.execute(heads.order_by(ProcessInstance.id)):
        digest.update(f"{instance_id} {count} {head}\n".encode())
        total += count
    return total, digest.finalize().hex()
