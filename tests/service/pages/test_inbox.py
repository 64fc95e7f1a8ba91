"""The inbox: what is unread, opening a notice, and where one is told outside the house."""

from __future__ import annotations

from collections.abc import Callable

from lxml import html

from processes.actors import system_actor
from service.orchestration import access
from service.orchestration.notices import tell
from service.orchestration.runtime import transaction
from storage.models.notices import ContactPreference, Notice
from tests.service.pages.conftest import Visitor
from tests.world import DISTRICT, World

SignedIn = Callable[[str], Visitor]


def told(world: World, login: str, title: str, *, kind: str = "offered", link: str | None = "/calendar") -> Notice:
    people = [world.actor(login).id]
    transaction(
        world.runtime,
        system_actor(DISTRICT),
        lambda unit: tell(unit, people, kind=kind, title=title, key=title, link=link),
    )
    found: Notice = world.one(Notice, title=title, user_id=people[0])
    return found


def unread_in_header(page: str) -> str:
    (link,) = html.fromstring(page).xpath("//header//a[@href='/inbox']")
    return " ".join(link.text_content().split())


def test_the_header_counts_what_is_unread(world: World, signed_in: SignedIn) -> None:
    told(world, "maker", "第一件")
    told(world, "maker", "第二件")

    assert unread_in_header(signed_in("maker").get("/calendar").text) == "消息 2 条未读"
    assert unread_in_header(signed_in("maker_head").get("/calendar").text) == "消息"


def test_opening_a_notice_marks_it_and_leads_on(world: World, signed_in: SignedIn) -> None:
    notice = told(world, "maker", "第一件")
    maker = signed_in("maker")
    maker.get("/inbox")
    assert "第一件" in maker.text

    maker.post(f"/inbox/{notice.id}/open")

    assert maker.address == "/calendar"
    maker.get("/inbox")
    assert "没有未读消息" in maker.text
    maker.get("/inbox?show=all")
    assert "第一件" in maker.text


def test_a_link_to_elsewhere_leads_back_to_the_inbox(world: World, signed_in: SignedIn) -> None:
    notice = told(world, "maker", "第一件", link="//evil.example")
    maker = signed_in("maker")

    maker.post(f"/inbox/{notice.id}/open")

    assert maker.address == "/inbox"


def test_nobody_opens_the_notice_of_another(world: World, signed_in: SignedIn) -> None:
    notice = told(world, "maker", "第一件")
    other = signed_in("maker_head")

    answer = other.post(f"/inbox/{notice.id}/open")

    assert answer.status_code == 404
    assert world.one(Notice, id=notice.id).read_at is None


def test_notices_are_listed_by_kind_and_marked_together(world: World, signed_in: SignedIn) -> None:
    told(world, "maker", "一项任务")
    told(world, "maker", "一项逾期", kind="overdue")
    maker = signed_in("maker")

    maker.get("/inbox?kind=overdue")
    assert "一项逾期" in maker.text
    assert "一项任务" not in maker.text
    maker.post("/inbox/read", {"kind": "overdue"})

    assert "已把 1 条通知标为已读" in maker.text
    assert "一项任务" in maker.text


def test_a_long_inbox_has_pages(world: World, signed_in: SignedIn) -> None:
    for number in range(21):
        told(world, "maker", f"第{number}件")
    maker = signed_in("maker")

    maker.get("/inbox")
    assert "共 21 条，第 1 / 2 页" in maker.text
    maker.get("/inbox?page=2")
    assert "第0件" in maker.text


def test_an_address_is_shown_masked_and_may_be_taken_away(world: World, signed_in: SignedIn) -> None:
    maker = signed_in("maker")
    maker.get("/inbox/settings")

    maker.post("/inbox/settings", {"digest": "daily", "email": "someone@office.example", "phone": "13800000001"})

    assert "通知设置已保存" in maker.text
    assert "s***@office.example" in maker.text
    assert "138****0001" in maker.text
    assert "someone@office.example" not in maker.page
    maker.post("/inbox/settings", {"digest": "never", "remove_email": "1"})
    row = world.one(ContactPreference, user_id=world.actor("maker").id)
    assert (row.email, row.phone, row.digest) == ("", "13800000001", "never")


def test_a_wechat_name_is_kept_like_the_other_addresses(world: World, signed_in: SignedIn) -> None:
    maker = signed_in("maker")
    maker.get("/inbox/settings")

    refused = maker.post("/inbox/settings", {"digest": "daily", "wechat": "x y"})
    assert (refused.status_code, "微信号应为" in maker.page) == (400, True)
    maker.get("/inbox/settings")
    maker.post("/inbox/settings", {"digest": "daily", "wechat": "maker_ma-01"})

    assert "mak****a-01" in maker.text
    assert world.one(ContactPreference, user_id=world.actor("maker").id).wechat == "maker_ma-01"


def test_a_page_that_stays_open_learns_how_many_notices_wait(world: World, signed_in: SignedIn) -> None:
    maker = signed_in("maker")
    assert "条未读" not in maker.get("/inbox/unread").text

    told(world, "maker", "第一件")

    assert "1 条未读" in " ".join(html.fromstring(maker.get("/inbox/unread").text).text_content().split())


def test_a_wrong_address_is_refused(signed_in: SignedIn) -> None:
    maker = signed_in("maker")
    maker.get("/inbox/settings")

    answer = maker.post("/inbox/settings", {"digest": "daily", "email": "x@y.z\r\nBcc: a@b.c"})

    assert answer.status_code == 400
    assert "邮箱地址的格式不对" in maker.page


def test_a_program_reads_and_marks_the_own_notices(world: World) -> None:
    notice = told(world, "maker", "第一件")
    client = world.app.test_client()

    def headers(login: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {access.issue_token(world.runtime, DISTRICT, login, name='test')}"}

    maker = headers("maker")
    listed = client.get("/api/v1/notices?unread=true", headers=maker).get_json()
    assert (listed["total"], listed["unread"], listed["items"][0]["title"]) == (1, 1, "第一件")

    foreign = client.post(f"/api/v1/notices/{notice.id}/read", headers=headers("maker_head"))
    assert foreign.status_code == 404
    own = client.post(f"/api/v1/notices/{notice.id}/read", headers=maker)
    assert own.get_json()["read_at"] is not None
    assert client.get("/api/v1/notices?unread=true", headers=maker).get_json()["total"] == 0
