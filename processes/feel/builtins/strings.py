"""Text functions (DMN 1.5, 10.3.4.3). Positions count characters from 1."""

from __future__ import annotations

from decimal import Decimal

from processes.feel.builtins.registry import feel
from processes.feel.errors import limit
from processes.feel.limits import MAX_STRING
from processes.feel.machine import Machine
from processes.feel.patterns import Found, PatternError, Program, compile_pattern, find, find_all
from processes.feel.values import Value, bounded_text

_COMPILING = 20  # steps: a pattern of the greatest size takes about as long


@feel("substring(string: s, start position: n, length?: n)")
def substring(string: str, start: Decimal, length: Decimal | None = None) -> Value:
    """Part of a text from a position (negative: from the end); null when out of reach."""
    if abs(start) > len(string) or not start or (length is not None and length < 1):
        return None
    first = int(start) - 1 if start > 0 else len(string) + int(start)
    return string[first:] if length is None else string[first : first + int(min(length, Decimal(MAX_STRING)))]


@feel("string length(string: s)")
def string_length(string: str) -> Value:
    """How many characters."""
    return Decimal(len(string))


@feel("upper case(string: s)")
def upper_case(string: str) -> Value:
    """In capital letters."""
    return string.upper()


@feel("lower case(string: s)")
def lower_case(string: str) -> Value:
    """In small letters."""
    return string.lower()


@feel("trim(string: s)")
def trim(string: str) -> Value:
    """Without white space at both ends."""
    return string.strip()


@feel("contains(string: s, match: s)")
def contains(string: str, match: str) -> Value:
    """Does the text hold the other?"""
    return match in string


@feel("starts with(string: s, match: s)")
def starts_with(string: str, match: str) -> Value:
    """Does the text begin with the other?"""
    return string.startswith(match)


@feel("ends with(string: s, match: s)")
def ends_with(string: str, match: str) -> Value:
    """Does the text end with the other?"""
    return string.endswith(match)


@feel("substring before(string: s, match: s)")
def substring_before(string: str, match: str) -> Value:
    """What stands before the first match; empty when there is none."""
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@feel("substring after(string: s, match: s)")
def substring_after(string: str, match: str) -> Value:
    """What stands after the first match; empty when there is none."""
    return string.partition(match)[2] if match else string


@feel("string join(list: l, delimiter?: s)")
def string_join(items: list[Value], delimiter: str | None = None) -> Value:
    """Nulls are left out; anything else that is not a text gives null."""
    present = [item for item in items if item is not None]
    if any(item.__class__ is not str for item in present):
        return None
    _refuse_beyond(sum(map(len, present)) + len(present) * len(delimiter or ""))
    return (delimiter or "").join(present)


def _refuse_beyond(length: int) -> None:
    """Before a text is made. Raises FeelError (FEEL_LIMIT) when it would be too long."""
    if length > MAX_STRING:
        raise limit(f"表达式产生的文字太长（超过 {MAX_STRING} 个字）。")


def _program(machine: Machine, pattern: str, flags: str | None) -> Program | None:
    machine.charge(_COMPILING)
    try:
        program = compile_pattern(pattern, flags or "")
    except PatternError:
        return None
    machine.charge(len(program.instructions) // 20)
    return program


@feel("matches(input: s, pattern: s, flags?: s)", machine=True)
def matches(machine: Machine, text: str, pattern: str, flags: str | None = None) -> Value:
    """Does the pattern fit anywhere in the text? Null for a pattern that does not exist here."""
    program = _program(machine, pattern, flags)
    return None if program is None else find(program, text, 0, machine.charge) is not None


@feel("replace(input: s, pattern: s, replacement: s, flags?: s)", machine=True)
def replace(machine: Machine, text: str, pattern: str, replacement: str, flags: str | None = None) -> Value:
    """`$1` … `$9` in the replacement are the groups of the match, `$0` the match; `\\$` is a dollar sign."""
    program = _program(machine, pattern, flags)
    if program is None:
        return None
    pieces: list[str] = []
    position = length = 0
    for found in find_all(program, text, machine.charge):
        pieces += (text[position : found.start], _filled(replacement, text, found, program.groups))
        length += len(pieces[-1]) + len(pieces[-2])
        _refuse_beyond(length)
        position = found.end
    return bounded_text("".join(pieces) + text[position:])


def _filled(replacement: str, text: str, found: Found, groups: int) -> str:
    if "$" not in replacement and "\\" not in replacement:
        return replacement
    out: list[str] = []
    index = length = 0
    while index < len(replacement):
        character, following = replacement[index], replacement[index + 1 : index + 2]
        if character == "\\" and following in ("$", "\\") and following:
            out.append(following)
            index += 2
        elif character == "$" and following.isascii() and following.isdigit():
            out.append(found.group(text, int(following)) if int(following) <= groups else "")
            index += 2
        else:
            out.append(character)
            index += 1
        length += len(out[-1])
        _refuse_beyond(length)
    return "".join(out)


@feel("split(string: s, delimiter: s)", machine=True)
def split(machine: Machine, text: str, delimiter: str) -> Value:
    """The parts between the matches of a pattern."""
    program = _program(machine, delimiter, None)
    if program is None:
        return None
    pieces: list[Value] = []
    position = 0
    for found in find_all(program, text, machine.charge):
        if found.end == found.start:
            continue
        pieces.append(text[position : found.start])
        position = found.end
    return [*pieces, text[position:]]
