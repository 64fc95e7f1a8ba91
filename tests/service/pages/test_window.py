"""The window in a browser: its queues, the visitor, typing for them, the formal check beside its standards."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from forms.identifiers import make_id_number
from processes.actors import system_actor
from processes.errors import BadRequest, Conflict, Forbidden, NotFound
from service.orchestration.personal_data import open_full_value
from service.orchestration.runtime import Unit, transaction
from service.orchestration.tolerated import hand_in_tolerated
from service.seed.people import ENTERPRISE
from storage.db import new_id
from storage.models.applications import Acceptance, Application
from storage.models.people import Membership, Organisation
from storage.models.records import HistoryRow
from tests import applying
from tests.journeys import applying_route as route
from tests.service.pages.conftest import Visitor
from tests.world import DISTRICT, World

SignedIn = Callable[[str], Visitor]
RESIDENT = make_id_number("220102", born=date(1990, 5, 17), sequence=11)


def _address(world: World, root: UUID) -> str:
    return f"/window/applications/{route.application(world, root).id}"


def _open_task(clerk: Visitor) -> str:
    found = re.search(r'name="task_id" value="([^"]+)"', clerk.page)
    assert found is not None
    return found.group(1)


def _typed(**changes: Any) -> dict[str, Any]:
    """F20 as the clerk's browser posts it: paper handed over at the window."""
    known = {name: value for name, value in applying.window_form("").items() if isinstance(value, str)}
    return {
        **known,
        "typed_for_them": "true",
        "conditions-0-met": "符合",
        "conditions-1-met": "符合",
        "conditions-1-value": "260 万元",
        "materials-0-handed_in": "纸质件",
        "materials-0-place": "1 份",
        "materials-1-handed_in": "数据共享",
        "auth_data_query": "true",
        "commitment": "true",
        **changes,
    }


def _second_centre(world: World) -> None:
    """Another service centre, to which the second clerk (the specialist) belongs."""

    def work(unit: Unit) -> None:
        unit.session.add(
            Organisation(district_id=DISTRICT, id=new_id(), code="SVC2", name="北湖便民服务中心", kind="centre")
        )
        unit.session.flush()
        unit.session.add(
            Membership(
                district_id=DISTRICT,
                id=new_id(),
                user_id=world.actor("specialist").id,
                role="window_clerk",
                organisation="SVC2",
                valid_from=unit.today,
            )
        )

    transaction(world.runtime, system_actor(DISTRICT), work)


def _begin_at_window(clerk: Visitor, world: World, code: str = ENTERPRISE, **changes: Any) -> Application:
    """The clerk identifies the visitor, picks the item and gets to its form."""
    item = route.open_item(world, **changes)
    clerk.get("/window")
    clerk.post("/window/visitor", {"code": code})
    clerk.post("/window/applications", {"code": code, "item_id": str(item.id), "idempotency_key": str(new_id())})
    found: Application = world.one(Application, item_id=item.id)
    return found


def test_only_the_front_desk_has_a_window(signed_in: SignedIn) -> None:
    assert signed_in("reviewer1").get("/window").status_code == 403
    assert "来访办理" in (clerk := signed_in("window_clerk")).get("/window").text
    assert "新区政务服务中心" in clerk.text
    online = signed_in("platform_clerk")
    online.get("/window")
    assert "来访办理" not in online.text
    assert "线上受理" in online.text


@pytest.mark.parametrize("code", ["91220101MA0EXAMP09", "220102199005170000", "12345", ""])
def test_a_code_with_a_wrong_check_digit_is_refused(signed_in: SignedIn, code: str) -> None:
    clerk = signed_in("window_clerk")
    clerk.get("/window")

    answer = clerk.post("/window/visitor", {"code": code})

    assert answer.status_code == 422
    assert "代为申报" not in clerk.text


