"""The indicators K01–K17 of one policy, computed from the records at the moment they are asked for (P09).

K06 (changes on time) and K18 (supervision) have no records in this house yet and are absent, not zero.
Source: 长新党政办发〔2022〕24号, 三(二)3; domain reference section 11.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from processes.calendar import WorkingCalendar
from storage.indicators.cases import of_cases
from storage.indicators.duties import of_duties
from storage.indicators.making import of_making
from storage.indicators.measure import Indicator
from storage.indicators.payment import Effect, effect_of, of_payment
from storage.items import list_items_of
from storage.models.policies import Policy

__all__ = ["Effect", "Indicator", "collect", "effect_of"]


def collect(session: Session, policy: Policy, calendar: WorkingCalendar) -> list[Indicator]:
    """Every indicator of the policy for which there are records, by its code."""
    items = list_items_of(session, policy)
    found = [
        *of_making(session, policy, items, calendar),
        *of_duties(session, policy),
        *of_cases(session, policy, calendar),
        *of_payment(session, policy, items, calendar),
    ]
    return sorted(found, key=lambda each: each.code)
