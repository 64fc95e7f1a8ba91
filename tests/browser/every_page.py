"""Every page of the house with somebody who sees it, for the accessibility test and for `make every-page`.

`python -m tests.browser.every_page FOLDER` takes each at the widths of a desk, a tablet and a phone.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from service.orchestration import access
from tests.browser.conftest import FLAGS
from tests.browser.house import Served
from tests.sampled import make_sampled, objects_of, open_house
from tests.world import DISTRICT, World

WIDTHS = {"desk": 1440, "tablet": 1024, "phone": 390}


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its name, who looks (None: nobody signed in), and its address with braces for things of the house.

    `act` leads on from there to a page that only an answer to a form shows; it changes nothing that others look at.
    """

    name: str
    login: str | None
    address: str
    act: Callable[[Page], None] | None = None

    def open(self, page: Page, url: str, things: dict[str, str]) -> None:
        """Go there and wait until nothing moves any more."""
        page.goto(url + self.address.format(**things))
        if self.act is not None:
            self.act(page)
        page.wait_for_load_state("networkidle")


def _ask_for_a_visitor(page: Page) -> None:
    page.get_by_label("统一社会信用代码或居民身份证号码").fill("110101199003070038")
    page.get_by_role("button", name="查找申报主体").click()


def _open_a_full_value(page: Page) -> None:
    page.locator("summary", has_text="查看完整").first.click()
    page.get_by_label("查看理由").first.fill("核对证照原件")


def _open_the_menu(page: Page) -> None:
    button = page.get_by_role("button", name="菜单")
    if button.is_visible():
        button.click()


