"""Agents (代办): an applicant authorises one, who accepts or declines; it is revoked by either, or its time is over.

While it lasts the agent has a post of its own kind, from which `load_actor` reads what it may do. When it ends, the
cases the agent began go on in the name of the applicant's own person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from forms.identifiers import mask_name
from processes.actors import Actor, system_actor
from processes.application_words import ApplicantEventKind
from processes.clock import start_of_day
from processes.errors import BadRequest, Conflict, Forbidden, NotFound
from processes.item_words import PUBLIC
from processes.notice_words import NoticeKind
from processes.vocabulary import AGENT, APPLICANT_ROLES
from service import permissions
from service.identity import accounts
from service.orchestration.agency_ending import end_agency
from service.orchestration.applicant_trail import note_event
from service.orchestration.notices import tell
from service.orchestration.own_record import own_applicant
from service.orchestration.runtime import Runtime, Unit, transaction
from storage import agencies
from storage.applications import list_applicants_of
from storage.db import new_id
from storage.models.agencies import AgencyAuthorisation
from storage.models.items import PolicyItem
from storage.models.people import Membership, User
from storage.models.records import Attachment
from storage.people import find_user, get_user, list_holders, list_memberships

#: An authorisation lasts three years at most; who wants more authorises again.
LONGEST_DAYS = 3 * 366
MOST_OPEN = 20
MOST_ITEMS = 100
EXPIRE = "expire_agency"
_NOBODY = "没有找到可以授权的账号，没有授权。代办人须是已注册的企业或居民账号，请与对方核对账号或证件号码。"
_GONE = "没有找到这项代办授权。它可能不存在，或者您无权查看。"
PAGE = "/my/agents"


@dataclass(frozen=True, slots=True)
class Authorisation:
    """What an applicant asks for. `agent` is a login, credit code or id number; `items` None: all items.

    `letter_id` is an attachment the applicant uploaded: the signed letter of authorisation.
    """

    agent: str
    items: Sequence[UUID] | None
    valid_from: date
    valid_to: date
    letter_id: UUID


def authorise(runtime: Runtime, asked: Authorisation, *, by: Actor) -> UUID:
    """Ask an agent to act for the actor's applicant; the authorisation's id.

    Raises BadRequest for dates, items or a letter that cannot be, NotFound when nobody can be authorised under that
    name (never telling why), Conflict when the agent is asked or authorised already or too many are open.
    """

    def work(unit: Unit) -> tuple[UUID | None, str]:
        applicant = own_applicant(unit)
        _check_dates(unit, asked)
        items = _checked_items(unit, asked.items)
        _check_letter(unit, asked.letter_id)
        tries = f"agent:{by.id}"
        if accounts.tried_too_often(unit.session, unit.district_id, tries, now=unit.now):
            return None, "查找代办人的次数太多，请一分钟后再试。"
        agent = _find_agent(unit, asked.agent.strip())
        if agent is None:
            accounts.note_try(unit.session, unit.district_id, tries, now=unit.now)
            return None, _NOBODY
        assert by.organisation is not None
        unit.session.refresh(applicant, with_for_update=True)  # one after the other: nobody is asked twice at once
        _check_open_ones(unit, by.organisation, agent)
        row = AgencyAuthorisation(
            district_id=unit.district_id,
            id=new_id(),
            organisation=by.organisation,
            agent_id=agent.id,
            letter_id=asked.letter_id,
            all_items=items is None,
            items=[] if items is None else [str(each) for each in items],
            valid_from=asked.valid_from,
            valid_to=asked.valid_to,
            granted_by=by.id,
            granted_at=unit.now,
        )
        unit.session.add(row)
        note_event(unit, applicant, ApplicantEventKind.AUTHORISED, by=by, changes=_told(row, agent))
        name = agencies.names_of_organisations(unit.session, unit.district_id, [row.organisation])
        _tell(unit, [agent.id], row, f"{name.get(row.organisation, '')}请您代办申报，请查看后接受或谢绝")
        return row.id, ""

    row_id, refusal = transaction(runtime, by, work)
    if row_id is None:
        raise NotFound(refusal)
    return row_id


def accept(runtime: Runtime, authorisation_id: UUID, *, by: Actor) -> None:
    """The agent accepts: from now (or its first day) on it may act. Raises NotFound, Conflict when it is too late."""

    def work(unit: Unit) -> None:
        row = _asked_of(unit, authorisation_id)
        _check_unanswered(unit, row)
        post = Membership(
            district_id=unit.district_id,
            id=new_id(),
            user_id=by.id,
            role=AGENT,
            organisation=row.organisation,
            valid_from=max(row.valid_from, unit.today),
            valid_to=row.valid_to,
        )
        unit.session.add(post)
        unit.session.flush()
        row.accepted_at, row.membership_id = unit.now, post.id
        over = start_of_day(row.valid_to + timedelta(days=1))
        unit.enqueue(EXPIRE, {"authorisation_id": str(row.id)}, run_at=over, key=f"agency:{row.id}")
        _note(unit, row, ApplicantEventKind.ACCEPTED, by)
        _tell(unit, [row.granted_by], row, f"{by.name}接受了代办授权")

    transaction(runtime, by, work)


def decline(runtime: Runtime, authorisation_id: UUID, *, by: Actor) -> None:
    """The agent does not want to act. Raises NotFound, Conflict when it was answered or taken back before."""

    def work(unit: Unit) -> None:
        row = _asked_of(unit, authorisation_id)
        _check_unanswered(unit, row)
        row.declined_at = unit.now
        _note(unit, row, ApplicantEventKind.DECLINED, by)
        _tell(unit, [row.granted_by], row, f"{by.name}谢绝了代办授权")

    transaction(runtime, by, work)


def revoke(runtime: Runtime, authorisation_id: UUID, *, by: Actor) -> None:
    """End it at once, by the applicant or by the agent; what the agent began goes on in the applicant's own name.

    Raises NotFound for everybody else, Conflict when it has ended before.
    """

    def work(unit: Unit) -> None:
        row = agencies.get_authorisation(unit.session, unit.district_id, authorisation_id)
        if by.id != row.agent_id and not by.holds("applicant", row.organisation):
            raise NotFound(_GONE)
        if not row.is_open() or (row.accepted_at is not None and row.valid_to < unit.today):
            raise Conflict("这项代办授权已经结束，不需要再撤销。")
        row.revoked_at, row.revoked_by = unit.now, by.id
        end_agency(unit, row, "代办授权已撤销")
        _note(unit, row, ApplicantEventKind.REVOKED, by)
        _tell(unit, {row.agent_id, row.granted_by} - {by.id}, row, f"代办授权已由{by.name}撤销")

    transaction(runtime, by, work)


def expire(runtime: Runtime, district_id: str, authorisation_id: UUID) -> None:
    """The job of the day after the last: note that the time is over and hand the cases back. Safe to repeat."""

    def work(unit: Unit) -> None:
        row = agencies.get_authorisation(unit.session, unit.district_id, authorisation_id)
        if not row.is_open() or row.valid_to >= unit.today:
            return
        row.expired_at = unit.now
        end_agency(unit, row, "代办授权已到期")
        _note(unit, row, ApplicantEventKind.EXPIRED, unit.actor)
        _tell(unit, [row.agent_id, row.granted_by], row, "代办授权已到期")

    transaction(runtime, system_actor(district_id), work)


def _check_dates(unit: Unit, asked: Authorisation) -> None:
    if asked.valid_from < unit.today:
        raise BadRequest("授权的起日不能早于今天，请重新选择。")
    if asked.valid_to < asked.valid_from:
        raise BadRequest("授权的止日不能早于起日，请重新选择。")
    if (asked.valid_to - asked.valid_from).days > LONGEST_DAYS:
        raise BadRequest("授权最长三年，请改早止日，到期后可以再次授权。")


def _checked_items(unit: Unit, items: Sequence[UUID] | None) -> list[UUID] | None:
    """The listed items, each once. Raises BadRequest unless all are published."""
    if items is None:
        return None
    listed = sorted(set(items), key=str)
    if not 0 < len(listed) <= MOST_ITEMS:
        raise BadRequest(f"请选择 1 至 {MOST_ITEMS} 个代办事项，或选择全部事项。")
    known = unit.session.scalars(
        select(PolicyItem.id).where(
            PolicyItem.district_id == unit.district_id, PolicyItem.id.in_(listed), PolicyItem.status.in_(PUBLIC)
        )
    ).all()
    if len(known) != len(listed):
        raise BadRequest("有的事项不存在或还没有公布，请从列表中重新选择。")
    return listed


def _check_letter(unit: Unit, letter_id: UUID) -> None:
    letter = unit.session.get(Attachment, (unit.district_id, letter_id))
    if letter is None or letter.uploaded_by != unit.actor.id or letter.root_id is not None:
        raise BadRequest("请上传盖章或签名的授权书。")


def _find_agent(unit: Unit, named: str) -> User | None:
    """Who can be authorised under a login or a number: an applicant's person, not of this applicant, and no staff."""
    found = find_user(unit.session, unit.district_id, named) or _person_of_number(unit, named.upper())
    if found is None or not found.active or found.organisation in (None, unit.actor.organisation):
        return None
    posts = list_memberships(unit.session, unit.district_id, found.id, on=unit.today)
    roles = {post.role for post in posts}
    return found if "applicant" in roles and roles <= APPLICANT_ROLES else None


