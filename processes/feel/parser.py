"""Tokens to a syntax tree: a Pratt parser, because FEEL names can only be told apart with the known names at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from processes.feel import forms, nodes
from processes.feel.errors import FeelError, limit, syntax_error
from processes.feel.lexer import AT, END, NUMBER, SIGN, STRING, WORD, Token, tokenize
from processes.feel.limits import MAX_DEPTH, MAX_NESTING, MAX_NODES, MAX_TEXT
from processes.feel.names import HOST_FUNCTIONS, PROPERTIES, NameTable, joined
from processes.feel.temporal import at_literal

# Binding powers, loosest first (the grammar of DMN 1.5).
OR, AND, COMPARISON, SUM, PRODUCT, POWER, NEGATION, TYPE = 10, 20, 30, 40, 50, 60, 70, 75
_POWERS = {
    "or": OR, "and": AND, "=": COMPARISON, "!=": COMPARISON, "<": COMPARISON, "<=": COMPARISON, ">": COMPARISON,
    ">=": COMPARISON, "between": COMPARISON, "in": COMPARISON, "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT,
    "**": POWER, "instance": TYPE,
}  # fmt: skip
_CONSTANTS = {"null": None, "true": True, "false": False}
KEYWORDS = frozenset(
    {
        *("null", "true", "false", "and", "or", "if", "then", "else", "for", "in", "return", "some", "every"),
        *("satisfies", "between", "instance", "of", "function"),
    }
)
_FORMS: dict[str, Callable[[Parser], nodes.Node]] = {
    "if": lambda parser: forms.if_form(parser),
    "for": lambda parser: forms.for_form(parser),
    "some": lambda parser: forms.quantified_form(parser),
    "every": lambda parser: forms.quantified_form(parser),
    "function": lambda parser: forms.function_form(parser),
}
_ENDS_SOMETHING = {
    ")": "这里多了一个右括号 )，前面没有对应的左括号。",
    "]": "这里多了一个右方括号 ]，前面没有对应的左方括号。",
    "}": "这里多了一个右花括号 }，前面没有对应的左花括号。",
    ",": "这里多了一个逗号，或者逗号后面缺少内容。",
    "=": "等号 = 的左边缺少要比较的内容。",
    "'": '文字请用英文双引号 " 括起来，不要用单引号。',
}


class Parser:
    """One pass over one text. `position` is the index of the token to read next."""

    def __init__(self, text: str, known: Iterable[str]) -> None:
        self.text = text
        self.tokens, problems = tokenize(text)
        if problems:
            raise problems[0]
        self.names = NameTable((*known, *HOST_FUNCTIONS, *PROPERTIES))
        self.position = 0
        self._nesting = 0

    # -- reading tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def advance(self) -> Token:
        """Take the next token."""
        token = self.tokens[self.position]
        if token.kind != END:
            self.position += 1
        return token

    def at(self, text: str) -> bool:
        """Is the next token this sign or keyword?"""
        token = self.tokens[self.position]
        return token.text == text and token.kind in (SIGN, WORD)

    def accept(self, text: str) -> bool:
        """Take the next token if it is this sign or keyword."""
        if self.at(text):
            self.position += 1
            return True
        return False

    def restart(self, position: int) -> None:
        """Go back to a token at the outermost level and read from there again."""
        self.position = position
        self._nesting = 0

    def expect(self, text: str, message: str) -> Token:
        """Take this sign or keyword, or fail with the sentence."""
        if not self.at(text):
            raise self.error(message)
        return self.advance()

    def error(self, message: str, token: Token | None = None) -> FeelError:
        """A syntax error at a token (the next one by default)."""
        return syntax_error(self.text, (token or self.token).pos, message)

    # -- expressions

    def expression(self, power: int = 0) -> nodes.Node:
        """Read an expression whose operators all bind tighter than `power`."""
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise limit(f"表达式嵌套太深（最多 {MAX_DEPTH} 层），请拆成几步来写。")
        left = self._prefix()
        while True:
            binding = self._binding()
            if binding <= power:
                break
            left = self._infix(left, binding)
        self._nesting -= 1
        return left

    def _binding(self) -> int:
        token = self.token
        return _POWERS.get(token.text, 0) if token.kind in (SIGN, WORD) else 0

    def _infix(self, left: nodes.Node, binding: int) -> nodes.Node:
        operator = self.token.text
        if operator in ("and", "or"):
            return self._logic(left, operator, binding)
        if operator in ("between", "in", "instance"):
            return forms.INFIX[operator](self, left)
        if binding in (SUM, PRODUCT):
            return self._chain(left, binding)
        token = self.advance()
        right = self.expression(binding)
        if operator == "**":
            return nodes.Power(token.pos, left, right)
        return nodes.Compare(token.pos, operator, left, right)

    def _logic(self, left: nodes.Node, operator: str, binding: int) -> nodes.Node:
        items = [left]
        while self.accept(operator):
            items.append(self.expression(binding))
        return (nodes.And if operator == "and" else nodes.Or)(left.pos, tuple(items))

    def _chain(self, left: nodes.Node, binding: int) -> nodes.Node:
        rest: list[tuple[str, nodes.Node]] = []
        while self._binding() == binding:
            operator = self.advance().text
            rest.append((operator, self.expression(binding)))
        return nodes.Chain(left.pos, left, tuple(rest))

    def _prefix(self) -> nodes.Node:
        token = self.token
        if token.kind == NUMBER or token.kind == STRING:
            self.position += 1
            return self._postfix(nodes.Literal(token.pos, token.value))
        if token.kind == AT:
            self.position += 1
            return self._postfix(nodes.Literal(token.pos, self._temporal(token)))
        if token.kind == WORD:
            return self._word(token)
        if token.kind == END:
            raise self.error(self._unfinished())
        return self._sign(token)

    def _temporal(self, token: Token) -> object:
        value = at_literal(str(token.value))
        if value is None:
            raise self.error(
                f'“{token.value}”不是日期、时间或时长，请写成 @"2026-03-01"、@"09:30:00" 或 @"P5D" 这样。', token
            )
        return value

    def _unfinished(self) -> str:
        if self.position == 0:
            return "表达式是空的，请填写内容。"
        return f"表达式到“{self.tokens[self.position - 1].text}”就断了，后面还缺内容。"

    def _word(self, token: Token) -> nodes.Node:
        known = self.names.match(self.tokens, self.position)
        if known is None and token.text in KEYWORDS:
            return self._keyword(token)
        return self._postfix(self.name())

    def _keyword(self, token: Token) -> nodes.Node:
        if token.text in _CONSTANTS:
            self.position += 1
            return self._postfix(nodes.Literal(token.pos, _CONSTANTS[token.text]))
        if token.text in _FORMS:
            return _FORMS[token.text](self)
        raise self.error(f"“{token.text}”前面缺少内容。")

    def _sign(self, token: Token) -> nodes.Node:
        if token.text == "?":
            self.position += 1
            return self._postfix(nodes.Name(token.pos, "?"))
        if token.text == "-":
            self.position += 1
            return nodes.Negate(token.pos, self.expression(NEGATION))
        if token.text == "(":
            return self._postfix(forms.parenthesis(self))
        if token.text in ("[", "]") and not (token.text == "]" and not forms.opens_range(self)):
            return self._postfix(forms.bracket(self))
        if token.text == "{":
            return self._postfix(forms.context_literal(self))
        raise self.error(_ENDS_SOMETHING.get(token.text, f"“{token.text}”的前面缺少内容。"))

    def name(self) -> nodes.Name:
        """Read a name: the longest known one, or a single word."""
        token = self.token
        if token.kind != WORD:
            raise self.error("这里应该写一个名称。")
        known = self.names.match(self.tokens, self.position)
        name, length = known or (token.text, 1)
        self.position += length
        return nodes.Name(token.pos, name)

    def declared_name(self, *stops: str) -> str:
        """Read a name being introduced, of any words, up to one of the stop tokens; it is known from then on."""
        first = self.position
        while self.token.kind in (WORD, NUMBER) or self.token.text in ("-", "+", "'", "/", ".", "*"):
            if self.token.text in stops:
                break
            self.position += 1
        if first == self.position or self.tokens[first].kind != WORD:
            raise self.error("这里应该写一个名称。")
        name = joined(self.tokens[first : self.position])
        self.names.add(name)
        return name

    def _postfix(self, node: nodes.Node) -> nodes.Node:
        while self.token.kind == SIGN:
            if self.token.text == "." and self.tokens[self.position + 1].kind == WORD:
                self.position += 1
                name = self.name()
                node = nodes.Path(name.pos, node, name.name)
            elif self.token.text == "[" and not self._closes_range():
                opening = self.advance()
                condition = self.expression()
                self.expect("]", "缺少右方括号 ]。")
                node = nodes.Filter(opening.pos, node, condition)
            elif self.token.text == "(":
                node = forms.call(self, node)
            else:
                break
        return node

    def _closes_range(self) -> bool:
        """Is this `[` the open end of a range such as `[1..5[`, because nothing follows that could be a filter?"""
        following = self.tokens[self.position + 1]
        return following.kind == END or (following.kind == SIGN and following.text in (")", ",", "]", "}", ".."))

    def finish(self, root: nodes.Node) -> nodes.Node:
        """Check that everything was read and that the tree is within the limits."""
        if self.token.kind != END:
            raise self.error(self._left_over(self.token))
        count, depth = nodes.measure(root)
        if count > MAX_NODES:
            raise limit(f"表达式太长（{count} 个部分，最多 {MAX_NODES} 个），请拆成几步来写。")
        if depth > MAX_DEPTH:
            raise limit(f"表达式嵌套太深（{depth} 层，最多 {MAX_DEPTH} 层），请拆成几步来写。")
        return root

    def _left_over(self, token: Token) -> str:
        before = self.tokens[self.position - 1]
        if token.text in ("AND", "OR", "And", "Or", "并且", "或者"):
            return f"“{token.text}”请写成小写英文 {'and' if token.text.lower() in ('and', '并且') else 'or'}。"
        if token.kind == SIGN and token.text in _ENDS_SOMETHING:
            return _ENDS_SOMETHING[token.text]
        if before.kind == WORD and token.kind == WORD:
            return (
                f"“{before.text}”和“{token.text}”之间缺少运算符（如 and、or、=）；"
                f"如果“{before.text} {token.text}”是一个名称，请检查这个名称是否存在。"
            )
        return f"“{token.text}”放在这里看不懂，前面可能缺少运算符（如 and、or、=、逗号）。"


def _within_length(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise limit(f"表达式太长（{len(text)} 个字，最多 {MAX_TEXT} 个），请拆成几步来写。")


def parse_expression(text: str, known: Iterable[str] = ()) -> nodes.Node:
    """Parse one expression. `known` are names of several words that may occur.

    Raises FeelError (FEEL_SYNTAX, FEEL_LIMIT).
    """
    _within_length(text)
    parser = Parser(text, known)
    return parser.finish(parser.expression())


def parse_unary_tests(text: str, known: Iterable[str] = ()) -> nodes.Node:
    """Parse the content of a decision-table cell. Raises FeelError (FEEL_SYNTAX, FEEL_LIMIT)."""
    _within_length(text)
    parser = Parser(text, known)
    return parser.finish(forms.unary_tests(parser))
