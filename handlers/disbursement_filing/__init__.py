"""Disbursement and its filing (兑现报备): nothing is paid before its publicity is over (三(三)3; gates G3, G6, G7)."""

from handlers.disbursement_filing import approving, checking, creating, lists, paying, periodic, publishing
from handlers.disbursement_filing.register import stage

__all__ = ["approving", "checking", "creating", "lists", "paying", "periodic", "publishing", "stage"]
