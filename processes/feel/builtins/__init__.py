"""The built-in functions of DMN 1.5 (10.3.4), by topic."""

from processes.feel.builtins import contexts, conversion, days, lists, numbers, ranges, strings
from processes.feel.builtins.registry import BUILTINS, call_builtin

__all__ = ["BUILTINS", "call_builtin", "contexts", "conversion", "days", "lists", "numbers", "ranges", "strings"]
