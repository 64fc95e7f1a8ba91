"""The work list beyond claiming one task: figures, filters, saved views, several at once, unread, and refreshing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from lxml import html

from processes.desk_words import SigningMode, SigningOrder
from service.orchestration import copying, signing
from storage.models.desk import CaseCopy, SavedView, TaskSeen
from storage.models.instances import Submission, Task
from tests import making
from tests.journeys import making_route
from tests.service.pages.conftest import Visitor
from tests.world import World

SignedIn = Callable[[str], Visitor]


def assessed(world: World, title: str) -> UUID:
    """A policy whose assessment waits for the signature of the department's head, in her hands; the case."""
    root = making_route.initiate(world, title=title)
    report = world.attach("maker", "report.txt", b"report")
    world.do("maker", "write_assessment", making.assessment(report), root)
    return root


@pytest.fixture
def roots(world: World) -> list[UUID]:
    return [assessed(world, f"示例政策{number}") for number in (1, 2, 3)]


def ids(world: World, roots: list[UUID], element_id: str = "sign_assessment") -> list[str]:
    return [str(world.task(element_id, root).id) for root in roots]


def claim_all(head: Visitor, tasks: list[str]) -> None:
    head.get("/work?tab=claimable")
    head.post("/work/claim", {"task": tasks})


def test_several_tasks_are_claimed_and_each_says_what_became_of_it(
    world: World, signed_in: SignedIn, roots: list[UUID]
) -> None:
    head, tasks = signed_in("maker_head"), ids(world, roots)
    head.get("/work?tab=claimable")
    head.post(f"/tasks/{tasks[0]}/claim")
    world.do("maker_head", "sign_assessment", making.agreed("sign_result"), roots[2])

    head.post("/work/claim", {"task": tasks})

    assert "共 3 项，完成 2 项" in head.text
    assert "已由孟主任办结" in head.text
    assert {task.state for task in world.rows(Task, element_id="sign_assessment")} == {"claimed", "completed"}


def test_the_same_opinion_goes_to_every_chosen_review(world: World, signed_in: SignedIn, roots: list[UUID]) -> None:
    head, tasks = signed_in("maker_head"), ids(world, roots)
    claim_all(head, tasks)

    head.post("/work/decision", {"task": tasks[:2]})
    assert "将要办理的 2 项" in head.text
    answers = making.agreed("sign_result")
    head.post("/work/decision", {"task": tasks[:2], "step": "decide", **answers})

    assert "共 2 项，完成 2 项" in head.text
    done = [row.answers for row in world.rows(Submission, element_id="sign_assessment")]
    assert len(done) == 2
    assert all(row["sign_result"] == answers["sign_result"] for row in done)
    assert world.task("sign_assessment", roots[2]).state == "claimed"


def test_what_is_refused_for_all_comes_back_with_its_messages_and_stores_nothing(
    world: World, signed_in: SignedIn, roots: list[UUID]
) -> None:
    head, tasks = signed_in("maker_head"), ids(world, roots)
    claim_all(head, tasks)

    answer = head.post("/work/decision", {"task": tasks, "step": "decide"})

    assert answer.status_code == 422
    assert "提交全部 3 项" in head.text
    assert world.rows(Submission, element_id="sign_assessment") == []


def test_one_that_cannot_be_decided_does_not_hold_up_the_others(
    world: World, signed_in: SignedIn, roots: list[UUID]
) -> None:
    head, tasks = signed_in("maker_head"), ids(world, roots)
    claim_all(head, tasks)
    head.post("/work/decision", {"task": tasks})
    world.do("maker_head", "sign_assessment", making.agreed("sign_result"), roots[1])

    head.post("/work/decision", {"task": tasks, "step": "decide", **making.agreed("sign_result")})

    assert "共 3 项，完成 2 项" in head.text
    assert "已由孟主任办结，您的操作没有保存" in head.text


