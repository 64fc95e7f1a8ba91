"""Words in the language of whoever reads the page. The Chinese text itself names a message of the catalogue."""

from __future__ import annotations

import flask_babel


def gettext(text: str, **values: object) -> str:
    """The text in the language of this request, with `%(name)s` filled in; Chinese outside of requests."""
    return str(flask_babel.gettext(text, **values))


def to_translate(text: str) -> str:
    """The same text; its presence in the source lets the catalogue know that it needs an English word."""
    return text
