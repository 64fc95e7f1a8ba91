"""The command line: what it prints, what it refuses, and with which exit status."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from service.cli import main
from service.commands.people import PASSWORD_VARIABLE
from storage.schema import stamp
from tests.processes.checks.drawing import diagram, properties

Command = Callable[..., tuple[int, str, str]]
ERRAND = diagram(
    "S:begun U:note E:done begun>note>done",
    key="errand",
    inner={"note": properties(post='window_clerk@"SVC"', outputs="note:text")},
)


@pytest.fixture
def database(world_url: str) -> str:
    """A furnished database that says its schema is the newest."""
    engine = create_engine(world_url)
    stamp(engine)
    engine.dispose()
    return world_url


@pytest.fixture
def zhida(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run a command; answers (exit status, standard output, standard error)."""
    monkeypatch.setenv("ZHIDA_DEMO", "1")
    monkeypatch.setenv("ZHIDA_DATABASE_URL", database)
    monkeypatch.setenv("ZHIDA_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: object) -> tuple[int, str, str]:
        status = main([str(each) for each in arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def errand_file(tmp_path: Path) -> Path:
    path = tmp_path / "errand.bpmn"
    path.write_bytes(ERRAND)
    return path


def test_a_token_is_printed_alone_on_its_line(zhida: Command) -> None:
    status, out, _ = zhida("token", "--user", "maker")

    assert status == 0
    assert out.startswith("zhida_") and out.count("\n") == 1


def test_a_token_for_nobody_is_refused_in_words(zhida: Command) -> None:
    status, _, err = zhida("token", "--user", "nobody")

    assert (status, err) == (1, "没有账号“nobody”。 [SIGN_IN_REFUSED]\n")


def test_production_does_not_start_with_the_demo_secret(zhida: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZHIDA_DEMO")

    status, _, err = zhida("token", "--user", "maker")

    assert status == 2
    assert "ZHIDA_SECRET_KEY" in err


def test_production_does_not_serve_a_database_with_demo_people(zhida: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZHIDA_DEMO")
    monkeypatch.setenv("ZHIDA_SECRET_KEY", "x" * 40)

    status, _, err = zhida("run", "--port", 1)

    assert status == 2
    assert "演示账号" in err


def test_two_processes_on_sqlite_are_refused(zhida: Command, database: str) -> None:
    if not database.startswith("sqlite"):
        return

    status, out, _ = zhida("run", "--processes", 2)

    assert status == 1
    assert "PostgreSQL" in out


def test_checking_a_sound_file_finds_nothing(zhida: Command, errand_file: Path) -> None:
    status, out, _ = zhida("check", errand_file)

    assert (status, out) == (0, "检查通过，没有发现问题。\n")


def test_checking_a_broken_file_names_the_fault_and_fails(zhida: Command, errand_file: Path) -> None:
    errand_file.write_bytes(ERRAND.replace(b"window_clerk@", b"nobody@"))

    status, out, _ = zhida("check", errand_file)

    assert status == 1
    assert "不能发布" in out


def test_trying_a_file_runs_its_scenarios_and_tells_the_coverage(zhida: Command, errand_file: Path) -> None:
    scenarios = errand_file.with_suffix(".scenarios")
    steps = [{"task": "note", "outputs": {"note": "已办"}}]
    one = {"name": "记一笔", "at": "2026-08-03", "steps": steps, "expect": {"end": "done"}}
    scenarios.write_text(json.dumps({"process": "errand", "scenarios": [one]}))

    status, said, _ = zhida("try", errand_file, scenarios)
    scenarios.write_text(json.dumps({"process": "errand", "scenarios": [{**one, "steps": []}]}))
    failed, difference, _ = zhida("try", errand_file, scenarios)

    assert status == 0
    assert "通过　记一笔" in said
    assert "经过 2 条路径中的 2 条（100%）" in said
    assert failed == 1
    assert "应在“环节done”（done）结束，实际停在“环节note”（note）。" in difference


def test_checking_needs_no_database(
    errand_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("ZHIDA_DEMO", "ZHIDA_DATABASE_URL", "ZHIDA_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ZHIDA_DATA_DIR", str(tmp_path / "nothing"))

    assert main(["check", str(errand_file)]) == 0
    assert "随产品提供" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_named(zhida: Command, tmp_path: Path) -> None:
    status, _, err = zhida("check", tmp_path / "missing.bpmn")

    assert status == 1
    assert "missing.bpmn" in err


def test_deploying_says_which_version_came_out(zhida: Command, errand_file: Path) -> None:
    assert zhida("deploy", errand_file, "-m", "初版")[:2] == (0, "errand 第 1 版\n")
    assert zhida("deploy", errand_file, "-m", "再来")[:2] == (0, "errand 第 1 版（内容未变，不产生新版本）\n")


def test_deploying_a_broken_file_stores_nothing(zhida: Command, errand_file: Path) -> None:
    errand_file.write_bytes(ERRAND.replace(b"window_clerk@", b"nobody@"))

    assert zhida("deploy", errand_file, "-m", "坏的")[0] == 1
    errand_file.write_bytes(ERRAND)
    assert "第 1 版" in zhida("deploy", errand_file, "-m", "好的")[1]


def test_deploying_in_the_name_of_somebody_needs_their_right(zhida: Command, errand_file: Path) -> None:
    status, _, err = zhida("deploy", errand_file, "-m", "初版", "--user", "maker")

    assert status == 1
    assert "FORBIDDEN" in err


def test_handlers_are_listed_with_parameters_and_outputs(zhida: Command) -> None:
    _, out, _ = zhida("handlers")

    assert "find_similar_policies(policy_id:text) → similar_count、lesson_count　自动环节：" in out


def test_a_person_is_added_and_gets_a_post(zhida: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "Tinghao-2026")
    assert zhida("people", "add", "--login", "lihua", "--name", "李华", "--organisation", "SVC")[0] == 0
    assert zhida("people", "post", "--login", "lihua", "--post", "window_clerk@SVC")[0] == 0
    assert "无需重复" in zhida("people", "post", "--login", "lihua", "--post", "window_clerk@SVC")[2]
    assert zhida("people", "unpost", "--login", "lihua", "--post", "window_clerk@SVC")[0] == 0

    assert zhida("token", "--user", "lihua")[0] == 0


@pytest.mark.parametrize("password", ["short", "alllowercaseletters", "12345678901234"])
def test_a_weak_password_is_refused(zhida: Command, monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, password)

    status, _, err = zhida("people", "add", "--login", "lihua", "--name", "李华", "--organisation", "SVC")

    assert status == 1
    assert "密码太弱" in err


@pytest.mark.parametrize(
    ("login", "post", "why"),
    [
        ("admin", "auditor@AUD", "不能同时担任"),
        ("process_owner", "publisher@DSB", "不能同时担任"),
        ("maker", "king@DSB", "没有岗位"),
        ("maker", "maker@NOWHERE", "没有代码"),
        ("nobody", "maker@STB", "没有账号"),
        ("maker", "maker", "应写成"),
    ],
)
def test_a_post_that_cannot_be_is_refused(zhida: Command, login: str, post: str, why: str) -> None:
    status, _, err = zhida("people", "post", "--login", login, "--post", post)

    assert status == 1
    assert why in err


def test_a_sound_database_passes(zhida: Command) -> None:
    status, out, _ = zhida("check-db")

    assert status == 0
    assert "没有发现问题" in out


def test_a_trail_that_was_changed_is_found(zhida: Command, database: str, errand_file: Path) -> None:
    _started(zhida, errand_file)
    assert zhida("audit", "verify")[0] == 0

    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE history SET actor_name = '别人' WHERE seq = 1"))
    engine.dispose()

    status, out, _ = zhida("audit", "verify")
    assert status == 1
    assert "第 1 条" in out
    assert zhida("check-db")[0] == 1


def test_the_root_of_the_trail_is_written_to_a_file(zhida: Command, tmp_path: Path) -> None:
    assert zhida("audit", "export-root", "--to", tmp_path / "root.json")[0] == 0

    told = json.loads((tmp_path / "root.json").read_bytes())
    assert told["algorithm"] == "HMAC-SM3"
    assert len(told["root"]) == 64


def _started(zhida: Command, errand_file: Path) -> str:
    """The id of a running errand, started by an administrator through the verbs the API uses."""
    from service.commands.house import open_house
    from service.orchestration import access, start

    zhida("deploy", errand_file, "-m", "初版")
    with open_house() as house:
        admin = access.actor_named(house.runtime, house.district_id, "admin")
        return str(start.start_instance(house.runtime, "errand", by=admin, business_key="E-7"))


def test_an_instance_is_told_in_words(zhida: Command, errand_file: Path) -> None:
    instance = _started(zhida, errand_file)

    status, out, _ = zhida("show-instance", instance)

    assert status == 0
    assert "演示流程" in out and "E-7" in out
    assert "等待认领" in out and "综合窗口受理员" in out
    assert "发起" in out


def test_an_instance_that_is_not_there_is_said_so(zhida: Command) -> None:
    status, _, err = zhida("show-instance", "00000000-0000-7000-8000-000000000000")

    assert status == 1
    assert "没有找到" in err


YEAR = """
year = 2027
source = "示例通知"
[[off]]
name = "元旦"
from = 2027-01-01
to = 2027-01-03
"""


def test_a_year_of_holidays_is_brought_in(zhida: Command, tmp_path: Path) -> None:
    (tmp_path / "2027.toml").write_text(YEAR, "utf-8")

    status, out, _ = zhida("calendar", "import", tmp_path / "2027.toml")

    assert status == 0
    assert "2027" in out


def test_a_year_that_contradicts_itself_is_refused(zhida: Command, tmp_path: Path) -> None:
    (tmp_path / "2027.toml").write_text(YEAR.replace("2027-01-03", "2026-01-03"), "utf-8")

    assert zhida("calendar", "import", tmp_path / "2027.toml")[0] == 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer(url: str, *, within: float) -> int:
    """The status of a URL, tried until something answers."""
    end = time.monotonic() + within
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def test_the_service_serves_and_stops_in_order(database: str, tmp_path: Path) -> None:
    port = free_port()
    environment = {
        **os.environ,
        "ZHIDA_DEMO": "1",
        "ZHIDA_DATABASE_URL": database,
        "ZHIDA_DATA_DIR": str(tmp_path / "data"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    server = subprocess.Popen([sys.executable, "-m", "service.cli", "run", "--port", str(port)], env=environment)
    try:
        assert answer(f"http://127.0.0.1:{port}/healthz", within=60) == 200
        assert answer(f"http://127.0.0.1:{port}/readyz", within=5) == 200
        assert answer(f"http://127.0.0.1:{port}/metrics", within=5) == 200
        assert answer(f"http://127.0.0.1:{port}/api/v1/tasks", within=5) == 401
    finally:
        server.send_signal(signal.SIGTERM)

    assert server.wait(20) == 0
