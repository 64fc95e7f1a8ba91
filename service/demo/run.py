"""`zhida demo`: run the story on a service of its own and say whether everything went as it should."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from processes.clock import SHANGHAI
from service.demo.case_file import write_case_file
from service.demo.http import HttpHands, HttpRefused
from service.demo.server import demo_server
from service.demo.story import Story, Unexpected, expect
from service.demo.telling import Telling
from service.samples import Lost

#: A Monday morning; the demo's clock starts here, so that every run tells the same days.
BEGIN = datetime(2026, 8, 3, 9, 0, tzinfo=SHANGHAI)


def run_demo(write: Callable[[str], None], *, folder: Path | None = None, database_url: str | None = None) -> int:
    """Drive policy 1 through all nine stages over HTTP; 0 when all went well, 1 with the reason printed otherwise.

    `folder` gets the case file (default: `var/demo`); the database is a fresh one, gone afterwards unless given.
    """
    target = folder or Path("var") / "demo"
    with (
        tempfile.TemporaryDirectory(prefix="zhida-demo-") as data_dir,
        demo_server(Path(data_dir), begin=BEGIN, database_url=database_url) as server,
    ):
        hands = HttpHands(server.url, server.clock, server.pass_time)
        telling = Telling(write, hands.now)
        story = Story(hands, telling)
        write(f"直达演示：{story.play.sample.title}　{server.url}")
        try:
            story.run()
            _audit(hands, telling)
        except (Unexpected, Lost, HttpRefused) as error:
            write(f"\n演示没有按预期进行：{error}")
            return 1
        page, rows = write_case_file(hands, story.cases, target)
        write(f"\n完成：{telling.steps} 个办理步骤，留痕 {rows} 条，案卷 {page}")
        return 0


def _audit(hands: HttpHands, telling: Telling) -> None:
    """The trail holds, and nothing was left as an incident."""
    telling.chapter("核验留痕")
    verified = hands.call("auditor", "GET", "/history/verification")
    expect(verified["ok"], f"留痕核验不通过：{verified['broken']}")
    telling.line(f"{verified['rows']} 条留痕逐条核验通过，根值 {verified['root'][:16]}…")
    incidents = hands.call("analyst", "GET", "/incidents")
    expect(not incidents["items"], f"有异常事项：{incidents['items']}")
