"""`python -m service.translations.compile`: the English catalogue in the form that is read at run time."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH = Path(__file__).parent / "en" / "LC_MESSAGES" / "messages.po"


def known() -> Catalog:
    """The English catalogue as it stands."""
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def compile_english() -> None:
    """Write the compiled catalogue beside its source."""
    with ENGLISH.with_suffix(".mo").open("wb") as file:
        write_mo(file, known())


if __name__ == "__main__":
    compile_english()
