"""The written case file: everything the story left behind, in order, for somebody who was not there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from processes.clock import SHANGHAI
from service.demo.http import HttpHands


def write_case_file(hands: HttpHands, cases: Mapping[str, str], folder: Path) -> tuple[Path, int]:
    """Write `case.json` and `case.md` with the history of every instance of the cases; (the page, rows written)."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = {name: _case(hands, case) for name, case in cases.items()}
    (folder / "case.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
    page = folder / "case.md"
    page.write_text("\n".join(_page(whole)) + "\n", encoding="utf-8")
    return page, sum(len(each["history"]) for instances in whole.values() for each in instances)


def _case(hands: HttpHands, case: str) -> list[dict[str, Any]]:
    found = []
    for instance in hands.instances(case):
        history = hands.call("auditor", "GET", f"/process-instances/{instance['id']}/history")
        found.append({**instance, "history": history["items"]})
    return found


def _page(whole: Mapping[str, list[dict[str, Any]]]) -> list[str]:
    lines = ["# 案卷"]
    for name, instances in whole.items():
        lines.append(f"\n## {name}")
        for instance in instances:
            end = instance["end_element_id"] or instance["state"]
            lines.append(f"\n### {instance['process_key']} 第 {instance['version']} 版，{end}\n")
            lines.append("| 序号 | 时间 | 事项 | 环节 | 办理人 | 附件 | 摘要 |\n|---|---|---|---|---|---|---|")
            lines.extend(_row(row) for row in instance["history"])
    return lines


def _row(row: Mapping[str, Any]) -> str:
    at = datetime.fromisoformat(row["at"]).astimezone(SHANGHAI)
    files = "、".join(each["name"] for each in row["files"])
    cells = (row["seq"], f"{at:%Y-%m-%d %H:%M}", row["kind"], row["element_name"] or "", row["actor"], files)
    return "| " + " | ".join(str(each) for each in cells) + f" | {row['mac'][:12]} |"
