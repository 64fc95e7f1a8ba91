"""Note what somebody did to an applicant's own data, in the transaction that does it (10.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processes.actors import Actor
from processes.application_words import ApplicantEventKind
from service.orchestration.runtime import Unit
from storage.db import new_id
from storage.models.applicant_events import ApplicantEvent
from storage.models.applications import Applicant


def note_event(
    unit: Unit,
    applicant: Applicant,
    kind: ApplicantEventKind,
    *,
    by: Actor,
    changes: Mapping[str, Any],
    reason: str = "",
) -> None:
    """Append an event. `changes` is field -> [old, new] with personal values masked already."""
    unit.session.add(
        ApplicantEvent(
            district_id=unit.district_id,
            id=new_id(),
            applicant_id=applicant.id,
            kind=kind,
            at=unit.now,
            actor_id=by.id,
            actor_name=by.name,
            acting_for=by.acting_for,
            changes=dict(changes),
            reason=reason,
        )
    )
