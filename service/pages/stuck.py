"""The list of what does not move on, and why, for analysts; retrying what failed."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service import permissions
from service.entrance import allows, current_actor
from service.orchestration import repair
from service.orchestration.deliveries import NoticeUndeliverable
from service.orchestration.door import BecameIncident
from service.pages.site import inside, page, pages
from service.pages.translation import gettext
from service.stuck import STUCK, Reason, Waiting, why_waiting
from service.wiring import runtime, session
from storage.incidents import list_open_of_code
from storage.models.instances import ProcessInstance


@pages.get("/stuck")
@allows("retry")
def stuck() -> tuple[str, int]:
    """Open elements with their reasons; only those that need somebody, unless all are asked for."""
    actor = current_actor()
    every = why_waiting(session(), runtime(), actor, permissions.visible(actor, ProcessInstance))
    counts = Counter(each.reason for each in every)
    asked, all_reasons = request.args.get("reason", ""), request.args.get("all") == "1"
    shown = [each for each in every if _asked_for(each, asked, all_reasons)]
    return page(
        "stuck.html",
        shown=shown,
        counts=[(reason, counts[reason], reason in STUCK) for reason in Reason if counts[reason]],
        asked=asked,
        all_reasons=all_reasons,
        total=len(every),
        stuck_total=sum(each.is_stuck for each in every),
        undelivered=list_open_of_code(session(), actor.district_id, NoticeUndeliverable.code),
    )


def _asked_for(each: Waiting, asked: str, all_reasons: bool) -> bool:
    return each.reason == asked if asked else all_reasons or each.is_stuck


@pages.post("/incidents/<uuid:incident_id>/closing")
@allows("retry")
def close_incident(incident_id: UUID) -> Response:
    """Close by hand an incident about a notice; the reason is kept."""
    repair.close_incident(runtime(), incident_id, by=current_actor(), reason=request.form.get("reason", ""))
    flash(gettext("异常已人工办结，原因已记录。"), "success")
    return redirect(inside(request.form.get("next", ""), url_for("pages.stuck")), 303)


@pages.post("/incidents/<uuid:incident_id>/retry")
@allows("retry")
def retry(incident_id: UUID) -> Response:
    """Try again what failed; when it fails again the incident says so and stays."""
    try:
        repair.retry_incident(runtime(), incident_id, by=current_actor())
    except BecameIncident as again:
        flash(gettext("重试没有成功：%(reason)s", reason=again.message), "danger")
    else:
        flash(gettext("重试成功，异常已处理。"), "success")
    return redirect(inside(request.form.get("next", ""), url_for("pages.stuck")), 303)
