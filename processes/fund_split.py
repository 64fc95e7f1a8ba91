"""An amount divided among the levels of government that pay for it (e.g. 市:县 5:5), to the last 分."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any


def split_fund(total_fen: int, sources: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each source's share of `total_fen` by its `ratio` in percent; what rounding leaves goes to the largest rest.

    `sources`: [{fund_level, ratio, subject}]; without any the district pays it all. The shares add up exactly.
    """
    given = list(sources) or [{"fund_level": "新区", "ratio": 100, "subject": None}]
    whole = sum(Decimal(str(each["ratio"])) for each in given)
    exact = [total_fen * Decimal(str(each["ratio"])) / whole for each in given]
    shares = [int(each) for each in exact]
    rest = total_fen - sum(shares)
    largest = sorted(range(len(given)), key=lambda number: (shares[number] - exact[number], number))
    for number in largest[:rest]:
        shares[number] += 1
    return [
        {
            "fund_level": str(each["fund_level"]),
            "ratio": each["ratio"],
            "subject": each.get("subject"),
            "amount_fen": share,
        }
        for each, share in zip(given, shares, strict=True)
    ]
