"""The whole house behind a real browser: the world's application served by a thread, and people at their screens."""

from __future__ import annotations

import threading
from types import TracebackType

from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from service.seed.people import DEMO_PASSWORD
from tests.browser.harness import wait_for_islands


class Served:
    """Serves an application on a free port for as long as the `with` block lasts."""

    def __init__(self, app: Flask) -> None:
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Served:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Screen:
    """One person's screen."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def sign_in(self, login: str) -> Screen:
        """Sign in as a demo person, over whoever was signed in before."""
        self.page.context.clear_cookies()
        self.open("/sign-in")
        self.page.get_by_label("账号", exact=True).fill(login)
        self.page.get_by_label("密码", exact=True).fill(DEMO_PASSWORD)
        self.press("登录")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("我的工作")
        return self

    def open(self, address: str) -> None:
        self.page.goto(f"{self.url}{address}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button").filter(has_text=name).first.click()

    def claim(self, task: str) -> None:
        """Claim the task of that name from the list of what is offered."""
        self.open("/work?tab=claimable")
        self.press(f"认领“{task}”")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(task)

    def wait_for_diagram(self) -> None:
        wait_for_islands(self.page)

    @property
    def note(self) -> str:
        """The sentence that says how the last deed went."""
        return self.page.locator(".alert").first.inner_text()
