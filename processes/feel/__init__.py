"""FEEL, the expression language of diagrams, forms and decision tables."""
