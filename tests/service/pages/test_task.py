"""The page of a task: refused with messages, drafts, conditions, files, conflicts and separation of duties."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from lxml import html

from service.orchestration import tasks
from storage.models.instances import Draft, Submission
from storage.models.policies import Policy
from storage.models.records import Attachment
from tests import making
from tests.journeys import making_route
from tests.journeys.applying_route import give_post
from tests.service.pages.conftest import Visitor
from tests.world import World

SignedIn = Callable[[str], Visitor]


def posted_initiation(world: World, **changes: str | list[str]) -> dict[str, object]:
    """F01 as a browser posts it."""
    return {
        "title": "示例奖励措施",
        "target": "惠企",
        "level": "新区",
        "role": "制定",
        "maker_org": "STB",
        "contact": str(world.actor("maker").id),
        "implementer_orgs": ["STB", "HRB"],
        "background": "落实上级要求。",
        "economic_activity": "true",
        "budget_total": "1,000,000.50",
        "fund_sources-0-fund_level": "市",
        "fund_sources-0-ratio": "60",
        "fund_sources-0-subject": "2060499",
        "fund_sources-3-fund_level": "新区",
        "fund_sources-3-ratio": "40",
        "planned_issue_on": "2026-12-01",
        "lessons_read": "true",
        **changes,
    }


@pytest.fixture
def initiation(world: World) -> str:
    """The address of a fresh task to register a policy, in the hands of its starter."""
    root = world.start("policy_lifecycle", by="maker")
    return f"/tasks/{world.task('initiate_policy', root).id}"


def test_a_filled_form_is_kept_and_leads_to_the_next_task(world: World, signed_in: SignedIn, initiation: str) -> None:
    maker = signed_in("maker")
    maker.get(initiation)

    maker.post(f"{initiation}/complete", posted_initiation(world))

    assert "“登记政策立项”已办结。下一环节：编写事前评估报告。" in maker.text
    policy = world.one(Policy)
    assert (policy.title, policy.budget_total_fen) == ("示例奖励措施", 100_000_050)
    assert [row["ratio"] for row in world.one(Submission).answers["fund_sources"]] == [60, 40]


def test_a_refused_form_keeps_the_answers_and_leads_to_each_fault(
    world: World, signed_in: SignedIn, initiation: str
) -> None:
    maker = signed_in("maker")
    maker.get(initiation)

    answer = maker.post(
        f"{initiation}/complete",
        posted_initiation(world, title="", budget_total="很多", **{"fund_sources-3-ratio": "四十"}),
    )

    assert answer.status_code == 422
    tree = html.fromstring(maker.page)
    links = [link.get("href") for link in tree.xpath("//*[@id='form-problems']//a")]
    assert links == ["#field-title", "#field-budget_total", "#field-fund_sources-1-ratio"]
    for link in links:
        assert tree.xpath(f"//*[@id='{link[1:]}']"), link
    assert "资金来源 第 2 行 比例（%）" in maker.text
    assert tree.xpath("//input[@name='budget_total']/@value") == ["很多"]
    assert tree.xpath("//input[@name='target'][@checked]/@value") == ["惠企"]
    assert tree.xpath("//input[@name='implementer_orgs'][@checked]/@value") == ["HRB", "STB"]
    assert "落实上级要求。" in maker.text
    assert world.rows(Policy) == []


def test_a_rule_across_fields_is_shown_at_its_field(world: World, signed_in: SignedIn, initiation: str) -> None:
    maker = signed_in("maker")
    maker.get(initiation)

    maker.post(f"{initiation}/complete", posted_initiation(world, **{"fund_sources-3-ratio": "30"}))

    message = html.fromstring(maker.page).xpath("//*[@id='field-fund_sources-message']")
    assert message and "100%" in message[0].text_content()


def test_a_draft_is_kept_for_its_writer_only(world: World, signed_in: SignedIn, initiation: str) -> None:
    maker = signed_in("maker")
    maker.get(initiation)

    maker.post(f"{initiation}/draft", {"title": "写到一半", "budget_total": "12,3"})

    assert "草稿已保存" in maker.text
    assert "已带出您上次保存的草稿" in maker.text
    tree = html.fromstring(maker.page)
    assert tree.xpath("//input[@name='title']/@value") == ["写到一半"]
    assert tree.xpath("//input[@name='budget_total']/@value") == ["12,3"]
    assert world.one(Draft).user_id == world.actor("maker").id


def test_a_condition_shows_its_fields_as_soon_as_the_server_hears_of_it(world: World, signed_in: SignedIn) -> None:
    root = making_route.initiate(world)
    making_route.assess(world, root)
    maker = signed_in("maker")
    address = f"/tasks/{world.task('open_consultation', root).id}"
    maker.post(f"{address}/claim")
    assert 'name="comment_to"' not in maker.page

    part = maker.part(f"{address}/draft", {"public_comment": "true"})

    assert 'name="comment_to"' in part
    assert "<html" not in part


def test_a_row_just_added_stays_while_the_server_draws_the_form_again(
    world: World, signed_in: SignedIn, initiation: str
) -> None:
    maker = signed_in("maker")
    maker.get(initiation)
    rows = {"fund_sources-0-ratio": "60", "fund_sources-1-ratio": "", "fund_sources-1-subject": ""}

    part = maker.part(f"{initiation}/draft", rows)

    assert re.findall(r'name="(fund_sources-\d+-ratio)"', part) == ["fund_sources-0-ratio", "fund_sources-1-ratio"]


def test_an_uploaded_file_is_stored_and_stays_when_the_rest_is_refused(world: World, signed_in: SignedIn) -> None:
    root = making_route.initiate(world)
    maker = signed_in("maker")
    address = f"/tasks/{world.task('write_assessment', root).id}"
    maker.post(f"{address}/claim")

    maker.post(f"{address}/complete", {"upload-report": (io.BytesIO(b"%PDF-1.7 report"), "评估报告.pdf")})

    file = world.one(Attachment, name="评估报告.pdf")
    kept = html.fromstring(maker.page).xpath("//input[@type='checkbox'][@name='report'][@checked]/@value")
    assert kept == [str(file.id)]
    download = maker.client.get(f"/attachments/{file.id}")
    assert download.data == b"%PDF-1.7 report"
    assert download.headers["Content-Disposition"].startswith("attachment")


def test_a_file_that_is_not_what_it_says_is_refused_at_its_field(world: World, signed_in: SignedIn) -> None:
    root = making_route.initiate(world)
    maker = signed_in("maker")
    address = f"/tasks/{world.task('write_assessment', root).id}"
    maker.post(f"{address}/claim")

    answer = maker.post(f"{address}/complete", {"upload-report": (io.BytesIO(b"MZ program"), "报告.pdf")})

    assert answer.status_code == 422
    message = html.fromstring(maker.page).xpath("//*[@id='field-report-message']")
    assert message and "内容不是 pdf 格式" in message[0].text_content()


def test_a_file_of_another_case_cannot_be_read(world: World, signed_in: SignedIn) -> None:
    file = world.attach("maker", "secret.txt", b"secret")

    assert signed_in("applicant").get(f"/attachments/{file}").status_code == 404
    assert signed_in("maker").get(f"/attachments/{file}").status_code == 200


def test_what_somebody_else_has_just_done_is_said_in_a_sentence(world: World, signed_in: SignedIn) -> None:
    give_post(world, "maker_head", "maker", "STB")
    root = making_route.initiate(world)
    task_id = world.task("write_assessment", root).id
    maker = signed_in("maker")
    maker.post(f"/tasks/{task_id}/claim")
    tasks.release_task(world.runtime, task_id, by=world.actor("maker"))
    report = world.attach("maker_head", "report.txt", b"report")
    world.do("maker_head", "write_assessment", making.assessment(report), root)

    answer = maker.post(f"/tasks/{task_id}/complete", {"necessity": "写了很久。"})

    assert answer.status_code == 409
    assert "已由孟主任办结，您的操作没有保存" in maker.text


def test_the_same_form_sent_twice_counts_once(world: World, signed_in: SignedIn, initiation: str) -> None:
    maker = signed_in("maker")
    maker.get(initiation)
    key = html.fromstring(maker.page).xpath("//input[@name='idempotency_key']/@value")[0]
    form = posted_initiation(world, idempotency_key=key)
    maker.post(f"{initiation}/complete", form)

    maker.post(f"{initiation}/complete", form)

    assert "“登记政策立项”您已经办结，重复的提交没有另外保存。" in maker.text
    assert len(world.rows(Policy)) == 1


def test_separation_of_duties_is_explained_before_anything_is_typed(world: World, signed_in: SignedIn) -> None:
    root = making_route.initiate(world)
    report = world.attach("maker", "report.txt", b"report")
    world.do("maker", "write_assessment", making.assessment(report), root)
    give_post(world, "maker", "maker_head", "STB")
    maker = signed_in("maker")
    address = f"/tasks/{world.task('sign_assessment', root).id}"

    maker.get("/work?tab=claimable")
    assert "审签评估报告" not in maker.text
    maker.get(address)
    assert "受审分离" in maker.text
    assert maker.post(f"{address}/claim").status_code == 403


def test_opinions_stand_in_the_history_of_the_case(world: World, signed_in: SignedIn) -> None:
    root = making_route.initiate(world)
    making_route.assess(world, root)

    maker = signed_in("maker")
    maker.get(f"/instances/{root}")

    assert "办结“审签评估报告”" in maker.text
    assert "结论：同意" in maker.text
    assert "留痕校验一致" in maker.text


def test_a_task_is_handed_to_a_colleague_of_the_same_post(world: World, signed_in: SignedIn) -> None:
    give_post(world, "maker_head", "maker", "STB")
    root = making_route.initiate(world)
    task_id: UUID = world.task("write_assessment", root).id
    maker = signed_in("maker")
    maker.post(f"/tasks/{task_id}/claim")

    maker.post(f"/tasks/{task_id}/assign", {"receiver": str(world.actor("maker_head").id), "reason": "出差"})

    assert "已转办" in maker.text
    assert world.task("write_assessment", root).assignee_id == world.actor("maker_head").id
