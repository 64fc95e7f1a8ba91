"""Enterprises hear of a newly opened item that may fit them (政策找企业), once per item and person (10.3)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from processes.actors import system_actor
from processes.application_words import CreditState
from processes.item_words import ItemStatus
from processes.matching import Verdict, match
from processes.notice_words import NoticeKind
from service.orchestration.notices import tell
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.guides import find_code_of
from storage.models.applications import Applicant
from storage.models.items import PolicyItem
from storage.models.policies import Policy
from storage.notices import list_hearing_of_matches

#: The job that looks for whom a newly opened item fits.
TELL = "tell_matches"
#: What conditions call the standing of an applicant, and how they name a clear one.
_CREDIT_FIELD, _CREDIT_CLEAR, _CREDIT_RESTRICTED = "失信情况", "未列入失信名单", "列入失信名单"


def ask_to_tell(unit: Unit, item: PolicyItem) -> None:
    """Look for whom the item fits, after this transaction; without effect when that was asked for already."""
    unit.enqueue(TELL, {"item_id": str(item.id)}, key=f"{TELL}:{item.id}")


def tell_matches(runtime: Runtime, district_id: str, item_id: UUID) -> None:
    """Tell the people of applicants whom nothing known speaks against. Safe to repeat.

    Nothing is said of a confidential policy, nor of an item that closed meanwhile.
    """

    def work(unit: Unit) -> None:
        item = unit.session.get_one(PolicyItem, (district_id, item_id))
        policy = unit.session.get_one(Policy, (district_id, item.policy_id))
        if item.status != ItemStatus.OPEN or policy.confidential:
            return
        code = find_code_of(unit.session, item)
        tell(
            unit,
            _people(unit, item),
            kind=NoticeKind.MATCH,
            title=f"新开放的事项可能适合您：{item.name}",
            body=f"{item.benefit_content}。是否符合以申报条件和审查结果为准；不想再收到这类消息，可以在通知设置里关闭。",
            key=f"match:{item.id}",
            link=None if code is None else f"/g/{code.code}",
        )

    transaction(runtime, system_actor(district_id), work)


def _people(unit: Unit, item: PolicyItem) -> set[UUID]:
    """Active people of the applicants whom it may fit, without those who do not want to hear of it."""
    fitting = list(_fitting(item))
    if not fitting:
        return set()
    homes = select(Applicant.organisation).where(
        Applicant.district_id == unit.district_id, Applicant.organisation.is_not(None), or_(*fitting)
    )
    return list_hearing_of_matches(unit.session, unit.district_id, homes)


def _fitting(item: PolicyItem) -> Iterator[ColumnElement[bool]]:
    """Kinds and standings of applicants of which no condition of the item is missed."""
    kinds = [str(each) for each in item.facets.get("beneficiary") or []]
    for kind in kinds:
        for credit in CreditState:
            found = match(item.conditions, beneficiaries=kinds, who=kind, answers=_known(credit))
            if found.verdict is not Verdict.MISSES:
                yield and_(Applicant.kind == kind, Applicant.credit_state == credit)


def _known(credit: CreditState) -> dict[str, str]:
    words = {CreditState.CLEAR: _CREDIT_CLEAR, CreditState.RESTRICTED: _CREDIT_RESTRICTED}
    return {_CREDIT_FIELD: words[credit]} if credit in words else {}
