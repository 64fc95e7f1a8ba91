"""The library and the pages of publication: what process owners and publishers see and press."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from lxml import html

from processes.library_words import PublicationState
from service.orchestration import drafts, publication_requests
from service.orchestration.publication_requests import Wish
from storage.models.drafts import DefinitionDraft
from storage.models.publication_requests import PublicationRequest
from tests.service.pages.conftest import Visitor
from tests.service.publication_steps import ERRAND_PLACE, NAME, ask_for_two, errand, publish_errand, versions
from tests.world import World

SignedIn = Callable[[str], Visitor]


@pytest.fixture
def house(world: World) -> World:
    ask_for_two(world)
    publish_errand(world)
    return world


def draft(world: World, content: bytes | None = None) -> None:
    owner = world.actor("process_owner")
    drafts.save_draft(world.runtime, ERRAND_PLACE, content or errand("第二版"), base_version=1, revision=0, by=owner)


def asked(world: World) -> PublicationRequest:
    found: PublicationRequest = world.one(PublicationRequest)
    return found


def row_of(visitor: Visitor, key: str) -> str:
    """The words of the library's row about a definition."""
    [row] = html.fromstring(visitor.page).xpath(f"//tr[th//span[normalize-space()='{key}']]")
    return " ".join(row.text_content().split())


def test_the_library_groups_by_stage_and_says_where_each_stands(house: World, signed_in: SignedIn) -> None:
    house.start("errand", by="window_clerk")
    draft(house)
    owner = signed_in("process_owner")

    owner.get("/definitions")

    row = row_of(owner, "errand")
    assert all(word in row for word in ("已发布", "第 1 版", "第 1 版 1 件", "我", "正在编辑"))
    assert owner.text.index("政策全生命周期") < owner.text.index("事前评估") < owner.text.index("其他")
    owner.get("/definitions?kind=form")
    assert "初审意见" in owner.text and "errand" not in owner.text


def test_words_narrow_the_library(house: World, signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")

    owner.get("/definitions?q=ERRAND")

    assert "errand" in owner.text and "事前评估" not in owner.text
    assert "没有找到" in owner.get("/definitions?q=没有这个").get_data(as_text=True)


def test_others_see_what_is_published_and_nothing_behind_it(house: World, signed_in: SignedIn) -> None:
    house.start("errand", by="window_clerk")
    draft(house)

    for login in ("maker", "applicant"):
        person = signed_in(login)
        person.get("/definitions")
        row = row_of(person, "errand")
        assert "已发布" in row
        assert not any(word in row for word in ("件", "正在编辑", "修改"))
        assert "历史记录" not in person.get("/definitions/process/errand").get_data(as_text=True)


def test_a_draft_goes_the_whole_way_through_the_pages(house: World, signed_in: SignedIn) -> None:
    draft(house)
    owner = signed_in("process_owner")
    owner.get("/definitions/process/errand")
    assert "申请发布" in owner.text
    owner.get("/publications/new?draft=process:errand")

    owner.post(
        "/publications", {"draft": "process:errand", "comment": "窗口要求", "release_note": "", "effective_on": ""}
    )

    assert owner.address == f"/publications/{asked(house).id}"
    assert "等待流程发布人审批" in owner.text and "同意发布" not in owner.text
    assert "待审" in row_of(_library(owner), "errand")
    publisher = signed_in("publisher")
    publisher.get("/publications")
    assert "窗口要求" in publisher.text
    publisher.get(f"/publications/{asked(house).id}")
    assert all(word in publisher.text for word in ("检查", "修改内容", "没有在办的件", "同意发布", "这一版新用到的"))
    publisher.post(f"/publications/{asked(house).id}/approval", {"note": "同意"})
    assert "已发布" in publisher.text
    assert "/definitions/process/errand/migration" in publisher.page
    assert (versions(house), house.rows(DefinitionDraft)) == ([1, 2], [])
    owner.get("/definitions/process/errand")
    assert all(word in owner.text for word in ("第 2 版", "窗口要求", "同意发布", "申请发布"))


def _library(visitor: Visitor) -> Visitor:
    visitor.get("/definitions")
    return visitor


def test_the_asker_is_told_who_has_to_agree(house: World, signed_in: SignedIn) -> None:
    publication_requests.ask(house.runtime, {NAME: errand("第二版")}, Wish("窗口要求"), by=house.actor("publisher"))
    publisher = signed_in("publisher")

    publisher.get(f"/publications/{asked(house).id}")

    assert "须由另一位流程发布人审批" in publisher.text and "同意发布" not in publisher.text


def test_a_request_is_returned_and_withdrawn_on_its_page(house: World, signed_in: SignedIn) -> None:
    publication_requests.ask(house.runtime, {NAME: errand("第二版")}, Wish("窗口要求"), by=house.actor("process_owner"))
    address = f"/publications/{asked(house).id}"
    publisher, owner = signed_in("publisher"), signed_in("process_owner")
    publisher.get(address)
    assert publisher.post(f"{address}/return", {"note": ""}).status_code == 400

    publisher.get(address)
    publisher.post(f"{address}/return", {"note": "请补充说明"})
    assert "已退回" in publisher.text

    owner.get(address)
    assert "请补充说明" in owner.text and "撤回申请" not in owner.text


def test_uploaded_files_go_the_same_way_and_findings_are_shown(house: World, signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")
    owner.get("/definitions")
    broken = errand("第二版").replace(b"window_clerk@", b"nobody@")
    owner.post("/definitions", {"files": (BytesIO(broken), NAME), "comment": "试试"})
    assert "检查发现的问题" in owner.text and house.rows(PublicationRequest) == []

    owner.post("/definitions", {"files": (BytesIO(errand("第二版")), NAME), "comment": "窗口要求"})

    assert asked(house).state == PublicationState.WAITING
    assert "等待流程发布人审批" in owner.text


def test_an_earlier_version_is_asked_for_on_its_page(house: World, signed_in: SignedIn) -> None:
    publish_errand(house, errand("第二版"))
    owner = signed_in("process_owner")
    owner.get("/definitions/process/errand")
    assert "回到第" not in owner.text
    owner.get("/definitions/process/errand?version=1")
    assert "回到第 1 版" in owner.text

    owner.post("/definitions/process/errand/versions/1/return", {"comment": "第二版有误"})

    assert "回到第 1 版的内容" in owner.text


def test_a_process_is_retired_and_restored_on_its_page(house: World, signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")
    owner.get("/definitions/process/errand")
    owner.post("/definitions/process/errand/retirement", {"reason": "已并入一窗"})
    assert "已停用" in owner.text and "已并入一窗" in owner.text
    clerk = signed_in("window_clerk")
    clerk.get("/start")
    assert "errand" not in clerk.page

    owner.post("/definitions/process/errand/restoration", {"reason": "恢复"})

    assert "已恢复启用" in owner.text
    assert "/start/errand" in clerk.get("/start").get_data(as_text=True)


def test_forms_and_tables_have_pages_with_their_versions(house: World, signed_in: SignedIn) -> None:
    maker = signed_in("maker")

    maker.get("/definitions/form/review/review_first")

    assert "初审意见" in maker.text and "第 1 版" in maker.text
    file = maker.client.get("/definitions/form/review/review_first/versions/1")
    assert (file.status_code, file.mimetype) == (200, "application/json")
    assert maker.client.get("/definitions/form/review/nothing").status_code == 404
