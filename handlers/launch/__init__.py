"""Launching the items of an issued policy: entry, guide, channels (出台上线, 三(二), 三(三)1; gates G1, G10)."""

from handlers.launch import comparing, confirming, entry, guiding, publishing
from handlers.launch.register import stage

__all__ = ["comparing", "confirming", "entry", "guiding", "publishing", "stage"]
