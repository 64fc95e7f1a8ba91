"""The constructs of the grammar that begin with a keyword or a bracket."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from processes.feel import nodes
from processes.feel.errors import FeelError
from processes.feel.lexer import END, NUMBER, SIGN, STRING, WORD

if TYPE_CHECKING:
    from processes.feel.parser import Parser

_COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")
_OPEN_AND_CLOSE = 30  # binding power of comparison: operands of `in`, `between`, unary tests and ranges


def if_form(parser: Parser) -> nodes.Node:
    """`if … then … else …`; the else is required in DMN 1.5."""
    token = parser.advance()
    condition = parser.expression()
    parser.expect("then", "if 后面缺少 then：请写成 if 条件 then 结果 else 另一结果。")
    then = parser.expression()
    parser.expect("else", "if … then … 后面缺少 else：请写明条件不成立时的结果。")
    return nodes.If(token.pos, condition, then, parser.expression())


def for_form(parser: Parser) -> nodes.Node:
    """`for x in list, y in 1..3 return …`."""
    token = parser.advance()
    loops = _loops(parser, ranges=True)
    parser.expect("return", "for 后面缺少 return：请写成 for 名称 in 列表 return 结果。")
    return nodes.For(token.pos, loops, parser.expression())


def quantified_form(parser: Parser) -> nodes.Node:
    """`some x in list satisfies …`, `every x in list satisfies …`."""
    token = parser.advance()
    loops = _loops(parser, ranges=True)
    parser.expect("satisfies", f"{token.text} 后面缺少 satisfies：请写成 {token.text} 名称 in 列表 satisfies 条件。")
    return nodes.Quantified(token.pos, token.text == "every", loops, parser.expression())


def _loops(parser: Parser, *, ranges: bool) -> tuple[nodes.Loop, ...]:
    loops: list[nodes.Loop] = []
    while True:
        pos = parser.token.pos
        name = parser.declared_name("in")
        parser.expect("in", f"“{name}”后面缺少 in。")
        source = parser.expression(_OPEN_AND_CLOSE)
        end = parser.expression(_OPEN_AND_CLOSE) if ranges and parser.accept("..") else None
        loops.append(nodes.Loop(pos, name, source, end))
        if not parser.accept(","):
            return tuple(loops)


def function_form(parser: Parser) -> nodes.Node:
    """`function(a, b) a + b`. Foreign code (`external`) does not exist here."""
    token = parser.advance()
    parser.expect("(", "function 后面缺少左括号 (。")
    parameters: list[str] = []
    while not parser.accept(")"):
        parameters.append(parser.declared_name(",", ")", ":"))
        if parser.accept(":"):
            type_reference(parser)
        if not parser.accept(",") and not parser.at(")"):
            raise parser.error("函数的参数之间请用英文逗号 , 分隔，最后加右括号 )。")
    if parser.at("external"):
        raise parser.error("不支持外部函数（external）。")
    return nodes.FunctionDefinition(token.pos, tuple(parameters), parser.expression())


def parenthesis(parser: Parser) -> nodes.Node:
    """`(…)`, an open range `(1..5]`, or a comparison as a value `(< 5)`."""
    opening = parser.advance()
    if parser.token.kind == SIGN and parser.token.text in _COMPARISONS:
        test = _comparison(parser)
        parser.expect(")", "缺少右括号 )。")
        return test
    inner = parser.expression()
    if parser.accept(".."):
        return _range_end(parser, opening.pos, inner, start_included=False)
    parser.expect(")", "缺少右括号 )，请检查每个左括号都有对应的右括号。")
    return inner


def opens_range(parser: Parser) -> bool:
    """Does a `]` here open a range, as in `]1..5]`?"""
    following = parser.tokens[parser.position + 1 : parser.position + 12]
    return any(token.text == ".." for token in following)


def bracket(parser: Parser) -> nodes.Node:
    """A list `[1, 2]` or a range `[1..5)`, `]1..5]`."""
    opening = parser.advance()
    if opening.text == "[" and parser.accept("]"):
        return nodes.ListLiteral(opening.pos, ())
    items = [_list_item(parser)]
    if parser.accept(".."):
        return _range_end(parser, opening.pos, items[0], start_included=opening.text == "[")
    while parser.accept(","):
        items.append(_list_item(parser))
    parser.expect("]", "列表缺少右方括号 ]，或者两项之间缺少逗号。")
    return nodes.ListLiteral(opening.pos, tuple(items))


def _list_item(parser: Parser) -> nodes.Node:
    if parser.token.kind == SIGN and parser.token.text in _COMPARISONS:
        return _comparison(parser)
    return parser.expression()


def _range_end(parser: Parser, pos: int, start: nodes.Node, *, start_included: bool) -> nodes.Node:
    end = parser.expression()
    if parser.token.text not in ("]", ")", "[") or parser.token.kind != SIGN:
        raise parser.error("区间缺少结尾：包含末尾写 ]，不包含写 )。")
    closing = parser.advance().text
    return nodes.RangeLiteral(pos, start, end, start_included, closing == "]")


def context_literal(parser: Parser) -> nodes.Node:
    """`{name: value, "quoted name": value}`; an entry sees the ones before it."""
    opening = parser.advance()
    entries: list[tuple[str, nodes.Node]] = []
    while not parser.accept("}"):
        entries.append(_context_entry(parser))
        if not parser.accept(",") and not parser.at("}"):
            raise parser.error("花括号里各项之间请用英文逗号 , 分隔，最后加右花括号 }。")
    return nodes.ContextLiteral(opening.pos, tuple(entries))


def _context_entry(parser: Parser) -> tuple[str, nodes.Node]:
    if parser.token.kind == STRING:
        key = str(parser.advance().value)
        parser.names.add(key)
    elif parser.token.kind == END:
        raise parser.error("缺少右花括号 }。")
    else:
        key = parser.declared_name(":")
    parser.expect(":", f"“{key}”后面缺少英文冒号 :。")
    return key, parser.expression()


def call(parser: Parser, callee: nodes.Node) -> nodes.Node:
    """`f(a, b)` or `f(name: a, other name: b)`; never both kinds at once."""
    opening = parser.advance()
    arguments: list[nodes.Node] = []
    names: list[str] = []
    while not parser.accept(")"):
        if _named_argument_follows(parser):
            names.append(parser.declared_name(":"))
            parser.expect(":", "参数名后面缺少英文冒号 :。")
        arguments.append(_list_item(parser))
        if not parser.accept(",") and not parser.at(")"):
            raise parser.error("缺少右括号 )，或者两个参数之间缺少逗号。")
    if names and len(names) != len(arguments):
        raise parser.error("要么每个参数都写名称，要么都不写。", opening)
    return nodes.Call(opening.pos, callee, tuple(arguments), tuple(names) if names else None)


def _named_argument_follows(parser: Parser) -> bool:
    index = parser.position
    while parser.tokens[index].kind in (WORD, NUMBER) or parser.tokens[index].text in ("-", "'", "/"):
        index += 1
    return index > parser.position and parser.tokens[index].text == ":" and parser.tokens[parser.position].kind == WORD


def _comparison(parser: Parser) -> nodes.Node:
    operator = parser.advance()
    return nodes.Test(operator.pos, operator.text, parser.expression(_OPEN_AND_CLOSE))


def _positive_test(parser: Parser) -> nodes.Node:
    if parser.token.kind == SIGN and parser.token.text in _COMPARISONS:
        return _comparison(parser)
    return parser.expression()


def unary_tests(parser: Parser) -> nodes.Node:
    """A decision-table cell: `-`, `not(tests)`, or tests separated by commas."""
    start = parser.token
    if parser.at("-") and parser.tokens[parser.position + 1].kind == END:
        parser.advance()
        return nodes.Dash(start.pos)
    negated = _negated_cell(parser)
    return negated or nodes.UnaryTests(start.pos, _test_list(parser), False)


def _negated_cell(parser: Parser) -> nodes.Node | None:
    """`not(…)` is a negated cell only when its bracket closes at the very end; otherwise nothing is read."""
    start = parser.position
    if not (parser.accept("not") and parser.accept("(")):
        parser.position = start
        return None
    try:
        tests = _test_list(parser)
    except FeelError:  # reading it as an expression will say what is wrong
        tests = ()
    if tests and parser.accept(")") and parser.token.kind == END:
        return nodes.UnaryTests(parser.tokens[start].pos, tests, True)
    parser.restart(start)
    return None


def _test_list(parser: Parser) -> tuple[nodes.Node, ...]:
    tests = [_positive_test(parser)]
    while parser.accept(","):
        tests.append(_positive_test(parser))
    return tuple(tests)


def _between(parser: Parser, value: nodes.Node) -> nodes.Node:
    token = parser.advance()
    low = parser.expression(_OPEN_AND_CLOSE)
    parser.expect("and", "between 后面缺少 and：请写成 between 下限 and 上限。")
    return nodes.Between(token.pos, value, low, parser.expression(_OPEN_AND_CLOSE))


def _in(parser: Parser, value: nodes.Node) -> nodes.Node:
    token = parser.advance()
    if not parser.at("("):
        test = _comparison(parser) if parser.token.text in _COMPARISONS else parser.expression(_OPEN_AND_CLOSE)
        return nodes.In(token.pos, value, (test,))
    opening = parser.advance()
    tests = _test_list(parser)
    if len(tests) == 1 and parser.accept(".."):
        tests = (_range_end(parser, opening.pos, tests[0], start_included=False),)
    else:
        parser.expect(")", "in 后面的括号缺少右括号 )。")
    return nodes.In(token.pos, value, tests)


def _instance_of(parser: Parser, value: nodes.Node) -> nodes.Node:
    token = parser.advance()
    parser.expect("of", "instance 后面缺少 of：请写成 instance of 类型。")
    return nodes.InstanceOf(token.pos, value, type_reference(parser))


_TYPE_NAMES = (
    "date and time", "days and time duration", "day time duration", "years and months duration", "year month duration",
)  # fmt: skip


def type_reference(parser: Parser) -> nodes.TypeRef:
    """A type: `number`, `list<string>`, `context<a: number>`, `function<number> -> number` …"""
    pos, name = parser.token.pos, _type_name(parser)
    arguments: list[tuple[str, nodes.TypeRef]] = []
    if name in ("list", "range", "context", "function") and parser.accept("<"):
        while not parser.accept(">"):
            label = ""
            if name == "context":
                label = parser.declared_name(":")
                parser.expect(":", "类型里缺少英文冒号 :。")
            arguments.append((label, type_reference(parser)))
            if not parser.accept(",") and not parser.at(">"):
                raise parser.error("类型缺少结尾的 >。")
    if name == "function" and parser.accept("->"):
        arguments.append(("->", type_reference(parser)))
    return nodes.TypeRef(pos, name, tuple(arguments))


def _type_name(parser: Parser) -> str:
    for name in _TYPE_NAMES:
        words = name.split()
        found = [token.text for token in parser.tokens[parser.position : parser.position + len(words)]]
        if found == words:
            parser.position += len(words)
            return name
    if parser.token.kind != WORD:
        raise parser.error("这里应该写类型，例如 number、string、date、list。")
    return parser.advance().text


INFIX: dict[str, Callable[[Parser, nodes.Node], nodes.Node]] = {
    "between": _between,
    "in": _in,
    "instance": _instance_of,
}
