"""Regular expressions that always finish: time grows with text times pattern, as nothing is ever tried twice."""

from processes.feel.patterns.matching import Found, find, find_all
from processes.feel.patterns.syntax import PatternError, Program, compile_pattern

__all__ = ["Found", "PatternError", "Program", "compile_pattern", "find", "find_all"]