def _person_of_number(unit: Unit, number: str) -> User | None:
    """The first of the people of the applicant with this number."""
    applicants = list_applicants_of(unit.session, unit.district_id, [number])
    code = number if not applicants else applicants[0].organisation or number
    holders = list_holders(unit.session, unit.district_id, "applicant", code, on=unit.today)
    return min(holders, key=lambda each: each.id, default=None)


def _check_open_ones(unit: Unit, organisation: str, agent: User) -> None:
    still_open = [
        each
        for each in agencies.list_granted(unit.session, unit.district_id, [organisation])
        if each.is_open() and each.valid_to >= unit.today
    ]
    if any(each.agent_id == agent.id for each in still_open):
        raise Conflict("对方已有一项没有结束的代办授权。如需改变范围或日期，请先撤销原授权。")
    if len(still_open) >= MOST_OPEN:
        raise Conflict(f"同时有效的代办授权最多 {MOST_OPEN} 项，请先撤销不再需要的。")


def _asked_of(unit: Unit, authorisation_id: UUID) -> AgencyAuthorisation:
    row = agencies.get_authorisation(unit.session, unit.district_id, authorisation_id)
    if row.agent_id != unit.actor.id:
        raise NotFound(_GONE)
    if permissions.is_staff(unit.actor):
        raise Forbidden("部门和窗口人员不能代办申报（受审分离）。")
    return row


