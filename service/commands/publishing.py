"""`zhida check` and `zhida deploy`: diagrams, forms and tables from files."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from forms.checking import check_form
from forms.registry import shipped_forms
from handlers.registry import REGISTRY
from processes import deadlines
from processes.checks import Catalogue, Finding, check_files, describe, has_errors
from processes.errors import BadRequest, DefinitionRefused
from processes.vocabulary import ROLES
from service.catalogue import SENT_FROM_OUTSIDE, handler_info
from service.commands.house import Say, open_house
from service.orchestration import access
from service.orchestration.deployments import check, deploy
from service.orchestration.file_kinds import SUFFIXES
from service.seed.people import ORGANISATIONS
from service.settings import SettingsRefused


def add_commands(commands: Any) -> None:
    """`check` and `deploy`."""
    checking = commands.add_parser("check", help="检查流程图、表单和决策表，不保存任何内容")
    checking.add_argument("files", nargs="+", type=Path, metavar="文件")
    checking.set_defaults(command=check_now)
    deploying = commands.add_parser("deploy", help="检查并发布流程图、表单和决策表")
    deploying.add_argument("files", nargs="+", type=Path, metavar="文件")
    deploying.add_argument("-m", "--message", required=True, help="发布说明，写入版本记录")
    deploying.add_argument("--override", default="", help="场景没有通过仍要发布的原因，写入版本记录")
    deploying.add_argument("--user", help="以哪个账号发布（默认以系统名义）")
    deploying.set_defaults(command=deploy_now)


def check_now(asked: argparse.Namespace, say: Say) -> int:
    """The same findings as the API: against what is published, or, without a database, against what is shipped."""
    files = read_files(asked.files)
    findings = _against_published(files)
    if findings is None:
        say("没有可用的数据库，按随产品提供的内容检查。")
        findings = check_files(files, shipped_catalogue(), check_form)
    say(describe(findings))
    return 1 if has_errors(findings) else 0


def _against_published(files: dict[str, bytes]) -> list[Finding] | None:
    """The findings against the database; None when there is none to ask."""
    try:
        with open_house(migrated=False) as house:
            return check(house.runtime, files, by=house.system) if house.is_migrated() else None
    except (SettingsRefused, SQLAlchemyError):
        return None


def shipped_catalogue() -> Catalogue:
    """What a diagram may refer to in a new installation, without a database."""
    forms = {}
    for key, source in shipped_forms().items():
        info, _ = check_form(key, source)
        if info is not None:
            forms[info.key] = info
    return Catalogue(
        handlers={name: handler_info(declared) for name, declared in REGISTRY.handlers.items()},
        forms=forms,
        roles=dict(ROLES),
        organisations={code: name for code, name, _ in ORGANISATIONS},
        deadlines={key: rule.duty for key, rule in deadlines.RULES.items()},
        messages=SENT_FROM_OUTSIDE,
    )


def deploy_now(asked: argparse.Namespace, say: Say) -> int:
    """Publish files as a whole; with an error in any of them nothing is stored."""
    files = read_files(asked.files)
    with open_house() as house:
        by = access.actor_named(house.runtime, house.district_id, asked.user) if asked.user else house.system
        try:
            done = deploy(house.runtime, files, by=by, comment=asked.message, override=asked.override)
        except DefinitionRefused as refused:
            say(describe([each for each in refused.findings if isinstance(each, Finding)]))
            return 1
    for each in done.definitions:
        say(f"{each.key} 第 {each.version} 版{'' if each.new else '（内容未变，不产生新版本）'}")
    if done.findings:
        say(describe(done.findings))
    return 0


def read_files(paths: Sequence[Path]) -> dict[str, bytes]:
    """File name -> bytes; folders are read through. Raises BadRequest for what is not there or comes twice."""
    files: dict[str, bytes] = {}
    for path in paths:
        if not path.exists():
            raise BadRequest(f"没有文件“{path}”，请核对路径。")
        inside = sorted(each for each in path.rglob("*") if each.suffix in SUFFIXES) if path.is_dir() else [path]
        for each in inside:
            if str(each) in files:
                raise BadRequest(f"文件“{each}”给出了两次，请只保留一次。")
            files[str(each)] = each.read_bytes()
    return files
