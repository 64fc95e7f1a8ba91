"""marshmallow fields for what this house asks people: money, business dates, identifiers, attachments.

Answers arrive as JSON values or as the text of an HTML input; both mean the same. Messages are Chinese.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar
from uuid import UUID

from marshmallow import ValidationError, fields

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
from forms.model import Option, OptionValue
from processes.money import format_yuan, parse_yuan

__all__ = [
    "Account",
    "Attachments",
    "BusinessDate",
    "Checked",
    "Choice",
    "Choices",
    "CreditCode",
    "Fen",
    "IdNumber",
    "Number",
    "Percent",
    "Phone",
    "Text",
    "make_credit_code",
    "make_id_number",
    "mask_account",
    "mask_id_number",
    "mask_name",
    "mask_phone",
    "read_option",
]

FIRST_DATE, LAST_DATE = date(1900, 1, 1), date(2200, 12, 31)
MOST_FILES = 50
#: Control characters and lone surrogates; several lines may hold tabs and line ends.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_IN_LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Text(fields.Field[str]):
    """Text without surrounding blanks. Control characters are refused (a database cannot keep some of them)."""

    def __init__(self, *, multiline: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.multiline = multiline

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("请填写文字。")
        text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        if (_CONTROL_IN_LINES if self.multiline else _CONTROL).search(text):
            raise ValidationError("含有不能保存的字符（如换行、控制符），请重新输入。")
        return text


class Fen(fields.Field[int]):
    """Money: 元 as decimal text ("10,000.50"; a JSON number of 元 means the same) becomes an integer of 分.

    `minimum` and `maximum` are in 分. Negative amounts are refused unless `minimum` allows them.
    """

    def __init__(self, *, minimum: int = 0, maximum: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.minimum, self.maximum = minimum, maximum

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        try:
            fen = parse_yuan(_number_text(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if fen < self.minimum:
            raise ValidationError(f"金额不能小于 {format_yuan(self.minimum)} 元。")
        if self.maximum is not None and fen > self.maximum:
            raise ValidationError(f"金额不能大于 {format_yuan(self.maximum)} 元。")
        return fen


class Number(fields.Field[int | Decimal]):
    """A number with at most `digits` decimals: an int when `digits` is 0, else a Decimal."""

    def __init__(
        self, *, digits: int = 0, minimum: Decimal | None = None, maximum: Decimal | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.digits, self.minimum, self.maximum = digits, minimum, maximum

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int | Decimal:
        number = self._read(value)
        if self.minimum is not None and number < self.minimum:
            raise ValidationError(f"不能小于 {self.minimum}。")
        if self.maximum is not None and number > self.maximum:
            raise ValidationError(f"不能大于 {self.maximum}。")
        return number if self.digits else int(number)

    def _read(self, value: Any) -> Decimal:
        text = unicodedata.normalize("NFKC", _number_text(value)).strip().replace(",", "")
        try:
            number = Decimal(text) if len(text) <= 20 else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite() or "e" in text.lower():
            raise ValidationError("请填写数字。")
        if number != round(number, self.digits):
            said = f"最多 {self.digits} 位小数" if self.digits else "整数"
            raise ValidationError(f"请填写{said}。")
        return number


class Percent(Number):
    """A percentage from 0 to 100 with at most two decimals, as typed: 12.5 means 12.5 %."""

    def __init__(self, *, minimum: Decimal | None = None, maximum: Decimal | None = None, **kwargs: Any) -> None:
        low, high = Decimal(0) if minimum is None else minimum, Decimal(100) if maximum is None else maximum
        super().__init__(digits=2, minimum=low, maximum=high, **kwargs)

    def _read(self, value: Any) -> Decimal:
        return super()._read(value.strip().rstrip("%％") if isinstance(value, str) else value)


class BusinessDate(fields.Field[date]):
    """A day in Asia/Shanghai: ISO text becomes a date."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        try:
            day = date.fromisoformat(value.strip()) if isinstance(value, str) and len(value.strip()) == 10 else None
        except ValueError:
            day = None
        if day is None or not FIRST_DATE <= day <= LAST_DATE:
            raise ValidationError("请填写日期，例如 2026-10-12。")
        return day


