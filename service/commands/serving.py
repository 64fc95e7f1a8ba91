"""`zhida run` and `zhida worker`: migrate, furnish an empty database, serve; or run background jobs only."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

from gunicorn.app.base import BaseApplication
from sqlalchemy import make_url

from service import wsgi
from service.app import job_functions
from service.commands.furnishing import furnish_empty, refuse_demo_people
from service.commands.house import House, Say, open_house
from service.jobs.procrastinate_worker import WorkerParts, run_worker
from service.orchestration.nightly import schedule
from service.seed.people import DEMO_PASSWORD
from storage.db import db
from storage.jobs import EmbeddedJobs, ProcrastinateJobs
from storage.schema import migrate

#: An orderly stop waits this long for requests and for the job at hand.
GRACE_SECONDS = 10


def add_commands(commands: Any) -> None:
    """`run` and `worker`."""
    run = commands.add_parser("run", help="迁移数据库、装入初始数据并提供服务")
    run.add_argument("--host", default="127.0.0.1", help="监听地址（默认 127.0.0.1）")
    run.add_argument("--port", type=int, default=8000, help="端口（默认 8000）")
    run.add_argument("--threads", type=int, default=16, help="每个进程同时处理的请求数（默认 16）")
    run.add_argument("--processes", type=int, default=1, help="服务进程数（默认 1；多于 1 时须使用 PostgreSQL）")
    run.add_argument("--no-worker", action="store_true", help="不在这里运行后台作业（由 zhida worker 运行）")
    run.set_defaults(command=serve)
    worker = commands.add_parser("worker", help="只运行后台作业，不提供服务")
    worker.add_argument("--concurrency", type=int, default=4, help="同时运行的作业数（PostgreSQL，默认 4）")
    worker.set_defaults(command=work)


def serve(asked: argparse.Namespace, say: Say) -> int:
    """Serve until SIGTERM or SIGINT: what is being answered is finished, then everything stops in order."""
    with open_house(migrated=False) as house:
        if asked.processes > 1 and make_url(house.settings.database_url).get_backend_name() == "sqlite":
            say("SQLite 只能由一个进程使用：请去掉 --processes，或用 ZHIDA_DATABASE_URL 指定 PostgreSQL。")
            return 1
        migrate(db.engine)
        furnished = furnish_empty(house, say)
        if not house.settings.demo:
            refuse_demo_people(house)
        _welcome(house, asked, say, furnished=furnished)
        apart = not asked.no_worker and house.wired.worker is None
    if asked.no_worker:
        os.environ["ZHIDA_WORKER"] = "0"
    with _worker_process() if apart else contextlib.nullcontext():
        _Server(asked).run()
    return 0


def _welcome(house: House, asked: argparse.Namespace, say: Say, *, furnished: bool) -> None:
    if furnished:
        say("数据库是空的，已装入机构、流程、表单和决策表。")
    say(f"直达已启动：http://{asked.host}:{asked.port}/　（Ctrl+C 停止）")
    if house.settings.demo:
        say(f"演示模式：所有演示账号的密码都是 {DEMO_PASSWORD}，例如 admin、maker、window_clerk、applicant。")


class _Server(BaseApplication):
    """gunicorn with our settings: threads in few processes, because the work is waiting for the database."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self._asked = asked
        super().__init__(prog="zhida run")

    def load_config(self) -> None:
        options = {
            "bind": f"{self._asked.host}:{self._asked.port}",
            "worker_class": "gthread",
            "workers": self._asked.processes,
            "threads": self._asked.threads,
            "graceful_timeout": GRACE_SECONDS,
            "timeout": 120,
            "proc_name": "zhida",
            "loglevel": "warning",
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return wsgi.build()


@contextlib.contextmanager
def _worker_process() -> Iterator[None]:
    """A `zhida worker` beside the server, for the distributed queue; it ends with the server."""
    worker = subprocess.Popen([sys.executable, "-m", "service.cli", "worker"])
    try:
        yield
    finally:
        worker.terminate()
        try:
            worker.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()


def work(asked: argparse.Namespace, say: Say) -> int:
    """Run background jobs until SIGTERM or SIGINT."""
    with open_house() as house:
        schedule(house.runtime, house.district_id)
        say("后台作业进程已启动。（Ctrl+C 停止）")
        if isinstance(house.runtime.jobs, ProcrastinateJobs):
            run_job, on_dead = job_functions(house.app)
            parts = WorkerParts(run_job, on_dead, house.runtime.clock, house.runtime.jobs)
            run_worker(house.settings.database_url, parts, concurrency=asked.concurrency)
        else:
            assert isinstance(house.runtime.jobs, EmbeddedJobs)
            _work_embedded(house)
    return 0


def _work_embedded(house: House) -> None:
    worker = house.wired.worker
    assert worker is not None
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worker.start()
    stop.wait()
    worker.stop(timeout_seconds=GRACE_SECONDS)
