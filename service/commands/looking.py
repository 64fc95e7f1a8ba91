"""`zhida show-instance`: what an instance waits for, why, and what happened last, in words."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from processes.clock import SHANGHAI
from service.commands.house import House, Say, open_house
from service.pages.trail import KINDS
from service.pages.words import INSTANCE_STATES
from service.stuck import why_waiting
from storage.db import db
from storage.history import list_history
from storage.instances import get_instance, list_children
from storage.models.instances import ProcessInstance
from storage.models.records import HistoryRow

#: How many rows of the history are shown.
TAIL = 10


def add_commands(commands: Any) -> None:
    """`show-instance`."""
    show = commands.add_parser("show-instance", help="用文字说明一个流程实例的状态、等待和最近的历史")
    show.add_argument("instance_id", type=UUID, metavar="实例编号")
    show.set_defaults(command=show_instance)


def show_instance(asked: argparse.Namespace, say: Say) -> int:
    """State, waits with their reasons, children, and the tail of the history. Raises NotFound."""
    with open_house() as house:
        instance = get_instance(db.session(), house.district_id, asked.instance_id)
        for line in (*_head(instance), *_waits(house, instance), *_children(house, instance), *_tail(instance)):
            say(line)
    return 0


def _head(instance: ProcessInstance) -> Iterator[str]:
    yield f"{instance.title}　{instance.process_key} 第 {instance.version} 版　{INSTANCE_STATES[instance.state]}"
    yield f"业务编号：{instance.business_key or '（无）'}　开始：{_moment(instance.started_at)}"
    if instance.suspended_reason:
        yield f"暂停原因：{instance.suspended_reason}"
    if instance.ended_at is not None:
        yield f"结束：{_moment(instance.ended_at)}　{instance.end_element_id or '（没有到达结束事件）'}"


def _waits(house: House, instance: ProcessInstance) -> Iterator[str]:
    this_one = ProcessInstance.id == instance.id
    for each in why_waiting(db.session(), house.runtime, house.system, this_one):
        yield f"· {each.element_name}（{each.element_id}）：{each.reason}，自 {_moment(each.since)}。{each.sentence}"
        yield f"  可以处理的人：{each.who_can_act}"


def _children(house: House, instance: ProcessInstance) -> Iterator[str]:
    for child in list_children(db.session(), house.district_id, instance.id):
        yield f"下级流程 {child.id}　{child.title}　{child.process_key}　{INSTANCE_STATES[child.state]}"


def _tail(instance: ProcessInstance) -> Iterator[str]:
    """What people did and what came due last; the machine's own steps are left out."""
    rows = [row for row in list_history(db.session(), instance.district_id, instance.id) if row.kind in KINDS]
    yield f"最近的历史（共 {len(rows)} 件事）："
    yield from (_row(row) for row in rows[-TAIL:])


def _row(row: HistoryRow) -> str:
    where = f"“{row.element_name}”" if row.element_name else (row.element_id or "")
    reason = f"　原因：{row.reason}" if row.reason else ""
    return f"  {row.seq}. {_moment(row.at)}　{row.actor_name}　{KINDS[row.kind]}{where}{reason}"


def _moment(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