PAGES: tuple[Shown, ...] = (
    Shown("sign-in", None, "/sign-in"),
    Shown("register", None, "/register"),
    Shown("register-resident", None, "/register?as=resident"),
    Shown("hall", None, "/hall"),
    Shown("hall-library", None, "/hall/policies"),
    Shown("hall-policy", None, "/hall/policies/{policy}"),
    Shown("hall-match", None, "/hall/match?who=企业"),
    Shown("hall-openings", None, "/hall/openings"),
    Shown("hall-figures", None, "/hall/figures"),
    Shown("guides", None, "/guides"),
    Shown("guide", None, "/g/{code}"),
    Shown("poster", None, "/g/{code}/poster"),
    Shown("results", None, "/results"),
    Shown("result", None, "/results/{publicity}"),
    Shown("result-totals", None, "/results/totals"),
    Shown("evaluations", None, "/evaluations"),
    Shown("hall-match-start", None, "/hall/match"),
    Shown("hall-library-empty", None, "/hall/policies?q=没有这样的政策"),
    Shown("results-paid", None, "/results?part=paid"),
    Shown("work-menu", "maker", "/work", _open_the_menu),
    Shown("work-started", "maker", "/work?tab=started"),
    Shown("work-copied", "maker", "/work?tab=copied"),
    Shown("work-department", "maker_head", "/work?tab=department"),
    Shown("work-narrowed", "maker", "/work?tab=claimable&q=没有"),
    Shown("work-claimable", "reviewer2", "/work?tab=claimable"),
    Shown("work-mine", "maker", "/work?tab=mine"),
    Shown("work-done", "maker", "/work?tab=done"),
    Shown("task", "reviewer2", "/tasks/{task}"),
    Shown("task-filling", "maker_ind", "/tasks/{own_task}"),
    Shown("task-acceptance", "window_clerk", "/tasks/{window_task}"),
    Shown("window", "window_clerk", "/window"),
    Shown("window-done", "window_clerk", "/window?queue=done"),
    Shown("window-case", "window_clerk", "/window/applications/{window_application}"),
    Shown("window-visitor", "window_clerk", "/window", _ask_for_a_visitor),
    Shown("window-full-value", "window_clerk", "/window/applications/{window_application}", _open_a_full_value),
    Shown("task-print", "reviewer2", "/tasks/{task}?print="),
    Shown("inbox", "maker", "/inbox"),
    Shown("inbox-all", "applicant", "/inbox?show=all"),
    Shown("inbox-empty", "admin", "/inbox"),
    Shown("inbox-settings", "applicant", "/inbox/settings"),
    Shown("phrases", "reviewer1", "/phrases"),
    Shown("letter", "applicant", "/applications/{application}/letters/receipt"),
    Shown("my", "applicant", "/my"),
    Shown("apply", "applicant2", "/my/apply/{code}"),
    Shown("my-agents", "applicant", "/my/agents"),
    Shown("my-profile", "applicant", "/my/profile"),
    Shown("my-application", "applicant", "/my/applications/{application}"),
    Shown("my-draft", "applicant", "/my/applications/{draft}"),
    Shown("my-apply", "applicant2", "/my/apply/{code}"),
    Shown("my-step-applicant", "applicant", "/my/applications/{draft}/steps/applicant"),
    Shown("my-step-conditions", "applicant", "/my/applications/{draft}/steps/conditions"),
    Shown("my-step-document", "applicant", "/my/applications/{draft}/steps/materials-1"),
    Shown("my-check", "applicant", "/my/applications/{draft}/steps/check"),
    Shown("my-submitted", "applicant", "/my/applications/{application}/submitted"),
    Shown("start", "maker", "/start"),
    Shown("policies", "maker", "/policies"),
    Shown("policy", "maker", "/policies/{policy}"),
    Shown("new-policy", "maker", "/policies/new"),
    Shown("item", "maker", "/policies/items/{item}"),
    Shown("instances", "admin", "/instances"),
    Shown("instance", "admin", "/instances/{instance}"),
    Shown("stuck", "analyst", "/stuck"),
    Shown("stuck-all", "analyst", "/stuck?all=1"),
    Shown("definitions", "process_owner", "/definitions"),
    Shown("process", "process_owner", "/definitions/process/review"),
    Shown("comparison", "process_owner", "/compare/process/review"),
    Shown("comparison-form", "process_owner", "/compare/form/review/visit_site"),
    Shown("comparison-table", "process_owner", "/compare/decision/review_level"),
    Shown("scenarios", "process_owner", "/definitions/process/review/scenarios"),
    Shown("migration", "analyst", "/definitions/process/pre_assessment/migration"),
    Shown("migration-batch", "analyst", "/instance-migrations/{migration}"),
    Shown("form-definition", "process_owner", "/definitions/form/review/review_first"),
    Shown("new-definition", "process_owner", "/definitions/new"),
    Shown("bundle", "process_owner", "/definitions/bundle"),
    Shown("publications", "publisher", "/publications"),
    Shown("publication", "publisher", "/publications/{publication}"),
    Shown("new-publication", "process_owner", "/publications/new"),
    Shown("handlers", "process_owner", "/handlers"),
    Shown("import", "process_owner", "/import"),
    Shown("designer", "process_owner", "/designer/review"),
    Shown("form-editor", "process_owner", "/form-editor/review/review_first"),
    Shown("table-editor", "process_owner", "/table-editor/review_level"),
    Shown("calendar", "maker", "/calendar"),
    Shown("calendar-answer", "maker", "/calendar?anchor=2026-10-12&days=-5"),
    Shown("people", "admin", "/people"),
    Shown("gallery", None, "/gallery"),
    Shown("refused", "maker", "/people"),
    Shown("nothing-here", "maker", "/no-such-page"),
)


def sign_in(house: World, page: Page, url: str, login: str | None) -> None:
    """Put a person's login into the browser, over whoever was signed in before."""
    page.context.clear_cookies()
    if login is not None:
        token = access.sign_in(house.runtime, DISTRICT, login, "zhida-demo", address=None)
        page.context.add_cookies([{"name": "zhida_login", "value": token, "url": url}])


def main() -> None:
    """Take every page at every width."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("chromium is missing. On Debian: apt install chromium fonts-noto-cjk")
    with tempfile.TemporaryDirectory(prefix="zhida-pages-") as data:
        make_sampled(Path(data))
        house = open_house(Path(data))
        with house.app.app_context(), Served(house.app) as served, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            page = browser.new_context(locale="zh-CN").new_page()
            for shown in PAGES:
                _take(house, page, served.url, shown, folder)
            browser.close()


def _take(house: World, page: Page, url: str, shown: Shown, folder: Path) -> None:
    sign_in(house, page, url, shown.login)
    for name, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 900})
        shown.open(page, url, objects_of(house))
        page.screenshot(path=folder / f"{shown.name}-{name}.png", full_page=True)
    print(shown.name)


if __name__ == "__main__":
    main()