def _check_unanswered(unit: Unit, row: AgencyAuthorisation) -> None:
    if row.accepted_at is not None or row.declined_at is not None:
        raise Conflict("这项代办授权您已经答复过，不需要再办。")
    if not row.is_open() or row.valid_to < unit.today:
        raise Conflict("这项代办授权已撤销或已过期，请联系申报主体重新授权。")


def _note(unit: Unit, row: AgencyAuthorisation, kind: ApplicantEventKind, by: Actor) -> None:
    agent = get_user(unit.session, unit.district_id, row.agent_id)
    for applicant in list_applicants_of(unit.session, unit.district_id, [row.organisation])[:1]:
        note_event(unit, applicant, kind, by=by, changes=_told(row, agent))


def _told(row: AgencyAuthorisation, agent: User) -> dict[str, list[str | None]]:
    return {
        "agency": [None, str(row.id)],
        "agent": [None, agent.name if row.accepted_at is not None else mask_name(agent.name)],
        "dates": [None, f"{row.valid_from.isoformat()}/{row.valid_to.isoformat()}"],
        "items": [None, "all" if row.all_items else ",".join(row.items)],
    }


def _tell(unit: Unit, people: Sequence[UUID] | set[UUID], row: AgencyAuthorisation, title: str) -> None:
    tell(unit, people, kind=NoticeKind.AGENCY, title=title, key=f"agency:{row.id}:{title}", link=PAGE)
