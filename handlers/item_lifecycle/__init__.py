"""The life of one item: prepared, told to people, opened, closed (三(三); gate G2)."""

from handlers.item_lifecycle import conditions, execution
from handlers.item_lifecycle.register import stage

__all__ = ["conditions", "execution", "stage"]
