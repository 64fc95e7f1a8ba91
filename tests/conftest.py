"""Options and plugins of the whole suite."""

from __future__ import annotations

import pytest

pytest_plugins = ["tests.databases", "tests.world", "tests.sampled"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database`: where tests that use `database_url` run. `--engine-diagrams`: how many are played."""
    parser.addoption(
        "--database",
        choices=("sqlite", "postgres", "both"),
        default="both",
        help="run database tests on SQLite, on a private PostgreSQL server, or on both (default)",
    )
    parser.addoption("--engine-diagrams", type=int, default=400, help="random diagrams the engine is held against")
    parser.addoption("--no-skips", action="store_true", help="a skipped test fails the run: in CI nothing is left out")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With `--no-skips`, name what was skipped and fail; a test that needs something missing must not pass quietly."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not session.config.getoption("--no-skips"):
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"{len(skipped)} skipped, which --no-skips forbids (listed with -ra)", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
