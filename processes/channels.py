"""What is handed to a channel outside this house, and what an adapter for one must do (S01, S05, S06).

A channel without an adapter is published to by hand, with evidence. An adapter only carries; whether people can
really read the publication is vouched for by a person, who checks the address it brings back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class ChannelFailed(Exception):
    """The channel did not take the publication now; the message says why, and it is tried again."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication. `key` is the same however often it is sent; `content` is what people read, as plain values.

    `action` and `subject` are words of processes/opening_words.py.
    """

    key: str
    channel: str
    action: str
    subject: str
    content: Mapping[str, Any]


class ChannelAdapter(Protocol):
    """Carries publications to one channel."""

    def publish(self, publication: Publication) -> str:
        """Hand it over; answers the address under which people will read it. Raises ChannelFailed."""
        ...
