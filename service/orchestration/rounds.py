"""What the answers of a signing round come to, and the round's reading for pages. Nothing here commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from processes.desk_words import RoundState, SignerState, SigningMode
from storage import people, signing
from storage.models.desk import Signer, SigningRound
from storage.models.instances import Task


@dataclass(frozen=True, slots=True)
class SignerView:
    """One signer with the display names of the signer and of who added the signer."""

    signer: Signer
    name: str
    added_by: str


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round of a task with its signers in order."""

    round: SigningRound
    opened_by: str
    signers: Sequence[SignerView]


def read_rounds(session: Session, task: Task) -> list[RoundView]:
    """All rounds of a task, the first at the top, for whoever may see the task."""
    rounds = signing.list_rounds(session, task.district_id, task.id)
    if not rounds:
        return []
    signers = signing.list_signers(session, task.district_id, [each.id for each in rounds])
    ids = {each.user_id for each in signers} | {each.added_by for each in signers} | {each.opened_by for each in rounds}
    names = people.names_of(session, task.district_id, ids)

    def views(found: SigningRound) -> list[SignerView]:
        own = [each for each in signers if each.round_id == found.id]
        return [SignerView(each, names.get(each.user_id, ""), names.get(each.added_by, "")) for each in own]

    return [RoundView(each, names.get(each.opened_by, ""), views(each)) for each in rounds]


def decided(found: SigningRound, signers: Collection[Signer]) -> RoundState:
    """OPEN while the answers do not decide yet; CANCELLED when nobody is left to sign."""
    counts = Counter(each.state for each in signers if each.state != SignerState.REMOVED)
    agreed, refused = counts[SignerState.AGREED], counts[SignerState.REFUSED]
    pending = counts[SignerState.ASKED] + counts[SignerState.WAITING]
    total = agreed + refused + pending
    if total == 0:
        return RoundState.CANCELLED
    needed = _needed(found, total)
    if agreed >= needed:
        return RoundState.PASSED
    return RoundState.REFUSED if agreed + pending < needed else RoundState.OPEN


def _needed(found: SigningRound, total: int) -> int:
    """How many of so many signers have to agree."""
    if found.mode == SigningMode.ANY:
        return 1
    if found.mode == SigningMode.RATIO:
        return max(1, -(-total * (found.ratio or 100) // 100))
    return total
