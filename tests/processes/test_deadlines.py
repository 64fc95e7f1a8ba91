"""A duty falls due on the day its rule says, warns in time, and explains itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.calendar import CountMode, WorkingCalendar
from processes.deadline_rule import parse_reminder, read_rules
from processes.deadlines import (
    RULES,
    Bound,
    Kind,
    Pause,
    compute,
    counted_days,
    due_at,
    earliest_anchor,
    explain,
    rule,
    warnings,
)
from processes.errors import BadRequest, NotFound
from processes.vocabulary import ROLES

CALENDAR = WorkingCalendar.shipped()
ANCHORS = st.dates(date(2025, 3, 1), date(2026, 8, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("rule_id", "anchor", "due"),
    [
        pytest.param("DL1", "2026-10-12", "2026-09-29", id="DL1 enterprise training, W1"),
        pytest.param("DL2", "2026-10-09", "2026-09-24", id="DL2 window training, W3"),
        pytest.param("DL3", "2026-10-12", "2026-10-08", id="DL3 opening filing, W2"),
        pytest.param("DL4", "2026-09-30", "2026-10-08", id="DL4 publicity of the opening"),
        pytest.param("DL5", "2026-10-10", "2026-10-10", id="DL5 list filing on a make-up Saturday, W15"),
        pytest.param("DL6", "2026-06-30", "2026-06-30", id="DL6 periodic report on the day"),
        pytest.param("DL7", "2026-09-30", "2026-10-08", id="DL7 amount filing"),
        pytest.param("DL8", "2026-10-12", "2026-09-29", id="DL8 change application"),
        pytest.param("DL9", "2026-10-12", "2026-10-11", id="DL9 channels before the effective day begins"),
        pytest.param("DL10", "2026-02-13", "2026-02-14", id="DL10 system training on a make-up Saturday"),
        pytest.param("DL11", "2026-11-30", "2026-11-30", id="DL11 pre-assessment"),
        pytest.param("DL12", "2026-09-28", "2026-10-10", id="DL12 standardization review"),
        pytest.param("DL13", "2026-02-12", "2026-02-26", id="DL13 consultation reply"),
        pytest.param("DL14", "2026-09-24", "2026-10-12", id="DL14 public comment, W10"),
        pytest.param("DL14B", "2026-09-24", "2026-10-24", id="DL14B public comment for business matters"),
        pytest.param("DL15", "2026-09-24", "2026-09-28", id="DL15 acceptance"),
        pytest.param("DL16", "2026-09-24", "2026-10-15", id="DL16 correction"),
        pytest.param("DL17", "2026-08-17", "2026-09-14", id="DL17 review"),
        pytest.param("DL18", "2026-08-17", "2026-11-13", id="DL18 whole path, W11"),
        pytest.param("DL19", "2026-09-28", "2026-10-10", id="DL19 publicity, W12"),
        pytest.param("DL20", "2026-11-23", "2026-11-30", id="DL20 objection"),
        pytest.param("DL21", "2026-04-30", "2026-05-13", id="DL21 lists after issue"),
        pytest.param("DL22", "2025-11-30", "2026-02-28", id="DL22 unused money, short month"),
        pytest.param("DL23", "2026-03-01", "2026-12-31", id="DL23 yearly evaluation"),
        pytest.param("DL24", "2026-11-13", "2026-12-25", id="DL24 post-evaluation"),
        pytest.param("DL25", "2022-10-31", "2022-10-31", id="DL25 campaign stage"),
    ],
)
def test_every_duty_falls_due_where_its_rule_says(rule_id: str, anchor: str, due: str) -> None:
    assert compute(rule_id, anchor=day(anchor), calendar=CALENDAR).date == day(due)


def test_all_twenty_five_duties_are_there_with_known_roles_and_a_clause() -> None:
    assert {f"DL{number}" for number in range(1, 26)} <= set(RULES)
    for each in RULES.values():
        assert each.owner in ROLES
        assert each.clause
        assert each.duty


@pytest.mark.parametrize("rule_id", ["DL1", "DL2", "DL3", "DL5", "DL6", "DL8", "DL17", "DL19"])
def test_numbers_the_policy_itself_names_are_hard(rule_id: str) -> None:
    assert rule(rule_id).kind is Kind.HARD


def test_an_unknown_rule_is_not_found() -> None:
    with pytest.raises(NotFound):
        rule("DL99")


def test_the_item_may_set_its_own_number_of_days() -> None:
    assert rule("DL19").days_from == "publicity_days"
    assert compute("DL19", anchor=day("2026-09-28"), calendar=CALENDAR, days=3).date == day("2026-10-08")
    assert compute("DL1", anchor=day("2026-10-12"), calendar=CALENDAR, days=3).date == day("2026-10-08")
    assert compute("DL15", anchor=day("2026-09-24"), calendar=CALENDAR, days=0).date == day("2026-09-24")
    with pytest.raises(BadRequest, match="不能为负数"):
        compute("DL17", anchor=day("2026-09-28"), calendar=CALENDAR, days=-3)


def test_the_stricter_reading_can_be_chosen_per_deadline() -> None:
    strict = compute("DL1", anchor=day("2026-10-12"), calendar=CALENDAR, mode=CountMode.FULL_DAYS)

    assert strict.date == day("2026-09-28")


def test_publicity_of_an_opening_never_falls_on_or_after_the_opening() -> None:
    deadline = compute("DL4", anchor=day("2026-10-10"), calendar=CALENDAR, before=day("2026-10-12"))

    assert deadline.date == day("2026-10-11")
    assert "但须早于政策开放日" in explain(deadline, rule("DL4"))


def test_a_duty_is_late_from_midnight_in_shanghai() -> None:
    deadline = compute("DL5", anchor=day("2026-10-10"), calendar=CALENDAR)

    filed_in_time = datetime(2026, 10, 10, 15, 50, tzinfo=UTC)
    filed_late = datetime(2026, 10, 10, 16, 5, tzinfo=UTC)

    assert filed_in_time < due_at(deadline) <= filed_late


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def test_trainings_warn_ten_seven_and_six_working_days_before_the_opening() -> None:
    deadline = compute("DL1", anchor=day("2026-10-12"), calendar=CALENDAR)

    assert warnings(rule("DL1"), deadline, day("2026-09-01"), CALENDAR) == [
        shanghai("2026-09-21T09:00"), shanghai("2026-09-24T09:00"), shanghai("2026-09-28T09:00"),
    ]  # fmt: skip


def test_reminders_before_the_duty_opened_are_left_out() -> None:
    deadline = compute("DL1", anchor=day("2026-10-12"), calendar=CALENDAR)

    assert warnings(rule("DL1"), deadline, day("2026-09-25"), CALENDAR) == [shanghai("2026-09-28T09:00")]


def test_a_same_day_duty_warns_at_once_and_at_four_in_the_afternoon() -> None:
    deadline = compute("DL5", anchor=day("2026-10-10"), calendar=CALENDAR)

    assert warnings(rule("DL5"), deadline, day("2026-10-10"), CALENDAR) == [
        shanghai("2026-10-10T00:00"), shanghai("2026-10-10T16:00"),
    ]  # fmt: skip


def test_review_warns_at_sixty_percent_and_when_late() -> None:
    deadline = compute("DL17", anchor=day("2026-11-02"), calendar=CALENDAR, days=10)

    assert warnings(rule("DL17"), deadline, day("2026-11-02"), CALENDAR) == [
        shanghai("2026-11-10T09:00"), shanghai("2026-11-17T00:00"),
    ]  # fmt: skip


def test_correction_money_and_campaign_warn_in_their_own_units() -> None:
    correction = compute("DL16", anchor=day("2026-11-02"), calendar=CALENDAR)
    money = compute("DL22", anchor=day("2026-01-31"), calendar=CALENDAR)
    yearly = compute("DL23", anchor=day("2026-11-01"), calendar=CALENDAR)

    assert warnings(rule("DL16"), correction, day("2026-11-02"), CALENDAR) == [shanghai("2026-11-11T09:00")]
    assert warnings(rule("DL22"), money, day("2026-01-31"), CALENDAR) == [shanghai("2026-03-31T09:00")]
    assert warnings(rule("DL23"), yearly, day("2026-01-05"), CALENDAR) == [shanghai("2026-10-15T09:00")]


@pytest.mark.parametrize(("applied", "earliest"), [("2026-09-30", "2026-10-13"), ("2026-09-29", "2026-10-11")])
def test_the_earliest_effective_day_is_offered_when_an_application_comes_late(applied: str, earliest: str) -> None:
    assert earliest_anchor(rule("DL8"), day(applied), CALENDAR) == day(earliest)


def test_an_abolition_applied_for_on_its_last_day_is_in_time() -> None:
    assert compute("DL8", anchor=day("2026-10-12"), calendar=CALENDAR).date == day("2026-09-29")


@given(today=ANCHORS, rule_id=st.sampled_from(["DL1", "DL3", "DL8", "DL9"]))
def test_the_earliest_anchor_is_possible_and_the_day_before_it_is_not(today: date, rule_id: str) -> None:
    anchor = earliest_anchor(rule(rule_id), today, CALENDAR)

    assert compute(rule_id, anchor=anchor, calendar=CALENDAR).date >= today
    before = anchor - timedelta(days=1)
    assert before < today or compute(rule_id, anchor=before, calendar=CALENDAR).date < today


def test_a_forward_duty_can_start_today() -> None:
    assert earliest_anchor(rule("DL19"), day("2026-09-28"), CALENDAR) == day("2026-09-28")


def test_time_waiting_for_the_applicant_is_not_counted() -> None:
    pauses = [
        Pause(day("2026-11-04"), day("2026-11-10"), "补正"),
        Pause(day("2026-11-09"), day("2026-11-11"), "现场核查"),
    ]

    deadline = compute("DL17", anchor=day("2026-11-02"), calendar=CALENDAR, days=10, pauses=pauses)

    assert counted_days(day("2026-11-02"), day("2026-11-16"), [], CALENDAR) == 10
    assert counted_days(day("2026-11-02"), day("2026-11-16"), pauses, CALENDAR) == 5
    assert deadline.date == day("2026-11-23")
    assert deadline.calendar_version == CALENDAR.version
    assert "7天暂停计时" in explain(deadline, rule("DL17"))


def test_a_running_pause_stops_the_count_and_leaves_no_due_day() -> None:
    running = Pause(day("2026-11-04"), None, "补正")

    assert counted_days(day("2026-11-02"), day("2026-11-30"), [running], CALENDAR) == 2
    with pytest.raises(BadRequest, match="暂停计时（补正）"):
        compute("DL17", anchor=day("2026-11-02"), calendar=CALENDAR, days=10, pauses=[running])


@given(
    start=ANCHORS,
    days=st.integers(1, 20),
    spans=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 15)), max_size=4),
)
def test_the_due_day_has_exactly_the_promised_counted_days(
    start: date, days: int, spans: list[tuple[int, int]]
) -> None:
    pauses = [
        Pause(start + timedelta(days=first), start + timedelta(days=first + length), "补正") for first, length in spans
    ]

    deadline = compute("DL17", anchor=start, calendar=CALENDAR, days=days, pauses=pauses)

    assert counted_days(start, deadline.date, pauses, CALENDAR) == days
    assert counted_days(start, deadline.date - timedelta(days=1), pauses, CALENDAR) == days - 1


def test_the_explanation_names_every_counted_day() -> None:
    deadline = compute("DL1", anchor=day("2026-10-12"), calendar=CALENDAR)

    assert explain(deadline, rule("DL1")) == (
        "政策开放日 2026年10月12日往前数第5个工作日（跳过8个休息日）："
        "10月10日（调休上班）、10月9日、10月8日、9月30日、9月29日，为2026年9月29日，当日24时前完成。"
    )


def test_a_provisional_explanation_says_so() -> None:
    deadline = compute("DL8", anchor=day("2027-01-04"), calendar=CALENDAR)

    assert explain(deadline, rule("DL8")).endswith("（2027 年放假安排未录入，期限为暂算）。")


def test_a_period_that_may_not_end_early_says_when_it_may_end() -> None:
    deadline = compute("DL14", anchor=day("2026-09-24"), calendar=CALENDAR)

    assert rule("DL14").bound is Bound.EARLIEST
    assert explain(deadline, rule("DL14")).endswith("为2026年10月12日，当日24时后方可结束。")


@given(anchor=ANCHORS, rule_id=st.sampled_from(sorted(RULES)))
def test_every_rule_explains_itself_and_warns_in_order_on_any_day(anchor: date, rule_id: str) -> None:
    found = rule(rule_id)
    deadline = compute(rule_id, anchor=anchor, calendar=CALENDAR)

    sentence = explain(deadline, found)
    instants = warnings(found, deadline, anchor, CALENDAR)

    assert sentence.startswith(found.anchor_label)
    assert f"{deadline.date.year}年{deadline.date.month}月{deadline.date.day}日" in sentence
    assert instants == sorted(set(instants))


@pytest.mark.parametrize("text", ["tomorrow", "due-3", "60", "anchor+1y"])
def test_a_reminder_nobody_can_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot read the reminder"):
        parse_reminder(text)


def test_a_rule_with_an_unknown_role_is_refused_by_name() -> None:
    text = (
        '[DLX]\nduty = "示例"\nowner = "nobody"\nanchor = "opened"\nanchor_label = "起算日"\ndays = 1\nkind = "soft"\n'
        'warnings = []\nescalation = []\non_breach = "请补办。"\nclause = "示例"\n'
    )

    with pytest.raises(ValueError, match="deadline rule DLX: unknown roles"):
        read_rules(text)
