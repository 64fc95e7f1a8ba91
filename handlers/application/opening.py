"""Open an application: only for an item that takes applications now, through a channel it offers, and once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.application.register import ItemParameters, stage
from handlers.benefit import shown_name
from handlers.stage import Result, TaskContext
from processes.actors import Actor, Agency
from processes.application_words import ApplicationStatus, Channel
from processes.clock import SHANGHAI
from processes.errors import BusinessError, Forbidden
from processes.item_words import ACCEPTING, Channels, DisbursementType
from storage import applications, items
from storage.db import new_id
from storage.guides import find_published_guide
from storage.models.applications import Applicant, Application
from storage.models.items import PolicyItem
from storage.numbers import next_number

#: What an item's choice of channels refuses.
_CLOSED: Mapping[Channel, str] = {Channel.ONLINE: Channels.WINDOW, Channel.WINDOW: Channels.ONLINE}


@stage.service(
    "建立申报",
    parameters=ItemParameters,
    outputs=("application_id", "implementer_org", "channel", "window_org", "correction_round", "correction_overdue"),
    irreversible=True,
    errors=("CHANNEL_NOT_OFFERED", "DUPLICATE_BENEFIT", "FORBIDDEN", "ITEM_NOT_OPEN"),
    makes=("Application",),
)
def open_application(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Make the record of an application and number it; the case is known by that number.

    The variable `acting_for` names the applicant (by its organisation) for whom an agent applies. Raises BusinessError
    ITEM_NOT_OPEN, CHANNEL_NOT_OFFERED or DUPLICATE_BENEFIT, and Forbidden for a person who is neither an applicant nor
    at a window, or not authorised. Nothing is written then.
    """
    item = items.get_item(task.session, task.district_id, parameters["item_id"])
    check_open(item, task.now)
    channel, window_org = _channel(task.actor, item)
    agency = _agency(task, item, channel)
    for applicant in own_applicants(task, agency):
        check_no_duplicate(task, item, applicant)
    application = Application(
        district_id=task.district_id,
        id=new_id(),
        number=next_number(task.session, task.district_id, "SB", on=task.today, width=5, per="day"),
        item_id=item.id,
        item_version=item.version_no,
        guide_version=_guide_version(task, item),
        implementer_org=item.implementer_org,
        channel=channel,
        window_org=window_org,
        status=ApplicationStatus.DRAFT,
        started_by=task.actor.id,
        agency_id=None if agency is None else agency.id,
        instance_id=task.instance_id,
        root_id=task.root_id,
        created_at=task.now,
        updated_at=task.now,
    )
    task.session.add(application)
    return Result(
        outputs={
            "application_id": str(application.id),
            "implementer_org": item.implementer_org,
            "channel": str(channel),
            "window_org": window_org,
            "correction_round": 0,
            "correction_overdue": False,
        },
        business_key=application.number,
        title=f"{item.name}申报",
    )


def check_open(item: PolicyItem, now: datetime) -> None:
    """Raise BusinessError ITEM_NOT_OPEN unless the item takes applications at this moment."""
    name = f"“{item.name}”（{item.number}）"
    reason = None
    if item.disbursement_type != DisbursementType.APPLY:
        reason = "不需要申报，符合条件的由部门核定名单后直接兑现"
    elif item.status not in ACCEPTING:
        reason = f"目前是“{item.status}”，不受理申报"
    elif item.open_at is None or now < item.open_at:
        opens = "还没有确定" if item.open_at is None else f"为{_in_words(item.open_at)}"
        reason = f"还没有开放，开放时间{opens}"
    elif item.close_at is not None and now >= item.close_at:
        reason = f"申报期已于{_in_words(item.close_at)}截止"
    if reason is not None:
        raise BusinessError("ITEM_NOT_OPEN", f"{name}{reason}。请查看办事指南中的申报时间。", item_id=str(item.id))


def check_no_duplicate(
    task: TaskContext, item: PolicyItem, applicant: Applicant, *, besides: Application | None = None
) -> None:
    """Raise BusinessError DUPLICATE_BENEFIT while another application for the item is under way."""
    other = applications.find_running(task.session, item, applicant, besides=besides)
    if other is not None:
        raise BusinessError(
            "DUPLICATE_BENEFIT",
            f"“{shown_name(applicant)}”已有一件“{item.name}”申报在办（{other.number}，{other.status}），"
            "不能重复申报，请等其办结或撤回后再申报。",
            application_id=str(other.id),
        )


def own_organisations(actor: Actor) -> frozenset[str]:
    """Codes of the enterprises (or the resident) whose own people the actor belongs to."""
    return frozenset(post.organisation for post in actor.posts if post.role == "applicant")


def own_applicants(task: TaskContext, agency: Agency | None = None) -> list[Applicant]:
    """The actor's own applicants, or the one an agent acts for, as far as they registered or have applied before."""
    organisations = own_organisations(task.actor) if agency is None else {agency.organisation}
    return list(applications.list_applicants_of(task.session, task.district_id, organisations))


def _agency(task: TaskContext, item: PolicyItem, channel: Channel) -> Agency | None:
    """The authorisation under which the actor applies for somebody else, named by `acting_for`; None for oneself."""
    acting_for = task.variables.get("acting_for")
    if not acting_for or (channel is Channel.ONLINE and acting_for in own_organisations(task.actor)):
        return None
    return agency_for(task.actor, str(acting_for), item)


def agency_for(actor: Actor, organisation: str, item: PolicyItem) -> Agency:
    """The actor's authorisation by this applicant for the item, in force today. Raises Forbidden without one."""
    found = [each for each in actor.agencies if each.organisation == organisation and each.covers(item.id)]
    if not found:
        raise Forbidden(
            f"您没有为该申报主体代办“{item.name}”的有效授权：授权可能还没有接受、已到期、已撤销，或不包括这个事项。"
            "请联系申报主体重新授权。"
        )
    return found[0]


def _channel(actor: Actor, item: PolicyItem) -> tuple[Channel, str | None]:
    """Channel and service centre, from the post of the person who opens the application."""
    windows = {post.organisation for post in actor.posts if post.role == "window_clerk"}
    if windows:
        channel, fixed = Channel.WINDOW, windows - {"*"}
        at_item = item.window_org if item.window_org in fixed or not fixed else None
        window_org = at_item or min(fixed, default=actor.organisation)
    elif own_organisations(actor):
        channel, window_org = Channel.ONLINE, item.window_org
    else:
        raise Forbidden("只有申报主体的经办人或窗口人员可以申报。请以申报主体的账号登录，或到政务服务中心窗口办理。")
    if item.channels == _CLOSED[channel]:
        where = f"到窗口（{item.window_addr}）" if channel is Channel.ONLINE else "在网上"
        raise BusinessError("CHANNEL_NOT_OFFERED", f"“{item.name}”只受理{item.channels}申报，请{where}办理。")
    return channel, window_org


def _guide_version(task: TaskContext, item: PolicyItem) -> int | None:
    guide = find_published_guide(task.session, item)
    return None if guide is None else guide.version_no


def _in_words(instant: datetime) -> str:
    local = instant.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"
