"""The sample policies in an empty demo installation, each led through the house's door to another stage of its life.

They begin some months ago on a clock of their own, so that deadlines, trainings and openings have really happened.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from processes.clock import SHANGHAI, FixedClock
from service.app import create_app
from service.samples import Play, samples
from service.samples.door import DoorHands
from service.settings import Settings
from service.wiring import EXTENSION, Zhida
from storage.db import db

log = logging.getLogger(__name__)

#: What one task takes its people.
_PACE = timedelta(minutes=35)
_SECOND_ENTERPRISE = {
    "applicant_name": "示例生物医药有限公司",
    "account_name": "示例生物医药有限公司",
    "account_no": "6222020000000000034",
    "contact": "申小红",
    "legal_rep": "申小红",
}
_RESIDENT = {
    "typed_for_them": True,
    "kind": "居民",
    "resident_name": "示例居民",
    "id_no": "110101199003070038",
    "contact": "示例居民",
    "account_name": "示例居民",
    "agent_name": "示例居民",
    "agent_phone": "13800000005",
    "statement": "婴幼儿于2026年出生，户籍在新区，申请育儿补贴。",
}


@dataclass(frozen=True)
class _Part:
    """One sample policy: how many days ago it began, how far it has come, and what runs under it since when."""

    key: str
    days_ago: int
    lead: Callable[[Play, str], object]
    cases_days_ago: int = 0
    cases: Callable[[Play, str], None] | None = None


def _until(*elements: str) -> Callable[[Play, str], object]:
    return lambda play, case: play.until(case, *elements)


def _open(play: Play, case: str) -> None:
    """Launched, trained for, filed and opened. Trainings are planned and held on the same day."""
    play.until(case, "plan_enterprise_training")
    play.to_the_end(case)


def _with_applications(play: Play, case: str) -> None:
    """One enterprise in review and one at the front desk."""
    item = play.hands.items(case)[0]
    first = play.hands.start("applicant", "application", {"item_id": item})
    play.until(first, "review_second", "decide_application")
    second = play.hands.start("applicant2", "application", {"item_id": item})
    wishes = {"submit_application": _SECOND_ENTERPRISE}
    play.until(second, "accept_online", "accept_at_window", wishes=wishes)


def _with_a_resident(play: Play, case: str) -> None:
    """One resident whose papers the window has typed in."""
    item = play.hands.items(case)[0]
    visit = play.hands.start("window_clerk", "application", {"item_id": item})
    play.until(visit, "accept_at_window", wishes={"submit_application": _RESIDENT})


def _with_a_batch(play: Play, case: str) -> None:
    """A batch whose results are being publicised, or that is reported when nothing is paid."""
    batch = play.hands.start(f"payer_{play.sample.maker_org.lower()}", "disbursement_filing", {})
    play.work_off(batch)


#: Oldest first, so that numbers follow the order of beginning.
PARTS: tuple[_Part, ...] = (
    _Part("job_retention", 150, _open, 4, _with_a_batch),
    _Part("six_taxes", 140, _open, 20, _with_a_batch),
    _Part("child_allowance", 120, _open, 1, _with_a_resident),
    _Part("high_tech", 110, _open, 6, _with_applications),
    _Part("rd_platform", 14, _until("reply_legal")),
    _Part("transfer_agency", 6, _until("plan_enterprise_training")),
    _Part("team_results", 5, _until("review_text")),
    _Part("specialised_sme", 3, _until("write_assessment")),
)


def seed_policies(settings: Settings, *, now: datetime) -> None:
    """Lead every sample policy to its stage. Needs people and definitions in the database; demo mode only."""
    clock = FixedClock(now)
    app = create_app(replace(settings, worker=False, follows_server=False), clock)
    wired: Zhida = app.extensions[EXTENSION]
    worker = wired.worker
    assert worker is not None, "a clock of one's own needs the embedded jobs"
    with app.app_context():
        for part in PARTS:
            clock.set(_begin(now, part.days_ago))
            hands = DoorHands(wired.runtime, settings.district_id, clock, worker.run_until_idle, pace=_PACE, latest=now)
            sample = samples()[part.key]
            department = sample.maker_org.lower()
            maker = "maker" if department == "stb" else f"maker_{department}"
            case = hands.start(maker, "policy_lifecycle", {})
            play = Play(hands, sample)
            part.lead(play, case)
            if part.cases is not None:
                hands.move_to(_begin(now, part.cases_days_ago))
                part.cases(play, case)
            log.info("seeded sample policy %s", part.key)
        db.session.remove()
        db.engine.dispose()


def _begin(now: datetime, days_ago: int) -> datetime:
    """Nine o'clock on the weekday so many days ago, or the next."""
    day = (now - timedelta(days=days_ago)).astimezone(SHANGHAI).date()
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return datetime.combine(day, time(9), SHANGHAI)
