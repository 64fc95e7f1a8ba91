"""Items, applicants and approved applications as records, and batches brought up to a step at a desk."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from processes.application_words import ApplicationStatus, Channel
from processes.item_words import BenefitKind, ItemStatus
from storage.benefit_lists import find_list
from storage.db import new_id
from storage.disbursements import get_batch, list_lines
from storage.models.applications import Applicant, Application, ReviewOpinion
from storage.models.disbursements import BeneficiaryList, DisbursementBatch, DisbursementLine
from storage.models.items import PolicyItem
from storage.models.objections import Objection
from storage.models.records import HistoryRow
from storage.numbers import next_number
from tests import paying
from tests.stages import steps
from tests.stages.desk import DISTRICT, Desk


def item(desk: Desk, disbursement_type: str = "APPLY", **changes: Any) -> PolicyItem:
    """An open item of a policy that was in force before it came into the system."""
    if "policy_id" not in desk.variables:
        steps.initiated(desk)
    policy = steps.policy(desk)
    number = len(policy_items(desk)) + 1
    values: dict[str, Any] = {
        "number": f"SX-{policy.number}-{number:02d}",
        "policy_id": policy.id,
        "inherited": True,
        "status": ItemStatus.OPEN,
        "implementer_org": "STB",
        "name": "高新技术企业首次认定奖励",
        "clause_no": "三",
        "benefit_kind": BenefitKind.SUBSIDY,
        "disbursement_type": disbursement_type,
        "budget_fen": 500_000_000,
        "publicity_days": 5,
        "supervise_phone": "12345",
        "filled_by": desk.person("maker"),
        "open_at": desk.now,
        "launched_at": desk.now,
        "opened_at": desk.now,
        "created_at": desk.now,
        "updated_at": desk.now,
        **changes,
    }
    row = PolicyItem(district_id=DISTRICT, id=new_id(), **values)
    desk.session.add(row)
    desk.session.commit()
    return row


def policy_items(desk: Desk) -> list[PolicyItem]:
    return list(desk.session.query(PolicyItem).filter_by(district_id=DISTRICT))


def applicant(desk: Desk, number: int = 5, **changes: Any) -> Applicant:
    """An invented enterprise."""
    values: dict[str, Any] = {
        "kind": "企业",
        "name": f"示例智能装备{number}号有限公司",
        "uscc": paying.firm_code(number),
        "created_at": desk.now,
        "updated_at": desk.now,
        **changes,
    }
    row = Applicant(district_id=DISTRICT, id=new_id(), **values)
    desk.session.add(row)
    desk.session.commit()
    return row


def approved(
    desk: Desk, item: PolicyItem, who: Applicant | None = None, *, number: int = 5, **changes: Any
) -> Application:
    """An application that was accepted, approved, and waits in the pool."""
    who = who or applicant(desk, number)
    root = new_id()
    values: dict[str, Any] = {
        "number": next_number(desk.session, DISTRICT, "SB", on=desk.now.date(), width=5, per="day"),
        "item_id": item.id,
        "item_version": 1,
        "applicant_id": who.id,
        "implementer_org": item.implementer_org,
        "channel": Channel.ONLINE,
        "status": ApplicationStatus.AWAITING_PAYMENT,
        "started_by": desk.person("applicant"),
        "account_name": who.name,
        "account_no": "2201010000000005",
        "requested_fen": 10_000_000,
        "approved_fen": 10_000_000,
        "submitted_at": desk.now,
        "accepted_at": desk.now,
        "acceptor_id": desk.person("platform_clerk"),
        "receipt_no": str(root)[:18],
        "decided_at": desk.now,
        "approver_id": desk.person("approver"),
        "pooled_at": desk.now,
        "instance_id": root,
        "root_id": root,
        "created_at": desk.now,
        "updated_at": desk.now,
        **changes,
    }
    row = Application(district_id=DISTRICT, id=new_id(), **values)
    desk.session.add(row)
    desk.session.commit()
    return row


def opinion(desk: Desk, application: Application, **changes: Any) -> ReviewOpinion:
    """What the first reviewer said of an application, not yet in the session."""
    return ReviewOpinion(
        district_id=DISTRICT,
        id=new_id(),
        application_id=application.id,
        stage="初审",
        result="通过",
        text="符合条件。",
        reviewer_id=desk.person("reviewer1"),
        at=desk.now,
        **changes,
    )


def batch(desk: Desk) -> DisbursementBatch:
    return get_batch(desk.session, DISTRICT, desk.variables["batch_id"])


def lines(desk: Desk) -> list[DisbursementLine]:
    return list(list_lines(desk.session, batch(desk)))


def newest_list(desk: Desk) -> BeneficiaryList:
    found = find_list(desk.session, batch(desk))
    assert found is not None
    return found


def created(desk: Desk, item_id: UUID, **changes: Any) -> DisbursementBatch:
    desk.do("payer", "disbursement_filing/create_batch", paying.batch(item_id, **changes))
    return batch(desk)


def checked(desk: Desk) -> None:
    desk.serve("check_batch", batch_id=desk.variables["batch_id"])


def published(desk: Desk, item_id: UUID) -> None:
    """Created, checked, and public from Monday 2026-08-03 for five working days, to 2026-08-10."""
    created(desk, item_id)
    checked(desk)
    desk.do("payer", "disbursement_filing/publish_results", paying.publicity("2026-08-03", "2026-08-10"))


def over(desk: Desk) -> None:
    """The publicity is over, and what is disputed stays out."""
    desk.at(2026, 8, 11)
    desk.serve("exclude_disputed_lines", batch_id=desk.variables["batch_id"])


def approved_batch(desk: Desk, item_id: UUID) -> None:
    published(desk, item_id)
    over(desk)
    desk.do("approver", "disbursement_filing/approve_batch", paying.agreed("batch_result"))


def sent(desk: Desk, item_id: UUID) -> None:
    """Approved, funded, and the payment list is out."""
    approved_batch(desk, item_id)
    desk.do("finance_officer", "disbursement_filing/confirm_fund", paying.funds())
    desk.serve("export_payment_list", batch_id=desk.variables["batch_id"])


def paid(desk: Desk, item_id: UUID, *receipts: dict[str, Any]) -> None:
    """Sent, and settled with the given receipts (all paid on 2026-08-12 when there are none)."""
    sent(desk, item_id)
    desk.at(2026, 8, 12)
    lines_out = receipts or tuple(
        paying.receipt("2026-08-12", line.line_no) for line in lines(desk) if line.state == "在批"
    )
    desk.do("payer", "disbursement_filing/register_payment", paying.receipts(*lines_out))
    desk.serve("settle_payments", batch_id=desk.variables["batch_id"])


def states(desk: Desk) -> list[str]:
    """The states of the lines of the batch, in order."""
    return [line.state for line in lines(desk)]


def object_to(desk: Desk, application: Any = None, *, item_id: Any = None, beneficiary: str = "") -> Objection:
    """Somebody objects to an application, or to a listed name."""
    objection = Objection(
        district_id=DISTRICT,
        id=new_id(),
        number=f"YY-{new_id()}",
        kind="异议",
        target="公示",
        item_id=application.item_id if application is not None else item_id,
        application_id=None if application is None else application.id,
        beneficiary=beneficiary,
        objector_name="示例竞争企业有限公司",
        text="认定依据不实。",
        registered_by=desk.person("applicant2"),
        registered_at=desk.now,
        instance_id=new_id(),
        root_id=new_id(),
    )
    desk.session.add(objection)
    desk.session.commit()
    return objection


def judged(desk: Desk, application: Any, login: str, element: str) -> None:
    """The history says that this person did that duty on the application."""
    desk.session.add(
        HistoryRow(
            district_id=DISTRICT,
            id=new_id(),
            instance_id=application.instance_id,
            root_id=application.root_id,
            seq=1,
            at=desk.now,
            kind="task_completed",
            element_id=element,
            actor_id=desk.person(login),
            actor_name=login,
            process_key="application",
            version=1,
            changes={},
            files=[],
            algorithm="HMAC-SM3",
            mac="0" * 64,
        )
    )
    desk.session.commit()