def test_a_known_resident_is_found_and_shown_masked(world: World, signed_in: SignedIn) -> None:
    resident = {"kind": "居民", "resident_name": "张小明", "id_no": RESIDENT, "account_name": "张小明"}
    route.apply(world, route.open_item(world).id, by="window_clerk", **_resident_form(resident))
    clerk = signed_in("window_clerk")
    clerk.get("/window")

    clerk.post("/window/visitor", {"code": RESIDENT})

    assert "张**" in clerk.text
    assert RESIDENT not in clerk.text
    assert "13800000001" not in clerk.page
    assert "已有申报在办" in clerk.text


def _resident_form(changes: dict[str, Any]) -> dict[str, Any]:
    return {**changes, "applicant_name": None, "uscc": None, "legal_rep": None}


def test_items_are_searched_over_all_policies_and_only_those_of_this_window(world: World, signed_in: SignedIn) -> None:
    _second_centre(world)
    route.open_item(world, name="租房补贴")
    route.open_item(world, name="科技小巨人奖励")
    route.open_item(world, name="别处的奖励", window_org="SVC2")
    route.open_item(world, name="只在网上的奖励", channels="线上")
    clerk = signed_in("window_clerk")
    clerk.get("/window")

    clerk.post("/window/visitor", {"code": ENTERPRISE})
    assert "示例光电科技有限公司" in clerk.text
    assert all(name in clerk.text for name in ("租房补贴", "科技小巨人奖励"))
    assert "别处的奖励" not in clerk.text
    assert "只在网上的奖励" not in clerk.text

    clerk.post("/window/visitor", {"code": ENTERPRISE, "q": "小巨人"})
    assert "科技小巨人奖励" in clerk.text
    assert "租房补贴" not in clerk.text


def test_a_clerk_types_checks_and_accepts_on_one_screen(world: World, signed_in: SignedIn) -> None:
    clerk = signed_in("window_clerk")
    made = _begin_at_window(clerk, world)
    address = f"/window/applications/{made.id}"
    assert clerk.address == address
    assert ENTERPRISE in clerk.page
    assert "代录" in clerk.text

    clerk.post(f"{address}/complete", {**_typed(), "task_id": _open_task(clerk)})
    assert "认领并办理" in clerk.text
    clerk.post(f"{address}/claim")
    assert "证书在有效期内，名称与营业执照一致。" in clerk.text
    checked = {
        "lines-0-outcome": "合格",
        "lines-1-outcome": "合格",
        "accept_result": "受理",
        "paper_place": "3 号柜 12 格",
        "task_id": _open_task(clerk),
    }
    clerk.post(f"{address}/complete", checked)

    made = world.one(Application, id=made.id)
    assert (made.status, made.typed_for_them, made.receipt_no) == ("初审", True, "SL-20260803-00001")
    assert "受理通知书" in clerk.text
    assert world.one(Acceptance).paper_place == "3 号柜 12 格"
    assert "3 号柜 12 格" in clerk.text


def test_a_refused_check_keeps_what_was_typed(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id, by="window_clerk")
    clerk, address = signed_in("window_clerk"), _address(world, root)
    clerk.get(address)
    clerk.post(f"{address}/claim")

    wrong = {"lines-0-outcome": "不合格", "lines-1-outcome": "合格", "accept_result": "受理", "paper_place": "柜一"}
    answer = clerk.post(f"{address}/complete", {**wrong, "task_id": _open_task(clerk)})

    assert answer.status_code == 422
    assert "请写明缺什么、怎样改" in clerk.text
    assert 'value="柜一"' in clerk.page
    assert world.rows(Acceptance) == []


def test_a_second_click_stores_nothing_twice(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id, by="window_clerk")
    clerk, address = signed_in("window_clerk"), _address(world, root)
    clerk.get(address)
    clerk.post(f"{address}/claim")
    checked = {
        "lines-0-outcome": "合格",
        "lines-1-outcome": "合格",
        "accept_result": "受理",
        "task_id": _open_task(clerk),
    }
    clerk.post(f"{address}/complete", checked)

    clerk.post(f"{address}/complete", checked)

    assert "重复的提交没有另外保存" in clerk.text
    assert len(world.rows(Acceptance)) == 1


