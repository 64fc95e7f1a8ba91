"""`zhida calendar import`: a new year of working days."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from processes.errors import BadRequest
from service.commands.house import Say, open_house
from service.orchestration.calendars import import_year


def add_commands(commands: Any) -> None:
    """`calendar import`."""
    calendar = commands.add_parser("calendar", help="工作日历").add_subparsers(required=True, metavar="动作")
    importing = calendar.add_parser("import", help="录入一年的放假安排（TOML，或国务院办公厅通知的文字）")
    importing.add_argument("file", type=Path, metavar="文件")
    importing.set_defaults(command=import_now)


def import_now(asked: argparse.Namespace, say: Say) -> int:
    """Store the year and count open deadlines again."""
    path: Path = asked.file
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"无法读取“{path}”：请核对路径，文件应为 UTF-8 文本。") from error
    with open_house() as house:
        done = import_year(house.runtime, text, by=house.system)
    say(f"已录入 {done.year} 年放假安排（第 {done.version} 版），{done.moved} 个未到期的期限已重新推算。")
    return 0
