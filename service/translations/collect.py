"""`python -m service.translations.collect`: bring the English catalogue up to date with the pages.

New messages are added without a word, messages nobody says any more are dropped. The test of the languages names
every message that has no English yet.
"""

from __future__ import annotations

from datetime import UTC, datetime

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from processes.application_words import AgencyState, ApplicantKind
from processes.desk_words import CHANNELS, DIGESTS, RETURN_MODES, SIGNING_MODES, SIGNING_ORDERS
from processes.library_words import DEEDS, PUBLICATION_STATES
from processes.notice_words import KINDS, OTHER
from processes.stage_templates import TEMPLATES
from processes.stages import TITLES
from processes.vocabulary import ROLES
from service.translations.compile import ENGLISH, compile_english, known
from service.translations.refusals import refusals

_SOURCES = [("templates/**.html", "jinja2"), ("pages/**.py", "python")]
_KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "to_translate": None, "ngettext": (1, 2)}
#: Words of lower rooms that pages show through `gettext(word)`.
_TABLES = (
    ROLES,
    TITLES,
    SIGNING_MODES,
    SIGNING_ORDERS,
    RETURN_MODES,
    CHANNELS,
    DIGESTS,
    KINDS,
    DEEDS,
    PUBLICATION_STATES,
    {"": OTHER},
    {each.name: str(each) for each in (*AgencyState, *ApplicantKind)},
    {each.name: each.title for each in TEMPLATES},
    {each.name: each.description for each in TEMPLATES},
)


def messages() -> set[str]:
    """Every text that pages ask for in the reader's language, and the refusals they show."""
    found = {word for table in _TABLES for word in table.values()} | refusals(ENGLISH.parents[4])
    options = {"**.html": {"silent": "false", "trimmed": "true"}}
    for _file, _line, text, _comments, _context in extract_from_dir(
        ENGLISH.parents[3], method_map=_SOURCES, options_map=options, keywords=_KEYWORDS
    ):
        found.update((text,) if isinstance(text, str) else text)
    return found - {""}


def main() -> None:
    """Write the catalogue with the messages of today and compile it."""
    old, new = known(), Catalog(locale="en", charset="utf-8", header_comment="# English words of zhida's pages.")
    new.creation_date = new.revision_date = datetime(2026, 1, 1, tzinfo=UTC)  # fixed: no needless differences
    for text in sorted(messages()):
        before = old.get(text)
        new.add(text, "" if before is None else before.string)
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    with ENGLISH.open("wb") as file:
        write_po(file, new, width=120, omit_header=False, sort_output=True)
    compile_english()


if __name__ == "__main__":
    main()
