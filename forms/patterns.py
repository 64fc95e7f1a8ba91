"""Patterns written by process owners: which are safe to run on an answer, and the problem with those that are not."""

from __future__ import annotations

import re

from forms.subset import PATTERN_LENGTH

_UNBOUNDED = re.compile(r"(?<!\\)[*+]|\{\d*,\}")
#: A group followed by a repetition other than `?` or a single digit in braces.
_GROUP_REPEATED = re.compile(r"(?<!\\)\)(?:[*+]|\{(?!\d\}))")
_GROUP_COUNTED = re.compile(r"(?<!\\)\)\{")
_MOST_UNBOUNDED = 2


def pattern_problem(pattern: str, *, max_length: int | None) -> str | None:
    """Why a pattern cannot be used, as a Chinese clause, or None.

    A pattern runs on the server over text a stranger typed. So look-arounds, back references and groups
    repeated without end are out, and the text is short: the search stays within cubic time of it.
    """
    if len(pattern) > PATTERN_LENGTH:
        return f"太长，最多 {PATTERN_LENGTH} 个字符。"
    if (max_length or PATTERN_LENGTH) > PATTERN_LENGTH:
        return f"带格式的栏目最长 {PATTERN_LENGTH} 个字，请减小 maxLength。"
    try:
        re.compile(pattern)
    except (re.error, OverflowError):
        return "不是合法的正则表达式。"
    if re.search(r"\(\?[^:]|\\[1-9]", pattern):
        return "不能用前后查找或反向引用。"
    if _GROUP_REPEATED.search(pattern) or len(_GROUP_COUNTED.findall(pattern)) > 1:
        return "括号后面只能用一次 {n}（n 为一位数字），请改写得简单些。"
    if len(_UNBOUNDED.findall(pattern)) > _MOST_UNBOUNDED:
        return f"* 和 + 最多用 {_MOST_UNBOUNDED} 次，请改写得简单些。"
    return None
