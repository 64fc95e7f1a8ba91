"""Count that somebody followed a printed code."""

from __future__ import annotations

from processes.actors import system_actor
from service.orchestration.runtime import Runtime, transaction
from storage import guides


def count_scan(runtime: Runtime, district_id: str, code: str) -> None:
    """One more scan of a code. Raises NotFound for a code of nowhere."""
    transaction(
        runtime,
        system_actor(district_id),
        lambda unit: guides.count_scan(unit.session, guides.get_code(unit.session, district_id, code)),
    )
