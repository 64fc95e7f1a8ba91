"""Beginning the lifecycle of a policy: what is ahead, whether it follows an earlier policy, and its first form."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from processes import engine
from processes.actors import Actor
from processes.errors import Forbidden
from processes.policy_words import PolicyStatus
from processes.stages import STAGES
from processes.vocabulary import DefinitionKind
from service import permissions
from service.entrance import allows, current_actor
from service.orchestration.start import start_instance
from service.pages.form_view import as_id
from service.pages.site import page, pages
from service.pages.starting import first_page
from service.wiring import runtime, session
from storage.db import new_id
from storage.definitions import get_definition
from storage.models.policies import Policy
from storage.policies import list_policies

LIFECYCLE = "policy_lifecycle"

#: Policies that a new one may follow: those that were in force.
_MAY_BE_FOLLOWED = (
    PolicyStatus.RUNNING,
    PolicyStatus.EXPIRED,
    PolicyStatus.ABOLISHED,
    PolicyStatus.EVALUATED,
    PolicyStatus.ARCHIVED,
)
MOST_PREDECESSORS = 500


@pages.get("/policies/new")
@allows("start")
def new_policy() -> tuple[str, int]:
    """The page before a policy begins. Raises Forbidden for those who may not start one."""
    actor = current_actor()
    if not may_begin(actor):
        raise Forbidden("您的岗位不能发起政策制定。请由政策制定部门经办人或系统管理员发起。")
    earlier = list_policies(
        session(),
        actor.district_id,
        statuses=_MAY_BE_FOLLOWED,
        visible=permissions.visible(actor, Policy),
        limit=MOST_PREDECESSORS,
    )
    return page("new_policy.html", stages=STAGES, earlier=earlier, key=new_id())


@pages.post("/policies/new")
@allows("start")
def begin_policy() -> Response:
    """Start the lifecycle and go on to its first form."""
    actor, key = current_actor(), request.form.get("idempotency_key", "")
    predecessor = as_id(request.form.get("predecessor"))
    variables = {} if predecessor is None else {"predecessor_policy_id": str(predecessor)}
    idempotency_key = key if as_id(key) else None
    instance_id = start_instance(runtime(), LIFECYCLE, variables, by=actor, idempotency_key=idempotency_key)
    return redirect(first_page(actor, instance_id), 303)


def may_begin(actor: Actor) -> bool:
    """True for those whom the published lifecycle names as its starters, and for administrators."""
    stored = get_definition(session(), actor.district_id, DefinitionKind.PROCESS, LIFECYCLE)
    starters = [name.strip() for name in engine.parse(stored.content).properties.get("starters", "").split(",")]
    return permissions.may_start(actor, starters)
