"""`python -m tests.browser.screenshots FOLDER`: serve a fresh demo house and take the pictures of the README."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import FLAGS
from tests.browser.house import Screen

_START_WITHIN_SECONDS = 180
#: (file, who looks, the page, the link followed there)
PICTURES = (
    ("work", "maker", "/", None),
    ("task", "maker", "/", "main table a"),
    ("policies", "maker", "/policies", None),
    ("policy", "maker", "/policies", "main table a"),
    ("instance", "admin", "/instances", "main table a"),
    ("designer", "process_owner", "/designer/review", None),
    ("stuck", "analyst", "/stuck", None),
)


def main() -> None:
    """Take every picture at the width of a desk, and the work list at that of a phone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("chromium is missing. On Debian: apt install chromium fonts-noto-cjk")
    with demo_house() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        for name, login, address, link in PICTURES:
            _take(page, url, folder / f"{name}.png", login, address, link)
        page.set_viewport_size({"width": 390, "height": 844})
        _take(page, url, folder / "work-phone.png", "maker", "/", None)
        browser.close()


def _take(page: Page, url: str, file: Path, login: str, address: str, link: str | None) -> None:
    screen = Screen(page, url).sign_in(login)
    screen.open(address)
    if link is not None:
        page.locator(link).first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file)
    print(file)


@contextmanager
def demo_house() -> Iterator[str]:
    """`zhida run` on an empty folder; the address at which it answers."""
    with tempfile.TemporaryDirectory(prefix="zhida-screenshots-") as data, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        environment = {**os.environ, "ZHIDA_DEMO": "1", "ZHIDA_DATA_DIR": data, "ZHIDA_DATABASE_URL": ""}
        command = [str(Path(sys.executable).parent / "zhida"), "run", "--port", port]
        log = Path(data) / "server.log"
        with log.open("wb") as said, subprocess.Popen(command, env=environment, stdout=said, stderr=said) as server:
            try:
                _wait(server, f"http://127.0.0.1:{port}", log)
                yield f"http://127.0.0.1:{port}"
            finally:
                server.terminate()


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    give_up = time.monotonic() + _START_WITHIN_SECONDS
    while server.poll() is None and time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"{url}/readyz"):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.3)
    raise SystemExit(f"the demo house did not start:\n{log.read_text(errors='replace')[-2000:]}")


if __name__ == "__main__":
    main()
