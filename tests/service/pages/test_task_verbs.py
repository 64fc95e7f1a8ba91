"""What people do around a task on its page: sign, delegate, hold, comment; see who acted meanwhile; read documents."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from lxml import html

from service.orchestration import tasks
from storage.models.desk import CaseCopy, Signer
from storage.models.instances import Task
from tests.journeys import applying_route, making_route
from tests.service.pages.conftest import Visitor
from tests.world import DISTRICT, World

SignedIn = Callable[[str], Visitor]


@pytest.fixture
def task_id(world: World) -> UUID:
    """A task of the maker's, claimed."""
    root = making_route.initiate(world)
    found = world.task("write_assessment", root).id
    tasks.claim_task(world.runtime, found, by=world.actor("maker"))
    return found


def stored(world: World, task_id: UUID) -> Task:
    world.session.expire_all()
    found = world.session.get(Task, (DISTRICT, task_id))
    assert found is not None
    return found


def test_a_colleague_signs_before_the_task_can_be_completed(world: World, signed_in: SignedIn, task_id: UUID) -> None:
    maker, reviewer = signed_in("maker"), signed_in("reviewer1")
    maker.get(f"/tasks/{task_id}")
    asked = {"signing-placing": "before", "signing-mode": "all", "signing-reason": "请核对数据。"}
    maker.post(f"/tasks/{task_id}/signers", {**asked, "signing-person": [str(world.actor("reviewer1").id), ""]})

    assert "正在加签" in maker.text and "待签署" in maker.text
    reviewer.get(f"/tasks/{task_id}")
    reviewer.post(f"/tasks/{task_id}/signature", {"stance": "agree", "sign-opinion": "数据无误。"})

    assert world.one(Signer).state == "agreed"
    maker.get(f"/tasks/{task_id}")
    assert "数据无误。" in maker.text and "提交办结" in maker.text


def test_a_refused_verb_stays_open_with_what_was_typed(world: World, signed_in: SignedIn, task_id: UUID) -> None:
    maker = signed_in("maker")
    maker.get(f"/tasks/{task_id}")

    answer = maker.post(f"/tasks/{task_id}/signers", {"signing-reason": "请核对数据。"})

    assert answer.status_code == 422
    opened = html.fromstring(maker.page).xpath("//details[@id='verb-add_signers'][@open]")
    assert opened and "请选择签署人" in opened[0].text_content()
    assert "请核对数据。" in opened[0].xpath(".//textarea")[0].text


def test_a_delegated_task_comes_back_with_an_opinion(world: World, signed_in: SignedIn, task_id: UUID) -> None:
    maker, other = signed_in("maker"), signed_in("legal_officer")
    maker.get(f"/tasks/{task_id}")
    receiver = {"delegate-person": str(world.actor("legal_officer").id), "delegate-reason": "请看合法性。"}
    maker.post(f"/tasks/{task_id}/delegation", receiver)
    assert stored(world, task_id).owner_id == world.actor("maker").id

    other.get(f"/tasks/{task_id}")
    other.post(f"/tasks/{task_id}/delegation/return", {"delegated-opinion": "没有问题。"})

    assert other.address == "/work"
    assert stored(world, task_id).assignee_id == world.actor("maker").id
    maker.get(f"/tasks/{task_id}")
    assert "没有问题。" in maker.text


def test_a_task_is_held_and_taken_up_again(world: World, signed_in: SignedIn, task_id: UUID) -> None:
    maker = signed_in("maker")
    maker.get(f"/tasks/{task_id}")
    maker.post(f"/tasks/{task_id}/hold", {"hold-reason": "等统计数据。", "hold-until": "2026-08-20"})
    assert "已挂起" in maker.text and "提交办结" not in maker.text

    maker.post(f"/tasks/{task_id}/hold/end")

    assert "提交办结" in maker.text


def test_a_comment_and_a_copy_reach_the_case(world: World, signed_in: SignedIn, task_id: UUID) -> None:
    maker = signed_in("maker")
    maker.get(f"/tasks/{task_id}")
    maker.post(f"/tasks/{task_id}/comments", {"comment": "数据来自统计年鉴。"})
    maker.post(f"/tasks/{task_id}/copies", {"copy-person": str(world.actor("finance_officer").id)})

    assert "批注（1）" in maker.page and "数据来自统计年鉴。" in maker.text
    assert world.one(CaseCopy).user_id == world.actor("finance_officer").id


def test_an_open_page_learns_what_somebody_else_did(world: World, signed_in: SignedIn, task_id: UUID) -> None:
    applying_route.give_post(world, "maker_head", "maker", "STB")
    maker = signed_in("maker")
    maker.get(f"/tasks/{task_id}")
    watch = html.fromstring(maker.page).xpath("//*[@data-watch]/@data-watch")[0]
    assert maker.client.get(watch).text.strip() == ""

    receiver = world.actor("maker_head")
    tasks.assign_task(world.runtime, task_id, receiver.id, by=receiver, reason="收回自办")

    assert "孟主任" in maker.client.get(watch).text


def test_documents_stand_beside_the_form_and_only_safe_kinds_are_shown(world: World, signed_in: SignedIn) -> None:
    item = applying_route.open_item(world)
    root = applying_route.apply(world, item.id)
    clerk = signed_in("platform_clerk")
    clerk.get(f"/tasks/{world.task('accept_online', root).id}")

    frame = html.fromstring(clerk.page).xpath("//*[@id='preview']/iframe/@src")[0]
    assert "证书在有效期内" in clerk.text
    shown = clerk.client.get(frame)
    assert shown.headers["Content-Type"] == "application/pdf"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert shown.headers["Content-Disposition"].startswith("inline")
    table = world.attach("maker", "table.csv", b"a,b")
    assert (
        signed_in("maker").client.get(f"/attachments/{table}/preview").headers["Content-Type"].startswith("text/plain")
    )
    assert clerk.client.get(f"/attachments/{table}/preview").status_code == 404
