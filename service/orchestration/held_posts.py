"""Posts that somebody held a moment ago, so that opening a task need not ask the database each time."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

#: A post that somebody holds is believed for so long; a vacant one is looked up every time.
_BELIEVED = timedelta(minutes=1)


class HeldPosts:
    """Posts that somebody was seen to hold, each with the moment; shared by the threads of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str, str | None], datetime] = {}

    def knows(self, post: tuple[str, str, str | None], now: datetime) -> bool:
        """True when somebody held the post a moment ago."""
        with self._lock:
            seen = self._seen.get(post)
        return seen is not None and timedelta(0) <= now - seen < _BELIEVED

    def note(self, post: tuple[str, str, str | None], now: datetime) -> None:
        """Somebody holds the post now."""
        with self._lock:
            self._seen[post] = now

    def forget(self) -> None:
        """A post was ended: look again."""
        with self._lock:
            self._seen.clear()
