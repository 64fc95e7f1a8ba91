"""Batches for those who pay, and results for everybody, over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.models.disbursements import DisbursementBatch
from tests import paying
from tests.journeys import applying_route
from tests.journeys import paying_route as route
from tests.service.api.client import Program
from tests.world import World

People = Callable[[str | None], Program]


@pytest.fixture
def batch(world: World) -> DisbursementBatch:
    """A batch whose payment list is out: an enterprise and a resident."""
    item = applying_route.open_item(world, disbursement_type="AUTO", name="专精特新奖励", cap_fen=None)
    root = route.create(world, item.id)
    route.confirm_list(world, root, paying.beneficiary(5), paying.resident())
    route.file_list(world, root)
    route.wait_for_publicity(world, root)
    route.approve(world, root)
    return route.batch(world, root)


def test_the_payment_list_goes_to_who_pays_and_the_history_says_who_took_it(
    world: World, batch: DisbursementBatch, program: People
) -> None:
    address = f"/api/v1/disbursement-batches/{batch.id}/payment-list"
    answer = program("payer").get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff序号,收款人,收款账号,开户银行,金额（元）")
    assert "1,示例智能装备5号有限公司,2201010000000005,,200000.00" in text
    assert batch.instance_id is not None
    taken = [row for row in world.history(batch.instance_id) if row.kind == "payment_list_taken"]
    assert [(row.actor_id, row.changes["lines"]) for row in taken] == [(world.actor("payer").id, 2)]

    assert program("finance_officer").get(address).status_code == 200
    assert program("approver").get(address).status_code == 403
    assert program("applicant").get(address).status_code == 404
    assert program(None).get(address).status_code == 401


def test_there_is_no_list_before_the_money_is_confirmed(world: World, program: People) -> None:
    item = applying_route.open_item(world)
    applying_route.approve(world, item.id)
    root = route.create(world, item.id)
    answer = program("payer").get(f"/api/v1/disbursement-batches/{route.batch(world, root).id}/payment-list")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "CONFLICT")


def test_a_batch_is_read_with_masked_lines_by_those_who_had_a_part_in_it(
    batch: DisbursementBatch, program: People
) -> None:
    payer = program("payer")
    listed = payer.get("/api/v1/disbursement-batches", item_id=str(batch.item_id)).get_json()
    assert [(each["number"], each["total_fen"]) for each in listed["items"]] == [(batch.number, 20_360_000)]
    one = payer.get(f"/api/v1/disbursement-batches/{batch.id}").get_json()
    assert [line["payee"] for line in one["lines"]] == ["示例智能装备5号有限公司", "张**"]
    assert {line["account"][:-4].strip("*") for line in one["lines"]} == {""}
    assert program("auditor").get(f"/api/v1/disbursement-batches/{batch.id}").status_code == 200
    assert program("applicant").get(f"/api/v1/disbursement-batches/{batch.id}").status_code == 404
    assert program("applicant").get("/api/v1/disbursement-batches").get_json()["total"] == 0


def test_anybody_reads_what_is_public_masked_and_without_a_number_of_paper_or_account(
    batch: DisbursementBatch, program: People
) -> None:
    nobody = program(None)
    (shown,) = nobody.get("/api/v1/publicities", running_on="2026-08-05").get_json()["items"]
    assert shown["entries"] == [
        {"name": "示例智能装备5号有限公司", "amount_fen": 20_000_000},
        {"name": "张**", "amount_fen": 360_000},
    ]
    assert nobody.get(f"/api/v1/publicities/{shown['id']}").get_json() == shown
    assert nobody.get("/api/v1/publicities", running_on="2026-09-05").get_json()["items"] == []
    assert nobody.get("/api/v1/publicities", kind="兑现结果公开").get_json()["items"] == []
    assert nobody.get("/api/v1/publicities", text="专精特新").get_json()["items"] == [shown]
    assert nobody.get(f"/api/v1/publicities/{batch.id}").status_code == 404


def test_a_name_that_a_spreadsheet_would_run_is_quoted_in_the_list(world: World, program: People) -> None:
    item = applying_route.open_item(world, disbursement_type="AUTO", name="专精特新奖励", cap_fen=None)
    root = route.create(world, item.id)
    name = "=HYPERLINK(示例)"
    route.confirm_list(world, root, paying.beneficiary(5, name=name, account_name=name))
    route.file_list(world, root)
    route.wait_for_publicity(world, root)
    route.approve(world, root)
    address = f"/api/v1/disbursement-batches/{route.batch(world, root).id}/payment-list"
    assert ",'=HYPERLINK(示例)," in program("payer").get(address).get_data(as_text=True)
