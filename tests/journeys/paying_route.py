"""From approved applications (or a list) to money and its filing, through the real diagrams."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from processes.calendar import WorkingCalendar
from processes.clock import business_date
from processes.money import plain_yuan
from storage.disbursements import arisen_amount, list_lines
from storage.models.disbursements import DisbursementBatch, DisbursementLine
from tests import launching, paying
from tests.world import World


def create(world: World, item_id: UUID, **changes: Any) -> UUID:
    """Start a batch of everything that waits for the item; the case."""
    root = world.start("disbursement_filing", by="payer")
    world.do("payer", "create_batch", paying.batch(item_id, **changes), root)
    return root


def confirm_list(world: World, root: UUID, *rows: dict[str, Any]) -> None:
    """Check and confirm the list of those who need not apply; its filing then waits."""
    world.do("reviewer1", "check_list", paying.beneficiary_list(*rows), root)
    world.do("approver", "confirm_list", paying.agreed("list_result"), root)


def file_list(world: World, root: UUID, **changes: Any) -> None:
    """The making department files the confirmed list, and 政数局 takes it in."""
    answers = {**_figures(world, root), "detail": [world.attach("maker", "list.csv", b"name,amount\n")], **changes}
    world.do("maker", "file_auto_list", answers, root)
    world.do("dsb_operator", "receive_filing", launching.received(), root)


def publish(world: World, root: UUID) -> date:
    """Publish the results from today for the item's working days; the last day."""
    today = business_date(world.clock.now())
    end = WorkingCalendar.shipped().add(today, 5).date
    world.do("payer", "publish_results", paying.publicity(today.isoformat(), end.isoformat()), root)
    return end


def wait_for_publicity(world: World, root: UUID) -> None:
    """Publish, and let the period go by: it is the morning after its last day."""
    end = publish(world, root)
    world.at(end.year, end.month, end.day, 23, 59)
    world.advance(hours=10)


def approve(world: World, root: UUID) -> None:
    """The batch is approved and its money confirmed; the payment list is out."""
    world.do("approver", "approve_batch", paying.agreed("batch_result"), root)
    world.do("finance_officer", "confirm_fund", paying.funds(), root)


def register(world: World, root: UUID, *receipts: dict[str, Any]) -> None:
    """Register the bank's receipts: today and in full when none are given."""
    today = business_date(world.clock.now()).isoformat()
    waiting = [line for line in lines(world, root) if line.state == "在批"]
    given = receipts or tuple(paying.receipt(today, line.line_no) for line in waiting)
    world.do("payer", "register_payment", paying.receipts(*given), root)


def file_amount(world: World, root: UUID, **changes: Any) -> None:
    """What was paid is filed, and 政数局 takes it in."""
    world.do("payer", "file_amount", {**_figures(world, root), **changes}, root)
    world.do("dsb_operator", "receive_filing", launching.received(), root)


def pay(world: World, item_id: UUID, **changes: Any) -> UUID:
    """The whole way from the pool to the filed batch; the case."""
    root = create(world, item_id, **changes)
    wait_for_publicity(world, root)
    approve(world, root)
    register(world, root)
    file_amount(world, root)
    return root


def batch(world: World, root: UUID) -> DisbursementBatch:
    """The batch of a case, as it stands now."""
    found: DisbursementBatch = world.one(DisbursementBatch, instance_id=root)
    return found


def lines(world: World, root: UUID) -> list[DisbursementLine]:
    return list(list_lines(world.session, batch(world, root)))


def _figures(world: World, root: UUID) -> dict[str, Any]:
    """The figures of the batch as its filing must give them."""
    made = batch(world, root)
    arisen = arisen_amount(world.session, made)
    return paying.amount_filing(
        arisen.beneficiaries,
        plain_yuan(arisen.amount_fen),
        period_from=made.period_from.isoformat(),
        period_to=made.period_to.isoformat(),
    )
