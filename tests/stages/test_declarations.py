"""What handlers declare is what they do: checks, pickers, pages and the docs read the declaration, not the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.registry import REGISTRY
from service.commands.handlers import as_document
from tests.stages.reading_handlers import read_handler

DOCUMENT = Path(__file__).parents[2] / "docs" / "handlers.md"
#: What every handler may answer: the record is gone, or the case lacks what the diagram should have brought.
GENERAL = {"NOT_FOUND", "CASE_INCOMPLETE"}


@pytest.mark.parametrize("name", sorted(REGISTRY.handlers))
def test_a_handler_declares_the_errors_records_processes_and_messages_of_its_code(name: str) -> None:
    declared = REGISTRY.handlers[name]
    read = read_handler(declared)
    assert set(declared.errors) == read.errors - GENERAL
    assert set(declared.makes) == read.makes
    assert set(declared.starts) == read.starts
    assert set(declared.messages) == read.messages
    assert declared.publishes == read.publishes


def test_the_document_of_the_handlers_is_current() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == as_document(), "run: zhida handlers --markdown > docs/handlers.md"
