"""The `post` property of a user task: a role, and the department whose holders of it may act."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TEXT_LITERAL = re.compile(r'^"([^"\\]*)"$')


@dataclass(frozen=True, slots=True)
class Post:
    """`role` is a role key, None when the expression gives everything; `expression` is FEEL for the department."""

    role: str | None
    expression: str | None

    @property
    def organisation(self) -> str | None:
        """The department key when the expression is a plain text (`"DSB"`)."""
        match = _TEXT_LITERAL.match(self.expression or "")
        return match.group(1) if match else None


def read_post(text: str) -> Post:
    """`role`, `role@department expression`, or `= expression`."""
    if text.startswith("="):
        return Post(None, text[1:].strip())
    role, at, expression = text.partition("@")
    return Post(role.strip(), expression.strip().removeprefix("=").strip() if at else None)
