"""Working days of the house: counting them, showing how they were counted, and saying when the count is provisional.

Source of the days: the yearly State Council notice (calendar_year). Source of the counting rules:
长新党政办发〔2022〕24号, 三(三)2–4 ("5个工作日前"), read as domain rules 4.2–4.6.
The anchor day itself is never counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from processes.calendar_year import FIRST_YEAR, LAST_YEAR, WEEKDAYS, YearCalendar, parse_year, shipped_years
from processes.clock import business_date
from processes.errors import BadRequest

__all__ = [
    "CountMode",
    "Deadline",
    "WalkedDay",
    "WorkingCalendar",
    "YearCalendar",
    "feel_functions",
    "parse_year",
    "shipped_years",
]

#: Nothing in the house counts further than this; a larger number is a mistake, not a deadline.
LONGEST_COUNT = 2000
_ONE_DAY = timedelta(days=1)
#: The same type under a name that a field called `date` does not hide.
_Date = date
#: Local exceptions: days off and days worked, each with its name.
_Layer = tuple[Mapping[date, str], Mapping[date, str]]


class CountMode(StrEnum):
    """`nth_day`: the n-th working day from the anchor. `full_days`: n whole working days lie in between."""

    NTH_DAY = "nth_day"
    FULL_DAYS = "full_days"


@dataclass(frozen=True, slots=True)
class WalkedDay:
    """One day passed over while counting. `counted_no` is None on a day that does not count."""

    date: _Date
    label: str
    counted_no: int | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A business date (a duty is due by 24:00 of it) and the days counted to reach it, in walking order.

    `provisional_years` are the years walked through whose holidays are not known yet.
    """

    date: _Date
    provisional: bool
    walk: tuple[WalkedDay, ...]
    anchor: _Date
    calendar_version: int
    provisional_years: tuple[int, ...] = ()

    @property
    def notice(self) -> str | None:
        """The sentence that must stand beside a provisional date."""
        if not self.provisional:
            return None
        years = "、".join(str(year) for year in self.provisional_years)
        return f"{years} 年放假安排未录入，期限为暂算"

    def as_data(self) -> dict[str, Any]:
        """The deadline as JSON values, as the API shows it and as it is stored beside a task."""
        return {
            "date": self.date.isoformat(),
            "anchor": self.anchor.isoformat(),
            "provisional": self.provisional,
            "notice": self.notice,
            "calendar_version": self.calendar_version,
            "walk": [
                {"date": day.date.isoformat(), "label": day.label, "counted_no": day.counted_no} for day in self.walk
            ],
        }


