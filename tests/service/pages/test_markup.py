"""Every page is well made: one heading, landmarks, labels, Chinese, nothing inline, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from lxml import html

from storage.models.policies import Policy
from tests.journeys import making_route
from tests.service.pages.conftest import Visitor
from tests.world import World

SignedIn = Callable[[str], Visitor]

PAGES = (
    "/work?tab=claimable",
    "/work?tab=done",
    "/start",
    "/policies",
    "/policies/new",
    "/instances",
    "/stuck?all=1",
    "/definitions",
    "/definitions/process/review",
    "/calendar?anchor=2026-10-12&days=-5",
    "/people",
    "/nothing/here",
)
#: A field has a name for those who cannot see it: a label, or the attribute.
UNNAMED = (
    "//*[self::input[not(@type='hidden')] or self::select or self::textarea]"
    "[not(@aria-label)][not(@id = //label/@for)][not(ancestor::template)]"
)
INLINE = "//@style | //style | //script[not(@src)][not(@type='application/json')] | //@*[starts-with(name(), 'on')]"


def check(page: str, where: str) -> None:
    tree = html.fromstring(page)
    assert tree.get("lang") == "zh-CN", where
    assert len(tree.xpath("//h1")) == 1, where
    assert len(tree.xpath("//main")) == 1, where
    assert tree.xpath("//title/text()"), where
    assert [html.tostring(each)[:120] for each in tree.xpath(UNNAMED)] == [], where
    assert tree.xpath(INLINE) == [], where
    outside = [each for each in tree.xpath("//@src | //@href") if "://" in each]
    assert outside == [], where
    ids = tree.xpath("//@id")
    assert sorted(ids) == sorted(set(ids)), where
    for described in tree.xpath("//@aria-describedby"):
        assert set(described.split()) <= set(ids), (where, described)


@pytest.fixture
def root(world: World) -> UUID:
    return making_route.initiate(world)


def test_every_page_of_an_administrator_is_well_made(world: World, signed_in: SignedIn, root: UUID) -> None:
    admin = signed_in("admin")
    check(Visitor(world.app.test_client()).get("/sign-in").text, "/sign-in")
    for address in (*PAGES, f"/instances/{root}", f"/policies/{world.one(Policy).id}"):
        check(admin.get(address).text, address)


def test_every_form_of_making_a_policy_is_well_made(world: World, signed_in: SignedIn) -> None:
    root = world.start("policy_lifecycle", by="maker")
    maker = signed_in("maker")
    address = f"/tasks/{world.task('initiate_policy', root).id}"
    check(maker.get(address).text, address)
    maker.post(f"{address}/complete", {"fund_sources-0-ratio": "x"})
    check(maker.page, "refused")


def test_the_designer_is_well_made(signed_in: SignedIn) -> None:
    check(signed_in("process_owner").get("/designer/review").text, "/designer/review")
