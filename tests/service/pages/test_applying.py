"""Applying, accepting and reviewing in a browser: rows that cannot be added, facts beside the form, masked persons."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from service.seed.people import ENTERPRISE
from storage.models.instances import Task
from tests import applying
from tests.journeys import applying_route as route
from tests.service.pages.conftest import Visitor
from tests.world import World

SignedIn = Callable[[str], Visitor]


def _posted(**changes: Any) -> dict[str, Any]:
    """F20 as a browser posts it."""
    known = {name: value for name, value in applying.form("").items() if isinstance(value, str)}
    return {
        **known,
        "conditions-0-met": "符合",
        "conditions-1-met": "符合",
        "conditions-1-value": "260 万元",
        "materials-0-handed_in": "电子件",
        "upload-materials-0-files": (io.BytesIO(b"%PDF-1.4\ncertificate"), "证书.pdf"),
        "materials-1-handed_in": "数据共享",
        "auth_data_query": "true",
        "commitment": "true",
        **changes,
    }


@pytest.fixture
def root(world: World) -> UUID:
    """An application its applicant has begun."""
    return route.begin(world, route.open_item(world).id)


def _address(world: World, root: UUID, element: str) -> str:
    return f"/tasks/{world.task(element, root).id}"


def test_an_enterprise_applies_with_what_is_known_of_it_already_in_the_form(
    world: World, signed_in: SignedIn, root: UUID
) -> None:
    applicant, address = signed_in("applicant"), _address(world, root, "submit_application")
    applicant.get(address)
    assert ENTERPRISE in applicant.page
    assert "每个申报主体年度最高" in applicant.text
    assert "代申报主体录入" not in applicant.text

    applicant.post(f"{address}/complete", _posted())

    assert "“填写并提交申报”已办结" in applicant.text
    assert [len(each["files"]) for each in route.application(world, root).materials] == [1, 0]


def test_a_refusal_of_the_house_is_told_on_the_page_and_nothing_is_lost(
    world: World, signed_in: SignedIn, root: UUID
) -> None:
    applicant, address = signed_in("applicant"), _address(world, root, "submit_application")
    applicant.get(address)

    answer = applicant.post(f"{address}/complete", _posted(account_name="申大明"))

    assert answer.status_code < 500
    assert "户名与申报主体" in applicant.text
    assert "申大明" in applicant.page
    assert route.application(world, root).status == "草稿"


def test_the_front_desk_sees_every_document_with_its_standard_and_accepts(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    clerk, address = signed_in("platform_clerk"), _address(world, root, "accept_online")
    clerk.get(address)
    assert "13800000001" not in clerk.page
    assert "6222000011112222" not in clerk.page
    clerk.post(f"{address}/claim")
    assert "证书在有效期内，名称与营业执照一致。" in clerk.page
    assert "市场监管登记库" in clerk.text

    accepted = {"lines-0-outcome": "合格", "lines-1-outcome": "合格", "accept_result": "受理"}
    clerk.post(f"{address}/complete", accepted)

    assert route.open_elements(world, root) == ["review_first"]
    assert route.application(world, root).receipt_no == "SL-20260803-00001"


def test_the_reviewer_sees_the_conditions_and_the_message_of_exclusive_items(world: World, signed_in: SignedIn) -> None:
    lower = route.open_item(world, name="科技小巨人奖励")
    route.approve(world, lower.id, amount="40000")
    root = route.apply(world, route.open_item(world, exclusive_item_ids=[str(lower.id)]).id)
    route.accept(world, root)
    reviewer, address = signed_in("reviewer1"), _address(world, root, "review_first")
    reviewer.get(address)
    reviewer.post(f"{address}/claim")
    assert "就高不重复，两项合计不超过较高的一项，请选择" in reviewer.page
    assert "上年度研发投入不低于 100 万元" in reviewer.page

    opinion = {
        "checks-0-met": "满足",
        "checks-1-met": "满足",
        "credit": "无失信限制",
        "exclusive_choice": "享受本事项（已享受的从中扣减）",
        "result": "通过",
        "amount": "60,000",
        "opinion": "补足差额。",
    }
    reviewer.post(f"{address}/complete", opinion)
    assert route.open_elements(world, root) == ["review_second"]


def test_no_screen_and_no_answer_shows_an_account_or_a_telephone_in_full(world: World, signed_in: SignedIn) -> None:
    root = route.approve(world, route.open_item(world).id)
    filled_in = world.one(Task, element_id="submit_application")
    places = (
        f"/instances/{root}",
        f"/tasks/{filled_in.id}",
        f"/api/v1/process-instances/{root}/history",
        f"/api/v1/applications/{route.application(world, root).id}",
    )
    for login in ("applicant", "reviewer1", "auditor"):
        person = signed_in(login)
        for place in places:
            answer = person.get(place)
            assert answer.status_code == 200, place
            assert "6222000011112222" not in answer.text
            assert "13800000001" not in answer.text
