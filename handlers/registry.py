"""All stages of the house in one registry: the only list to extend when a stage is added."""

from __future__ import annotations

from handlers import (
    application,
    disbursement_filing,
    filing,
    item_lifecycle,
    launch,
    objection,
    opinion_consultation,
    policy_change,
    policy_lifecycle,
    post_evaluation,
    pre_assessment,
    review,
    standardization_review,
    training,
)
from handlers.stage import Registry

REGISTRY = Registry(
    module.stage
    for module in (
        policy_lifecycle,
        pre_assessment,
        opinion_consultation,
        standardization_review,
        launch,
        item_lifecycle,
        training,
        filing,
        application,
        review,
        disbursement_filing,
        objection,
        policy_change,
        post_evaluation,
    )
)
