"""What each function is for, in one Chinese line: shown by the designer while an expression is typed."""

from __future__ import annotations

from dataclasses import dataclass

from processes.feel.builtins import BUILTINS

_OF_THE_HOUSE: dict[str, tuple[tuple[str, ...], str]] = {
    "now": ((), "现在的时刻"),
    "today": ((), "今天的日期"),
    "working days after": (("date", "n"), "某日之后第 n 个工作日"),
    "working days before": (("date", "n"), "某日之前第 n 个工作日"),
}
_MEANINGS: dict[str, str] = {
    "abs": "绝对值",
    "after": "前者是否晚于后者",
    "all": "是否全部成立",
    "any": "是否有一个成立",
    "append": "在列表末尾加上一项",
    "before": "前者是否早于后者",
    "ceiling": "向上取整",
    "coincides": "两者是否重合",
    "concatenate": "把几个列表连成一个",
    "contains": "文字中是否含有另一段文字",
    "context": "由成对的名称和取值组成数据",
    "context merge": "合并几组数据",
    "context put": "在数据中写入一项",
    "count": "列表有几项",
    "date": "由文字或年月日得到日期",
    "date and time": "由文字或日期、时间得到时刻",
    "day of week": "星期几（英文）",
    "day of year": "一年中的第几天",
    "decimal": "保留几位小数（四舍六入五成双）",
    "distinct values": "去掉重复的项",
    "duration": "由文字得到时长，如 P5D",
    "during": "是否落在区间之内",
    "ends with": "文字是否以另一段文字结尾",
    "even": "是否偶数",
    "exp": "自然指数",
    "finished by": "区间是否止于此处",
    "finishes": "是否止于同一处",
    "flatten": "把多层列表摊平",
    "floor": "向下取整",
    "get entries": "数据中的各项",
    "get value": "数据中某一项的取值",
    "includes": "区间是否包含另一个",
    "index of": "某项在列表中的位置",
    "insert before": "在某一位置之前插入一项",
    "is": "两者是否完全相同",
    "list contains": "列表中是否有某项",
    "list replace": "替换列表中的一项",
    "log": "自然对数",
    "lower case": "改成小写",
    "matches": "文字是否符合格式",
    "max": "最大的一个",
    "mean": "平均数",
    "median": "中位数",
    "meets": "前一区间是否正好接上后一区间",
    "met by": "后一区间是否正好接上前一区间",
    "min": "最小的一个",
    "mode": "出现最多的值",
    "modulo": "除后的余数",
    "month of year": "月份（英文）",
    "not": "不成立",
    "number": "由文字得到数字",
    "odd": "是否奇数",
    "overlaps": "两个区间是否有重叠",
    "overlaps after": "重叠且开始较晚",
    "overlaps before": "重叠且开始较早",
    "product": "乘积",
    "remove": "去掉列表某一位置的项",
    "replace": "替换文字中符合格式的部分",
    "reverse": "把列表倒过来",
    "round down": "向零取整",
    "round half down": "五舍六入",
    "round half up": "四舍五入",
    "round up": "远离零取整",
    "sort": "排序",
    "split": "按分隔符拆开文字",
    "sqrt": "平方根",
    "started by": "区间是否始于此处",
    "starts": "是否始于同一处",
    "starts with": "文字是否以另一段文字开头",
    "stddev": "标准差",
    "string": "变成文字",
    "string join": "把几段文字连起来",
    "string length": "文字的字数",
    "sublist": "列表中的一段",
    "substring": "文字中的一段",
    "substring after": "某段文字之后的部分",
    "substring before": "某段文字之前的部分",
    "sum": "合计",
    "time": "由文字或时分秒得到时间",
    "trim": "去掉首尾空格",
    "union": "合并列表并去掉重复",
    "upper case": "改成大写",
    "week of year": "一年中的第几周",
    "years and months duration": "两个日期相隔的年月",
}


@dataclass(frozen=True, slots=True)
class FunctionMeaning:
    """A function of FEEL or of this house: the names of its parameters and what it gives."""

    name: str
    parameters: tuple[str, ...]
    meaning: str


def list_functions() -> list[FunctionMeaning]:
    """Every function an expression may call, by name; of several ways to call one, the first declared."""
    own = [FunctionMeaning(name, given, words) for name, (given, words) in _OF_THE_HOUSE.items()]
    standard = [
        FunctionMeaning(name, tuple(each.name for each in ways[0].parameters), _MEANINGS[name])
        for name, ways in BUILTINS.items()
    ]
    return sorted([*own, *standard], key=lambda one: one.name)
