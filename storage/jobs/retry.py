"""When a failed job is tried again, and when it is given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from processes.errors import Conflict, ProcessError


@dataclass(frozen=True, slots=True)
class RetryRule:
    """Exponential back-off: `first_seconds`, then `factor` times longer each time, at most `longest_seconds`."""

    limit: int = 5
    first_seconds: float = 2
    factor: float = 4
    longest_seconds: float = 3600

    def wait_after(self, attempt: int, error: Exception) -> timedelta | None:
        """How long to wait after attempt number `attempt` (from 1) failed; None: give the job up.

        An error of our own family is a statement about the case (a broken diagram, a missing thing): repeating
        changes nothing, a person has to look at it, so it is given up at once. A Conflict passes by itself.
        """
        final = isinstance(error, ProcessError) and not isinstance(error, Conflict)
        if final or attempt >= self.limit:
            return None
        seconds = min(self.first_seconds * self.factor ** (attempt - 1), self.longest_seconds)
        return timedelta(seconds=seconds)
