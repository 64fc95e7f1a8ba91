"""An amount is divided among levels of government to the last 分, whatever the ratios."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from processes.fund_split import split_fund
from processes.money import MAX_FEN

RATIOS = st.lists(st.decimals("0.01", "100", places=2).map(float), min_size=1, max_size=6)


@given(total=st.integers(0, MAX_FEN), ratios=RATIOS)
def test_the_shares_add_up_and_none_is_off_by_a_fen(total: int, ratios: list[float]) -> None:
    sources = [{"fund_level": "市", "ratio": each, "subject": None} for each in ratios]
    shares = [each["amount_fen"] for each in split_fund(total, sources)]
    assert sum(shares) == total
    whole = sum(ratios)
    for share, ratio in zip(shares, ratios, strict=True):
        assert abs(share - total * ratio / whole) <= 1 + total * 1e-12


def test_five_to_five_of_an_odd_amount_gives_the_first_the_odd_fen() -> None:
    sources = [{"fund_level": "市", "ratio": 50}, {"fund_level": "新区", "ratio": 50}]
    assert [each["amount_fen"] for each in split_fund(10_000_001, sources)] == [5_000_001, 5_000_000]


def test_without_sources_the_district_pays_it_all() -> None:
    assert split_fund(123, []) == [{"fund_level": "新区", "ratio": 100, "subject": None, "amount_fen": 123}]
