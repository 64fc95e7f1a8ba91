"""Working days are counted by the notice, never by the weekday alone (worked cases W1–W16)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.calendar import CountMode, Deadline, WorkingCalendar, feel_functions
from processes.clock import business_date, end_of_day
from processes.errors import BadRequest

CALENDAR = WorkingCalendar.shipped()
KNOWN_DAYS = st.dates(date(2025, 3, 1), date(2026, 10, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


def counted(deadline: Deadline) -> list[str]:
    return [walked.date.isoformat() for walked in deadline.walk if walked.counted_no is not None]


BACKWARD = [
    pytest.param("2026-10-12", 5, "2026-09-29", id="W1 trainings before an opening after National Day"),
    pytest.param("2026-10-12", 3, "2026-10-08", id="W2 filing before the same opening"),
    pytest.param("2026-10-09", 5, "2026-09-24", id="W3 trainings across two holidays"),
    pytest.param("2026-10-09", 3, "2026-09-29", id="W3 filing across two holidays"),
    pytest.param("2026-02-24", 5, "2026-02-10", id="W4 trainings before the first day after Spring Festival"),
    pytest.param("2026-02-24", 3, "2026-02-12", id="W4 filing before the first day after Spring Festival"),
    pytest.param("2026-03-02", 5, "2026-02-24", id="W5 a make-up Saturday counts"),
    pytest.param("2026-05-11", 5, "2026-04-30", id="W6 trainings across Labour Day"),
    pytest.param("2026-05-11", 3, "2026-05-07", id="W6 filing after Labour Day"),
    pytest.param("2026-09-21", 5, "2026-09-15", id="W7 a make-up Sunday counts"),
    pytest.param("2026-01-05", 5, "2025-12-26", id="W8 across the year border"),
    pytest.param("2026-11-30", 5, "2026-11-23", id="W9 trainings without any holiday"),
    pytest.param("2026-11-30", 3, "2026-11-25", id="W9 filing without any holiday"),
]

FORWARD = [
    pytest.param("2026-09-24", 7, "2026-10-12", id="W10 public comment of seven working days"),
    pytest.param("2026-08-17", 60, "2026-11-13", id="W11 ceiling of sixty working days"),
    pytest.param("2026-09-28", 5, "2026-10-10", id="W12 publicity ends on a make-up Saturday"),
    pytest.param("2026-02-12", 5, "2026-02-26", id="W13 publicity across Spring Festival"),
]


@pytest.mark.parametrize(("anchor", "n", "due"), BACKWARD)
def test_counting_back_lands_on_the_nth_working_day_before(anchor: str, n: int, due: str) -> None:
    deadline = CALENDAR.subtract(day(anchor), n)

    assert deadline.date == day(due)
    assert not deadline.provisional
    assert len(counted(deadline)) == n


@pytest.mark.parametrize(("anchor", "n", "due"), FORWARD)
def test_counting_forward_lands_on_the_nth_working_day_after(anchor: str, n: int, due: str) -> None:
    deadline = CALENDAR.forward(day(anchor), n)

    assert deadline.date == day(due)
    assert not deadline.provisional


def test_the_walk_shows_every_day_and_why_it_counts() -> None:
    walk = CALENDAR.subtract(day("2026-10-12"), 5).walk

    assert [(walked.date.day, walked.counted_no) for walked in walk if walked.counted_no] == [
        (10, 1), (9, 2), (8, 3), (30, 4), (29, 5),
    ]  # fmt: skip
    labels = {walked.date.isoformat(): walked.label for walked in walk}
    assert labels["2026-10-11"] == "周日"
    assert labels["2026-10-10"] == "周六（调休上班）"
    assert labels["2026-10-01"] == "国庆节放假"
    assert len(walk) == 13


@pytest.mark.parametrize(
    ("anchor", "n", "days"),
    [
        pytest.param("2026-02-24", -5, ["14", "13", "12", "11", "10"], id="W4"),
        pytest.param("2026-03-02", -5, ["28", "27", "26", "25", "24"], id="W5"),
        pytest.param("2026-09-21", -5, ["20", "18", "17", "16", "15"], id="W7"),
        pytest.param("2026-01-05", -5, ["04", "31", "30", "29", "26"], id="W8"),
        pytest.param("2026-09-24", 7, ["28", "29", "30", "08", "09", "10", "12"], id="W10"),
        pytest.param("2026-02-12", 5, ["13", "14", "24", "25", "26"], id="W13"),
    ],
)
def test_the_counted_days_are_those_a_clerk_would_point_at(anchor: str, n: int, days: list[str]) -> None:
    assert [each[-2:] for each in counted(CALENDAR.offset(day(anchor), n))] == days


def test_full_days_are_one_working_day_stricter() -> None:
    strict = CALENDAR.subtract(day("2026-10-12"), 5, mode=CountMode.FULL_DAYS)

    assert strict.date == day("2026-09-28")  # W14


def test_the_same_day_is_the_calendar_day_even_on_a_rest_day() -> None:
    fixed_at = datetime(2026, 10, 10, 9, 20, tzinfo=UTC)  # 17:20 in Shanghai

    deadline = CALENDAR.same_day(business_date(fixed_at))

    assert deadline.date == day("2026-10-10")  # W15
    assert end_of_day(deadline.date) == datetime(2026, 10, 10, 16, tzinfo=UTC)
    assert CALENDAR.same_day(day("2026-10-11")).date == day("2026-10-11")


def test_a_year_that_is_not_entered_gives_a_provisional_date_and_says_so() -> None:
    deadline = CALENDAR.subtract(day("2027-01-04"), 5)  # W16

    assert deadline.provisional
    assert deadline.notice == "2027 年放假安排未录入，期限为暂算"
    assert deadline.date == day("2026-12-28")
    assert CALENDAR.add(day("2026-12-20"), 3).notice is None


def test_2026_has_248_working_days() -> None:
    assert CALENDAR.working_days_between(day("2025-12-31"), day("2026-12-31")) == 248


def test_what_a_widely_used_package_finds_is_found_too() -> None:
    assert CALENDAR.add(day("2026-09-28"), 5).date == day("2026-10-10")


def test_a_local_closure_moves_deadlines_and_the_version() -> None:
    closed = CALENDAR.with_local_days(off={day("2026-09-29"): "暴雪停工"})

    assert closed.subtract(day("2026-10-12"), 5).date == day("2026-09-28")
    assert closed.label(day("2026-09-29")) == "暴雪停工"
    assert closed.version == CALENDAR.version + 1
    assert CALENDAR.subtract(day("2026-10-12"), 5).date == day("2026-09-29")


def test_a_deadline_travels_as_plain_json_values() -> None:
    data = CALENDAR.subtract(day("2026-10-12"), 1).as_data()

    assert data == {
        "date": "2026-10-10",
        "anchor": "2026-10-12",
        "provisional": False,
        "notice": None,
        "calendar_version": 1,
        "walk": [
            {"date": "2026-10-11", "label": "周日", "counted_no": None},
            {"date": "2026-10-10", "label": "周六（调休上班）", "counted_no": 1},
        ],
    }


@pytest.mark.parametrize(("anchor", "n"), [("2026-10-12", 5000), ("1850-01-01", 1), ("2026-10-12", -1)])
def test_a_count_nobody_means_is_refused(anchor: str, n: int) -> None:
    with pytest.raises(BadRequest):
        CALENDAR.add(day(anchor), n)


def slow_count(anchor: date, n: int, direction: int) -> date:
    """An independent count from the figures of the two notices, one day at a time."""
    off = {"2025-01-01", "2026-01-01", "2026-01-02", "2026-01-03"}
    for first, last in (
        ("2025-01-28", "2025-02-04"), ("2025-04-04", "2025-04-06"), ("2025-05-01", "2025-05-05"),
        ("2025-05-31", "2025-06-02"), ("2025-10-01", "2025-10-08"), ("2026-02-15", "2026-02-23"),
        ("2026-04-04", "2026-04-06"), ("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21"),
        ("2026-09-25", "2026-09-27"), ("2026-10-01", "2026-10-07"),
    ):  # fmt: skip
        number = day(first).toordinal()
        while number <= day(last).toordinal():
            off.add(date.fromordinal(number).isoformat())
            number += 1
    worked = {
        "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
    }  # fmt: skip
    current = anchor
    while n:
        current = date.fromordinal(current.toordinal() + direction)
        text = current.isoformat()
        if text in worked or (current.isoweekday() <= 5 and text not in off):
            n -= 1
    return current


@given(anchor=KNOWN_DAYS, n=st.integers(0, 40))
def test_counting_agrees_with_a_slow_counter(anchor: date, n: int) -> None:
    assert CALENDAR.add(anchor, n).date == slow_count(anchor, n, 1)
    assert CALENDAR.subtract(anchor, n).date == slow_count(anchor, n, -1)


@given(anchor=st.dates(date(2024, 1, 1), date(2028, 12, 31)), n=st.integers(1, 60))
def test_between_undoes_a_count(anchor: date, n: int) -> None:
    assert CALENDAR.working_days_between(anchor, CALENDAR.add(anchor, n).date) == n
    assert CALENDAR.working_days_between(anchor, CALENDAR.subtract(anchor, n).date) == -n


@given(anchor=KNOWN_DAYS, n=st.integers(1, 40))
def test_a_later_anchor_never_gives_an_earlier_date(anchor: date, n: int) -> None:
    assert CALENDAR.subtract(anchor, n).date <= CALENDAR.subtract(anchor + timedelta(days=1), n).date
    assert CALENDAR.add(anchor, n).date <= CALENDAR.add(anchor + timedelta(days=1), n).date


@given(anchor=KNOWN_DAYS, n=st.integers(1, 30))
def test_the_walk_numbers_the_days_it_counts_one_by_one(anchor: date, n: int) -> None:
    walk = CALENDAR.add(anchor, n).walk

    assert [walked.counted_no for walked in walk if walked.counted_no is not None] == list(range(1, n + 1))
    assert [walked.date for walked in walk] == [anchor + timedelta(days=k) for k in range(1, len(walk) + 1)]


@pytest.mark.parametrize(
    ("value", "n", "expected"),
    [
        pytest.param("2026-10-12", 5, "2026-09-29", id="ISO text"),
        pytest.param(date(2026, 10, 12), Decimal(5), "2026-09-29", id="date and FEEL number"),
        pytest.param(datetime(2026, 10, 11, 17, 0, tzinfo=UTC), Decimal(5), "2026-09-29", id="instant"),
    ],
)
def test_expressions_count_back_from_dates_and_text(value: object, n: object, expected: str) -> None:
    assert feel_functions(lambda: CALENDAR)["working days before"](value, n) == day(expected)


@pytest.mark.parametrize(
    "arguments", [("不是日期", 5), (None, 5), ("2026-10-12", Decimal("1.5")), ("2026-10-12", True)]
)
def test_expressions_get_null_for_arguments_that_make_no_sense(arguments: tuple[object, object]) -> None:
    assert feel_functions(lambda: CALENDAR)["working days after"](*arguments) is None
