"""Money as people write it and as the house keeps it: an integer of 分. No float ever holds an amount."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

#: Just under one 万亿元: fits every column, and every JSON reader keeps it exactly.
MAX_FEN = 99_999_999_999_999

_YUAN = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?")


def parse_yuan(text: str) -> int:
    """Read an amount in 元 ("10,000.50", "10000.5", "１００元") as 分.

    Raises ValueError with a Chinese sentence when it is no amount, has more than two decimals, or is too large.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元").strip()
    match = _YUAN.fullmatch(plain)
    if match is None:
        raise ValueError("请填写以元为单位的金额，最多两位小数，例如 10000.50。")
    sign, whole, cents = match.groups()
    fen = int(whole.replace(",", "")) * 100 + int((cents or "").ljust(2, "0"))
    if fen > MAX_FEN:
        raise ValueError("金额过大，请核对单位是否为元。")
    return -fen if sign == "-" else fen


def format_yuan(fen: int) -> str:
    """An amount in 元 with thousands separators and two decimals: 1000050 -> "10,000.50"."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def plain_yuan(fen: int) -> str:
    """An amount in 元 as it stands in an input field: 1000050 -> "10000.50"."""
    return format_yuan(fen).replace(",", "")


def format_wan(fen: int) -> str:
    """An amount in 万元 without losing a 分 and without trailing zeros: 1000050 -> "1.00005"."""
    return f"{(Decimal(fen) / 1_000_000).normalize():,f}"
