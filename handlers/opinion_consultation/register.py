"""The stage object, and the consultation a task belongs to."""

from __future__ import annotations

from handlers import case
from handlers.stage import Stage, TaskContext
from storage import policies
from storage.models.policies import Policy
from storage.models.policy_opinions import Consultation

stage = Stage("opinion_consultation")


def consultation_of(task: TaskContext) -> tuple[Consultation, Policy]:
    """The consultation the task data names, and its policy. Raises NotFound or BusinessError."""
    consultation_id = case.required_id(task, "consultation_id")
    consultation = policies.get(task.session, Consultation, task.district_id, consultation_id)
    return consultation, policies.get_policy(task.session, task.district_id, consultation.policy_id)
