"""Bounds that keep any expression short, small and quick, whoever wrote it (an expression is input, not code)."""

from __future__ import annotations

MAX_TEXT = 2_000  # characters of one expression
MAX_SCRIPT = 20_000  # characters of one script-task body
MAX_NODES = 300
MAX_DEPTH = 40
MAX_NESTING = 120  # parser recursion: one level of brackets may cost up to three
MAX_STEPS = 20_000  # evaluated nodes, plus a charge for the size of what built-in functions handle
MAX_CALL_DEPTH = 12  # functions of the expression's own that call each other
MAX_ITEMS = 100_000
MAX_STRING = 50_000  # characters of a text made by an expression
MAX_PATTERN = 500  # characters of a regular expression
MAX_PATTERN_PROGRAM = 2_000  # instructions after its counted repetitions are written out
DIGITS = 34  # decimal128, as DMN 1.5 wants
MAX_EXPONENT = 6_144
ITEMS_PER_STEP = 50
CHARACTERS_PER_STEP = 1_000
