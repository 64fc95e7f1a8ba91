"""The verb by which an administrator brings in a new year of the working calendar."""

from __future__ import annotations

from dataclasses import dataclass

from processes.actors import Actor
from processes.calendar import parse_year
from service import permissions
from service.orchestration.runtime import Runtime, Unit, transaction
from service.orchestration.timers import recompute_all
from storage.calendars import add_calendar_year


@dataclass(frozen=True, slots=True)
class ImportedYear:
    """A year brought in: which, its version, and how many open deadlines moved."""

    year: int
    version: int
    moved: int


def import_year(runtime: Runtime, text: str, *, by: Actor) -> ImportedYear:
    """Store a year (TOML, or the pasted text of the State Council notice) and count open deadlines again.

    Raises BadRequest with a sentence naming the first thing that is wrong.
    """
    permissions.require(by, "manage_calendar")
    year = parse_year(text)

    def work(unit: Unit) -> ImportedYear:
        row = add_calendar_year(unit.session, unit.district_id, year, by=by.id, at=unit.now)
        unit.session.flush()
        moved = recompute_all(unit, reason=f"录入 {year.year} 年放假安排：{year.source}")
        return ImportedYear(year.year, row.version, moved)

    return transaction(runtime, by, work)
