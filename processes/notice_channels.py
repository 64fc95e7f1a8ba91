"""How a notice leaves the house, and what an adapter for one way must do (domain reference 10.3)."""

from __future__ import annotations

from typing import Protocol


class NoticeDelayed(Exception):
    """The channel does not take the notice now; the message says why, and it is tried again later."""


class NoticeRefused(Exception):
    """The channel will never take this notice to this address; the message says why."""


class NoticeChannel(Protocol):
    """Carries notices by one way (mail, SMS, WeChat).

    The same notice always carries the same `key`: a channel that can, sends a repeated one once. A delivery that
    crashed between sending and noting it is repeated.
    """

    def send(self, address: str, subject: str, body: str, key: str) -> None:
        """Hand the notice over. Raises NoticeDelayed to be tried again, NoticeRefused to be given up."""
        ...
