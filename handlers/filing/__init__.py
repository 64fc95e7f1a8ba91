"""Filings with 政数局 when an item opens, changes or produces amounts (报备, 三(三)3, 三(三)4; gate G12)."""

from handlers.filing import amounts, duties, openings, receiving
from handlers.filing.register import stage

__all__ = ["amounts", "duties", "openings", "receiving", "stage"]
