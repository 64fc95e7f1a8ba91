"""The command line: `zhida COMMAND`. Exit status 0: done; 1: refused or something found; 2: wrong use or settings."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError

from processes.errors import AnswersRefused, ProcessError
from processes.version import VERSION
from service.commands import calendars, database, handlers, importing, looking, people, publishing, serving, trying
from service.commands.house import DatabaseNotReady, Say
from service.demo.run import run_demo
from service.settings import SettingsRefused

_GROUPS = (serving, database, publishing, trying, importing, handlers, people, looking, calendars)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what it says goes to standard output, why it was refused to standard error."""
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.command(asked, _say))
    except (SettingsRefused, DatabaseNotReady) as error:
        print(error, file=sys.stderr)
        return 2
    except ProcessError as error:
        print("\n".join(_told(error)), file=sys.stderr)
        return 1
    except OperationalError:
        print("数据库没有应答。请检查 ZHIDA_DATABASE_URL 和数据库服务。", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()  # the reader has seen enough (zhida handlers | head)
        return 0


def _told(error: ProcessError) -> Iterator[str]:
    """The sentence with its code, and what is wrong at which field."""
    yield f"{error.message} [{error.code}]"
    if isinstance(error, AnswersRefused):
        yield from (f"  {path}：{'；'.join(messages)}" for path, messages in error.fields.items())


def _say(line: str) -> None:
    print(line, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="zhida", description="直达：政策全生命周期流程平台")
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(required=True, metavar="命令")
    for group in _GROUPS:
        group.add_commands(commands)
    _add_demo(commands)
    return parser


def _add_demo(commands: Any) -> None:
    demo = commands.add_parser("demo", help="用 HTTP 接口驱动一项政策走完九个环节，并写出案卷")
    demo.add_argument("--folder", type=Path, help="案卷写到这个目录（默认 var/demo）")
    demo.set_defaults(command=_demo)


def _demo(asked: argparse.Namespace, say: Say) -> int:
    return run_demo(say, folder=asked.folder)


if __name__ == "__main__":
    sys.exit(main())