class WorkingCalendar:
    """Which days are worked. Immutable: a new year or a local closure gives a new calendar with a later version."""

    __slots__ = ("_local", "_off", "_version", "_worked", "_years")

    def __init__(self, years: Iterable[YearCalendar] = (), *, local: Sequence[_Layer] = (), version: int = 1) -> None:
        self._years = {year.year: year for year in years}
        self._local = tuple(local)
        self._version = version
        self._off: dict[date, str] = {}
        self._worked: dict[date, str] = {}
        for number in sorted(self._years):
            year = self._years[number]
            self._lay({day: f"{name}放假" for day, name in year.off.items()}, year.worked)
        for off, worked in self._local:
            self._lay(off, worked)

    @classmethod
    def shipped(cls) -> WorkingCalendar:
        """The calendar of the years delivered with the product."""
        return cls(shipped_years())

    @property
    def version(self) -> int:
        """Grows with every change; stored with each computed deadline so that moved ones can be found."""
        return self._version

    @property
    def years(self) -> tuple[YearCalendar, ...]:
        """The years whose arrangement is known, in order."""
        return tuple(self._years[number] for number in sorted(self._years))

    def with_year(self, year: YearCalendar) -> WorkingCalendar:
        """This calendar with `year` added or replaced, one version later. Local closures stay on top."""
        years = {**self._years, year.year: year}
        return WorkingCalendar(years.values(), local=self._local, version=self._version + 1)

    def with_local_days(self, *, off: Mapping[date, str], worked: Mapping[date, str] | None = None) -> WorkingCalendar:
        """This calendar with local exceptions laid over it, one version later. A day off shows its text as it is."""
        layer = (dict(off), dict(worked or {}))
        return WorkingCalendar(self._years.values(), local=(*self._local, layer), version=self._version + 1)

    def _lay(self, off: Mapping[date, str], worked: Mapping[date, str]) -> None:
        for day, name in off.items():
            self._worked.pop(day, None)
            self._off[day] = name
        for day, name in worked.items():
            self._off.pop(day, None)
            self._worked[day] = name

    def is_known(self, day: date) -> bool:
        """False when the arrangement of that day's year has not been entered."""
        return day.year in self._years

    def is_working(self, day: date) -> bool:
        """True for Monday–Friday that is not a day off, and for a make-up day. In unknown years: Monday–Friday."""
        return day in self._worked or (day.weekday() < 5 and day not in self._off)

    def label(self, day: date) -> str:
        """What kind of day this is, for people: 周五, 周六（调休上班）, 国庆节放假."""
        if day in self._off:
            return self._off[day]
        weekday = f"周{WEEKDAYS[day.weekday()]}"
        return f"{weekday}（调休上班）" if day in self._worked else weekday

    def add(self, day: date, n: int, *, mode: CountMode = CountMode.NTH_DAY) -> Deadline:
        """The n-th working day after `day`, which is not counted itself (domain rule 4.4). n = 0 is `day`."""
        return self._walk(day, n, step=_ONE_DAY, mode=mode)

    def forward(self, day: date, n: int, *, mode: CountMode = CountMode.NTH_DAY) -> Deadline:
        """The same as `add`, under the name the rules use for a count that runs forward."""
        return self.add(day, n, mode=mode)

    def subtract(self, day: date, n: int, *, mode: CountMode = CountMode.NTH_DAY) -> Deadline:
        """The n-th working day before `day`, which is not counted itself (domain rule 4.3). n = 0 is `day`."""
        return self._walk(day, n, step=-_ONE_DAY, mode=mode)

    def offset(self, day: date, n: int, *, mode: CountMode = CountMode.NTH_DAY) -> Deadline:
        """`add` for a positive n, `subtract` for a negative one, the same day for 0."""
        return self.add(day, n, mode=mode) if n >= 0 else self.subtract(day, -n, mode=mode)

    def same_day(self, day: date) -> Deadline:
        """当日: the calendar day itself, also when it is a rest day (domain rule 4.5). Never provisional."""
        return Deadline(day, False, (), day, self._version)

    def calendar_days(self, day: date, n: int) -> Deadline:
        """`n` calendar days after (or, negative, before) `day`. Never provisional: every day counts."""
        _check(day, abs(n))
        step = _ONE_DAY if n >= 0 else -_ONE_DAY
        days = [day + step * number for number in range(1, abs(n) + 1)]
        walk = tuple(WalkedDay(each, self.label(each), number) for number, each in enumerate(days, start=1))
        return Deadline(day + timedelta(days=n), False, walk, day, self._version)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` is earlier.

        So `working_days_between(d, add(d, n).date)` is n and `working_days_between(d, subtract(d, n).date)` is -n.
        """
        if end >= start:
            return sum(1 for day in _days(start, end, _ONE_DAY) if self.is_working(day))
        return -sum(1 for day in _days(start, end, -_ONE_DAY) if self.is_working(day))

    def next_working_day(self, day: date) -> date:
        """`day` when it is worked, else the first working day after it."""
        while not self.is_working(day):
            day += _ONE_DAY
        return day

    def _walk(self, anchor: date, n: int, *, step: timedelta, mode: CountMode) -> Deadline:
        if n < 0:
            raise BadRequest("工作日数不能为负数，请改用相反方向的计算。")
        _check(anchor, n)
        wanted = n + 1 if mode is CountMode.FULL_DAYS and n else n
        walk: list[WalkedDay] = []
        day, counted = anchor, 0
        while counted < wanted:
            day += step
            counts = self.is_working(day)
            counted += counts
            walk.append(WalkedDay(day, self.label(day), counted if counts else None))
        unknown = tuple(sorted({walked.date.year for walked in walk if not self.is_known(walked.date)}))
        return Deadline(day, bool(unknown), tuple(walk), anchor, self._version, unknown)


def feel_functions(calendar: Callable[[], WorkingCalendar]) -> dict[str, Callable[..., date | None]]:
    """The calendar's functions in FEEL. Arguments they cannot use give null (None), as FEEL wants.

    The calendar is asked for when one of them is called: most steps call none.
    """

    def before(day: object = None, days: object = None) -> date | None:
        return _from_feel(calendar().subtract, day, days)

    def after(day: object = None, days: object = None) -> date | None:
        return _from_feel(calendar().add, day, days)

    return {"working days before": before, "working days after": after}


def _from_feel(count: Callable[[date, int], Deadline], day: object, days: object) -> date | None:
    anchor, number = _feel_date(day), _feel_count(days)
    if anchor is None or number is None:
        return None
    return count(anchor, number).date


def _feel_date(value: object) -> date | None:
    if isinstance(value, datetime):
        day = business_date(value) if value.tzinfo else value.date()
    elif isinstance(value, date):
        day = value
    elif isinstance(value, str):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return None
    else:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _feel_count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    if not 0 <= value <= LONGEST_COUNT or value != int(value):
        return None
    return int(value)


def _check(anchor: date, n: int) -> None:
    if n > LONGEST_COUNT:
        raise BadRequest(f"天数 {n} 太大，最多计算 {LONGEST_COUNT} 天，请核对。")
    if not FIRST_YEAR <= anchor.year <= LAST_YEAR:
        raise BadRequest(f"日期 {anchor.isoformat()} 超出可计算的范围（{FIRST_YEAR} 至 {LAST_YEAR} 年），请核对。")


def _days(start: date, end: date, step: timedelta) -> Iterable[date]:
    """Days after `start` towards `end` (forward: end included; backward: every day from start-1 down to end)."""
    day = start
    while day != end:
        day += step
        yield day
