"""What can be wrong with an expression, in words for the person who wrote it."""

from __future__ import annotations

from dataclasses import dataclass

from processes.errors import ProcessError


@dataclass(frozen=True, slots=True)
class FeelProblem:
    """One finding about an expression. `line` and `column` count from 1."""

    code: str
    message: str
    line: int
    column: int


class FeelError(ProcessError):
    """The expression cannot be read, or would exceed a limit.

    Codes: FEEL_SYNTAX (cannot be read), FEEL_LIMIT (too long, too deep, too much work),
    FEEL_CLOCK (asks for the time where none is supplied), FEEL_VALUE (data of a kind FEEL does not have).
    """

    code = "FEEL_SYNTAX"

    def __init__(self, code: str, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message, line=line, column=column)
        self.code = code
        self.line = line
        self.column = column

    def as_problem(self) -> FeelProblem:
        """The same finding as a plain value, for lists of findings."""
        return FeelProblem(self.code, self.message, self.line, self.column)


def limit(message: str) -> FeelError:
    """An error for an expression that asks for too much."""
    return FeelError("FEEL_LIMIT", message)


def place(text: str, position: int) -> tuple[int, int]:
    """Line and column (from 1) of a character offset."""
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def syntax_error(text: str, position: int, message: str) -> FeelError:
    """A FEEL_SYNTAX error whose sentence begins with the place, in words."""
    line, column = place(text, position)
    return FeelError("FEEL_SYNTAX", f"第 {line} 行第 {column} 个字：{message}", line, column)
