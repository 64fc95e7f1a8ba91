"""The stage object, and the review a task belongs to."""

from __future__ import annotations

from handlers import case
from handlers.stage import Stage, TaskContext
from storage import policies
from storage.models.policies import Policy
from storage.models.policy_reviews import StandardizationReview

stage = Stage("standardization_review")


def review_of(task: TaskContext) -> tuple[StandardizationReview, Policy]:
    """The review the task data names, and its policy. Raises NotFound or BusinessError."""
    review_id = case.required_id(task, "review_id")
    review = policies.get(task.session, StandardizationReview, task.district_id, review_id)
    return review, policies.get_policy(task.session, task.district_id, review.policy_id)
