"""What the picker of deadline rules says about a rule."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from processes.calendar import WorkingCalendar, feel_functions
from processes.clock import SHANGHAI
from processes.deadline_meaning import meaning, timer_expression
from processes.deadlines import RULES, compute, due_at
from processes.feel import evaluate


@pytest.mark.parametrize(
    ("rule_id", "sentence"),
    [
        ("DL1", "最迟为政策开放日前第 5 个工作日。依据：三(三)2。"),
        ("DL4", "最迟为报备日后第 1 个工作日，且须在政策开放日之前。依据：三(三)3（日数为缺省值）。"),
        ("DL14B", "最早为公开征求意见开始日后 30 天。依据：法治政府建设指标（不少于30日）。"),
        ("DL23", "最迟为评估启动日之后的 12 月 31 日。依据：三(二)3（日期为缺省值）。"),
    ],
)
def test_a_rule_says_how_its_day_is_counted_and_where_it_comes_from(rule_id: str, sentence: str) -> None:
    assert meaning(RULES[rule_id]) == sentence


def test_a_rule_that_pauses_says_so_and_names_the_variable_of_its_number() -> None:
    assert "数目取自 handling_days" in meaning(RULES["DL17"])
    assert "暂停期间不计" in meaning(RULES["DL17"])


ANCHOR = date(2026, 9, 21)  # the National Day holidays lie behind it
FUNCTIONS = {**feel_functions(WorkingCalendar.shipped), "today": lambda: ANCHOR}


@pytest.mark.parametrize("rule_id", [key for key, rule in RULES.items() if timer_expression(rule)])
def test_the_timer_of_a_rule_fires_when_the_duty_becomes_late(rule_id: str) -> None:
    rule = RULES[rule_id]
    text = timer_expression(rule)
    assert text is not None
    days = 7 if rule.days_from else None
    data = {rule.anchor: ANCHOR.isoformat(), **({rule.days_from: 7} if rule.days_from else {})}

    fires = evaluate(text.removeprefix("="), data, functions=FUNCTIONS)

    late = due_at(compute(rule_id, anchor=ANCHOR, calendar=WorkingCalendar.shipped(), days=days))
    assert isinstance(fires, date)
    assert datetime(fires.year, fires.month, fires.day, tzinfo=SHANGHAI) == late


def test_a_day_that_pauses_or_is_bounded_by_another_has_no_timer() -> None:
    assert [key for key, rule in RULES.items() if timer_expression(rule) is None] == ["DL4", "DL17", "DL23"]
