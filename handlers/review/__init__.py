"""Reviewing an application (审查审批): by other people than accepted it, in up to three levels (二(三), 三(三)2)."""

from handlers.review import judging, outside, preparing
from handlers.review.register import stage

__all__ = ["judging", "outside", "preparing", "stage"]
