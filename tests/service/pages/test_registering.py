"""Registering: an enterprise or a resident, once for each number, and what happens to everything that does not fit."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest

from forms.identifiers import make_credit_code, make_id_number
from service.orchestration import access
from service.orchestration.registering import Registration, RegistrationRefused, register
from storage.models.applicant_events import ApplicantEvent
from storage.models.applications import Applicant
from storage.models.notices import ContactPreference
from storage.models.people import Membership, Organisation, User
from tests import applying
from tests.journeys import applying_route as route
from tests.service.pages.conftest import Visitor
from tests.world import DISTRICT, World

Visitors = Callable[[], Visitor]

NUMBER = make_credit_code("91220101MA0NEWC01")
ID_NUMBER = make_id_number("220102", born=date(1990, 3, 7), sequence=12)


def filled_in(**changes: Any) -> dict[str, Any]:
    """The form of an enterprise."""
    return {
        "kind": "企业",
        "name": "示例新材料有限公司",
        "number": NUMBER,
        "contact": "辛小新",
        "phone": "13900000003",
        "email": "xin@example.com",
        "login": "xinxin",
        "password": "Zhida-2026",
        "password_again": "Zhida-2026",
        "consent": "1",
        **changes,
    }


def resident(**changes: Any) -> dict[str, Any]:
    """The form of a resident."""
    own = {"as": "resident", "name": "居民甲", "number": ID_NUMBER, "login": "resident_a", "email": ""}
    return {**filled_in(), **own, **changes}


def registering(visitor: Visitors, values: dict[str, Any]) -> Visitor:
    someone = visitor()
    someone.get("/register")
    someone.post("/register", values)
    return someone


def test_an_enterprise_registers_and_stands_signed_in_in_its_own_room(world: World, visitor: Visitors) -> None:
    someone = registering(visitor, filled_in())

    assert someone.address == "/my"
    assert "还没有申报" in someone.text
    user = world.one(User, login="xinxin")
    assert (user.name, user.organisation, user.demo) == ("辛小新", NUMBER, False)
    post = world.one(Membership, user_id=user.id)
    assert (post.role, post.organisation, post.valid_from) == ("applicant", NUMBER, date(2026, 8, 3))
    assert world.one(Organisation, code=NUMBER).name == "示例新材料有限公司"
    told = world.one(ContactPreference, user_id=user.id)
    assert (told.email, told.phone, told.digest) == ("xin@example.com", "13900000003", "at_once")


def test_registering_is_noted_with_the_consent_and_without_personal_values(world: World, visitor: Visitors) -> None:
    registering(visitor, resident())

    applicant = world.one(Applicant, id_no=ID_NUMBER)
    event = world.one(ApplicantEvent, applicant_id=applicant.id)
    assert (event.kind, event.actor_name) == ("registered", "居民甲")
    assert event.changes["privacy"] == [None, "2026-11"]
    assert event.changes["phone"] == [None, "139****0003"]
    assert ID_NUMBER not in str(event.changes) and "13900000003" not in str(event.changes)


def test_a_resident_is_known_by_a_code_that_says_nothing(world: World, visitor: Visitors) -> None:
    registering(visitor, resident())

    applicant = world.one(Applicant, id_no=ID_NUMBER)
    organisation = world.one(Organisation, code=applicant.organisation)
    assert ID_NUMBER not in organisation.code
    assert (organisation.name, organisation.kind) == ("居**", "resident")
    assert world.one(User, login="resident_a").organisation == organisation.code


def test_who_registered_applies_with_what_was_registered(world: World, visitor: Visitors) -> None:
    registering(visitor, resident())
    item = route.open_item(world)
    root = world.start("application", by="resident_a", variables={"item_id": str(item.id)})
    task = world.task("submit_application", root)
    someone = visitor()
    someone.get("/sign-in")
    someone.post("/sign-in", {"login": "resident_a", "password": "Zhida-2026"})
    someone.get(f"/tasks/{task.id}")
    assert 'value="居民甲"' in someone.page

    file = world.attach("resident_a", "cert.pdf", b"%PDF-1.7 certificate")
    own = {"kind": "居民", "resident_name": "居民甲", "id_no": ID_NUMBER, "account_name": "居民甲"}
    world.do("resident_a", "submit_application", applying.form(file, **own), root)

    application = route.application(world, root)
    assert application.status == "已提交"
    someone.get("/my")
    assert application.number in someone.text
    reason = {"reason": "材料有误，重新准备。"}
    someone.get(f"/my/applications/{application.id}")
    someone.post(f"/my/applications/{application.id}/withdrawal", reason)
    world.drain()
    assert route.application(world, root).status == "撤回"


def test_a_number_is_registered_once_and_nobody_learns_whose_it_is(world: World, visitor: Visitors) -> None:
    registering(visitor, filled_in())

    second = registering(visitor, filled_in(login="other_login", contact="别人"))
    same_login = registering(visitor, filled_in(number=make_credit_code("91220101MA0NEWC02")))

    assert "没有注册" in second.text
    assert "辛小新" not in second.text
    words = [text for text in (second.text, same_login.text) if "账号或证件号码已被使用，没有注册。" in text]
    assert len(words) == 2
    assert len(world.rows(Applicant, uscc=NUMBER)) == 1
    assert world.rows(User, login="other_login") == []


def test_a_demo_enterprise_and_a_login_of_the_staff_are_taken(world: World, visitor: Visitors) -> None:
    taken = applying.form("")["uscc"]

    answers = [registering(visitor, filled_in(number=taken)), registering(visitor, filled_in(login="maker"))]

    assert [each.answer.status_code for each in answers if each.answer is not None] == [409, 409]
    assert "马志制" not in answers[1].page


def test_a_record_from_the_window_is_taken_over_by_who_knows_its_name_and_phone(
    world: World, visitor: Visitors
) -> None:
    root = world.start("application", by="window_clerk", variables={"item_id": str(route.open_item(world).id)})
    file = world.attach("window_clerk", "cert.pdf", b"%PDF-1.7 certificate")
    at_window = applying.window_form(file, uscc=NUMBER, applicant_name="示例新材料有限公司", phone="13900000003")
    world.do("window_clerk", "submit_application", {**at_window, "account_name": "示例新材料有限公司"}, root)

    stranger = registering(visitor, filled_in(phone="13900000009"))
    owner = registering(visitor, filled_in())

    assert "没有注册" in stranger.text
    assert owner.address == "/my"
    assert route.application(world, root).number in owner.text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "请填写名称"),
        ("name", "名\x00称", "请填写名称"),
        ("number", NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"), "校验位"),
        ("number", ID_NUMBER, "统一社会信用代码应为"),
        ("kind", "居民", "请选择主体类别"),
        ("contact", "甲" * 61, "请填写联系人"),
        ("phone", "12", "电话号码的格式不对"),
        ("email", "not an address", "邮箱地址的格式不对"),
        ("login", "有 空格", "不可用"),
        ("password", "short", "密码太弱"),
        ("password_again", "Zhida-2027", "两次填写的密码不一致"),
        ("consent", "", "请阅读并同意"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field_and_the_rest_stays(
    world: World, visitor: Visitors, field: str, value: str, words: str
) -> None:
    someone = registering(visitor, filled_in(**{field: value}))

    assert someone.answer is not None and someone.answer.status_code == 422
    assert words in someone.text
    assert f'id="{field}-message"' in someone.page
    assert field == "contact" or 'value="辛小新"' in someone.page
    assert "Zhida-2026" not in someone.page
    assert world.rows(User, login="xinxin") == []


def test_ten_tries_from_one_address_close_registering_there_for_a_minute_and_nothing_else(
    world: World, visitor: Visitors
) -> None:
    registering(visitor, filled_in())
    for _ in range(9):
        registering(visitor, filled_in())

    closed = registering(visitor, filled_in(login="somebody", number=make_credit_code("91220101MA0NEWC09")))

    assert "次数太多" in closed.text
    assert access.sign_in(world.runtime, DISTRICT, "xinxin", "Zhida-2026", address="127.0.0.1")
    world.advance(minutes=2)
    assert registering(visitor, filled_in(login="somebody", number=make_credit_code("91220101MA0NEWC09"))).address == (
        "/my"
    )


def test_nothing_is_registered_from_a_page_that_is_not_ours(world: World, visitor: Visitors) -> None:
    client = visitor().client

    assert client.post("/register", data=filled_in()).status_code == 403
    assert world.rows(User, login="xinxin") == []


def test_registering_leads_where_the_person_wanted_to_go_but_never_elsewhere(world: World, visitor: Visitors) -> None:
    assert registering(visitor, filled_in(next="/guides")).address == "/guides"
    other = filled_in(next="//evil.example", login="second", number=make_credit_code("91220101MA0NEWC02"))
    assert registering(visitor, other).address == "/my"


def test_applicants_begin_in_their_room_and_staff_at_their_work(world: World, visitor: Visitors) -> None:
    assert visitor().sign_in("applicant").address == "/my"
    assert visitor().sign_in("maker").address == "/work"


def test_the_page_of_signing_in_leads_to_registering(visitor: Visitors) -> None:
    someone = visitor()
    someone.get("/sign-in?next=/guides")

    assert 'href="/register?next=/guides"' in someone.page


def test_the_same_number_sent_twice_at_once_is_registered_once(world: World) -> None:
    begun = Barrier(2)

    def send(login: str) -> str:
        with world.app.app_context():
            begun.wait()
            asked = Registration(**{**filled_in(), "login": login, "consent": True})
            try:
                return register(world.runtime, DISTRICT, asked, address=None) and "in"
            except RegistrationRefused as refused:
                return refused.code

    with ThreadPoolExecutor(2) as both:
        outcomes = sorted(both.map(send, ("first", "second")))

    assert outcomes == ["REGISTRATION_REFUSED", "in"]
    assert len(world.rows(Membership, organisation=NUMBER)) == 1
