"""Money is read as people type it and never loses a 分."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.money import MAX_FEN, format_wan, format_yuan, parse_yuan, plain_yuan


@given(st.integers(-MAX_FEN, MAX_FEN))
def test_what_is_shown_can_be_typed_again(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen
    assert parse_yuan(plain_yuan(fen)) == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("10,000.50", 1000050),
        ("10000.5", 1000050),
        (" 100元 ", 10000),
        ("¥1", 100),
        ("１００．２５", 10025),
        ("0.07", 7),
    ],
)
def test_amounts_are_read_the_way_people_write_them(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text", ["", "abc", "1.005", "1,00", "1e5", "1 0", "--1", "nan", "1000000000000000", "12.", "٣x"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="金额"):
        parse_yuan(text)


@pytest.mark.parametrize(
    ("fen", "shown"), [(1000050, "1.00005"), (500_000_00, "50"), (0, "0"), (123456789000_00, "12,345,678.9")]
)
def test_wan_keeps_every_fen(fen: int, shown: str) -> None:
    assert format_wan(fen) == shown
