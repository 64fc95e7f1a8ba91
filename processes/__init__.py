"""The policy lifecycle as diagrams, and the words for it: engine seam, expressions, calendar, checks."""
