"""The words of moving running instances to another version of their diagram (design 9.4)."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What a move to another version means for one place of an instance, and for the instance as a whole."""

    UNCHANGED = "unchanged"
    SAME_ELEMENT = "same_element"
    MAPPED = "mapped"
    NEEDS_MAPPING = "needs_mapping"
    CANNOT = "cannot"


#: From harmless to impossible: the verdict on an instance is the last of its places'.
ORDER: tuple[Verdict, ...] = tuple(Verdict)

#: Verdicts with which an instance may be moved.
MOVABLE = frozenset((Verdict.UNCHANGED, Verdict.SAME_ELEMENT, Verdict.MAPPED))


def worst(verdicts: list[Verdict]) -> Verdict:
    """The verdict on the whole; an instance without an open place has nothing that could change."""
    return max(verdicts, key=ORDER.index, default=Verdict.UNCHANGED)


class BatchState(StrEnum):
    """Where a batch of moves stands. `stopped` goes on when somebody lets it; `undoing` takes moves back."""

    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"
    UNDOING = "undoing"
    UNDONE = "undone"


class RowState(StrEnum):
    """What became of one instance of a batch. `kept` could not be taken back, because it has gone on since."""

    WAITING = "waiting"
    MOVED = "moved"
    REHEARSED = "rehearsed"
    REFUSED = "refused"
    GONE = "gone"
    UNDONE = "undone"
    KEPT = "kept"
