"""Standardization review (标准化审查): no text is issued that has not passed (三(二)2; gates G1, G1b, G4)."""

from handlers.standardization_review import applying, judging
from handlers.standardization_review.register import stage

__all__ = ["applying", "judging", "stage"]
