"""Catalogues of the words on the pages, one folder per language."""
