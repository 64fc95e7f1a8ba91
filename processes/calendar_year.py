"""One year's days off and make-up working days, read from a data file or from the text of the yearly notice."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from types import MappingProxyType
from typing import Any

from processes.errors import BadRequest

WEEKDAYS = "一二三四五六日"
FIRST_YEAR, LAST_YEAR = 2000, 2100
_LONGEST_HOLIDAY = 15

_DAY = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^)]*)\))?"
_DAY_PATTERN = re.compile(_DAY)
_RANGE_PATTERN = re.compile(rf"{_DAY}(?:至{_DAY})?放假")
_ITEM_PATTERN = re.compile(r"[一二三四五六七八九十]+、([^:\d]{2,20}):(.*)")


@dataclass(frozen=True, slots=True)
class YearCalendar:
    """The exceptions to Monday–Friday in one year: `off` and `worked` map a day to its holiday's name.

    A yearly notice may also settle days of the December before (元旦 of the next year), never others.
    """

    year: int
    source: str
    off: Mapping[date, str]
    worked: Mapping[date, str]

    def __post_init__(self) -> None:
        for day in (*self.off, *self.worked):
            if not self._belongs(day):
                raise BadRequest(
                    f"放假安排有误：{day.isoformat()} 不在 {self.year} 年（或上年12月）内，请核对年份和日期。"
                )
        for day in self.worked:
            if day.weekday() < 5:
                raise BadRequest(f"放假安排有误：{_chinese(day)}不是周末，不能登记为调休上班日，请核对通知原文。")
            if day in self.off:
                raise BadRequest(f"放假安排有误：{_chinese(day)}既登记为放假又登记为上班，请只保留一种。")
        object.__setattr__(self, "off", MappingProxyType(dict(self.off)))
        object.__setattr__(self, "worked", MappingProxyType(dict(self.worked)))

    def _belongs(self, day: date) -> bool:
        return day.year == self.year or (day.year == self.year - 1 and day.month == 12)


def parse_year(text: str) -> YearCalendar:
    """Read one year from TOML (as in processes/calendars/) or from the pasted text of the State Council notice.

    Raises BadRequest with a sentence naming the first thing that is wrong; weekday names and day counts written
    in a notice must agree with its dates.
    """
    if re.search(r"^\s*year\s*=", text, re.MULTILINE):
        return _parse_toml(text)
    return _parse_notice(text)


def shipped_years() -> tuple[YearCalendar, ...]:
    """The years delivered with the product, in order."""
    folder = resources.files("processes") / "calendars"
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return tuple(parse_year(entry.read_text("utf-8")) for entry in files)


def _parse_toml(text: str) -> YearCalendar:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadRequest(f"放假安排文件无法读取，不是合法的 TOML：{error}") from error
    _refuse_unknown(data, {"year", "source", "off"}, where="文件")
    year, source, blocks = data.get("year"), data.get("source"), data.get("off", [])
    if not isinstance(source, str) or not source.strip():
        raise BadRequest("放假安排缺少依据（source），请写明通知名称、文号和日期。")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise BadRequest("放假安排的 off 应为若干个 [[off]] 段落，每段一个节日。")
    off: dict[date, str] = {}
    worked: dict[date, str] = {}
    for block in blocks:
        _add_block(block, off=off, worked=worked)
    return _complete(_checked_year(year), source.strip(), off, worked)


def _add_block(block: Mapping[str, Any], *, off: dict[date, str], worked: dict[date, str]) -> None:
    _refuse_unknown(block, {"name", "from", "to", "worked"}, where="节日")
    name = block.get("name")
    if not isinstance(name, str) or not name:
        raise BadRequest("放假安排中有一个节日没有名称（name）。")
    make_up = block.get("worked", [])
    if not isinstance(make_up, list):
        raise BadRequest(f"{name}的调休上班日（worked）应为日期列表。")
    _add_range(off, name, _checked_date(block.get("from"), name), _checked_date(block.get("to"), name))
    _add_worked(worked, name, [_checked_date(day, name) for day in make_up])


def _parse_notice(text: str) -> YearCalendar:
    normal = text.translate(str.maketrans("（）：", "():")).replace(" ", "").replace("\u3000", "")
    title = re.search(r"(\d{4})年(?:部分)?节假日", normal)
    if title is None:
        raise BadRequest("没有在通知中找到“××××年部分节假日安排”，请连同标题一起粘贴，或改用 TOML 文件。")
    year = _checked_year(int(title.group(1)))
    off: dict[date, str] = {}
    worked: dict[date, str] = {}
    for match in _ITEM_PATTERN.finditer(normal):
        _read_item(match.group(1), match.group(2), year=year, off=off, worked=worked)
    number = re.search(r"国办发明电〔\d{4}〕\d+号", normal)
    source = f"国务院办公厅关于{year}年部分节假日安排的通知" + (f"（{number.group()}）" if number else "")
    return _complete(year, source, off, worked)


def _read_item(name: str, sentence: str, *, year: int, off: dict[date, str], worked: dict[date, str]) -> None:
    holiday = _RANGE_PATTERN.search(sentence)
    if holiday is None:
        raise BadRequest(f"通知中“{name}”一条没有写明放假日期，请核对原文。")
    groups = holiday.groups()
    first = _notice_date(groups[:4], name=name, year=year, month=None)
    last = first if groups[6] is None else _notice_date(groups[4:], name=name, year=year, month=first.month)
    _add_range(off, name, first, last)
    said = re.search(r"共(\d+)天|放假(\d+)天", sentence)
    if said and int(said.group(1) or said.group(2)) != (last - first).days + 1:
        raise BadRequest(f"通知中“{name}”写明{said.group()}，与起止日期不符，请核对原文。")
    for part in re.findall(r"[^。;；]*上班", sentence):
        month = None
        for match in _DAY_PATTERN.finditer(part):
            day = _notice_date(match.groups(), name=name, year=year, month=month)
            month = day.month
            _add_worked(worked, name, [day])


def _notice_date(groups: tuple[str | None, ...], *, name: str, year: int, month: int | None) -> date:
    said_year, said_month, said_day, note = groups
    if said_month is None and month is None:
        raise BadRequest(f"通知中“{name}”的日期没有写月份，请核对原文。")
    try:
        day = date(int(said_year or year), int(said_month or month or 0), int(said_day or 0))
    except ValueError as error:
        raise BadRequest(f"通知中“{name}”写了不存在的日期，请核对原文。") from error
    weekday = re.search(r"周([一二三四五六日])", note or "")
    if weekday and weekday.group(1) != WEEKDAYS[day.weekday()]:
        raise BadRequest(f"通知中“{name}”的{_chinese(day)}不是{weekday.group()}，请核对年份和日期。")
    return day


def _add_range(off: dict[date, str], name: str, first: date, last: date) -> None:
    if not 0 <= (last - first).days < _LONGEST_HOLIDAY:
        raise BadRequest(f"{name}的放假起止日期有误（{first.isoformat()} 至 {last.isoformat()}），请核对。")
    for day in _days(first, last):
        if day in off:
            raise BadRequest(f"{_chinese(day)}同时登记在{off[day]}和{name}中，请只保留一处。")
        off[day] = name


def _add_worked(worked: dict[date, str], name: str, days: list[date]) -> None:
    for day in days:
        if day in worked:
            raise BadRequest(f"{_chinese(day)}被重复登记为调休上班日，请只保留一处。")
        worked[day] = name


def _complete(year: int, source: str, off: dict[date, str], worked: dict[date, str]) -> YearCalendar:
    if not off:
        raise BadRequest(f"{year} 年的放假安排中没有任何放假日，请确认粘贴的内容完整。")
    return YearCalendar(year=year, source=source, off=off, worked=worked)


def _checked_year(year: object) -> int:
    if not isinstance(year, int) or isinstance(year, bool) or not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadRequest(f"放假安排的年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间，请核对。")
    return year


def _checked_date(value: object, name: str) -> date:
    if type(value) is not date:
        raise BadRequest(f"{name}的日期应写成 2026-10-01 的形式（不加引号、不带时间）。")
    return value


def _refuse_unknown(data: Mapping[str, Any], known: set[str], *, where: str) -> None:
    for key in sorted(set(data) - known):
        raise BadRequest(f"放假安排{where}中有不认识的项目“{key}”，可用的项目是：{'、'.join(sorted(known))}。")


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
