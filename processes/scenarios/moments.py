"""How a scenario moves the clock: `+3 working days`, `+30 days`, `+2 hours`, a date, or to the next timer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from processes.calendar import WorkingCalendar
from processes.clock import SHANGHAI
from processes.errors import BadRequest

_STEP = re.compile(r"\+\s*(\d{1,4})\s*(working days?|days?|hours?|minutes?)")
_UNTIL = re.compile(r"timer(?:\s+([A-Za-z_][\w.-]*))?")
_LATEST = 2100


@dataclass(frozen=True, slots=True)
class Move:
    """A move of the clock as it was written. Exactly one of amount, moment and timer is used."""

    text: str
    amount: int = 0
    unit: str = ""
    moment: datetime | None = None
    timer: str | None = None
    to_timer: bool = False

    def target(self, now: datetime, calendar: WorkingCalendar) -> datetime:
        """The instant to which the clock goes; a move to a timer has none of its own. Raises BadRequest backwards."""
        if self.moment is not None:
            if self.moment < now:
                raise BadRequest(f"时钟不能往回拨：现在已是 {_words(now)}，写的是“{self.text}”。")
            return self.moment
        if self.unit == "working day":
            local = now.astimezone(SHANGHAI)
            day = calendar.forward(local.date(), self.amount).date
            return datetime.combine(day, local.timetz())
        return now + timedelta(**{f"{self.unit}s": self.amount})


def clock_move(text: str) -> Move:
    """Read a move. Raises BadRequest with a sentence that shows the forms there are."""
    text = text.strip()
    step = _STEP.fullmatch(text)
    if step is not None:
        return Move(text, amount=int(step.group(1)), unit=step.group(2).removesuffix("s"))
    until = _UNTIL.fullmatch(text)
    if until is not None:
        return Move(text, timer=until.group(1), to_timer=True)
    return Move(text, moment=instant(text))


def instant(text: str) -> datetime:
    """A date (09:00 in Shanghai) or a moment, as an aware instant. Raises BadRequest."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadRequest(
            f"看不懂时间“{text[:40]}”。可以写 2026-08-03、2026-08-03T14:00、+3 working days、+30 days、+2 hours，"
            "或用 timer 拨到下一个定时。"
        ) from None
    if not 2000 <= found.year <= _LATEST:
        raise BadRequest(f"时间“{text[:40]}”不在 2000 年到 {_LATEST} 年之间。")
    if len(text.strip()) == len("2026-08-03"):
        found = datetime.combine(found.date(), time(9))
    return found if found.tzinfo is not None else found.replace(tzinfo=SHANGHAI)


def _words(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
