"""An administrator brings a new year in by file or by pasting the notice; what is wrong is said before it counts."""

from __future__ import annotations

from datetime import date
from importlib import resources

import pytest

from processes.calendar import WorkingCalendar, parse_year, shipped_years
from processes.errors import BadRequest

NOTICE_2026 = """国务院办公厅关于2026年部分节假日安排的通知
国办发明电〔2025〕7号
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""

NOTICE_2025 = """国务院办公厅关于2025年部分节假日安排的通知
一、元旦:1月1日(周三)放假1天,不调休。
二、春节:1月28日(农历除夕、周二)至2月4日(农历正月初七、周二)放假调休,共8天。1月26日(周日)、2月8日(周六)上班。
三、清明节:4月4日(周五)至6日(周日)放假,共3天。
四、劳动节:5月1日(周四)至5日(周一)放假调休,共5天。4月27日(周日)上班。
五、端午节:5月31日(周六)至6月2日(周一)放假,共3天。
六、国庆节、中秋节:10月1日(周三)至8日(周三)放假调休,共8天。9月28日(周日)、10月11日(周六)上班。
"""

#: An invented arrangement, only to show what loading one does.
MADE_UP_2027 = """
year = 2027
source = "示例通知"
[[off]]
name = "元旦"
from = 2027-01-01
to = 2027-01-03
worked = [2026-12-26]
"""


@pytest.mark.parametrize(("notice", "year"), [(NOTICE_2025, 2025), (NOTICE_2026, 2026)])
def test_the_pasted_notice_gives_the_same_days_as_the_shipped_file(notice: str, year: int) -> None:
    shipped = next(each for each in shipped_years() if each.year == year)

    pasted = parse_year(notice)

    assert dict(pasted.off) == dict(shipped.off)
    assert dict(pasted.worked) == dict(shipped.worked)


def test_the_source_of_a_pasted_notice_is_kept() -> None:
    assert parse_year(NOTICE_2026).source == "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）"


def test_loading_a_year_ends_the_provisional_state_and_can_move_dates() -> None:
    before = WorkingCalendar.shipped()

    after = before.with_year(parse_year(MADE_UP_2027))

    assert before.subtract(date(2027, 1, 4), 5).date == date(2026, 12, 28)
    assert after.subtract(date(2027, 1, 4), 5).date == date(2026, 12, 26)
    assert not after.subtract(date(2027, 1, 4), 5).provisional
    assert after.version == before.version + 1


def test_a_new_year_leaves_local_closures_in_place() -> None:
    closed = WorkingCalendar.shipped().with_local_days(off={date(2026, 11, 30): "暴雪停工"})

    assert not closed.with_year(parse_year(MADE_UP_2027)).is_working(date(2026, 11, 30))


def toml(block: str, *, year: str = "2026", source: str = "示例通知") -> str:
    return f'year = {year}\nsource = "{source}"\n[[off]]\nname = "元旦"\n{block}\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(toml("from = 2027-01-01\nto = 2027-01-03"), "不在 2026 年", id="a day of another year"),
        pytest.param(
            toml("from = 2026-01-01\nto = 2026-01-03\nworked = [2026-01-05]"), "不是周末", id="weekday worked"
        ),
        pytest.param(
            toml("from = 2026-01-01\nto = 2026-01-04\nworked = [2026-01-04]"), "既登记为放假", id="off and on"
        ),
        pytest.param(toml("from = 2026-01-03\nto = 2026-01-01"), "起止日期有误", id="ends before it starts"),
        pytest.param(toml('from = "2026-01-01"\nto = 2026-01-01'), "2026-10-01 的形式", id="text instead of a date"),
        pytest.param(toml("from = 2026-01-01\nto = 2026-01-01\nextra = 1"), "不认识的项目", id="unknown item"),
        pytest.param(toml("from = 2026-01-01\nto = 2026-01-01", source=" "), "缺少依据", id="no source"),
        pytest.param(toml("from = 2026-01-01\nto = 2026-01-01", year="12"), "年份", id="impossible year"),
        pytest.param('year = 2026\nsource = "示例"', "没有任何放假日", id="empty year"),
        pytest.param("year = [", "不是合法的 TOML", id="broken file"),
        pytest.param(NOTICE_2026.replace("关于2026年", "关于2027年"), "不是周四", id="notice read with the wrong year"),
        pytest.param(NOTICE_2026.replace("共9天", "共8天"), "与起止日期不符", id="day count disagrees"),
        pytest.param(NOTICE_2026.replace("6月19日（周五）至21日（周日）放假", "待定"), "没有写明", id="no dates"),
        pytest.param("明天放假", "没有在通知中找到", id="not a notice"),
    ],
)
def test_a_wrong_arrangement_is_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        parse_year(text)


def test_a_day_off_in_two_holidays_is_refused() -> None:
    text = toml("from = 2026-01-01\nto = 2026-01-03") + '[[off]]\nname = "春节"\nfrom = 2026-01-03\nto = 2026-01-05\n'

    with pytest.raises(BadRequest, match="同时登记在元旦和春节"):
        parse_year(text)


def test_every_shipped_file_names_its_year_and_its_source() -> None:
    folder = resources.files("processes") / "calendars"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))

    assert names == [f"cn_{year.year}.toml" for year in shipped_years()]
    assert all("通知" in year.source for year in shipped_years())
