"""Debian's Chromium for the browser tests; without it they are skipped with a reason, and CI must not skip them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.house import Screen, Served
from tests.world import World

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


#: A busy machine is slow, but a test that waits longer than this waits for something that will not come.
PATIENCE_MS = 10_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a file: its event loop must not be left to the tests of other files in this process."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing: the browser tests may not be skipped in CI")
        pytest.skip("chromium is not installed (apt-get install chromium fonts-wqy-microhei)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile per test."""
    fresh = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    fresh.set_default_timeout(PATIENCE_MS)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test when a script of it fails or the browser complains (refused style, lost file).

    Refusals of the server (status 4xx) and unreadable diagrams are what some tests are about: not counted.
    """
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield opened
    expected = ("status of 4", "failed to import")
    assert [fault for fault in faults if not any(words in fault for words in expected)] == []


@pytest.fixture
def world_url(furnished_sqlite: Path, tmp_path: Path) -> str:
    """What a browser shows does not depend on the database: one kind is enough."""
    file = tmp_path / "zhida.sqlite3"
    shutil.copyfile(furnished_sqlite, file)
    return f"sqlite:///{file}"


@pytest.fixture
def screen(page: Page, world: World) -> Iterator[Screen]:
    """A screen in front of the whole house."""
    with Served(world.app) as served:
        yield Screen(page, served.url)
