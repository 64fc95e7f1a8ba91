"""`make every-page` and the accessibility test look at each page there is, and what is no page is named."""

from __future__ import annotations

from tests.browser.every_page import PAGES
from tests.sampled import objects_of
from tests.world import World

#: Addresses that answer with something else than a page, and what it is.
NO_PAGES = {
    "/": "leads on to the hall or to the work list",
    "/applications/<uuid:application_id>/code.svg": "picture",
    "/applications/<uuid:application_id>/letters/<name>.docx": "file",
    "/attachments/<uuid:attachment_id>": "file",
    "/attachments/<uuid:attachment_id>/preview": "file, shown inside the page of a task",
    "/definitions/<any(form, decision):kind>/<path:key>/versions/<int:version>": "file",
    "/definitions/process/<key>/versions/<int:version>.bpmn": "file",
    "/display/<name>": "leads back to the page it was chosen on",
    "/g/<code>.png": "picture",
    "/g/<code>.svg": "picture",
    "/hall/guides.json": "feed",
    "/hall/openings.ics": "calendar file",
    "/language/<name>": "leads back to the page it was chosen on",
    "/my/applications/<uuid:application_id>/code.svg": "picture",
    "/robots.txt": "for programs",
    "/sitemap.xml": "for programs",
    "/tasks/<uuid:task_id>/standing": "part of the page of a task",
    "/work/live": "part of the work list",
}


def test_every_page_is_looked_at(sampled: World) -> None:
    adapter = sampled.app.url_map.bind("localhost")
    things = objects_of(sampled)
    addresses = [shown.address.format(**things).partition("?")[0] for shown in PAGES]

    seen = {adapter.match(each, return_rule=True)[0].rule for each in addresses if each != "/no-such-page"}
    rules = {
        rule.rule
        for rule in sampled.app.url_map.iter_rules()
        if rule.endpoint.startswith("pages.") and "GET" in (rule.methods or ())
    }

    assert sorted(rules - seen - set(NO_PAGES)) == []
    assert sorted(set(NO_PAGES) - rules) == []


def test_pages_to_look_at_have_names_of_their_own() -> None:
    names = [shown.name for shown in PAGES]

    assert sorted(names) == sorted(set(names))