def test_the_form_follows_the_choice_while_typing(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id, by="window_clerk")
    clerk, address = signed_in("window_clerk"), _address(world, root)
    clerk.get(address)
    clerk.post(f"{address}/claim")

    part = clerk.part(f"{address}/draft", {"accept_result": "补正", "lines-0-outcome": "不合格"})

    assert "补正或不予受理的理由" in part
    assert "证书在有效期内，名称与营业执照一致。" in part
    assert "<html" not in part


def test_every_queue_holds_what_belongs_in_it(world: World, signed_in: SignedIn) -> None:
    item = route.open_item(world)
    tolerated = route.apply(world, item.id, by="window_clerk")
    world.do(
        "window_clerk",
        "accept_at_window",
        applying.acceptance("容缺后补", "合格", tolerated_due="2026-08-14"),
        tolerated,
    )
    correcting = route.apply(world, route.open_item(world, name="科技小巨人奖励").id, by="window_clerk")
    world.do("window_clerk", "accept_at_window", applying.to_correct(), correcting)
    waiting = route.apply(world, route.open_item(world, name="研发投入补助").id, by="window_clerk")
    route.begin(world, route.open_item(world, name="上市奖励").id, by="window_clerk")
    world.advance(hours=3)
    clerk = signed_in("window_clerk")

    def queue(name: str) -> str:
        clerk.get(f"/window?queue={name}")
        return clerk.text

    number = route.application(world, waiting).number
    assert number in queue("check")
    assert "3 小时" in clerk.text
    assert "今天到期" in clerk.text
    assert "代录" in clerk.text
    assert route.application(world, correcting).number in queue("correcting")
    assert number not in clerk.text
    assert "2026年8月14日" in queue("tolerated")
    assert "高新技术企业证书" in clerk.text
    assert "受理通知书" in queue("done")
    assert "补正告知书" in clerk.text
    assert "上市奖励" in queue("drafts")


def test_what_the_window_hands_in_later_leaves_the_queue_of_what_is_awaited(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id, by="window_clerk")
    accepted = applying.acceptance("容缺后补", "合格", tolerated_due="2026-08-14")
    world.do("window_clerk", "accept_at_window", accepted, root)
    made, file = route.application(world, root), world.attach("window_clerk", "证书.pdf", b"%PDF-1.4\nlate")
    clerk = signed_in("window_clerk")
    clerk.get("/window?queue=tolerated")
    assert made.number in clerk.text

    hand_in_tolerated(world.runtime, made.id, "M1", [UUID(file)], by=world.actor("window_clerk"))

    clerk.get("/window?queue=tolerated")
    assert made.number not in clerk.text
    row = world.one(HistoryRow, kind="document_handed_in")
    assert row.changes["on_behalf"] is True
    with pytest.raises(Conflict):
        hand_in_tolerated(world.runtime, made.id, "M1", [UUID(file)], by=world.actor("window_clerk"))
    with pytest.raises(Forbidden):
        hand_in_tolerated(world.runtime, made.id, "M1", [UUID(file)], by=world.actor("reviewer1"))


def test_another_centre_does_not_exist(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id, by="window_clerk")
    _second_centre(world)
    other, made = signed_in("specialist"), route.application(world, root)
    for queue in ("check", "correcting", "tolerated", "done", "drafts"):
        other.get(f"/window?queue={queue}")
        assert made.number not in other.text
    assert other.get(_address(world, root)).status_code == 404
    assert signed_in("platform_clerk").get(_address(world, root)).status_code == 404


