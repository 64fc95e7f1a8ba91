"""The text of a regular expression to a small program (XPath syntax without back-references)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from processes.feel.limits import MAX_PATTERN, MAX_PATTERN_PROGRAM
from processes.feel.patterns import characters
from processes.feel.patterns.characters import Test

CHARACTER, SPLIT, SAVE, LINE_START, LINE_END, MATCH = range(6)
_MAX_GROUPS = 20
_MAX_NESTING = 40

#: (operation, test or save slot, preferred next, other next); addresses are absolute.
Instruction = tuple[int, Test | int | None, int, int]
Emit = Callable[[list[Instruction]], None]


class PatternError(Exception):
    """The pattern is not one this language has, or it is too big."""


@dataclass(frozen=True, slots=True)
class Program:
    instructions: tuple[Instruction, ...]
    groups: int
    multiline: bool


@lru_cache(maxsize=256)
def compile_pattern(pattern: str, flags: str = "") -> Program:
    """Compile a pattern. Flags: `i` ignore case, `s` dot takes line ends, `m` lines, `x` ignore white space.

    Raises PatternError.
    """
    if len(pattern) > MAX_PATTERN or not set(flags) <= set("ismx"):
        raise PatternError
    reader = _Reader(pattern, flags)
    emit = reader.alternatives()
    if reader.position < len(reader.text):
        raise PatternError
    code: list[Instruction] = []
    _append(code, SAVE, 0)
    emit(code)
    _append(code, SAVE, 1)
    _append(code, MATCH, None)
    return Program(tuple(code), reader.groups, "m" in flags)


def _append(code: list[Instruction], operation: int, value: Test | int | None) -> None:
    if len(code) >= MAX_PATTERN_PROGRAM:
        raise PatternError
    code.append((operation, value, len(code) + 1, -1))


class _Reader:
    """Reads the pattern once; every part becomes a function that emits its instructions."""

    def __init__(self, text: str, flags: str) -> None:
        self.text = "".join(text.split()) if "x" in flags else text
        self.position = 0
        self.groups = 0
        self._ignore_case = "i" in flags
        self._dot_all = "s" in flags
        self._nesting = 0

    def _peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def _take(self) -> str:
        character = self._peek()
        if not character:
            raise PatternError
        self.position += 1
        return character

    def _accept(self, text: str) -> bool:
        if self.text.startswith(text, self.position):
            self.position += len(text)
            return True
        return False

    def alternatives(self) -> Emit:
        self._nesting += 1
        if self._nesting > _MAX_NESTING:
            raise PatternError
        branches = [self._sequence()]
        while self._accept("|"):
            branches.append(self._sequence())
        self._nesting -= 1
        return branches[0] if len(branches) == 1 else _choice(branches)

    def _sequence(self) -> Emit:
        parts: list[Emit] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))

        def emit(code: list[Instruction]) -> None:
            for part in parts:
                part(code)

        return emit

    def _atom(self) -> Emit:
        character = self._take()
        if character == "(":
            return self._group()
        if character == "[":
            return _single(self._class())
        if character == ".":
            return _single(characters.dot(all_characters=self._dot_all))
        if character in "^$":
            operation = LINE_START if character == "^" else LINE_END
            return lambda code: _append(code, operation, None)
        if character == "\\":
            return _single(self._escape())
        if character in "*+?{}]":
            raise PatternError
        return _single(characters.one_of(character, ignore_case=self._ignore_case))

    def _group(self) -> Emit:
        if self._accept("?:"):
            inner = self.alternatives()
        elif self._peek() == "?":
            raise PatternError
        else:
            self.groups += 1
            if self.groups > _MAX_GROUPS:
                raise PatternError
            inner = _saved(self.groups, self.alternatives)
        if not self._accept(")"):
            raise PatternError
        return inner

    def _escape(self) -> Test:
        letter = self._take()
        if letter in characters.CONTROL:
            return characters.one_of(characters.CONTROL[letter], ignore_case=False)
        if letter in "pP" and self._accept("{"):
            name, closed, _ = self.text[self.position :].partition("}")
            test = characters.category_test(name) if closed else None
            self.position += len(name) + 1
        elif letter in characters.PUNCTUATION:
            return characters.one_of(letter, ignore_case=False)
        else:
            test = characters.escape_test(letter)
            letter = letter.lower()
        if test is None:
            raise PatternError
        return characters.negated(test) if letter == "P" else test

    def _class(self) -> Test:
        opposite = self._accept("^")
        tests: list[Test] = []
        while not self._accept("]"):
            tests.append(self._class_item())
        if not tests:
            raise PatternError
        test = characters.any_of(tests)
        return characters.negated(test) if opposite else test

    def _class_item(self) -> Test:
        low = self._take()
        if low == "[":
            raise PatternError
        if low == "\\":
            if self._peek() not in characters.PUNCTUATION and self._peek() not in characters.CONTROL:
                return self._escape()
            low = self._take()
            low = characters.CONTROL.get(low, low)
        following = self.text[self.position : self.position + 2]
        if len(following) < 2 or following[0] != "-" or following[1] == "]":
            return characters.one_of(low, ignore_case=self._ignore_case)
        self.position += 1
        high = self._take()
        if high == "\\":
            high = self._take()
            high = characters.CONTROL.get(high, high)
        if high < low or high == "[":
            raise PatternError
        return characters.between(low, high, ignore_case=self._ignore_case)

    def _repeated(self, part: Emit) -> Emit:
        least, most = self._counts()
        if (least, most) == (1, 1):
            return part
        return _repetition(part, least, most, lazy=self._accept("?"))

    def _counts(self) -> tuple[int, int | None]:
        if self._accept("*"):
            return 0, None
        if self._accept("+"):
            return 1, None
        if self._accept("?"):
            return 0, 1
        if not self._accept("{"):
            return 1, 1
        inside, closed, _ = self.text[self.position :].partition("}")
        self.position += len(inside) + 1
        low, comma, high = inside.partition(",")
        if not closed or not _small_number(low) or (high and not _small_number(high)):
            raise PatternError
        most = int(high) if high else None if comma else int(low)
        if most is not None and most < int(low):
            raise PatternError
        return int(low), most


def _small_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


def _single(test: Test) -> Emit:
    return lambda code: _append(code, CHARACTER, test)


def _saved(number: int, read: Callable[[], Emit]) -> Emit:
    inner = read()

    def emit(code: list[Instruction]) -> None:
        _append(code, SAVE, 2 * number)
        inner(code)
        _append(code, SAVE, 2 * number + 1)

    return emit


def _fork(code: list[Instruction], index: int, preferred: int, other: int) -> None:
    code[index] = (SPLIT, None, preferred, other)


def _choice(branches: list[Emit]) -> Emit:
    def emit(code: list[Instruction]) -> None:
        leaving: list[int] = []
        for branch in branches[:-1]:
            fork = len(code)
            _append(code, SPLIT, None)
            branch(code)
            leaving.append(len(code))
            _append(code, SPLIT, None)
            _fork(code, fork, fork + 1, len(code))
        branches[-1](code)
        for index in leaving:
            _fork(code, index, len(code), -1)

    return emit


def _repetition(part: Emit, least: int, most: int | None, *, lazy: bool) -> Emit:
    def optional(code: list[Instruction], *, again: bool) -> None:
        fork = len(code)
        _append(code, SPLIT, None)
        part(code)
        if again:
            _append(code, SPLIT, None)
            _fork(code, len(code) - 1, fork, -1)
        inside, outside = fork + 1, len(code)
        _fork(code, fork, *((outside, inside) if lazy else (inside, outside)))

    def emit(code: list[Instruction]) -> None:
        for _ in range(least):
            part(code)
            _append(code, SPLIT, None)  # a jump: keeps a repeated empty part from costing nothing
            _fork(code, len(code) - 1, len(code), -1)
        if most is None:
            optional(code, again=True)
        else:
            for _ in range(most - least):
                optional(code, again=False)

    return emit
