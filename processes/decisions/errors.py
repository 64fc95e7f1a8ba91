"""What can go wrong with a decision."""

from __future__ import annotations

from processes.errors import ProcessError


class DecisionError(ProcessError):
    """A decision cannot be read or gives no lawful result.

    Codes: DECISION_UNREADABLE (the file), DECISION_NOT_FOUND, DECISION_CYCLE, DECISION_NOT_UNIQUE (hit policy
    UNIQUE met several rules), DECISION_CONTRADICTION (ANY met different results), DECISION_INPUT and
    DECISION_OUTPUT (a value that is not allowed), DECISION_EXPRESSION (a cell cannot be read).
    """

    code = "DECISION_UNREADABLE"

    def __init__(self, code: str, message: str, **facts: object) -> None:
        super().__init__(message, **facts)
        self.code = code
