"""Chinese is the language of the pages; who asks for English finds nothing of ours left in Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.lexer import TOKEN_DATA, TOKEN_STRING

from service.translations.collect import messages
from service.translations.compile import known
from service.translations.refusals import words_of
from tests.service.pages.conftest import Visitor

TEMPLATES = Path(__file__).parents[3] / "service" / "templates"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Words of the records that a template compares with, or looks up by, and does not show.
_COMPARED = re.compile(r"""[=!]=\s*"[^"]*"|\bin\s*\((?:"[^"]*"(?:,\s*)?)+\)|'[^']*'(?=:\s)""")
_PLACES = re.compile(r"%\((\w+)\)[0-9]*[sd]")


def untranslated(template: Path) -> list[str]:
    """Chinese that stands in a template without being a message."""
    found, before, source = [], "", _COMPARED.sub("none", template.read_text())
    for line, kind, value in Environment(extensions=["jinja2.ext.i18n"], autoescape=True).lex(source):
        if kind in (TOKEN_DATA, TOKEN_STRING) and _CHINESE.search(value) and not before.endswith("_("):
            found.append(f"{template.name}:{line} {value.strip()[:40]}")
        before = before + value if kind in ("name", "operator") else ""
    return found


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_every_text_of_a_template_is_a_message(template: Path) -> None:
    assert untranslated(template) == []


def test_every_message_has_its_english() -> None:
    catalogue = known()

    missing = sorted(text for text in messages() if text not in catalogue or not catalogue[text].string)

    assert missing == []


def test_a_refusal_is_read_in_the_language_of_the_page(signed_in: Callable[[str], Visitor]) -> None:
    visitor = signed_in("maker")
    visitor.get("/language/en?next=/people")

    visitor.get("/people")

    assert "Your post does not have this right." in visitor.text
    assert "您的岗位没有这项权限" not in visitor.page


def test_the_values_of_a_refusal_are_found_in_its_sentence() -> None:
    asked = frozenset(messages())

    found = words_of("后续环节“复审”已由王复审接手，不能撤回。请联系王复审退回。", asked)

    assert found is not None
    assert dict(found[1]) == {"follower_name": "复审", "who": "王复审"}
    assert words_of("后续环节“复审”已由甲接手，不能撤回。请联系乙退回。", asked) is None


def test_english_words_keep_the_places_for_values() -> None:
    wrong = [
        text.id for text in known() if text.id and set(_PLACES.findall(text.id)) != set(_PLACES.findall(text.string))
    ]

    assert wrong == []


def test_nothing_in_the_catalogue_is_no_longer_said() -> None:
    assert {text.id for text in known() if text.id} - messages() == set()


def test_a_reader_chooses_english_and_keeps_it(signed_in: Callable[[str], Visitor]) -> None:
    visitor = signed_in("analyst")

    visitor.get("/language/en?next=/stuck")

    assert visitor.address == "/stuck"
    assert "Stuck cases" in visitor.text
    assert '<html lang="en">' in visitor.page
    assert "My work" in visitor.get("/work").text


def test_the_language_is_chinese_until_somebody_chooses(signed_in: Callable[[str], Visitor]) -> None:
    assert "停滞事项" in signed_in("analyst").get("/stuck").text


def test_choosing_a_language_never_leads_to_another_site(visitor: Callable[[], Visitor]) -> None:
    answer = visitor().client.get("/language/en?next=//elsewhere.example")

    assert answer.headers["Location"] == "/"


def test_an_unknown_language_is_refused(visitor: Callable[[], Visitor]) -> None:
    assert visitor().get("/language/xx").status_code == 404
