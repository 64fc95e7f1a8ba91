"""`make every-page` and the accessibility test look at each page there is, and what is no page is named."""

from __future__ import annotations

from tests.browser.every_page import PAGES
from tests.sampled import objects_of
from tests.world import World

#: Views that answer with something else than a page, and what it is.
NO_PAGES = {
    "apply_steps": "leads on to the step that is next",
    "attachment": "file",
    "attachment_preview": "file, shown inside the page of a task",
    "bundle_file": "file",
    "choose_display": "leads back to the page it was chosen on",
    "choose_language": "leads back to the page it was chosen on",
    "definition_file": "file",
    "diagram_file": "file",
    "guide_code": "picture",
    "guide_code_picture": "picture",
    "guide_feed": "feed",
    "home": "leads on to the hall or to the own work",
    "letter_file": "file",
    "live_work": "part of the work list",
    "material_file": "file",
    "migration_report": "file",
    "my_code": "picture",
    "opening_feed": "calendar file",
    "progress_code": "picture",
    "robots": "for programs",
    "sitemap": "for programs",
    "unread": "part of the header of every page",
    "standing": "part of the page of a task",
}
#: Pages of things the sampled house has none of, and who looks at them.
ELSEWHERE = {
    "apply_step": "an application being filled in: tests/service/pages/test_applying_by_steps.py",
    "submitted": "an application handed in a moment ago: tests/service/pages/test_applying_by_steps.py",
}


def test_every_page_is_looked_at(sampled: World) -> None:
    adapter = sampled.app.url_map.bind("localhost")
    things = objects_of(sampled)
    addresses = [shown.address.format(**things).partition("?")[0] for shown in PAGES]

    seen = {adapter.match(each)[0].removeprefix("pages.") for each in addresses if each != "/no-such-page"}
    views = {
        rule.endpoint.removeprefix("pages.")
        for rule in sampled.app.url_map.iter_rules()
        if rule.endpoint.startswith("pages.") and "GET" in (rule.methods or ())
    }

    assert sorted(views - seen - set(NO_PAGES) - set(ELSEWHERE)) == []
    assert sorted((set(NO_PAGES) | set(ELSEWHERE)) - views) == []


def test_pages_to_look_at_have_names_of_their_own() -> None:
    names = [shown.name for shown in PAGES]

    assert sorted(names) == sorted(set(names))
