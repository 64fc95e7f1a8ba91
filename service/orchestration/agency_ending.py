"""What happens when an authorisation ends: the post goes, and what the agent began goes on without the agent."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from service.orchestration import tasks
from service.orchestration.runtime import Unit
from storage import agencies
from storage.instances import OPEN_TASK
from storage.models.agencies import AgencyAuthorisation
from storage.models.instances import ProcessInstance, Task
from storage.models.people import Membership, User
from storage.people import get_user, list_holders


def end_agency(unit: Unit, row: AgencyAuthorisation, why: str) -> None:
    """Take the post away, the running day included, and hand on what still runs. `why` stands in each case."""
    post = None if row.membership_id is None else unit.session.get(Membership, (unit.district_id, row.membership_id))
    if post is not None and post.valid_from >= unit.today:
        row.membership_id = None
        unit.session.flush()
        unit.session.delete(post)
    elif post is not None and (post.valid_to is None or post.valid_to >= unit.today):
        post.valid_to = unit.today - timedelta(days=1)
    receiver = _own_person(unit, row)
    for instance in agencies.list_running_of_agency(unit.session, row):
        _hand_on(unit, instance, row, receiver, why)


def _own_person(unit: Unit, row: AgencyAuthorisation) -> User:
    """Who goes on with the cases: who authorised, or a colleague when that person has left."""
    holders = list_holders(unit.session, unit.district_id, "applicant", row.organisation, on=unit.today)
    granting = get_user(unit.session, unit.district_id, row.granted_by)
    return next((each for each in holders if each.id == granting.id), holders[0] if holders else granting)


def _hand_on(unit: Unit, instance: ProcessInstance, row: AgencyAuthorisation, receiver: User, why: str) -> None:
    """What waits for the agent, and what will, waits for the applicant's own person."""
    agent = get_user(unit.session, unit.district_id, row.agent_id)
    instance.started_by = receiver.id
    unit.record(instance, "agency_ended", changes={"agent": [agent.name, receiver.name]}, reason=why)
    open_tasks = select(Task).where(
        Task.district_id == unit.district_id,
        Task.instance_id == instance.id,
        Task.assignee_id == row.agent_id,
        Task.state.in_(OPEN_TASK),
    )
    for task in unit.session.scalars(open_tasks.with_for_update()):
        task.assignee_id, task.claimed_at = receiver.id, unit.now
        changes = {"assignee": [agent.name, receiver.name]}
        tasks.record(unit, instance, task, "task_assigned", unit.actor, unit.actor, changes=changes, reason=why)
