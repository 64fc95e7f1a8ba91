"""The dictionary of standard terms warns of what the plan forbids, and keeps quiet about what it asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.policy_elements import AUTO, ELEMENTS, missing_elements
from processes.similarity import ALIKE, similarity
from processes.terms import LONGEST_TEXT, dictionary, lint


def _found(text: str) -> list[str]:
    return [finding.term for finding in lint({"条款 三": text})]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("自受理之日起15日内办结", ["days"]),
        ("自受理之日起十天内办结", ["days"]),
        ("3天左右", ["days", "about"]),
        ("最高不超过50万元", ["highest"]),
        ("营业执照等材料", ["and_so_on"]),
        ("其他相关材料", ["other_materials"]),
        ("由相关部门及时按有关规定办理", ["some_department", "in_time", "some_rules"]),
        ("原则上给予适当奖励", ["in_principle", "suitable"]),
        ("给予奖励100000", ["amount_without_unit"]),
        ("每户最高50，每年一次", ["amount_without_unit"]),
    ],
)
def test_words_that_leave_a_way_out_are_found(text: str, terms: list[str]) -> None:
    assert _found(text) == terms


@pytest.mark.parametrize(
    "text",
    [
        "自受理之日起15个工作日内办结",
        "公示10个自然日",
        "2026年10月12日起施行",
        "名单确定当日报备",
        "首次认定的给予最高10万元奖励",
        "按设备投资额的5%给予补助，最高1,000万元",
        "补贴5-10万元",
        "每年补贴不超过3次",
    ],
)
def test_what_is_definite_is_left_alone(text: str) -> None:
    assert _found(text) == []


def test_a_finding_names_its_place_its_words_and_what_to_write_instead() -> None:
    (finding,) = lint({"条款 一": "本措施自发布之日起施行。", "条款 三": "最高不超过50万元"})
    assert (finding.place, finding.found, finding.start) == ("条款 三", "最高不超过", 0)
    assert "“最高”" in finding.message


@given(st.text(alphabet="0123456789一十百日天内个工作自然最高不超过等材料相关部门元万%，。 ", max_size=200))
def test_every_finding_stands_where_it_says_and_no_two_are_the_same(text: str) -> None:
    findings = lint({"x": text})
    assert all(text[finding.start :].lstrip().startswith(finding.found) for finding in findings)
    assert len({finding.key for finding in findings}) == len(findings)


@given(st.text(alphabet="工作日万元0123456789最高奖励给予", max_size=40))
def test_text_after_a_full_stop_changes_nothing_before_it(text: str) -> None:
    alone = list(lint({"x": f"{text}。        "}))
    followed = list(lint({"x": f"{text}。        由相关部门办理"}))
    assert followed[: len(alone)] == alone
    assert [finding.term for finding in followed[len(alone) :]] == ["some_department"]


def test_a_text_of_absurd_length_is_read_to_its_bound_only() -> None:
    text = "左" * LONGEST_TEXT + "左右"
    assert lint({"x": text}) == ()


def test_every_entry_of_the_dictionary_says_why() -> None:
    assert all(term.comment.endswith("。") for term in dictionary())
    assert len({term.id for term in dictionary()}) == len(dictionary())


def test_there_are_twenty_elements_and_a_zero_is_no_gap() -> None:
    assert [element.number for element in ELEMENTS] == list(range(1, 21))
    full = {key: "有" for element in ELEMENTS for key in element.keys}
    assert missing_elements({**full, "publicity_days": 0}) == ()
    assert [element.label for element in missing_elements({**full, "handling_days": None})] == ["办理时限"]
    assert missing_elements({**full, "disbursement_type": AUTO, "materials": "", "channels": None}) == ()


def test_titles_about_the_same_thing_are_alike_and_others_are_not() -> None:
    title = "长春新区高新技术企业认定奖励措施"
    assert similarity(title, "关于高新技术企业认定奖励的若干措施") > ALIKE
    assert similarity(title, "关于困难残疾人生活补贴的实施细则") < ALIKE
    assert similarity(title, "") == 0.0


@given(st.text(max_size=30), st.text(max_size=30))
def test_similarity_is_symmetric_and_between_nought_and_one(first: str, second: str) -> None:
    assert similarity(first, second) == similarity(second, first)
    assert 0.0 <= similarity(first, second) <= 1.0
