"""Expressions of Java engines (JUEL, `${...}`) in FEEL: a small parser; what it cannot map it says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from processes import feel

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/%<>!?:().,\[\]]))"
)
_WORDS = {"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "and": "&&", "or": "||", "not": "!"}
_COMPARISONS = {"==": "=", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
#: Methods of the engines' objects that have a counterpart.
_GETTERS = frozenset({"getVariable", "getVariableLocal"})
_MOST = 2_000


class NotMapped(Exception):
    """The expression has no counterpart; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def to_feel(text: str) -> str:
    """The FEEL expression that says the same. Raises NotMapped.

    `${a == 'x'}` gives `a = "x"`; text around several `${...}` is joined. A text without `${` is taken as FEEL already.
    """
    parts = re.split(r"[$#]\{([^{}]*)\}", text.strip())
    if len(parts) == 1:
        return _checked(text.strip().removeprefix("=").strip())
    pieces = []
    for number, part in enumerate(parts):
        if number % 2:
            pieces.append(_Parser(_tokens(part)).whole())
        elif part:
            pieces.append(_quoted(part))
    if len(pieces) == 1:
        return _checked(pieces[0])
    return _checked(" + ".join(piece if piece.startswith('"') else f"string({piece})" for piece in pieces))


def _checked(expression: str) -> str:
    problems = feel.check(expression, None)
    if problems:
        raise NotMapped(problems[0].message)
    return expression


def _tokens(text: str) -> list[_Token]:
    if len(text) > _MOST:
        raise NotMapped("表达式太长。")
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise NotMapped(f"看不懂“{text[at:].strip()[:20]}”。")
        word = match.group(match.lastgroup)
        kind, word = ("sign", _WORDS[word]) if match.lastgroup == "name" and word in _WORDS else (match.lastgroup, word)
        found.append(_Token(kind, word))
        at = match.end()
    return found


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class _Parser:
    """Recursive descent from the weakest operator to the strongest; gives FEEL text."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def whole(self) -> str:
        text = self._ternary()
        if self._at < len(self._tokens):
            raise NotMapped(f"看不懂“{self._tokens[self._at].text}”之后的部分。")
        return text

    def _next(self, *signs: str) -> str | None:
        if self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind == "sign" and token.text in signs:
                self._at += 1
                return token.text
        return None

    def _need(self, sign: str) -> None:
        if self._next(sign) is None:
            raise NotMapped(f"缺少“{sign}”。")

    def _ternary(self) -> str:
        condition = self._or()
        if self._next("?") is None:
            return condition
        yes = self._ternary()
        self._need(":")
        return f"if {condition} then {yes} else {self._ternary()}"

    def _or(self) -> str:
        parts = [self._and()]
        while self._next("||"):
            parts.append(self._and())
        return " or ".join(parts)

    def _and(self) -> str:
        parts = [self._comparison()]
        while self._next("&&"):
            parts.append(self._comparison())
        return " and ".join(parts)

    def _comparison(self) -> str:
        left = self._sum()
        sign = self._next(*_COMPARISONS)
        return left if sign is None else f"{left} {_COMPARISONS[sign]} {self._sum()}"

    def _sum(self) -> str:
        text = self._product()
        while sign := self._next("+", "-"):
            text = f"{text} {sign} {self._product()}"
        return text

    def _product(self) -> str:
        text = self._unary()
        while sign := self._next("*", "/", "%"):
            right = self._unary()
            text = f"modulo({text}, {right})" if sign == "%" else f"{text} {sign} {right}"
        return text

    def _unary(self) -> str:
        if self._next("!"):
            return f"not({self._unary()})"
        if self._next("-"):
            return f"-{self._unary()}"
        if self._at < len(self._tokens) and self._tokens[self._at] == _Token("name", "empty"):
            self._at += 1
            inner = self._unary()
            return f'({inner} = null or {inner} = "" or {inner} = [])'
        return self._postfix()

    def _postfix(self) -> str:
        text = self._primary()
        while sign := self._next(".", "["):
            if sign == "[":
                inner = self._ternary()
                self._need("]")
                text = f"{text}[{inner} + 1]" if inner.isdigit() else f"get value({text}, {inner})"
            else:
                text = self._member(text)
        return text

    def _member(self, subject: str) -> str:
        if self._at >= len(self._tokens) or self._tokens[self._at].kind != "name":
            raise NotMapped("“.”后面缺少名称。")
        name = self._tokens[self._at].text
        self._at += 1
        if self._next("(") is None:
            return f"{subject}.{name}"
        return self._method(subject, name, self._arguments())

    def _arguments(self) -> list[str]:
        found: list[str] = []
        while self._next(")") is None:
            if found:
                self._need(",")
            found.append(self._ternary())
        return found

    def _method(self, subject: str, name: str, given: list[str]) -> str:
        if subject == "execution" and name in _GETTERS and len(given) == 1 and given[0].startswith('"'):
            return given[0][1:-1]
        one = {"equals": "{0} = {1}", "contains": "contains({0}, {1})", "startsWith": "starts with({0}, {1})"}
        none = {"size": "count({0})", "length": "string length({0})", "isEmpty": "count({0}) = 0"}
        form = one.get(name) if len(given) == 1 else none.get(name) if not given else None
        if form is None:
            raise NotMapped(f"不支持调用“{subject}.{name}(…)”：这里不能运行其他系统的程序。")
        return form.format(subject, *given)

    def _primary(self) -> str:
        if self._at >= len(self._tokens):
            raise NotMapped("表达式不完整。")
        if self._next("("):
            inner = self._ternary()
            self._need(")")
            return f"({inner})"
        token = self._tokens[self._at]
        self._at += 1
        if token.kind == "text":
            return _quoted(re.sub(r"\\(.)", r"\1", token.text[1:-1]))
        if token.kind == "number":
            return token.text
        if token.kind == "name" and self._next("(") is None:
            return token.text
        raise NotMapped(f"不支持“{token.text}”。")
