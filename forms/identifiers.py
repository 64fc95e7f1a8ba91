"""Numbers that identify people and enterprises: check digits, masking, and valid numbers for examples."""

from __future__ import annotations

import re
from datetime import date

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
_ID_WEIGHTS = tuple(pow(2, 17 - position, 11) for position in range(17))
_ID_CHECK = "10X98765432"
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(?:-\d{1,6})?|400-?\d{3}-?\d{4}|1\d{4}")


def is_credit_code(text: str) -> bool:
    """True for a 统一社会信用代码 whose check character is right (GB 32100-2015)."""
    return (
        len(text) == 18
        and set(text) <= set(_CREDIT_ALPHABET)
        and text[2:8].isdigit()
        and text[17] == _credit_check(text[:17])
    )


def make_credit_code(body: str) -> str:
    """A valid credit code from its first 17 characters. Raises ValueError when they cannot begin one."""
    if len(body) != 17 or not set(body) <= set(_CREDIT_ALPHABET) or not body[2:8].isdigit():
        raise ValueError("前17位应由数字和大写字母（不含 I、O、S、V、Z）组成，第3至8位为行政区划数字。")
    return body + _credit_check(body)


def _credit_check(body: str) -> str:
    total = sum(_CREDIT_ALPHABET.index(char) * weight for char, weight in zip(body, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[-total % 31]


def is_id_number(text: str) -> bool:
    """True for an 18-digit 公民身份号码 with a possible birth date and the right check digit (GB 11643)."""
    if re.fullmatch(r"[1-9][0-9]{16}[0-9X]", text) is None:
        return False
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return born.year >= 1900 and text[17] == _id_check(text[:17])


def make_id_number(region: str, *, born: date, sequence: int) -> str:
    """A valid id number of a person who does not exist. `region` is six digits, `sequence` 0–999 (odd: male).

    Raises ValueError when the parts cannot make one.
    """
    body = f"{region}{born:%Y%m%d}{sequence:03d}"
    if re.fullmatch(r"[1-9][0-9]{16}", body) is None:
        raise ValueError("行政区划应为6位数字，顺序号应在 0 至 999 之间。")
    return body + _id_check(body)


def _id_check(body: str) -> str:
    return _ID_CHECK[sum(int(char) * weight for char, weight in zip(body, _ID_WEIGHTS, strict=True)) % 11]


def is_phone(text: str) -> bool:
    """True for a mobile, land-line, 400 or five-digit service number."""
    return _PHONE.fullmatch(text) is not None


def is_account(text: str) -> bool:
    """True for a bank account number: 8 to 30 digits. Company accounts carry no common check digit."""
    return re.fullmatch(r"[0-9]{8,30}", text) is not None


def mask_id_number(text: str) -> str:
    """220102********1234: the region and the last four stay."""
    return _keep_ends(text, 6, 4)


def mask_phone(text: str) -> str:
    """138****5678: the first three and the last four stay."""
    return _keep_ends(text, 3, 4)


def mask_account(text: str) -> str:
    """The last four digits of a bank account stay."""
    return _keep_ends(text, 0, 4)


def mask_name(text: str) -> str:
    """张*: the first character of a name stays, one star for each other one."""
    return text[:1] + "*" * max(len(text) - 1, 0)


def _keep_ends(text: str, first: int, last: int) -> str:
    if len(text) <= first + last:
        return "*" * len(text)
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]