class Checked(fields.Field[bool]):
    """A tick box. With `must`, only a tick is accepted."""

    def __init__(self, *, must: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.must = must

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool) and value not in ("true", "false", "on"):
            raise ValidationError("请勾选或不勾选。")
        ticked = value in (True, "true", "on")
        if self.must and not ticked:
            raise ValidationError("必须勾选后才能提交。")
        return ticked


class _Identifier(Text):
    """Text without blanks, in capitals, that must pass a test."""

    message: ClassVar[str]

    def accepts(self, text: str) -> bool:
        """Whether the text is such an identifier."""
        raise NotImplementedError

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        text = unicodedata.normalize("NFKC", text).replace(" ", "").upper()
        if not self.accepts(text):
            raise ValidationError(self.message)
        return text


class CreditCode(_Identifier):
    """统一社会信用代码 (GB 32100-2015), check character verified."""

    message = "统一社会信用代码不正确（18位，含校验码），请对照营业执照核对。"

    def accepts(self, text: str) -> bool:
        """See forms.identifiers.is_credit_code."""
        return is_credit_code(text)


class IdNumber(_Identifier):
    """公民身份号码 (GB 11643), birth date and check digit verified."""

    message = "身份证号码不正确（18位，含校验码），请核对。"

    def accepts(self, text: str) -> bool:
        """See forms.identifiers.is_id_number."""
        return is_id_number(text)


class Phone(_Identifier):
    """Mobile, land-line, 400 or service number."""

    message = "电话号码不正确，请填写手机号，或带区号的固定电话，例如 0431-12345678。"

    def accepts(self, text: str) -> bool:
        """See forms.identifiers.is_phone."""
        return is_phone(text)


class Account(_Identifier):
    """Bank account number, digits only."""

    message = "银行账号不正确，应为8至30位数字，请核对。"

    def accepts(self, text: str) -> bool:
        """See forms.identifiers.is_account."""
        return is_account(text)


class Choice(fields.Field[OptionValue]):
    """One of the options; None as options means they are checked later, when they are known."""

    def __init__(self, options: Sequence[Option] | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.options = options

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> OptionValue:
        if not isinstance(value, str | int | bool):
            raise ValidationError("请从选项中选择。")
        return value if self.options is None else read_option(value, self.options)


class Choices(fields.Field[list[OptionValue]]):
    """Any of the options, each once, in the order given."""

    def __init__(self, options: Sequence[Option] | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.options = options

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[OptionValue]:
        if not isinstance(value, list) or not all(isinstance(each, str | int | bool) for each in value):
            raise ValidationError("请从选项中选择。")
        if self.options is not None:
            value = [read_option(each, self.options) for each in value]
        return list(dict.fromkeys(value))


class Attachments(fields.Field[list[str]]):
    """Ids (UUID text) of files uploaded before, at most `most`."""

    def __init__(self, *, most: int = MOST_FILES, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str]:
        values = value if isinstance(value, list) else [value]
        try:
            ids = [str(UUID(each)) for each in values if isinstance(each, str)]
        except ValueError:
            ids = []
        if not ids or len(ids) != len(values):
            raise ValidationError("附件无效，请重新上传。")
        if len(set(ids)) > self.most:
            raise ValidationError(f"最多上传 {self.most} 个附件。")
        return list(dict.fromkeys(ids))


def read_option(value: OptionValue, options: Sequence[Option]) -> OptionValue:
    """The value of the option meant by `value` (itself, or its text as HTML sends it). Raises ValidationError."""
    wanted = Option(value, "").token
    for option in options:
        if option.token == wanted:
            return option.value
    raise ValidationError("请从选项中选择。")


def _number_text(value: Any) -> str:
    """JSON numbers and text alike as text; anything else becomes text no number parser accepts."""
    return str(value) if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool) else "?"
