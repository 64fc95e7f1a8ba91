"""Applying for a benefit (申报受理): handed in, checked for form, corrected once, accepted, paid, rated (三(三))."""

from handlers.application import corrections, desk, ending, opening, submission
from handlers.application.register import stage

__all__ = ["corrections", "desk", "ending", "opening", "stage", "submission"]