def test_sending_the_same_form_twice_decides_once(world: World, signed_in: SignedIn, roots: list[UUID]) -> None:
    head, tasks = signed_in("maker_head"), ids(world, roots)
    claim_all(head, tasks)
    head.post("/work/decision", {"task": tasks})
    key = html.fromstring(head.page).xpath("//input[@name='idempotency_key']/@value")[0]
    form = {"task": tasks, "step": "decide", "idempotency_key": key, **making.agreed("sign_result")}

    head.post("/work/decision", form)
    head.get("/work")
    head.post("/work/decision", form)

    assert len(world.rows(Submission, element_id="sign_assessment")) == 3


def test_a_review_that_differs_from_case_to_case_is_not_decided_in_bulk(world: World, signed_in: SignedIn) -> None:
    root = making_route.initiate(world)
    maker, task = signed_in("maker"), str(world.task("write_assessment", root).id)
    claim_all(maker, [task])

    maker.post("/work/decision", {"task": [task], "step": "decide"})

    assert "请勾选同一环节、可以批量办理的任务" in maker.text
    maker.get("/work?tab=mine")
    assert 'name="task"' not in maker.page


def test_nobody_touches_in_bulk_what_is_not_shown_to_them(world: World, signed_in: SignedIn, roots: list[UUID]) -> None:
    stranger, tasks = signed_in("maker_hrb"), ids(world, roots)

    stranger.post("/work/claim", {"task": tasks})

    assert "请先勾选要认领的任务" in stranger.text
    assert {task.state for task in world.rows(Task, element_id="sign_assessment")} == {"ready"}


def test_filters_narrow_the_list_and_a_view_keeps_them(world: World, signed_in: SignedIn, roots: list[UUID]) -> None:
    head = signed_in("maker_head")
    head.get("/work?tab=claimable&q=示例政策2&stage=pre_assessment&sort=age")
    assert "示例政策2" in head.text
    assert "示例政策1" not in head.text.split("办理期限")[-1]

    head.post("/work/views", {"tab": "claimable", "q": "示例政策2", "sort": "age", "name": "二号"})

    view = world.one(SavedView)
    assert (view.name, view.screen) == ("二号", "work")
    head.get(f"/work?{view.query}")
    assert "示例政策2" in head.text
    signed_in("maker").get("/work")
    head.post(f"/work/views/{view.id}/delete")
    assert world.rows(SavedView) == []


def test_a_view_of_somebody_else_cannot_be_deleted(world: World, signed_in: SignedIn) -> None:
    head, maker = signed_in("maker_head"), signed_in("maker")
    head.post("/work/views", {"tab": "mine", "due": "over", "name": "超期"})

    assert maker.post(f"/work/views/{world.one(SavedView).id}/delete").status_code == 404
    assert len(world.rows(SavedView)) == 1


def test_the_policy_filter_finds_the_case_of_the_policy(world: World, signed_in: SignedIn, roots: list[UUID]) -> None:
    head = signed_in("maker_head")
    head.get("/work?tab=claimable")
    policy = html.fromstring(head.page).xpath("//select[@id='policy']/option[contains(., '示例政策3')]/@value")[0]

    head.get(f"/work?tab=claimable&policy={policy}")

    assert len(html.fromstring(head.page).xpath("//main//tbody/tr")) == 1


def test_the_figures_lead_to_the_lists_they_count(world: World, signed_in: SignedIn, roots: list[UUID]) -> None:
    head, tasks = signed_in("maker_head"), ids(world, roots)
    claim_all(head, tasks)
    world.do("maker_head", "sign_assessment", making.agreed("sign_result"), roots[0])
    head.get("/work")

    figures = html.fromstring(head.page).xpath("//a[contains(@class, 'zd-figure')]")
    assert [each.text_content() for each in figures][0::3] == ["2待办", "1本月已办"]
    head.get(figures[3].get("href"))
    assert "示例政策1" in head.text


def test_a_task_is_unread_until_its_page_was_opened(world: World, signed_in: SignedIn, roots: list[UUID]) -> None:
    head, tasks = signed_in("maker_head"), ids(world, roots)
    head.get("/work?tab=claimable")
    assert head.text.count("未读") == 3

    head.get(f"/tasks/{tasks[0]}")
    head.get(f"/tasks/{tasks[0]}")

    assert len(world.rows(TaskSeen)) == 1
    head.get("/work?tab=claimable")
    assert head.text.count("未读") == 2


