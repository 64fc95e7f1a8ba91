"""Agents (代办): whom my applicant lets act for it, for whom I act, and for whom an agent begins an application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from forms.identifiers import mask_name
from processes.actors import Actor
from processes.application_words import AgencyState
from processes.clock import business_date
from processes.errors import BadRequest, Conflict, NotFound
from processes.item_words import PUBLIC
from service import permissions
from service.entrance import allows, current_actor
from service.orchestration import agencies as verbs
from service.orchestration.agencies import Authorisation
from service.orchestration.attachments import store
from service.pages.form_view import as_id
from service.pages.site import page, pages
from service.pages.translation import gettext
from service.wiring import runtime, session
from storage.agencies import list_granted, list_held, names_of_organisations
from storage.models.agencies import AgencyAuthorisation
from storage.models.items import PolicyItem
from storage.models.records import Attachment
from storage.people import names_of

Answer = Response | tuple[str, int]
MOST_OFFERED = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """An authorisation as one of its two sides sees it: the other side by name, an agent masked until it accepts."""

    row: AgencyAuthorisation
    other: str
    state: AgencyState
    items: Sequence[str]

    @property
    def tone(self) -> str:
        return {AgencyState.IN_FORCE: "is-good", AgencyState.WAITING: "is-info"}.get(self.state, "is-neutral")

    @property
    def may_end(self) -> bool:
        return self.state in (AgencyState.WAITING, AgencyState.TO_COME, AgencyState.IN_FORCE)

    @property
    def may_answer(self) -> bool:
        return self.state is AgencyState.WAITING


@pages.get("/my/agents")
@allows("apply_for_oneself")
def agents() -> Answer:
    return _agents()


@pages.post("/my/agents")
@allows("apply_for_oneself")
def authorise() -> Answer:
    """Ask somebody to act for my applicant; a refusal keeps what was filled in, the letter included."""
    actor, letter_id = current_actor(), None
    try:
        letter_id = _letter(actor)
        verbs.authorise(runtime(), _asked(letter_id), by=actor)
    except (BadRequest, NotFound, Conflict) as refused:
        return _agents(refused.message, letter_id, status=422)
    flash(gettext("已发出代办授权，对方接受后生效。"), "success")
    return redirect(url_for("pages.agents"), 303)


@pages.post("/my/agents/<uuid:authorisation_id>/<answer>")
@allows("apply_for_oneself")
def answer_authorisation(authorisation_id: UUID, answer: str) -> Answer:
    """Accept, decline or revoke."""
    verb = {"acceptance": verbs.accept, "refusal": verbs.decline, "revocation": verbs.revoke}.get(answer)
    if verb is None:
        raise NotFound("没有这个地址。请从“代办”页面操作。")
    try:
        verb(runtime(), authorisation_id, by=current_actor())
    except Conflict as refused:
        flash(refused.message, "warning")
        return redirect(url_for("pages.agents"), 303)
    flash(_DONE[answer](), "success")
    return redirect(url_for("pages.agents"), 303)


_DONE = {
    "acceptance": lambda: gettext("已接受，现在可以为对方代办申报。"),
    "refusal": lambda: gettext("已谢绝。"),
    "revocation": lambda: gettext("授权已终止，代办的申报转回申报主体办理。"),
}


def principals_for(actor: Actor, item: PolicyItem) -> Mapping[str, str]:
    """For whom the person may apply for the item as an agent today: organisation -> name. Empty for all others."""
    codes = {agency.organisation for agency in actor.agencies if agency.covers(item.id)}
    return names_of_organisations(session(), actor.district_id, codes) if codes else {}


def asked_principal() -> dict[str, str]:
    """What the form's choice adds to the variables of a new application; nothing for oneself."""
    chosen = request.form.get("acting_for", "")
    return {"acting_for": chosen} if chosen else {}


def _letter(actor: Actor) -> UUID:
    """The letter just sent, or the one kept from the try before. Raises BadRequest without one."""
    sent = request.files.get("letter")
    if sent is not None and sent.filename:
        return store(runtime(), sent.filename, sent.read(), by=actor)
    kept = as_id(request.form.get("letter_id", ""))
    if kept is None:
        raise BadRequest("请上传盖章或签名的授权书。")
    return kept


def _asked(letter_id: UUID) -> Authorisation:
    listed = [found for each in request.form.getlist("items") if (found := as_id(each)) is not None]
    return Authorisation(
        agent=request.form.get("agent", ""),
        items=listed if request.form.get("scope") == "listed" else None,
        valid_from=_day("valid_from"),
        valid_to=_day("valid_to"),
        letter_id=letter_id,
    )


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError as error:
        raise BadRequest("请填写授权的起日和止日。") from error


def _agents(refusal: str = "", letter_id: UUID | None = None, status: int = 200) -> tuple[str, int]:
    actor = current_actor()
    own = sorted(post.organisation for post in actor.posts if post.role == "applicant")
    given, held = list_granted(session(), actor.district_id, own), list_held(session(), actor.district_id, actor.id)
    names = _item_names(actor.district_id, [*given, *held])
    agents = names_of(session(), actor.district_id, {row.agent_id for row in given})
    principals = names_of_organisations(session(), actor.district_id, {row.organisation for row in held})
    return page(
        "agents.html",
        status,
        given=[_shown(row, _agent_name(row, agents), names) for row in given],
        held=[_shown(row, principals.get(row.organisation, row.organisation), names) for row in held],
        offered=_offered(actor),
        sent=request.form,
        chosen=request.form.getlist("items"),
        letter=_kept_letter(actor, letter_id),
        refusal=refusal,
        today=business_date(runtime().clock.now()),
    )


def _kept_letter(actor: Actor, letter_id: UUID | None) -> Attachment | None:
    if letter_id is None:
        return None
    mine = (Attachment.district_id == actor.district_id, Attachment.id == letter_id, Attachment.uploaded_by == actor.id)
    return session().scalar(select(Attachment).where(*mine))


def _agent_name(row: AgencyAuthorisation, names: Mapping[UUID, str]) -> str:
    name = names.get(row.agent_id, "—")
    return name if row.accepted_at is not None else mask_name(name)


def _shown(row: AgencyAuthorisation, other: str, names: Mapping[str, str]) -> Shown:
    today = business_date(runtime().clock.now())
    return Shown(row, other, row.state_on(today), [names.get(each, "—") for each in row.items])


def _item_names(district_id: str, rows: Sequence[AgencyAuthorisation]) -> dict[str, str]:
    ids = {UUID(each) for row in rows for each in row.items}
    query = select(PolicyItem.id, PolicyItem.name).where(PolicyItem.district_id == district_id, PolicyItem.id.in_(ids))
    return {str(row.id): row.name for row in session().execute(query)}


def _offered(actor: Actor) -> list[tuple[str, str]]:
    """The published items, by name, from which a scope is put together."""
    query = select(PolicyItem.id, PolicyItem.name).where(
        permissions.visible(actor, PolicyItem), PolicyItem.status.in_(PUBLIC)
    )
    rows = session().execute(query.order_by(PolicyItem.name, PolicyItem.id).limit(MOST_OFFERED))
    return [(str(row.id), row.name) for row in rows]
