"""FEEL, the expression language of diagrams, forms and decision tables (DMN 1.5, chapter 10).

Expressions are input from people, not code: nothing here makes Python out of them, and every evaluation is
bounded in length, depth, steps, numbers, texts and collections.
"""

from processes.feel.checking import assignments, check, names_used
from processes.feel.errors import FeelError, FeelProblem
from processes.feel.evaluation import evaluate, unary_test
from processes.feel.text import to_plain
from processes.feel.values import Range, Value, YearsMonthsDuration

__all__ = [
    "FeelError",
    "FeelProblem",
    "Range",
    "Value",
    "YearsMonthsDuration",
    "assignments",
    "check",
    "evaluate",
    "names_used",
    "to_plain",
    "unary_test",
]