def test_the_page_of_a_task_leads_to_its_neighbours_in_the_list(
    world: World, signed_in: SignedIn, roots: list[UUID]
) -> None:
    head = signed_in("maker_head")
    head.get("/work?tab=claimable&sort=name")
    addresses = html.fromstring(head.page).xpath("//main//tbody//th/a/@href")

    head.get(addresses[1])

    around = html.fromstring(head.page).xpath("//nav[@data-neighbours]//a[@rel]/@href")
    assert around == [addresses[0], addresses[2]]
    head.get(addresses[0].split("?")[0])
    assert "data-neighbours" not in head.page


def test_a_part_is_sent_again_only_when_something_changed(world: World, signed_in: SignedIn, roots: list[UUID]) -> None:
    head, tasks = signed_in("maker_head"), ids(world, roots)
    first = head.client.get("/work/live?tab=claimable")
    known = {"If-None-Match": first.headers["ETag"]}

    assert head.client.get("/work/live?tab=claimable", headers=known).status_code == 204
    head.get("/work")
    head.post(f"/tasks/{tasks[0]}/claim")
    again = head.client.get("/work/live?tab=claimable", headers=known)

    assert again.status_code == 200
    assert again.headers["ETag"] != first.headers["ETag"]
    assert "<html" not in again.text


def test_a_signature_asked_of_somebody_is_work_in_hand(world: World, signed_in: SignedIn, roots: list[UUID]) -> None:
    task = world.task("sign_assessment", roots[0])
    head = signed_in("maker_head")
    claim_all(head, [str(task.id)])
    signing.add_signers(
        world.runtime,
        task.id,
        [world.actor("legal_officer").id],
        by=world.actor("maker_head"),
        placing=SigningOrder.BEFORE,
        mode=SigningMode.ALL,
        reason="请法务看一下",
    )

    lawyer = signed_in("legal_officer")

    lawyer.get("/work?tab=mine")
    assert "请您签署" in lawyer.text
    assert "示例政策1" in lawyer.text


def test_a_copied_case_is_unread_until_it_was_read(world: World, signed_in: SignedIn, roots: list[UUID]) -> None:
    task = world.task("sign_assessment", roots[0])
    head = signed_in("maker_head")
    claim_all(head, [str(task.id)])
    copying.copy_case(
        world.runtime, task.id, [world.actor("finance_officer").id], by=world.actor("maker_head"), note="供参考"
    )
    reader = signed_in("finance_officer")
    reader.get("/work?tab=copied")
    assert "供参考" in reader.text
    assert "未读" in reader.text

    reader.post(f"/work/copies/{roots[0]}")
    reader.get("/work?tab=copied")

    assert "未读" not in reader.text


def test_opening_a_copied_case_by_its_address_reads_the_copy(
    world: World, signed_in: SignedIn, roots: list[UUID]
) -> None:
    task = world.task("sign_assessment", roots[0])
    head = signed_in("maker_head")
    claim_all(head, [str(task.id)])
    copying.copy_case(world.runtime, task.id, [world.actor("finance_officer").id], by=world.actor("maker_head"))

    head.get(f"/instances/{roots[0]}")
    assert world.one(CaseCopy).read_at is None
    signed_in("finance_officer").get(f"/instances/{roots[0]}")

    assert world.one(CaseCopy).read_at is not None
    assert [row.kind for row in world.history(roots[0])].count("copy_read") == 1


def test_the_head_sees_what_the_department_has_open(world: World, signed_in: SignedIn) -> None:
    making_route.initiate(world)

    head, maker = signed_in("maker_head"), signed_in("maker")

    head.get("/work?tab=department")
    assert "编写事前评估报告" in head.text
    maker.get("/work?tab=department")
    assert "本部门在办" not in maker.text


def test_somebody_finds_the_cases_they_started(world: World, signed_in: SignedIn, roots: list[UUID]) -> None:
    maker = signed_in("maker")

    maker.get("/work?tab=started")

    assert "示例政策3" in maker.text
