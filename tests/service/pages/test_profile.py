"""The own data of an applicant: masked, opened by click and noted, changed with what was there before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from storage.models.applicant_events import ApplicantEvent
from storage.models.applications import Applicant
from tests.journeys import applying_route as route
from tests.service.pages.conftest import Visitor
from tests.service.pages.test_registering import ID_NUMBER, NUMBER, filled_in, registering, resident
from tests.world import World

SignedIn = Callable[[str], Visitor]
Visitors = Callable[[], Visitor]

PHONE, ACCOUNT = "13900000003", "6222000099998888"


def change(**changes: Any) -> dict[str, Any]:
    return {
        "contact": "辛小新",
        "legal_rep": "辛大新",
        "phone": "",
        "account_bank": "示例银行净月支行",
        "account_no": ACCOUNT,
        **changes,
    }


def test_own_values_stand_masked_and_one_is_opened_by_click_and_noted(world: World, visitor: Visitors) -> None:
    someone = registering(visitor, resident())
    someone.get("/my/profile")
    assert ID_NUMBER not in someone.page and PHONE not in someone.page
    assert "139****0003" in someone.text

    opened = someone.part("/my/profile/value", {"field": "id_no"})

    assert ID_NUMBER in opened
    event = world.one(ApplicantEvent, kind="opened")
    assert (event.actor_name, ID_NUMBER in str(event.changes)) == ("居民甲", False)
    someone.get("/my/profile")
    assert "查看完整号码" in someone.text and ID_NUMBER not in someone.page


def test_a_change_is_kept_with_what_was_there_before_and_prefills_the_next_application(
    world: World, visitor: Visitors
) -> None:
    someone = registering(visitor, filled_in())
    someone.get("/my/profile")

    someone.post("/my/profile", change(phone="13700000007", contact="辛新新"))

    assert someone.address == "/my/profile"
    applicant = world.one(Applicant, uscc=NUMBER)
    kept = (applicant.contact, applicant.phone, applicant.account_no, applicant.account_name)
    assert kept == ("辛新新", "13700000007", ACCOUNT, "示例新材料有限公司")
    event = world.one(ApplicantEvent, kind="changed")
    assert event.changes["contact"] == ["辛小新", "辛新新"]
    assert event.changes["phone"] == ["139****0003", "137****0007"]
    assert event.changes["account_no"] == ["", "************8888"]
    assert "辛小新 → 辛新新" in someone.text
    root = world.start("application", by="xinxin", variables={"item_id": str(route.open_item(world).id)})
    someone.get(f"/tasks/{world.task('submit_application', root).id}")
    assert f'value="{ACCOUNT}"' in someone.page and 'value="辛新新"' in someone.page


def test_an_empty_phone_or_account_stays_as_it_is_and_nothing_changed_is_no_event(
    world: World, visitor: Visitors
) -> None:
    someone = registering(visitor, filled_in())
    someone.get("/my/profile")
    someone.post("/my/profile", change())
    someone.post("/my/profile", change(account_no=""))

    assert "没有改动。" in someone.text
    applicant = world.one(Applicant, uscc=NUMBER)
    assert (applicant.phone, applicant.account_no) == (PHONE, ACCOUNT)
    assert len(world.rows(ApplicantEvent, kind="changed")) == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("contact", "", "请填写联系人"),
        ("phone", "12", "电话号码的格式不对"),
        ("account_no", "12-34", "账号应为"),
        ("account_bank", "", "开户银行和账号要一起填写"),
        ("legal_rep", "名" * 61, "最多 60 个字"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(
    world: World, visitor: Visitors, field: str, value: str, words: str
) -> None:
    someone = registering(visitor, filled_in())
    someone.get("/my/profile")

    answer = someone.post("/my/profile", change(**{field: value}))

    assert answer.status_code == 422
    assert words in someone.text and f'id="{field}-message"' in someone.page
    assert field == "legal_rep" or 'value="辛大新"' in someone.page
    assert world.rows(ApplicantEvent, kind="changed") == []


def test_an_enterprise_that_never_applied_gets_its_record_with_the_first_change(
    world: World, signed_in: SignedIn
) -> None:
    applicant = signed_in("applicant")
    applicant.get("/my/profile")
    assert "示例光电科技有限公司" in applicant.text
    assert applicant.post("/my/profile/value", {"field": "phone"}).status_code == 404
    applicant.get("/my/profile")

    applicant.post("/my/profile", change(phone=PHONE))

    assert world.one(Applicant, name="示例光电科技有限公司").phone == PHONE


@pytest.mark.parametrize("field", ["uscc", "kind", "", "updated_at", "phone; drop"])
def test_only_masked_values_are_opened(world: World, visitor: Visitors, field: str) -> None:
    someone = registering(visitor, filled_in())
    someone.get("/my/profile")

    assert someone.post("/my/profile/value", {"field": field}).status_code == 400


def test_the_room_shows_the_last_messages_and_how_many_are_unread(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    route.accept(world, root)

    applicant = signed_in("applicant")
    applicant.get("/my")

    assert "条未读，全部消息" in applicant.text
    assert f"申报（{route.application(world, root).number}）：已提交" in applicant.text
