"""The rules of the house that no tool knows: names, sizes, rooms, and what may stand where."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from uuid import uuid4

import pytest

import storage.models  # noqa: F401  (registers all tables)
from processes.actors import Actor
from processes.stages import CALLABLE, LIFECYCLES, STAGES
from service import permissions
from storage.db import Base

HOUSE = Path(__file__).resolve().parent.parent
PACKAGES = ("processes", "forms", "storage", "handlers", "service")
ROOMS = (*PACKAGES, "tests", "benchmarks")
FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES = 400, 500, 60
NAMELESS = re.compile(r"^(utils?|helpers?|managers?|common|misc|base)$")
READS_THE_TIME = {"processes/clock.py"}
NOW = {"now", "today", "utcnow", "fromtimestamp"}
ALL_STEMS = [info.stem for info in (*STAGES, *LIFECYCLES, *CALLABLE)]


@cache
def python_files() -> list[Path]:
    found = [path for room in ROOMS for path in (HOUSE / room).rglob("*.py")]
    return sorted(
        path for path in found if "migrations/versions" not in path.as_posix() and "node_modules" not in path.parts
    )


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def named(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def of_product() -> Iterator[Path]:
    return (path for path in python_files() if path.relative_to(HOUSE).parts[0] in PACKAGES)


def has_room(folder: str, stem: str, *suffixes: str) -> bool:
    """A file `folder/stem.suffix`, or a package `folder/stem/`."""
    return (
        any((HOUSE / folder / f"{stem}{suffix}").exists() for suffix in suffixes)
        or (HOUSE / folder / stem / "__init__.py").exists()
    )


@pytest.mark.parametrize("stem", ALL_STEMS)
def test_a_process_is_found_by_its_stem_in_every_room(stem: str) -> None:
    missing = [
        room
        for room, found in {
            f"processes/bpmn/{stem}.bpmn": (HOUSE / "processes" / "bpmn" / f"{stem}.bpmn").exists(),
            f"forms/{stem}/*.form": any((HOUSE / "forms" / stem).glob("*.form")),
            f"handlers/{stem}": has_room("handlers", stem, ".py"),
            f"tests/stages/test_{stem}.py": (HOUSE / "tests" / "stages" / f"test_{stem}.py").exists(),
        }.items()
        if not found
    ]

    assert missing == []


def test_no_file_grew_past_its_limit() -> None:
    sizes = {path: path.read_text(encoding="utf-8").count("\n") for path in python_files()}

    too_long = {
        named(path): lines
        for path, lines in sizes.items()
        if lines > (TEST_FILE_LINES if "tests" in path.relative_to(HOUSE).parts[:1] else FILE_LINES)
    }

    assert too_long == {}


def test_no_function_grew_past_its_limit() -> None:
    too_long = {
        f"{named(path)}:{node.name}": length
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    }

    assert too_long == {}


def test_every_file_has_a_name_that_says_what_it_holds() -> None:
    nameless = [
        named(path) for path in python_files() if any(NAMELESS.match(part) for part in (*path.parts[:-1], path.stem))
    ]

    assert nameless == []


def test_only_the_engine_seam_knows_the_engine_library() -> None:
    knowing = [
        named(path) for path in python_files() if any(name.startswith("SpiffWorkflow") for name in imported(path))
    ]

    assert [name for name in knowing if not name.startswith("processes/engine/")] == []


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_only_the_clock_knows_the_time() -> None:
    asking = [
        f"{named(path)}:{node.lineno}"
        for path in of_product()
        if named(path) not in READS_THE_TIME
        for node in ast.walk(tree_of(path))
        if asks_the_time(node)
    ]

    assert asking == []


def asks_the_time(node: ast.AST) -> bool:
    """`datetime.now()`, `date.today()` and `time.time()`; `clock.now()` of an injected clock is fine."""
    if not (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
    ):
        return False
    source, asked = node.func.value.id, node.func.attr
    return (source in ("datetime", "date") and asked in NOW) or (source == "time" and asked in ("time", "time_ns"))


def test_only_the_unit_of_work_commits() -> None:
    committing = {
        named(path)
        for path in of_product()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    }

    assert committing == {"service/orchestration/runtime.py"}


def test_what_a_view_queries_has_a_rule_of_who_may_see_it() -> None:
    nobody = Actor(id=uuid4(), name="无岗位", district_id="220193")
    models = {mapper.class_.__name__: mapper.class_ for mapper in Base.registry.mappers}
    views = [path for path in of_product() if named(path).startswith(("service/api/", "service/pages/"))]

    for name in {name for path in views for name in queried(path) if name in models}:
        assert permissions.visible(nobody, models[name]) is not None


def queried(path: Path) -> Iterator[str]:
    """Names of models given to `select(...)` or `session.get(...)`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Name):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("select", "get"):
                yield node.args[0].id


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_every_table_belongs_to_a_district_first(table: str) -> None:
    described = Base.metadata.tables[table]
    keys = [list(key.columns) for key in described.constraints if key.__visit_name__ == "unique_constraint"]
    unique = [list(index.columns) for index in described.indexes if index.unique]

    first = {columns[0].name for columns in [list(described.primary_key.columns), *keys, *unique]}

    assert first == {"district_id"}


def test_no_page_loads_anything_from_another_host() -> None:
    loaded = re.compile(
        r"""(?:src|href|action|srcset|data)\s*=\s*["'](?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import"""
    )
    sources = [
        path
        for folder in ("service/templates", "service/web/src")
        for suffix in ("html", "css", "ts", "svg")
        for path in (HOUSE / folder).rglob(f"*.{suffix}")
    ]

    foreign = [named(path) for path in sources if any(loaded.search(line) for line in path.read_text().splitlines())]

    assert foreign == []


def test_the_command_line_is_installed_under_its_name() -> None:
    commands = {point.name: point.value for point in entry_points(group="console_scripts") if point.name == "zhida"}

    assert commands == {"zhida": "service.cli:main"}


def test_nothing_is_left_for_later() -> None:
    marker = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")

    left = [named(path) for path in python_files() if marker.search(path.read_text(encoding="utf-8"))]

    assert left == []


def test_no_test_is_switched_off_and_no_own_code_is_patched() -> None:
    forbidden = re.compile(r"mark\.(skip|xfail)\b|monkeypatch\.setattr|mock\.patch|mocker\.")
    tests = [path for path in python_files() if path.relative_to(HOUSE).parts[0] == "tests" and path != Path(__file__)]

    found = [named(path) for path in tests if forbidden.search(path.read_text(encoding="utf-8"))]

    assert found == []


@pytest.mark.parametrize("page", sorted(path.name for path in (*HOUSE.glob("*.md"), *HOUSE.glob("docs/**/*.md"))))
def test_every_link_in_a_document_leads_somewhere(page: str) -> None:
    linked = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
    found = next(path for path in (*HOUSE.glob("*.md"), *HOUSE.glob("docs/**/*.md")) if path.name == page)

    broken = [link for link in linked.findall(found.read_text(encoding="utf-8")) if not (found.parent / link).exists()]

    assert broken == []
