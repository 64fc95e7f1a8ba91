"""What the house does every night by itself: look whether a gate was passed anywhere, and write down the root.

The root over all history chains goes to a file outside the database, so that whoever can change the database
cannot change the trail unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actors import system_actor
from processes.clock import SHANGHAI, business_date
from service.orchestration.deliveries import ask_for_next_digests
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.anomalies import Anomaly, list_anomalies
from storage.db import new_id
from storage.granting_gates import list_granting_breaches
from storage.history import ALGORITHM, chain_root
from storage.models.instances import Incident
from storage.opening_gates import list_opening_breaches
from storage.payment_gates import list_payment_breaches
from storage.policy_gates import list_gate_breaches

JOB = "watch_night"
#: When the house looks, in Shanghai.
AT = time(2, 30)


def list_faults(runtime: Runtime, session: Session, district_id: str) -> Iterator[Anomaly]:
    """Every gate that was passed and every contradiction between rows. Normally nothing."""
    for policy in list_gate_breaches(session, district_id):
        yield Anomaly(policy.gate, policy.message)
    for opening in list_opening_breaches(session, district_id):
        yield Anomaly(opening.gate, f"{opening.number} {opening.message}")
    for grant in list_granting_breaches(session, district_id):
        yield Anomaly(grant.gate, f"{grant.number} {grant.message}")
    for payment in list_payment_breaches(session, district_id, runtime.calendars.current(session, district_id)):
        yield Anomaly(payment.gate, f"{payment.number} {payment.message}")
    yield from list_anomalies(session, district_id)


def schedule(runtime: Runtime, district_id: str) -> None:
    """Ask for the next night's look and the next morning's digests; without effect when they are asked for already."""

    def work(unit: Unit) -> None:
        _ask_for_next(unit)
        ask_for_next_digests(unit)

    transaction(runtime, system_actor(district_id), work)


def _ask_for_next(unit: Unit) -> None:
    run_at = _next(unit.now)
    unit.enqueue(JOB, {}, run_at=run_at, key=f"{JOB}:{business_date(run_at).isoformat()}")


def _next(now: datetime) -> datetime:
    today = datetime.combine(business_date(now), AT, SHANGHAI)
    return today if today > now else today + timedelta(days=1)


def watch_night(runtime: Runtime, district_id: str) -> int:
    """Report what is wrong as incidents (each once while it is open), write the root; answers how many are new."""

    def work(unit: Unit) -> int:
        told = select(Incident.code, Incident.message).where(
            Incident.district_id == district_id, Incident.state == "open", Incident.verb == JOB
        )
        known = {(code, message) for code, message in unit.session.execute(told)}
        found = list_faults(runtime, unit.session, district_id)
        new = [each for each in found if (each.code, each.message) not in known]
        for each in new:
            unit.session.add(_incident(unit, each))
        _ask_for_next(unit)
        return len(new)

    reported = transaction(runtime, system_actor(district_id), work)
    write_root(runtime, runtime.session(), district_id)
    return reported


def _incident(unit: Unit, fault: Anomaly) -> Incident:
    return Incident(
        district_id=unit.district_id,
        id=new_id(),
        code=fault.code,
        message=fault.message,
        verb=JOB,
        arguments={"by": str(unit.actor.id)},
        state="open",
        created_at=unit.now,
    )


def write_root(runtime: Runtime, session: Session, district_id: str, path: Path | None = None) -> tuple[Path, int, str]:
    """Write the digest over all chain heads to a file; answers (file, number of rows, digest)."""
    rows, root = chain_root(session)
    now = runtime.clock.now()
    target = path or runtime.data_dir / "audit" / f"root-{business_date(now).isoformat()}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    told = {"at": now.isoformat(), "district_id": district_id, "rows": rows, "root": root, "algorithm": ALGORITHM}
    target.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")
    return target, rows, root
