"""Objections and bad ratings (异议处理): handled by people who had no part in the case, looked at twice at most."""

from handlers.objection import handling, registering
from handlers.objection.register import stage

__all__ = ["handling", "registering", "stage"]
