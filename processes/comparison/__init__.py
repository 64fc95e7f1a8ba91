"""Two versions of a diagram, form, decision table or scenario file: what changed, told in words, and how they merge."""

from processes.comparison.change import Change, ChangeKind, Conflict, Merged
from processes.comparison.comparing import compare
from processes.comparison.merging import merge

__all__ = ["Change", "ChangeKind", "Conflict", "Merged", "compare", "merge"]
