"""Text to tokens. What a person typed by habit (== && full-width signs) is recognised and explained."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from processes.feel.errors import FeelError, syntax_error
from processes.feel.limits import DIGITS, MAX_EXPONENT

NUMBER, STRING, WORD, SIGN, AT, END = "number", "string", "word", "sign", "at", "end"


class Token(NamedTuple):
    kind: str
    text: str
    pos: int
    end: int
    spaced: bool  # white space (or a comment) stands before it
    value: Decimal | str | None = None


_SPACE = re.compile(r"(?:[\s\u00a0\u3000\ufeff]+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[^\W\d]\w*")
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)")
_SIGNS = ("**", "..", "<=", ">=", "!=", "->", *"+-*/<>=()[]{},:.?'")

_HABITS = {
    "==": "判断相等请用一个等号 =，不要用 ==。",
    "===": "判断相等请用一个等号 =，不要用 ===。",
    "!==": "判断不相等请写 !=。",
    "=>": "“大于等于”请写 >=。",
    "=<": "“小于等于”请写 <=。",
    "&&": "“并且”请写 and，不要用 &&。",
    "||": "“或者”请写 or，不要用 ||。",
    "<>": "判断不相等请写 !=，不要用 <>。",
    "&": "“并且”请写 and；连接文字请用 +。",
    "|": "“或者”请写 or。",
    "!": "“不是”请写 not(…)；判断不相等请写 !=。",
    "%": "求余数请写 modulo(被除数, 除数)；百分之五请写 0.05。",
    "^": "乘方请写 **，例如 2 ** 3。",
    ";": "一个表达式里不能有分号；列表各项之间请用逗号。",
    "`": "名称不需要加反引号，直接写名称。",
    "\\": "这里不能写反斜杠；反斜杠只能出现在引号里的文字中。",
    "$": "这里不能写 $；引用数据请直接写名称。",
    "#": "这里不能写 #；说明文字请放在 // 之后。",
    "@": '@ 后面要紧跟引号里的日期或时长，例如 @"2026-03-01"。',
}
_HABIT_ORDER = sorted(_HABITS, key=len, reverse=True)
_FULL_WIDTH = dict(
    zip(
        "，（）＝：；【】［］｛｝＞＜！＋－＊／×÷≥≤≠＂？．％＆｜＠",
        [
            ",",
            "(",
            ")",
            "=",
            ":",
            ";",
            "[",
            "]",
            "[",
            "]",
            "{",
            "}",
            ">",
            "<",
            "!",
            "+",
            "-",
            "*",
            "/",
            "*",
            "/",
            ">=",
            "<=",
            "!=",
            '"',
            "?",
            ".",
            "modulo(…)",
            "and",
            "or",
            "@",
        ],
        strict=True,
    )
)
_QUOTES = "“”‘’「」『』"


def tokenize(text: str) -> tuple[list[Token], list[FeelError]]:
    """All tokens (ending with an END token) and all problems found on the way."""
    tokens: list[Token] = []
    problems: list[FeelError] = []
    pos = 0
    while True:
        space = _SPACE.match(text, pos)
        pos = space.end() if space else pos
        if pos >= len(text):
            tokens.append(Token(END, "", pos, pos, space is not None))
            return tokens, problems
        try:
            token = _next(text, pos, space is not None)
        except FeelError as problem:
            problems.append(problem)
            pos = _after_problem(text, pos)
        else:
            tokens.append(token)
            pos = token.end


def _next(text: str, pos: int, spaced: bool) -> Token:
    character = text[pos]
    if character == '"':
        return _string(text, pos, spaced)
    if character == "@" and text[pos + 1 : pos + 2] == '"':
        inner = _string(text, pos + 1, spaced)
        return Token(AT, text[pos : inner.end], pos, inner.end, spaced, inner.value)
    number = _NUMBER.match(text, pos)
    if number and not text.startswith("..", pos):
        return _number(text, number, spaced)
    word = _WORD.match(text, pos)
    if word:
        return Token(WORD, word.group(), pos, word.end(), spaced)
    return _sign(text, pos, spaced)


def _string(text: str, pos: int, spaced: bool) -> Token:
    found = _STRING.match(text, pos)
    if found is None:
        raise syntax_error(text, pos, '这段文字缺少结束的引号 "，请在文字末尾补上。')
    return Token(STRING, found.group(), pos, found.end(), spaced, _ESCAPE.sub(_unescape, found.group(1)))


def _unescape(match: re.Match[str]) -> str:
    code = match.group(1)
    if len(code) > 1:
        point = int(code[1:], 16)
        return chr(point) if point < 0x110000 and not 0xD800 <= point < 0xE000 else "\ufffd"
    return {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}.get(code, "\\" + code)


def _number(text: str, found: re.Match[str], spaced: bool) -> Token:
    following = _WORD.match(text, found.end())
    if following:
        raise syntax_error(
            text,
            found.start(),
            f"“{found.group()}{following.group()}”以数字开头，不能作名称；如果是文字请加英文双引号。",
        )
    value = Decimal(found.group())
    if value.adjusted() > MAX_EXPONENT or len(found.group()) > DIGITS + 8:
        raise syntax_error(text, found.start(), f"这个数太长，最多 {DIGITS} 位数字。")
    return Token(NUMBER, found.group(), found.start(), found.end(), spaced, value)


def _sign(text: str, pos: int, spaced: bool) -> Token:
    habit = next((each for each in _HABIT_ORDER if text.startswith(each, pos)), None)
    if habit and not (habit == "!" and text.startswith("!=", pos)):
        raise syntax_error(text, pos, _HABITS[habit])
    for sign in _SIGNS:
        if text.startswith(sign, pos):
            return Token(SIGN, sign, pos, pos + len(sign), spaced)
    raise syntax_error(text, pos, _foreign(text[pos]))


def _foreign(character: str) -> str:
    if character in _FULL_WIDTH:
        return f"这里用了中文标点“{character}”，请改成英文标点 {_FULL_WIDTH[character]} 。"
    if character in _QUOTES:
        return f'这里用了中文引号“{character}”，文字请用英文双引号 " 括起来。'
    if character in "、。":
        return f"这里用了中文标点“{character}”，各项之间请用英文逗号 , 分隔。"
    if character.isdigit():
        return f"这里用了全角数字“{character}”，请改成半角数字。"
    return f"不认识的符号“{character}”，请删去或放进引号里。"


def _after_problem(text: str, pos: int) -> int:
    """Where to go on so that one mistake gives one message."""
    if text[pos] in '"“‘':
        closing = {'"': '"', "“": "”", "‘": "’"}[text[pos]]
        stop = text.find(closing, pos + 1)
        return stop + 1 if stop > 0 else len(text)
    number = _NUMBER.match(text, pos)
    if number:
        following = _WORD.match(text, number.end())
        return following.end() if following else number.end()
    habit = next((each for each in _HABIT_ORDER if text.startswith(each, pos)), " ")
    return pos + len(habit)
