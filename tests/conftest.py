"""Options and plugins of the whole suite."""

from __future__ import annotations

import pytest

pytest_plugins = ["tests.databases", "tests.world"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database`: where tests that use `database_url` run."""
    parser.addoption(
        "--database",
        choices=("sqlite", "postgres", "both"),
        default="both",
        help="run database tests on SQLite, on a private PostgreSQL server, or on both (default)",
    )
