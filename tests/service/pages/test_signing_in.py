"""Signing in and out, and what people see who may not."""

from __future__ import annotations

from collections.abc import Callable

from service.seed.people import DEMO_PASSWORD
from tests.service.pages.conftest import Visitor
from tests.world import World

Opened = Callable[[], Visitor]
SignedIn = Callable[[str], Visitor]


def test_the_right_password_leads_to_the_work_list(signed_in: SignedIn) -> None:
    maker = signed_in("maker")

    assert maker.address == "/work"
    assert "马志制" in maker.page


def test_a_wrong_password_keeps_the_name_and_says_why(visitor: Opened) -> None:
    someone = visitor()
    someone.get("/sign-in")

    answer = someone.post("/sign-in", {"login": "maker", "password": "wrong"})

    assert answer.status_code == 401
    assert "账号或密码不正确。" in someone.text
    assert 'value="maker"' in someone.page


def test_a_name_that_does_not_exist_is_answered_like_a_wrong_password(visitor: Opened) -> None:
    someone = visitor()
    someone.get("/sign-in")
    someone.post("/sign-in", {"login": "nobody", "password": "wrong"})
    unknown = someone.text
    someone.post("/sign-in", {"login": "maker", "password": "wrong"})

    assert someone.text == unknown


def test_whoever_is_not_signed_in_comes_back_to_the_page_asked_for(visitor: Opened) -> None:
    someone = visitor()
    someone.get("/policies?q=奖励")
    assert someone.address == "/sign-in"

    someone.post("/sign-in", {"login": "maker", "password": DEMO_PASSWORD, "next": "/policies?q=x"})

    assert someone.address == "/policies"


def test_signing_in_never_leads_to_another_site(visitor: Opened) -> None:
    for elsewhere in ("https://example.com/", "//example.com/", "/\\example.com", "/a\r\nb"):
        someone = visitor()
        someone.get("/sign-in")
        someone.post("/sign-in", {"login": "maker", "password": DEMO_PASSWORD, "next": elsewhere})

        assert someone.address == "/work", elsewhere


def test_after_signing_out_the_old_cookie_opens_nothing(world: World, signed_in: SignedIn) -> None:
    maker = signed_in("maker")
    cookie = maker.client.get_cookie("zhida_login")
    assert cookie is not None
    maker.post("/sign-out")
    assert "您已退出" in maker.text

    stolen = Visitor(world.app.test_client())
    stolen.client.set_cookie("zhida_login", cookie.value)
    stolen.get("/work")

    assert stolen.address == "/sign-in"


def test_a_form_from_elsewhere_is_refused(world: World, signed_in: SignedIn) -> None:
    maker = signed_in("maker")

    answer = maker.client.post("/start/policy_lifecycle")

    assert answer.status_code == 403
    assert world.open_tasks() == []


def test_the_demo_accounts_are_offered_only_in_demo_mode(visitor: Opened) -> None:
    someone = visitor()

    someone.get("/sign-in?account=window_clerk")

    assert "演示环境" in someone.page
    assert 'value="window_clerk"' in someone.page
    assert f'value="{DEMO_PASSWORD}"' in someone.page


def test_the_departments_of_the_other_sample_policies_have_accounts_to_choose_from(visitor: Opened) -> None:
    someone = visitor()

    someone.get("/sign-in?account=reviewer1_tax")

    assert "税务局 " in someone.text
    assert 'value="reviewer1_tax"' in someone.page
    assert f'value="{DEMO_PASSWORD}"' in someone.page


def test_an_address_that_does_not_exist_is_answered_in_words(signed_in: SignedIn) -> None:
    maker = signed_in("maker")

    assert maker.get("/nothing/here").status_code == 404
    assert "没有这个地址" in maker.text


def test_a_page_for_others_is_refused_in_words(signed_in: SignedIn) -> None:
    maker = signed_in("maker")

    assert maker.get("/people").status_code == 403
    assert "您的岗位没有这项权限" in maker.text
