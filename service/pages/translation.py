"""Words in the language of whoever reads the page. The Chinese text itself names a message of the catalogue."""

from __future__ import annotations

from functools import lru_cache

import flask_babel

from service.translations.compile import known
from service.translations.refusals import words_of

#: The language in which refusals are raised.
_OWN = "zh"


def gettext(text: str, **values: object) -> str:
    """The text in the language of this request, with `%(name)s` filled in; Chinese outside of requests."""
    return str(flask_babel.gettext(text, **values))


def to_translate(text: str) -> str:
    """The same text; its presence in the source lets the catalogue know that it needs an English word."""
    return text


def refusal_words(sentence: str | None) -> str:
    """A refusal in the language of this request; as it was raised where the catalogue does not know it."""
    locale = flask_babel.get_locale()
    if not sentence or locale is None or locale.language == _OWN:
        return sentence or ""
    found = words_of(sentence, _messages())
    return sentence if found is None else gettext(found[0], **found[1])


@lru_cache(maxsize=1)
def _messages() -> frozenset[str]:
    return frozenset(str(each.id) for each in known() if each.id)
