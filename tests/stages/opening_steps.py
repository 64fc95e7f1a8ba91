"""An item brought up to a stage between issue and opening, step by step at a desk."""

from __future__ import annotations

from typing import Any

from storage import items
from storage.models.items import PolicyItem
from tests import launching, making
from tests.stages.desk import DISTRICT, Desk
from tests.stages.steps import policy, reviewed

#: The days of a launch in good time for an opening on 2026-10-12.
LAUNCHED_ON = (2026, 9, 1)


def issued(desk: Desk) -> None:
    """A policy passed in review and issued, with nothing entered yet."""
    reviewed(desk)
    desk.do("maker", "policy_lifecycle/register_issue", making.issue(desk.attach(making.TEXT)))


def listed(desk: Desk) -> PolicyItem:
    """Issued, with the records of its items; the item."""
    issued(desk)
    made = desk.serve("list_items", policy_id=desk.variables["policy_id"], review_id=desk.variables["review_id"])
    desk.variables["item_id"] = made.outputs["item_ids"][0]
    return item(desk)


def item(desk: Desk) -> PolicyItem:
    return items.get_item(desk.session, DISTRICT, desk.variables["item_id"])


def filled(desk: Desk, answers: dict[str, Any] | None = None) -> PolicyItem:
    """Listed and filled in, just as reviewed unless answers say otherwise."""
    made = listed(desk)
    desk.do("maker", "launch/fill_item", answers or launching.entry(), item=str(made.id))
    return made


def compared(desk: Desk) -> int:
    """Compare what was entered; how many differences there are."""
    found = desk.serve("compare_items", policy_id=desk.variables["policy_id"], review_id=desk.variables["review_id"])
    count = found.outputs["difference_count"]
    assert isinstance(count, int)
    return count


def guided(desk: Desk, answers: dict[str, Any] | None = None) -> PolicyItem:
    """Filled in, classified, with a confirmed guide."""
    made = filled(desk, answers)
    compared(desk)
    desk.serve("classify_items", policy_id=desk.variables["policy_id"])
    desk.do("dsb_operator", "launch/make_guide", launching.guide(), item=str(made.id))
    desk.do("maker", "launch/confirm_guides", making.agreed("guide_result"))
    return made


def confirmed(desk: Desk, answers: dict[str, Any] | None = None, open_date: str = "2026-10-12") -> PolicyItem:
    """Guided, and its launch confirmed with this opening day."""
    made = guided(desk, answers)
    desk.at(*LAUNCHED_ON)
    desk.do("dsb_approver", "launch/confirm_launch", launching.launch(open_date))
    return made


def launched(desk: Desk, answers: dict[str, Any] | None = None, open_date: str = "2026-10-12") -> PolicyItem:
    """Confirmed and published on all channels: online, not open yet; its case is loaded."""
    made = confirmed(desk, answers, open_date)
    policy_id = str(policy(desk).id)
    desk.serve("index_guides", policy_id=policy_id)
    desk.serve("make_qr_posters", policy_id=policy_id)
    pending = desk.serve("publish_channels", policy_id=policy_id).outputs["pending_channels"]
    for channel in pending:
        desk.do("dsb_operator", "launch/publish_by_hand", launching.publication("2026-09-01"), item=channel)
    desk.serve("finish_launch", policy_id=policy_id)
    desk.serve("load_item", item_id=str(made.id))
    return made


def plan(desk: Desk, login: str, which: str, answers: dict[str, Any]) -> None:
    """Plan one of the trainings: system, enterprise or window."""
    desk.do(login, f"training/plan_{which}_training", answers, handler="plan_training")


def record(desk: Desk, login: str, which: str, answers: dict[str, Any]) -> None:
    """Record one of the trainings: system, enterprise or window."""
    desk.do(login, f"training/record_{which}_training", answers, handler="record_training")


def planned(desk: Desk) -> PolicyItem:
    """Launched, with all three trainings planned and people invited."""
    made = launched(desk)
    desk.serve("compute_training_due", item_id=str(made.id))
    plan(desk, "dsb_operator", "system", launching.plan("2026-09-02"))
    plan(desk, "maker", "enterprise", launching.plan("2026-09-28"))
    plan(desk, "maker", "window", launching.plan("2026-09-29"))
    for kind in ("T2", "T3", "T4"):
        desk.serve("invite_to_training", item_id=str(made.id), kind=kind)
    return made


def trained(desk: Desk, *, window_on: tuple[int, int, int] = (2026, 9, 29), **window: Any) -> PolicyItem:
    """All three trainings recorded: T2 and T3 in time, T4 on this day."""
    made = planned(desk)
    desk.at(2026, 9, 2, 17)
    record(desk, "dsb_operator", "system", launching.system_record("2026-09-02"))
    desk.at(2026, 9, 28, 17)
    record(desk, "maker", "enterprise", launching.enterprise_record("2026-09-28"))
    desk.at(*window_on, 23, 50)
    held = f"{window_on[0]}-{window_on[1]:02}-{window_on[2]:02}"
    record(desk, "maker", "window", launching.window_record(held, **window))
    return made


def opening_filed(desk: Desk) -> None:
    """Prepare and file the opening now; 政数局 has not read it yet."""
    desk.serve("prepare_filing", kind="OPENING", item_id=desk.variables["item_id"], batch_id=None)
    desk.do("reviewer1", "filing/file_opening", launching.opening_filing())
    desk.serve("check_on_time", filing_id=desk.variables["filing_id"])


def opening_accepted(desk: Desk) -> None:
    """Filed, accepted and made public by 政数局."""
    opening_filed(desk)
    desk.do("dsb_operator", "filing/receive_filing", launching.received())
    desk.do("dsb_operator", "filing/publish_opening", launching.opening_publication(desk.now.date().isoformat()))


def ready(desk: Desk) -> PolicyItem:
    """Trained and filed in time: nothing is in the way of the opening."""
    made = trained(desk)
    desk.at(2026, 10, 8, 16)
    opening_accepted(desk)
    return made
