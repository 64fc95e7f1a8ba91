"""The public hall: what anybody finds, reads and takes along without signing in, scripts or cookies."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import etree, html

from storage.models.guides import QrCode
from storage.models.policies import Policy
from tests.journeys import launching_route as route
from tests.sampled import objects_of
from tests.service.pages.conftest import Visitor
from tests.world import World

Opened = Callable[[], Visitor]
SignedIn = Callable[[str], Visitor]

HALL = ("/hall", "/hall/policies", "/hall/match?who=企业", "/hall/openings", "/hall/figures")
#: What a guide may weigh, compressed and without its pictures.
MOST_BYTES = 120_000


@pytest.fixture
def sampled_visitor(sampled: World) -> Visitor:
    return Visitor(sampled.app.test_client())


def test_who_is_not_signed_in_begins_in_the_hall_and_others_at_their_work(visitor: Opened, signed_in: SignedIn) -> None:
    someone, maker = visitor(), signed_in("maker")

    someone.get("/")
    maker.get("/")

    assert (someone.address, maker.address) == ("/hall", "/work")


def test_every_page_of_the_hall_opens_when_nothing_is_published(visitor: Opened) -> None:
    someone = visitor()

    for address in HALL:
        assert someone.get(address).status_code == 200, address
    someone.get("/hall/policies")

    assert "请减少筛选条件，或换一个词查找" in someone.page


def test_pages_of_the_hall_may_be_kept_and_set_no_cookie(sampled_visitor: Visitor) -> None:
    for address in HALL:
        answer = sampled_visitor.get(address)

        assert answer.headers["Cache-Control"] == "public, max-age=60", address
        assert "Set-Cookie" not in answer.headers, address
        assert "Cookie" in answer.headers["Vary"], address


def test_a_person_who_signed_in_gets_pages_that_nobody_keeps(signed_in: SignedIn) -> None:
    answer = signed_in("maker").get("/hall")

    assert answer.headers["Cache-Control"] == "no-store"


def test_facets_combine_and_each_counts_what_it_leads_to(sampled_visitor: Visitor) -> None:
    sampled_visitor.get("/hall/policies?who=企业")
    page = html.fromstring(sampled_visitor.page)
    links = [
        (str(link.get("href")), int(re.sub(r".* (\d+).*", r"\1", " ".join(link.text_content().split()))))
        for link in page.xpath("//nav[contains(@class, 'zd-facets')]//a[not(@aria-current)]")
    ]

    assert links
    for address, count in links:
        if "who=" in unquote(address):
            sampled_visitor.get(address)
            assert f"共 {count} 条" in sampled_visitor.page, unquote(address)


def test_an_empty_search_says_what_to_do(sampled_visitor: Visitor) -> None:
    sampled_visitor.get("/hall/policies?q=没有这样的政策")

    assert "没有符合条件的政策事项" in sampled_visitor.page
    assert 'href="/hall/policies">清除全部条件' in sampled_visitor.page


def test_a_confidential_policy_and_its_items_are_nowhere(world: World, visitor: Opened) -> None:
    root = route.issue(world)
    world.at(2026, 9, 1)
    route.launched(world, root)
    someone, policy = visitor(), world.one(Policy)
    someone.get("/hall/policies")
    assert "高新技术企业首次认定奖励" in someone.page
    row = world.session.get(Policy, (policy.district_id, policy.id))
    assert row is not None
    row.confidential, row.confidential_reason = True, "涉密"
    row_session = world.app.extensions["zhida"].runtime.session()
    row_session.commit()

    for address in (*HALL, "/guides", "/guides?q=首次认定", "/hall/guides.json", "/sitemap.xml", "/hall/openings.ics"):
        assert "首次认定奖励" not in someone.get(address).text, address
    assert someone.get(f"/hall/policies/{policy.id}").status_code == 404


def test_a_draft_has_no_public_page(sampled: World, sampled_visitor: Visitor) -> None:
    assert sampled_visitor.get(f"/hall/policies/{objects_of(sampled)['draft_policy']}").status_code == 404


def test_a_public_policy_shows_its_clauses_and_leads_to_the_guides(sampled: World, sampled_visitor: Visitor) -> None:
    things = objects_of(sampled)

    sampled_visitor.get(f"/hall/policies/{things['policy']}")

    assert "兑现条款" in sampled_visitor.page
    assert f"/g/{things['code']}" in sampled_visitor.page


def test_answers_sort_the_items_and_each_condition_says_why(sampled_visitor: Visitor) -> None:
    sampled_visitor.get("/hall/match?who=居民&f.婴幼儿年龄（周岁）=1&f.婴幼儿户籍地=长春新区")
    fits = sampled_visitor.text
    sampled_visitor.get("/hall/match?who=居民&f.婴幼儿年龄（周岁）=5")

    assert "符合 1 育儿补贴" in fits
    assert "最高 3,600 元" in fits
    assert "婴幼儿不满3周岁 — 不符合，您的回答是“5”" in sampled_visitor.text


def test_matching_keeps_nothing(sampled_visitor: Visitor) -> None:
    answer = sampled_visitor.get("/hall/match?who=居民&f.婴幼儿年龄（周岁）=1")

    assert "Set-Cookie" not in answer.headers


def test_the_calendar_shows_an_opening_in_its_month_and_in_the_feed(world: World, visitor: Opened) -> None:
    root = route.issue(world)
    world.at(2026, 9, 1)
    route.launched(world, root)
    someone = visitor()

    someone.get("/hall/openings?month=2026-10")
    shown = someone.text
    feed = someone.get("/hall/openings.ics")
    someone.get("/hall/openings?month=nonsense")

    assert "2026年10月12日 开放申报 高新技术企业首次认定奖励" in shown
    assert "2026年9月" in someone.text
    assert feed.mimetype == "text/calendar"
    assert "DTSTART;VALUE=DATE:20261012\r\n" in feed.text
    assert all(len(line) <= 75 for line in feed.data.split(b"\r\n"))


def test_figures_are_totals_and_name_nobody(sampled_visitor: Visitor) -> None:
    sampled_visitor.get("/hall/figures")

    assert "应进必进纳入率" in sampled_visitor.page and "100%" in sampled_visitor.page
    assert "各环节按时率" in sampled_visitor.page
    assert "示例" not in sampled_visitor.text


def test_large_text_and_contrast_stay_until_put_back(visitor: Opened) -> None:
    someone = visitor()

    someone.get("/display/large?next=/hall/policies")
    large = (someone.address, 'class="is-large"' in someone.page)
    someone.get("/display/contrast?next=/guides")
    both = 'class="is-contrast is-large"' in someone.page
    someone.get("/display/normal?next=https://elsewhere.example/")

    assert large == ("/hall/policies", True)
    assert both
    assert someone.address == "/hall" and "is-large" not in someone.page.partition("<body")[0]
    assert someone.get("/display/upside-down").status_code == 404


def test_programs_find_the_guides_and_robots_the_map(sampled: World, sampled_visitor: Visitor) -> None:
    code = objects_of(sampled)["code"]

    feed = json.loads(sampled_visitor.get("/hall/guides.json").data)
    sitemap = etree.fromstring(sampled_visitor.get("/sitemap.xml").data)
    robots = sampled_visitor.get("/robots.txt").text

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert f"http://localhost/g/{code}" in [each["url"] for each in feed["items"]]
    assert f"http://localhost/g/{code}" in sitemap.xpath("//*[local-name() = 'loc']/text()")
    assert "Sitemap: http://localhost/sitemap.xml" in robots and "Disallow: /work" in robots


def test_a_shared_guide_has_a_card_with_absolute_addresses(sampled: World, sampled_visitor: Visitor) -> None:
    code = objects_of(sampled)["code"]

    sampled_visitor.get(f"/g/{code}")

    assert f'<meta property="og:url" content="http://localhost/g/{code}">' in sampled_visitor.page
    assert f'<meta property="og:image" content="http://localhost/g/{code}.png">' in sampled_visitor.page


def test_a_guide_is_light_and_whole_without_scripts(sampled: World, sampled_visitor: Visitor) -> None:
    answer = sampled_visitor.get(f"/g/{objects_of(sampled)['code']}")
    page = html.fromstring(answer.text)
    files = [*page.xpath("//link[@rel='stylesheet']/@href"), *page.xpath("//script/@src")]
    static = Path(sampled.app.root_path)
    weight = len(gzip.compress(answer.data)) + sum(
        len(gzip.compress((static / str(file).lstrip("/")).read_bytes())) for file in files
    )

    assert weight < MOST_BYTES
    assert len(page.xpath("//dl[contains(@class, 'zd-elements')]/dt")) == 20
    assert not page.xpath("//main//script | //main//*[@onclick]")


def test_a_poster_comes_in_two_sizes(sampled: World, sampled_visitor: Visitor) -> None:
    code = objects_of(sampled)["code"]

    sampled_visitor.get(f"/g/{code}/poster?size=A3")

    assert "zd-poster is-a3" in sampled_visitor.page
    assert sampled.session.query(QrCode).count() >= 1
