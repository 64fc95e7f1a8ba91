"""Looking at an expression without running it: its problems, the names it uses, the lines of a script."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache

from processes.feel import nodes
from processes.feel.builtins import BUILTINS
from processes.feel.errors import FeelError, FeelProblem, limit, place
from processes.feel.lexer import tokenize
from processes.feel.limits import MAX_SCRIPT, MAX_TEXT
from processes.feel.names import HOST_FUNCTIONS
from processes.feel.parser import KEYWORDS, parse_expression, parse_unary_tests

_ASSIGNMENT = re.compile(r"\s*([^\W\d]\w*)[ \t\u3000]*=(?![=>])(.*)", re.DOTALL)
_RESERVED = frozenset({"typename"})  # the engine's serializer gives this key a meaning of its own


def check(text: str, known_names: Collection[str] | None, *, unary: bool = False) -> list[FeelProblem]:
    """Everything wrong with an expression, as sentences; an empty list when it is fit to run.

    `known_names` are the variables (and further functions) that exist where the expression stands; None
    when that is not known, and then names are not checked. `unary`: the text is a decision-table cell.
    Names inside a filter `list[…]` are not checked: they may be members of the items.
    """
    if len(text) <= MAX_TEXT:
        _, problems = tokenize(text)
        if problems:
            return [problem.as_problem() for problem in problems]
    known = tuple(known_names or ())
    spaced = [*(name for name in known if not name.isidentifier()), *_spaced_builtins()]
    try:
        root = parse_unary_tests(text, spaced) if unary else parse_expression(text, spaced)
    except FeelError as problem:
        return [problem.as_problem()]
    if known_names is None:
        return []
    usable = {*known, "?"} if unary else {*known}
    return [_unknown(text, node, called, usable) for node, called in _unknown_names(root, usable)]


def _spaced_builtins() -> list[str]:
    return [name for name in BUILTINS if " " in name]


def _unknown_names(root: nodes.Node, usable: set[str]) -> Iterator[tuple[nodes.Name, bool]]:
    for node, called, filtered in free_names(root):
        if called:
            known = node.name in BUILTINS or node.name in HOST_FUNCTIONS or node.name in usable
        else:
            known = filtered or node.name in usable
        if not known:
            yield node, called


def _unknown(text: str, node: nodes.Name, called: bool, usable: set[str]) -> FeelProblem:
    line, column = place(text, node.pos)
    what = "函数" if called else "名称"
    choices = [*BUILTINS, *HOST_FUNCTIONS] if called else sorted(usable)
    similar = get_close_matches(node.name, choices, n=1, cutoff=0.6)
    hint = f"是不是想写“{similar[0]}”？" if similar else _no_hint(called, usable)
    message = f"第 {line} 行第 {column} 个字：没有叫“{node.name}”的{what}。{hint}"
    return FeelProblem("FEEL_UNKNOWN_NAME", message, line, column)


def _no_hint(called: bool, usable: set[str]) -> str:
    if called or not usable:
        return "请检查写法。"
    shown = "、".join(sorted(usable - {"?"})[:8])
    return f"这里可以用的名称有：{shown}。文字请加英文双引号。" if shown else "文字请加英文双引号。"


def free_names(root: nodes.Node) -> Iterator[tuple[nodes.Name, bool, bool]]:
    """Names that the expression does not define itself: the node, whether it is called, whether inside a filter."""
    pending: list[tuple[nodes.Node, frozenset[str], bool]] = [(root, frozenset(), False)]
    while pending:
        node, own, filtered = pending.pop()
        if isinstance(node, nodes.Name):
            if node.name not in own:
                yield node, False, filtered
        elif isinstance(node, nodes.Call) and isinstance(node.callee, nodes.Name):
            if node.callee.name not in own:
                yield node.callee, True, filtered
            pending.extend((each, own, filtered) for each in node.arguments)
        else:
            pending.extend(_below(node, own, filtered))


def _below(node: nodes.Node, own: frozenset[str], filtered: bool) -> Iterator[tuple[nodes.Node, frozenset[str], bool]]:
    if isinstance(node, nodes.Filter):
        yield node.base, own, filtered
        yield node.condition, own | {"item"}, True
    elif isinstance(node, nodes.For | nodes.Quantified):
        inner = own
        for loop in node.iterators:
            yield from ((each, inner, filtered) for each in nodes.children(loop))
            inner = inner | {loop.name}
        if isinstance(node, nodes.For):
            yield node.body, inner | {"partial"}, filtered
        else:
            yield node.condition, inner, filtered
    elif isinstance(node, nodes.FunctionDefinition):
        yield node.body, own | set(node.parameters), filtered
    elif isinstance(node, nodes.ContextLiteral):
        inner = own
        for key, value in node.entries:
            yield value, inner, filtered
            inner = inner | {key}
    else:
        yield from ((each, own, filtered) for each in nodes.children(node))


def names_used(text: str, *, known_names: Collection[str] = ()) -> frozenset[str]:
    """The variables an expression may read: not functions, not names it defines itself.

    Inside a filter a name may turn out to be a member of the items; it is listed all the same. Variables of
    several words can only be recognised when they are among `known_names`. Raises FeelError.
    """
    root = parse_expression(text, [*known_names, *_spaced_builtins()])
    return frozenset(node.name for node, called, _ in free_names(root) if not called)


def assignments(text: str, *, known_names: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The lines of a script task as (name, expression), in order.

    Allowed are `name = expression` lines, blank lines and `//` comments, nothing else; anything more is a
    service task. Raises FeelError with the line and column in the script.
    """
    if len(text) > MAX_SCRIPT:
        raise limit(f"脚本太长（{len(text)} 个字，最多 {MAX_SCRIPT} 个），请改用服务任务。")
    return list(_assignments(text, tuple(sorted(known_names))))


@lru_cache(maxsize=512)
def _assignments(text: str, known_names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Remembered, because an instance runs the same script with the same names again and again."""
    known = [*known_names, *_spaced_builtins()]
    found: list[tuple[str, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.strip().startswith("//"):
            found.append(_assignment(line, number, known))
    return tuple(found)


def _assignment(line: str, number: int, known: Collection[str]) -> tuple[str, str]:
    match = _ASSIGNMENT.fullmatch(line)
    if match is None:
        raise FeelError("FEEL_SYNTAX", f"第 {number} 行：脚本的每一行只能写成“名称 = 表达式”。{_why(line)}", number, 1)
    name, expression = match.group(1), match.group(2)
    if name in KEYWORDS or name in _RESERVED:
        raise FeelError("FEEL_SYNTAX", f"第 {number} 行：“{name}”是保留的名称，请换一个。", number, 1)
    try:
        parse_expression(expression, known)
    except FeelError as problem:
        column = match.start(2) + problem.column
        detail = str(problem.message).partition("：")[2] if problem.code == "FEEL_SYNTAX" else problem.message
        raise FeelError(problem.code, f"第 {number} 行第 {column} 个字：{detail}", number, column) from problem
    return name, expression.strip()


def _why(line: str) -> str:
    if "＝" in line:
        return "等号请用英文的 =。"
    if "==" in line:
        return "赋值只用一个等号 =。"
    if "=" not in line:
        return "这一行没有等号。"
    return "等号左边只能是一个名称（字母、汉字、数字、下划线，不以数字开头）。"
