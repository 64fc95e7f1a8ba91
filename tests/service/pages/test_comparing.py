"""Two versions side by side: what changed in words, on the page, over HTTP, and merged into a draft."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from service.orchestration import deployments
from tests.service.api.client import Program
from tests.service.pages.conftest import Visitor
from tests.world import World

SignedIn = Callable[[str], Visitor]
ROOT = Path(__file__).parents[3]
REVIEW = (ROOT / "processes" / "bpmn" / "review.bpmn").read_bytes()
VISIT = (ROOT / "forms" / "review" / "visit_site.form").read_bytes()
TABLE = (ROOT / "processes" / "bpmn" / "review_level.dmn").read_bytes()
SHORTER = REVIEW.replace(b'name="deadline" value="DL17"', b'name="deadline" value="DL13"', 1)
RENAMED = REVIEW.replace("现场核查".encode(), "现场查看".encode())


def publish(world: World, name: str, content: bytes) -> None:
    deployments.deploy(
        world.runtime, {name: content}, by=world.actor("publisher"), comment="试一试", override="只为比较"
    )


@pytest.fixture
def shorter(world: World) -> World:
    """A second version of `review` in which the first review has another deadline."""
    publish(world, "review.bpmn", SHORTER)
    return world


def test_the_last_two_versions_are_compared_in_words(shorter: World, signed_in: SignedIn) -> None:
    reader = signed_in("process_owner")
    reader.get("/compare/process/review")
    assert "人工任务“初审”：办理时限 20 个工作日（DL17 审查审批（承诺办结时限）） → 5 个工作日（DL13" in reader.text
    assert 'data-element-id="review_first"' in reader.page
    assert "第 1 版 → 第 2 版" in reader.text


def test_equal_versions_and_unknown_ones_are_said_plainly(world: World, signed_in: SignedIn) -> None:
    reader = signed_in("process_owner")
    reader.get("/compare/process/review?from=1&to=1")
    assert "两边内容相同" in reader.text
    assert reader.get("/compare/process/review?from=1&to=9").status_code == 404
    assert reader.get("/compare/process/review?from=x&to=1").status_code == 404
    assert reader.get("/compare/process/no_such").status_code == 404


def test_a_form_is_shown_twice_with_its_changed_field_marked(world: World, signed_in: SignedIn) -> None:
    publish(world, "review/visit_site.form", VISIT.replace("核查情况".encode(), "所见情况".encode()))
    reader = signed_in("process_owner")
    reader.get("/compare/form/review/visit_site")
    assert "栏目“所见情况”：名称 核查情况 → 所见情况。" in reader.text
    assert reader.page.count('class="zd-touched" data-element-id="findings"') == 2
    assert 'name="old-findings"' in reader.page and 'name="new-findings"' in reader.page


def test_a_table_is_shown_twice_with_its_changed_row_marked(world: World, signed_in: SignedIn) -> None:
    publish(world, "review_level.dmn", TABLE.replace(b"&gt;= 50000000", b"&gt;= 30000000"))
    reader = signed_in("process_owner")
    reader.get("/compare/decision/review_level")
    assert "第 2 行：申请金额（分） >= 50000000 → >= 30000000。" in reader.text
    assert reader.page.count('<tr class="zd-touched">') == 2


def test_the_own_draft_is_compared_and_somebody_elses_is_not(shorter: World, signed_in: SignedIn) -> None:
    draft = {"content": RENAMED.decode(), "revision": 0, "base_version": 2}
    assert Program(shorter, "process_owner").put("/api/v1/drafts/process/review", draft).status_code == 200
    reader = signed_in("process_owner")
    reader.get("/compare/process/review?from=2")
    assert "名称 现场核查 → 现场查看" in reader.text and "我的草稿" in reader.text
    other = signed_in("publisher")
    assert other.get("/compare/process/review?from=2&to=draft").status_code == 404


def test_programs_read_the_changes(shorter: World) -> None:
    answer = (
        Program(shorter, "process_owner")
        .get("/api/v1/process-definitions/review/changes", **{"from": "1", "to": "2"})
        .get_json()
    )
    assert answer["total"] == 1
    (one,) = answer["items"]
    assert (one["element_id"], one["kind"], one["what"]) == ("review_first", "changed", "办理时限")


def test_a_draft_takes_in_what_was_published_since(shorter: World) -> None:
    owner = Program(shorter, "process_owner")
    owner.put("/api/v1/drafts/process/review", {"content": RENAMED.decode(), "revision": 0, "base_version": 1})
    merged = owner.post("/api/v1/drafts/process/review/merge", {}).get_json()
    assert (merged["base_version"], merged["conflicts"]) == (2, [])
    assert "现场查看" in merged["content"] and 'value="DL13"' in merged["content"]
    assert Program(shorter, "publisher").post("/api/v1/drafts/process/review/merge", {}).status_code == 404


def test_what_both_changed_is_told_with_the_merge(shorter: World) -> None:
    mine = REVIEW.replace(b'name="deadline" value="DL17"', b'name="deadline" value="DL14"', 1)
    owner = Program(shorter, "process_owner")
    owner.put("/api/v1/drafts/process/review", {"content": mine.decode(), "revision": 0, "base_version": 1})
    (conflict,) = owner.post("/api/v1/drafts/process/review/merge", {}).get_json()["conflicts"]
    assert (conflict["element_id"], conflict["mine"], conflict["theirs"]) == ("review_first", "DL14", "DL13")
    assert "您改成“DL14”，对方改成“DL13”" in conflict["sentence"]
