"""`zhida token` and `zhida people`: bearer tokens, accounts and posts."""

from __future__ import annotations

import argparse
import getpass
import os
from datetime import date
from typing import Any
from uuid import UUID

from processes.errors import BadRequest
from service.commands.house import Say, open_house
from service.orchestration import access
from service.orchestration.people import add_person, end_post, give_post
from service.orchestration.substitutions import end_substitution, grant_substitution

#: Where a script may put the password of a new account, so that it stands in no list of processes.
PASSWORD_VARIABLE = "ZHIDA_NEW_PASSWORD"


def add_commands(commands: Any) -> None:
    """`token`, `people add`, `people post`, `people unpost`, `people absent`, `people back`."""
    token = commands.add_parser("token", help="签发一个 API 令牌")
    token.add_argument("--user", required=True, help="账号")
    token.add_argument("--name", default="命令行", help="用途，写入令牌记录")
    token.add_argument("--days", type=int, default=90, help="有效天数（默认 90，最多 365）")
    token.set_defaults(command=print_token)
    people = commands.add_parser("people", help="人员和岗位").add_subparsers(required=True, metavar="动作")
    add = people.add_parser("add", help=f"添加人员；密码从终端输入，或取自环境变量 {PASSWORD_VARIABLE}")
    add.add_argument("--login", required=True, help="账号")
    add.add_argument("--name", required=True, help="姓名")
    add.add_argument("--organisation", required=True, help="所在机构代码")
    add.set_defaults(command=add_now)
    for verb, command, words in (("post", give_now, "让人员担任岗位"), ("unpost", end_now, "结束岗位")):
        post = people.add_parser(verb, help=words)
        post.add_argument("--login", required=True, help="账号")
        post.add_argument("--post", required=True, help="岗位，写成 角色@机构代码，例如 window_clerk@SVC")
        post.add_argument("--since", type=date.fromisoformat, help="自哪天起（默认今天）")
        post.set_defaults(command=command)
    _add_absences(people)


def _add_absences(people: Any) -> None:
    absent = people.add_parser("absent", help="登记人员不在岗，可指定代理人")
    absent.add_argument("--login", required=True, help="不在岗人员的账号")
    absent.add_argument("--deputy", help="代理人的账号（不填则无人代理，由部门主要负责人改派）")
    absent.add_argument("--since", type=date.fromisoformat, required=True, help="起日，例如 2026-10-12")
    absent.add_argument("--until", type=date.fromisoformat, required=True, help="止日（含当日）")
    absent.add_argument("--reason", required=True, help="原因，写入留痕记录")
    absent.set_defaults(command=note_absence)
    back = people.add_parser("back", help="提前结束一次代理")
    back.add_argument("--id", type=UUID, required=True, help="登记时打印的编号")
    back.set_defaults(command=note_return)


def print_token(asked: argparse.Namespace, say: Say) -> int:
    """One line: the token. It is shown this once."""
    with open_house() as house:
        say(access.issue_token(house.runtime, house.district_id, asked.user, name=asked.name, days=asked.days))
    return 0


def add_now(asked: argparse.Namespace, say: Say) -> int:
    """A new account without posts."""
    password = os.environ.get(PASSWORD_VARIABLE) or getpass.getpass("新账号的密码：")
    with open_house() as house:
        add_person(house.runtime, asked.login, asked.name, asked.organisation, password, by=house.system)
    say(f"已添加人员 {asked.name}（{asked.login}）。请用 zhida people post 指定岗位。")
    return 0


def give_now(asked: argparse.Namespace, say: Say) -> int:
    """A post from a day on."""
    role, organisation = _post(asked.post)
    with open_house() as house:
        give_post(house.runtime, asked.login, role, organisation, by=house.system, since=asked.since)
    say(f"{asked.login} 已担任岗位 {role}@{organisation}。")
    return 0


def end_now(asked: argparse.Namespace, say: Say) -> int:
    """The end of a post."""
    role, organisation = _post(asked.post)
    with open_house() as house:
        end_post(house.runtime, asked.login, role, organisation, by=house.system)
    say(f"{asked.login} 不再担任岗位 {role}@{organisation}。")
    return 0


def note_absence(asked: argparse.Namespace, say: Say) -> int:
    """An absence with dates; its id is printed, to end it early."""
    with open_house() as house:
        row_id = grant_substitution(
            house.runtime,
            asked.login,
            asked.deputy,
            since=asked.since,
            until=asked.until,
            reason=asked.reason,
            by=house.system,
        )
    say(f"已登记 {asked.login} 不在岗（编号 {row_id}）。")
    return 0


def note_return(asked: argparse.Namespace, say: Say) -> int:
    """The end of an absence before its last day."""
    with open_house() as house:
        end_substitution(house.runtime, asked.id, by=house.system)
    say("已结束代理。")
    return 0


def _post(text: str) -> tuple[str, str]:
    role, _, organisation = text.partition("@")
    if not role or not organisation:
        raise BadRequest(f"岗位“{text}”应写成 角色@机构代码，例如 window_clerk@SVC。")
    return role, organisation
