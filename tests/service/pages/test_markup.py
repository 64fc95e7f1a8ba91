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


def faults(page: str, where: str) -> list[str]:
    """What is wrong with a page, each with the address it was found at."""
    tree = html.fromstring(page)
    ids = tree.xpath("//@id")
    described = {each for words in tree.xpath("//@aria-describedby") for each in words.split()}
    found = {
        "language": tree.get("lang") != "zh-CN",
        "one heading": len(tree.xpath("//h1")) != 1,
        "one main part": len(tree.xpath("//main")) != 1,
        "title": not tree.xpath("//title/text()"),
        "inline": bool(tree.xpath(INLINE)),
        "from outside": any("://" in each for each in tree.xpath("//@src | //@href")),
        "ids twice": len(ids) != len(set(ids)),
        "described by nothing": not described <= set(ids),
    }
    unnamed = [html.tostring(each)[:120].decode() for each in tree.xpath(UNNAMED)]
    return [f"{where}: {each}" for each in (*(name for name, wrong in found.items() if wrong), *unnamed)]


@pytest.fixture
def root(world: World) -> UUID:
    return making_route.initiate(world)


def test_every_page_of_an_administrator_is_well_made(world: World, signed_in: SignedIn, root: UUID) -> None:
    admin = signed_in("admin")
    addresses = (*PAGES, f"/instances/{root}", f"/policies/{world.one(Policy).id}")

    found = faults(Visitor(world.app.test_client()).get("/sign-in").text, "/sign-in")
    found += [each for address in addresses for each in faults(admin.get(address).text, address)]

    assert found == []


def test_every_form_of_making_a_policy_is_well_made(world: World, signed_in: SignedIn) -> None:
    root = world.start("policy_lifecycle", by="maker")
    maker = signed_in("maker")
    address = f"/tasks/{world.task('initiate_policy', root).id}"

    found = faults(maker.get(address).text, address)
    maker.post(f"{address}/complete", {"fund_sources-0-ratio": "x"})

    assert found + faults(maker.page, "refused") == []


def test_the_designer_is_well_made(signed_in: SignedIn) -> None:
    assert faults(signed_in("process_owner").get("/designer/review").text, "/designer/review") == []


def test_a_fault_is_found() -> None:
    twice = '<h1 id="a">x</h1><h1 id="a">y</h1>'
    page = f'<html lang="en"><body>{twice}<input><p style="x" aria-describedby="b"></p></body></html>'

    named = {each.partition(": ")[2] for each in faults(page, "here")}

    assert {"language", "one heading", "one main part", "title", "inline", "ids twice", "described by nothing"} <= named
    assert any(each.startswith("<input") for each in named)
