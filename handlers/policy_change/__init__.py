"""Changing and abolishing an open item (三(三)4; gates G9 and G10): applied for, decided, in force on its day."""

from handlers.policy_change import applying, channels, deciding, effect
from handlers.policy_change.register import stage

__all__ = ["applying", "channels", "deciding", "effect", "stage"]
