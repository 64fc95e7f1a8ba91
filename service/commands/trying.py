"""`zhida try`: run the scenarios of files against what is published; nothing is stored."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from processes.checks import describe, has_errors
from service.commands.house import Say, open_house
from service.commands.publishing import read_files
from service.orchestration.deployments import check
from service.orchestration.trying import KeyReport, published_keys, run_scenarios


def add_commands(commands: Any) -> None:
    """`try`."""
    trying = commands.add_parser("try", help="试跑场景：流程图、表单、决策表和 .scenarios 文件，不保存任何内容")
    trying.add_argument("files", nargs="*", type=Path, metavar="文件", help="不给文件时试跑已发布的全部场景")
    trying.add_argument("--key", action="append", metavar="标识", help="只试跑这些流程或决策的场景")
    trying.set_defaults(command=try_now)


def try_now(asked: argparse.Namespace, say: Say) -> int:
    """One line per scenario, the coverage per process; 1 when a scenario failed or a file is not fit."""
    files = read_files(asked.files)
    with open_house() as house:
        findings = check(house.runtime, files, by=house.system) if files else []
        if has_errors(findings):
            say(describe(findings))
            return 1
        keys = asked.key or (None if files else published_keys(house.runtime, by=house.system))
        report = run_scenarios(house.runtime, files, by=house.system, keys=keys)
    if not report.ran:
        say("这些文件没有场景。")
        return 0
    for each in report.keys:
        _tell(each, say)
    failed = sum(len(each.failed) for each in report.keys)
    say(f"共 {report.ran} 个场景，{failed} 个没有通过。" if failed else f"共 {report.ran} 个场景，全部通过。")
    return 1 if failed else 0


def _tell(report: KeyReport, say: Say) -> None:
    say(f"{report.title}（{report.key}）")
    for result in report.results:
        said = "" if result.difference is None else f"：{result.difference.sentence}"
        say(f"  {'通过' if result.passed else '没有通过'}　{result.name}{said}")
    if report.coverage is not None:
        covered, total = len(report.coverage.ground.flows), len(report.coverage.ground.flows)
        covered -= len(report.coverage.missing_flows)
        say(f"  经过 {total} 条路径中的 {covered} 条（{report.coverage.flow_share:.0%}）")
        for flow in report.coverage.missing_flows:
            say(f"    没有场景经过：{flow.name}")
