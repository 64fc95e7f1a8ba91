"""`zhida doctor`: a diagram of another tool examined, and treated with what is certain."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from processes import doctor
from processes.doctor import Diagnosis
from processes.errors import BadRequest
from service.commands.house import Say
from service.commands.publishing import shipped_catalogue


def add_commands(commands: Any) -> None:
    """`doctor`."""
    command = commands.add_parser("doctor", help="诊断其他工具画的流程图，列出阻碍运行的问题和修复")
    command.add_argument("file", type=Path, metavar="文件")
    command.add_argument("--fix", action="store_true", help="做完全部确定的修复，写到 --output")
    command.add_argument("--output", type=Path, help="修复后的文件（默认在原文件旁，加 .fixed）")
    command.set_defaults(command=examine_now)


def examine_now(asked: argparse.Namespace, say: Say) -> int:
    """Say what is wrong; with --fix, write the treated file. 1 while something keeps it from running."""
    if not asked.file.is_file():
        raise BadRequest(f"没有文件“{asked.file}”，请核对路径。")
    content = asked.file.read_bytes()
    diagnosis = doctor.examine(content, shipped_catalogue())
    if asked.fix:
        treated = doctor.treat(content, {}, shipped_catalogue(), all_certain=True)
        output = asked.output or asked.file.with_suffix(f".fixed{asked.file.suffix}")
        output.write_bytes(treated.content)
        say(f"做了 {len(treated.applied)} 项修复，写到 {output}。")
        diagnosis = treated.diagnosis
    for line in _told(diagnosis):
        say(line)
    return 0 if diagnosis.is_fit else 1


def _told(diagnosis: Diagnosis) -> list[str]:
    words = {"error": "问题", "warning": "提醒"}
    lines = [
        f"{words[each.severity]} [{each.code}] {each.message}"
        + "".join(f" 〔{fix.title}{'，确定' if fix.is_certain else ''}〕" for fix in each.fixes)
        for each in diagnosis.symptoms
    ]
    counted = Counter(each.fate.value for each in diagnosis.report)
    fates = "，".join(f"{fate} {number}" for fate, number in sorted(counted.items()))
    closing = "可以运行。" if diagnosis.is_fit else "还不能运行。"
    return [*lines, f"共 {len(diagnosis.report)} 个元素、属性和文字：{fates}。{closing}"]
