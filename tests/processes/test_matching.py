"""Matching: what a few answers say about an item, and that more answers never contradict fewer."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from processes.item_words import Operator
from processes.matching import NEITHER, QuestionKind, Verdict, match, questions_of, satisfies

KINDS = ("企业", "居民")
FIELDS = ("注册地", "人数", "名单")

conditions = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.sampled_from(("条件一", "条件二")),
            "field": st.sampled_from((*FIELDS, None)),
            "operator": st.sampled_from((*Operator, None)),
            "value": st.sampled_from(("12", "新区", "国家级、省级", "", None)),
        }
    ),
    max_size=5,
)
answers = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(("5", "12", "新区", "省级", "是", "否", NEITHER)))
kinds = st.lists(st.sampled_from(KINDS), unique=True)


def _condition(operator: str, value: str = "", field: str = "人数") -> dict[str, Any]:
    return {"text": "条件", "field": field, "operator": operator, "value": value}


def test_a_number_is_compared_as_a_number() -> None:
    found = match([_condition("不低于", "12")], beneficiaries=("企业",), who="企业", answers={"人数": "112个"})

    assert found.verdict == Verdict.FITS
    assert [each.met for each in found.reasons] == [True, True]


def test_no_is_no_answer_to_what_one_must_have() -> None:
    assert satisfies(_condition("具备"), "否") is False


def test_one_missed_condition_is_enough_against_an_item() -> None:
    rows = [_condition("等于", "新区", "注册地"), _condition("不高于", "30")]

    found = match(rows, beneficiaries=(), who="企业", answers={"注册地": "新区", "人数": "31"})

    assert found.verdict == Verdict.MISSES


def test_a_condition_in_words_only_leaves_the_item_open() -> None:
    rows = [{"text": "经营状况良好", "field": None, "operator": None, "value": None}]

    assert match(rows, beneficiaries=("企业",), who="企业", answers={}).verdict == Verdict.MAYBE


def test_questions_are_asked_once_with_all_values_that_conditions_name() -> None:
    rows = [
        _condition("等于", "国家级", "名单"),
        _condition("属于", "省级、国家级", "名单"),
        _condition("具备", "", "证书"),
    ]

    first, second = questions_of(rows)

    assert (first.field, first.kind, first.choices) == ("名单", QuestionKind.CHOICE, ("国家级", "省级", NEITHER))
    assert (second.field, second.kind) == ("证书", QuestionKind.YES_NO)


@given(rows=conditions, beneficiaries=kinds, who=st.sampled_from(KINDS), stated=answers)
def test_the_verdict_is_what_the_reasons_say(
    rows: list[dict[str, Any]], beneficiaries: list[str], who: str, stated: dict[str, str]
) -> None:
    found = match(rows, beneficiaries=beneficiaries, who=who, answers=stated)

    outcomes = [each.met for each in found.reasons]
    assert (found.verdict == Verdict.MISSES) == (False in outcomes)
    assert (found.verdict == Verdict.FITS) == (bool(outcomes) and set(outcomes) == {True})
    assert len(found.reasons) == len(rows) + bool(beneficiaries)


@given(rows=conditions, who=st.sampled_from(KINDS), stated=answers)
def test_more_answers_never_turn_a_decided_condition(
    rows: list[dict[str, Any]], who: str, stated: dict[str, str]
) -> None:
    fewer = dict(list(stated.items())[:1])

    before = match(rows, beneficiaries=(), who=who, answers=fewer).reasons
    after = match(rows, beneficiaries=(), who=who, answers=stated).reasons

    assert all(one.met is None or one.met == other.met for one, other in zip(before, after, strict=True))


@given(rows=conditions)
def test_without_answers_nothing_of_the_conditions_is_decided(rows: list[dict[str, Any]]) -> None:
    assert all(each.met is None for each in match(rows, beneficiaries=(), who="", answers={}).reasons)


@given(rows=conditions)
def test_every_choice_offered_can_be_judged(rows: list[dict[str, Any]]) -> None:
    for question in questions_of(rows):
        for choice in question.choices:
            asked = [each for each in rows if each["field"] == question.field and each["operator"]]
            assert all(satisfies(each, choice) is not None for each in asked) or question.kind == QuestionKind.NUMBER
