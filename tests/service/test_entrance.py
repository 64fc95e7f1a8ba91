"""Who may come in: signed-in browsers, bearer tokens, pages of our own; and what every answer promises."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, request
from werkzeug.test import Client

from processes.clock import FixedClock
from processes.errors import Conflict
from service.app import create_app
from service.entrance import allows, current_actor, public
from service.entrance.rights import RouteUndeclared, declared, require_declared
from service.identity.accounts import SignInRefused
from service.orchestration import access
from service.wsgi import behind_proxies
from tests.world import BEGIN, DISTRICT, World, settings_for


@pytest.fixture
def house(world: World) -> World:
    """The world with a few addresses of its own, as pages and programs have them."""
    app = world.app

    @app.get("/open")
    @public
    def open_to_all() -> str:
        return "ok"

    @app.get("/api/v1/whoami")
    @allows("read_own")
    def whoami() -> str:
        return current_actor().name

    @app.post("/api/v1/change")
    @allows("suspend")
    def change() -> str:
        return "changed"

    @app.get("/api/v1/broken")
    @allows("read_own")
    def broken() -> str:
        raise RuntimeError("secret of the house")

    @app.get("/api/v1/conflict")
    @allows("read_own")
    def conflict() -> str:
        raise Conflict("已被他人办理。", task_id="1", lost=object())

    @app.get("/api/v1/silent")
    def silent() -> str:
        return "nobody said who may see this"

    return world


def bearer(world: World, login: str) -> dict[str, str]:
    token = access.issue_token(world.runtime, DISTRICT, login, name="test")
    return {"Authorization": f"Bearer {token}"}


def signed_in_as(world: World, login: str) -> str:
    return access.sign_in(world.runtime, DISTRICT, login, "zhida-demo", address=None)


def test_a_route_that_says_nothing_stops_the_start(house: World) -> None:
    with pytest.raises(RouteUndeclared, match="GET /api/v1/silent"):
        require_declared(house.app)


def test_a_route_that_says_nothing_is_refused_even_to_an_administrator(house: World) -> None:
    answer = house.app.test_client().get("/api/v1/silent", headers=bearer(house, "admin"))

    assert answer.status_code == 403


def test_every_route_of_the_service_says_who_may_use_it(tmp_path: Path) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path), FixedClock(BEGIN))

    assert [route for route, need in declared(app).items() if need is None] == []


def test_no_route_can_ask_for_an_action_that_no_role_has() -> None:
    with pytest.raises(ValueError, match="fly"):
        allows("fly")


def test_anybody_may_ask_for_what_is_public(house: World) -> None:
    assert house.app.test_client().get("/open").status_code == 200


def test_nobody_signed_in_is_told_to_sign_in(house: World) -> None:
    answer = house.app.test_client().get("/api/v1/whoami")

    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["code"] == "SIGN_IN_NEEDED"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_stands_for_its_user(house: World) -> None:
    answer = house.app.test_client().get("/api/v1/whoami", headers=bearer(house, "maker"))

    assert answer.get_data(as_text=True) == "马志制"


@pytest.mark.parametrize("token", ["zhida_unknown", "", "x" * 5000])
def test_an_unknown_token_stands_for_nobody(house: World, token: str) -> None:
    answer = house.app.test_client().get("/api/v1/whoami", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401


def test_a_token_ends(house: World) -> None:
    headers = bearer(house, "maker")

    house.clock.advance(days=91)

    assert house.app.test_client().get("/api/v1/whoami", headers=headers).status_code == 401


def test_a_token_with_a_role_that_may_not_is_refused(house: World) -> None:
    answer = house.app.test_client().post("/api/v1/change", headers=bearer(house, "applicant"))

    assert answer.status_code == 403
    assert answer.get_json()["code"] == "FORBIDDEN"


def test_a_token_needs_no_page(house: World) -> None:
    answer = house.app.test_client().post("/api/v1/change", headers=bearer(house, "admin"))

    assert answer.status_code == 200


def test_a_login_cookie_changes_nothing_without_the_token_of_a_page(house: World) -> None:
    client = house.app.test_client()
    client.set_cookie("zhida_login", signed_in_as(house, "admin"))

    answer = client.post("/api/v1/change")

    assert answer.status_code == 403
    assert answer.get_json()["code"] == "CSRF_REFUSED"


def page_token(client: object, app: Flask) -> str:
    """The token that a page of this browser carries."""
    with app.test_request_context():
        from flask import session
        from flask_wtf.csrf import generate_csrf

        token, kept = generate_csrf(), session["csrf_token"]
    with client.session_transaction() as browser:  # type: ignore[attr-defined]
        browser["csrf_token"] = kept
    return token


def test_a_page_of_ours_may_change_what_its_person_may(house: World) -> None:
    client = house.app.test_client()
    client.set_cookie("zhida_login", signed_in_as(house, "admin"))

    answer = client.post("/api/v1/change", headers={"X-CSRFToken": page_token(client, house.app)})

    assert answer.status_code == 200


def test_another_site_may_not_change_anything_even_with_a_token(house: World) -> None:
    client = house.app.test_client()
    client.set_cookie("zhida_login", signed_in_as(house, "admin"))
    headers = {"X-CSRFToken": page_token(client, house.app), "Origin": "https://example.org"}

    answer = client.post("/api/v1/change", headers=headers)

    assert answer.get_json()["code"] == "CSRF_REFUSED"


@pytest.mark.parametrize("pause", [{"minutes": 31}, {"hours": 13}])
def test_a_login_ends_by_itself(house: World, pause: dict[str, float]) -> None:
    client = house.app.test_client()
    client.set_cookie("zhida_login", signed_in_as(house, "maker"))
    assert client.get("/api/v1/whoami").status_code == 200

    house.clock.advance(**pause)

    assert client.get("/api/v1/whoami").status_code == 401


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(house: World) -> None:
    cookie = signed_in_as(house, "maker")
    client = house.app.test_client()
    client.set_cookie("zhida_login", cookie)

    access.sign_out(house.runtime, DISTRICT, cookie)

    assert client.get("/api/v1/whoami").status_code == 401


def test_a_fault_tells_nothing_but_its_number(house: World) -> None:
    answer = house.app.test_client().get("/api/v1/broken", headers=bearer(house, "maker"))

    assert answer.status_code == 500
    body = answer.get_json()
    assert body["code"] == "INTERNAL"
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert "secret" not in answer.get_data(as_text=True)


def test_a_conflict_carries_its_plain_facts_only(house: World) -> None:
    answer = house.app.test_client().get("/api/v1/conflict", headers=bearer(house, "maker"))

    assert answer.status_code == 409
    assert answer.get_json() == {
        "type": "urn:zhida:problem:CONFLICT",
        "title": "Conflict",
        "status": 409,
        "code": "CONFLICT",
        "detail": "已被他人办理。",
        "request_id": answer.headers["X-Request-ID"],
        "task_id": "1",
    }


def test_an_address_that_does_not_exist_is_answered_as_a_problem(house: World) -> None:
    answer = house.app.test_client().get("/api/v1/nowhere", headers=bearer(house, "maker"))

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_a_method_that_does_not_exist_says_which_do(house: World) -> None:
    answer = house.app.test_client().post("/api/v1/whoami", headers=bearer(house, "maker"))

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_every_answer_keeps_other_hosts_out(house: World) -> None:
    answer = house.app.test_client().get("/open")

    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "http" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_what_a_signed_in_person_sees_is_not_kept_by_the_browser(house: World) -> None:
    answer = house.app.test_client().get("/api/v1/whoami", headers=bearer(house, "maker"))

    assert answer.headers["Cache-Control"] == "no-store"


def test_a_request_keeps_the_number_it_brings(house: World) -> None:
    answer = house.app.test_client().get("/open", headers={"X-Request-ID": "front-7f3a9c01"})

    assert answer.headers["X-Request-ID"] == "front-7f3a9c01"


def test_a_request_number_that_could_break_the_log_is_replaced(house: World) -> None:
    answer = house.app.test_client().get("/open", headers={"X-Request-ID": "a b<script>"})

    assert answer.headers["X-Request-ID"] != "a b<script>"


def test_five_wrong_passwords_lock_the_account_also_for_the_right_one(world: World) -> None:
    for _ in range(5):
        with pytest.raises(SignInRefused, match="账号或密码不正确"):
            access.sign_in(world.runtime, DISTRICT, "maker", "wrong", address=None)

    with pytest.raises(SignInRefused, match="锁定 30 分钟"):
        access.sign_in(world.runtime, DISTRICT, "maker", "zhida-demo", address=None)

    world.clock.advance(minutes=31)
    assert signed_in_as(world, "maker")


def test_ten_failures_from_one_address_close_it_for_a_minute(world: World) -> None:
    for number in range(10):
        with pytest.raises(SignInRefused, match="账号或密码不正确"):
            access.sign_in(world.runtime, DISTRICT, f"guess{number}", "wrong", address="198.51.100.7")

    with pytest.raises(SignInRefused, match="一分钟后"):
        access.sign_in(world.runtime, DISTRICT, "maker", "zhida-demo", address="198.51.100.7")
    assert access.sign_in(world.runtime, DISTRICT, "maker", "zhida-demo", address="198.51.100.8")

    world.clock.advance(seconds=61)
    assert access.sign_in(world.runtime, DISTRICT, "maker", "zhida-demo", address="198.51.100.7")


@pytest.mark.parametrize(("proxies", "seen"), [(0, "192.0.2.1 localhost"), (1, "203.0.113.9 zhida.example")])
def test_a_proxy_is_believed_only_when_it_is_named(house: World, proxies: int, seen: str) -> None:
    @house.app.get("/address")
    @public
    def address() -> str:
        return f"{request.remote_addr} {request.host}"

    client = Client(behind_proxies(house.app, proxies))
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "zhida.example"}

    answer = client.get("/address", headers=headers, environ_base={"REMOTE_ADDR": "192.0.2.1"})

    assert answer.get_data(as_text=True) == seen