def test_the_platform_clerk_checks_online_applications_on_the_same_screen(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    clerk, address = signed_in("platform_clerk"), _address(world, root)
    clerk.get("/window")
    assert route.application(world, root).number in clerk.text
    clerk.get(address)
    clerk.post(f"{address}/claim")
    assert "certificate.pdf" in clerk.text
    assert "13800000001" not in clerk.page
    assert "138****0001" in clerk.text
    checked = {"lines-0-outcome": "合格", "lines-1-outcome": "合格", "accept_result": "受理"}
    clerk.post(f"{address}/complete", {**checked, "task_id": _open_task(clerk)})
    assert route.application(world, root).receipt_no == "SL-20260803-00001"
    assert "certificate.pdf" not in clerk.text


class TestFullValues:
    def test_the_window_opens_a_value_until_it_accepted_and_the_trail_tells(self, world: World) -> None:
        root = route.apply(world, route.open_item(world).id, by="window_clerk")
        made, clerk = route.application(world, root), world.actor("window_clerk")

        value = open_full_value(world.runtime, made.id, "account_no", by=clerk, reason="与存折核对。")

        assert value == "6222000011112222"
        row = world.one(HistoryRow, kind="personal_data_opened")
        assert (row.actor_id, row.reason, row.instance_id) == (clerk.id, "与存折核对。", made.instance_id)
        assert row.changes == {"application": made.number, "field": "收款账号"}
        route.accept(world, root)
        with pytest.raises(Forbidden):
            open_full_value(world.runtime, made.id, "account_no", by=clerk, reason="再看一次。")
        assert len(world.rows(HistoryRow, kind="personal_data_opened")) == 1

    def test_reviewers_of_the_department_may_and_payers_only_the_account_of_a_grant(self, world: World) -> None:
        root = route.apply(world, route.open_item(world).id)
        made = route.application(world, root)

        def opened(login: str, field: str) -> str:
            return open_full_value(world.runtime, made.id, field, by=world.actor(login), reason="核对。")

        with pytest.raises(NotFound):
            opened("reviewer1", "phone")
        route.accept(world, root)
        assert opened("reviewer1", "phone") == "13800000001"
        with pytest.raises(NotFound):
            opened("payer", "account_no")
        route.review(world, root)
        assert opened("payer", "account_no") == opened("finance_officer", "account_no") == "6222000011112222"
        for login, refusal in (("auditor", Forbidden), ("applicant", Forbidden), ("reviewer1_hrb", NotFound)):
            with pytest.raises(refusal):
                opened(login, "account_no")
        with pytest.raises(NotFound):
            opened("payer", "phone")

    def test_a_reason_is_needed_and_only_known_fields_are_opened(self, world: World) -> None:
        root = route.apply(world, route.open_item(world).id, by="window_clerk")
        made, clerk = route.application(world, root), world.actor("window_clerk")
        for field, reason in (("phone", " "), ("password", "看看。")):
            with pytest.raises(BadRequest):
                open_full_value(world.runtime, made.id, field, by=clerk, reason=reason)
        with pytest.raises(NotFound):
            open_full_value(world.runtime, made.id, "id_no", by=clerk, reason="核对。")

    def test_the_page_shows_a_value_once(self, world: World, signed_in: SignedIn) -> None:
        root = route.apply(world, route.open_item(world).id, by="window_clerk")
        made, clerk = route.application(world, root), signed_in("window_clerk")
        clerk.get(_address(world, root))
        assert "138****0001" in clerk.text

        answer = clerk.post(f"/applications/{made.id}/personal-data", {"field": "phone", "reason": "电话联系补正。"})

        assert "13800000001" in clerk.text
        assert answer.headers["Cache-Control"] == "no-store"
        clerk.get(_address(world, root))
        assert "13800000001" not in clerk.page
        part = clerk.part(f"/applications/{made.id}/personal-data", {"field": "phone", "reason": "再次联系。"})
        assert "13800000001" in part
        assert "<html" not in part
