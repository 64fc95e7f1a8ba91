"""Check digits find typing mistakes; masks show no more than they should."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.identifiers import (
    is_account,
    is_credit_code,
    is_id_number,
    is_phone,
    make_credit_code,
    make_id_number,
    mask_account,
    mask_id_number,
    mask_name,
    mask_phone,
)

CREDIT_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BODIES = st.builds(
    lambda head, region, organisation: head + region + organisation,
    st.text(CREDIT_CHARS, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(CREDIT_CHARS, min_size=9, max_size=9),
)
PEOPLE = st.builds(
    lambda born, sequence: make_id_number("220102", born=born, sequence=sequence),
    st.dates(date(1930, 1, 1), date(2020, 12, 31)),
    st.integers(0, 999),
)


@given(BODIES)
def test_a_made_credit_code_is_valid(body: str) -> None:
    assert is_credit_code(make_credit_code(body))


@given(BODIES, st.integers(0, 17), st.sampled_from(CREDIT_CHARS))
def test_one_wrong_character_spoils_a_credit_code(body: str, position: int, char: str) -> None:
    code = make_credit_code(body)
    changed = code[:position] + char + code[position + 1 :]

    assert is_credit_code(changed) == (changed == code)


@given(PEOPLE, st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_spoils_an_id_number(number: str, position: int, digit: str) -> None:
    changed = number[:position] + digit + number[position + 1 :]

    assert is_id_number(changed) == (changed == number)


def test_published_example_numbers_pass() -> None:
    assert is_id_number("11010519491231002X")  # the example printed in GB 11643
    assert is_credit_code("91350100M000100Y43")  # the example printed in GB 32100


@pytest.mark.parametrize(
    "number", ["11010519491331002X", "110105194912310021", "1101051949123100", "01010519491231002X", ""]
)
def test_an_impossible_id_number_is_refused(number: str) -> None:
    assert not is_id_number(number)


@pytest.mark.parametrize("body", ["123", "91350100M000100YI", "9135A100M000100Y4"])
def test_no_code_is_made_from_a_wrong_body(body: str) -> None:
    with pytest.raises(ValueError, match="前17位"):
        make_credit_code(body)


def test_no_id_number_is_made_from_a_wrong_region() -> None:
    with pytest.raises(ValueError, match="行政区划"):
        make_id_number("22", born=date(1990, 1, 1), sequence=1)


@pytest.mark.parametrize("text", ["13812345678", "0431-81234567", "043181234567-801", "400-123-4567", "12345"])
def test_phones_people_really_have_pass(text: str) -> None:
    assert is_phone(text)


@pytest.mark.parametrize("text", ["12812345678", "8123456", "1381234567", "phone", ""])
def test_what_is_no_phone_is_refused(text: str) -> None:
    assert not is_phone(text)


def test_accounts_are_digits_of_a_plausible_length() -> None:
    assert is_account("6222020200112233445")
    assert not is_account("1234567")
    assert not is_account("62220202001122334A")


def test_masks_keep_only_the_ends() -> None:
    assert mask_id_number("11010519491231002X") == "110105********002X"
    assert mask_phone("13812345678") == "138****5678"
    assert mask_account("6222020200112233445") == "***************3445"
    assert mask_name("张示例") == "张**"
    assert mask_name("张") == "张"


@given(st.text(max_size=8))
def test_a_mask_never_shows_a_whole_short_value(text: str) -> None:
    if len(text) >= 1 and set(text) != {"*"}:
        assert mask_id_number(text) == "*" * len(text)
