"""Hand out the payment list of a batch with its full accounts: only to those who pay, and never unnoticed."""

from __future__ import annotations

from uuid import UUID

from processes.actors import Actor
from processes.errors import Conflict, Forbidden
from service import permissions
from service.orchestration.door import Verb, guarded
from service.orchestration.runtime import Runtime, Unit
from storage.instances import lock_instance
from storage.items import get_item
from storage.models.disbursements import DisbursementBatch
from storage.payment_lists import as_csv, digest_of, payment_rows
from storage.record_lists import get_record


def hand_out_payment_list(runtime: Runtime, batch_id: UUID, *, by: Actor) -> tuple[str, str]:
    """(number of the batch, its list as CSV). Who took it goes into the history of the case (10.5).

    Raises NotFound, Forbidden for who neither pays for the item nor is of the finance bureau, Conflict before the
    money is confirmed or when the rows are no longer those that were confirmed.
    """

    def work(unit: Unit) -> tuple[str, str]:
        batch = _seen(unit, batch_id)
        item = get_item(unit.session, unit.district_id, batch.item_id)
        if not (by.holds("payer", item.implementer_org) or by.holds("finance_officer")):
            raise Forbidden(f"批次 {batch.number} 的支付清单只交给该部门的兑现经办人和财政局经办人。")
        if batch.sent_digest is None or batch.instance_id is None:
            raise Conflict(f"批次 {batch.number} 还没有确认资金，没有支付清单。请在确认资金后再取。")
        rows = payment_rows(unit.session, batch)
        if digest_of(rows) != batch.sent_digest:
            raise Conflict(f"批次 {batch.number} 的支付清单与确认时的校验值不一致，不能使用，请联系分析员核对。")
        instance = lock_instance(unit.session, unit.district_id, batch.instance_id)
        unit.record(instance, "payment_list_taken", changes={"batch": batch.number, "lines": len(rows)})
        return batch.number, as_csv(rows)

    return guarded(runtime, by, Verb("hand_out_payment_list", {"batch_id": str(batch_id)}), work)


def _seen(unit: Unit, batch_id: UUID) -> DisbursementBatch:
    conditions = [permissions.visible(unit.actor, DisbursementBatch), DisbursementBatch.id == batch_id]
    return get_record(unit.session, DisbursementBatch, conditions, name="这个兑现批次")
