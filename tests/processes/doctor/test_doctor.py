"""Foreign diagrams open, say what keeps them from running, run after the fixes, and nothing of them is lost unsaid."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from processes import decisions
from processes.checks import Catalogue
from processes.comparison import compare
from processes.doctor import Diagnosis, Fate, Treated, examine, treat
from processes.errors import BadRequest, DefinitionRefused
from processes.stages import TITLES
from service.commands.publishing import shipped_catalogue

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())
BPMN = Path(__file__).parents[3] / "processes" / "bpmn"
#: There is no process in it: nothing can be made to run.
NOTHING_TO_RUN = {"no_process_but_collaboration.bpmn"}


@cache
def catalogue() -> Catalogue:
    """What a foreign diagram finds in the house as it ships."""
    tables = {each.id: each.name for each in decisions.inspect((BPMN / "review_level.dmn").read_bytes())}
    return shipped_catalogue().joined(forms={}, decisions=tables, processes=TITLES, elements=(), interfaces={})


def file(name: str) -> bytes:
    return (Path(__file__).parent / "corpus" / name).read_bytes()


def choices(diagnosis: Diagnosis) -> dict[str, str | None]:
    """The first fix of each symptom, with what is proposed, or the first that can be picked."""
    picked: dict[str, str | None] = {}
    for symptom in diagnosis.symptoms:
        for fix in symptom.fixes[:1]:
            options = fix.choice.options if fix.choice is not None else ()
            first = options[0][0] if options else "true" if fix.choice is not None else None
            picked[fix.id] = (fix.choice.proposed if fix.choice is not None else None) or first
    return picked


def treat_all_certain(content: bytes, found: Catalogue) -> Treated:
    return treat(content, {}, found, all_certain=True)


def errors(diagnosis: Diagnosis) -> list[str]:
    return [f"{one.code} {one.element_id}: {one.message}" for one in diagnosis.symptoms if one.severity == "error"]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_a_foreign_file_runs_after_the_certain_fixes_and_a_choice_for_the_others(path: Path) -> None:
    first = treat_all_certain(path.read_bytes(), catalogue())
    second = treat(first.content, choices(first.diagnosis), catalogue())
    last = treat_all_certain(second.content, catalogue())
    assert last.diagnosis.is_fit == (path.name not in NOTHING_TO_RUN), errors(last.diagnosis)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_every_element_attribute_and_text_of_the_source_is_accounted_for(path: Path) -> None:
    content = path.read_bytes()
    held = [one for one in etree.fromstring(content).iter() if isinstance(one.tag, str)]
    expected = sum(1 + len(one.attrib) + bool((one.text or "").strip()) for one in held)
    for report in (
        examine(content, catalogue()).report,
        treat_all_certain(content, catalogue()).diagnosis.report,
        treat(content, choices(examine(content, catalogue())), catalogue()).diagnosis.report,
    ):
        assert len(report) == expected
        unsaid = [one for one in report if one.fate in (Fate.MAPPED, Fate.DROPPED, Fate.IGNORED) and not one.words]
        assert [one for one in unsaid if one.fate is not Fate.IGNORED] == []


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_what_is_called_kept_is_really_in_the_result(path: Path) -> None:
    treated = treat_all_certain(path.read_bytes(), catalogue())
    values = {str(value) for one in etree.fromstring(treated.content).iter() for value in one.attrib.values()}
    kept = [one for one in treated.diagnosis.report if one.attribute not in ("", "text")]
    assert [one for one in kept if one.fate in (Fate.KEPT, Fate.IGNORED) and one.value not in values] == []


def test_without_a_fix_the_bytes_come_out_as_they_are() -> None:
    for path in CORPUS:
        assert treat(path.read_bytes(), {}, catalogue()).content == path.read_bytes()


@pytest.mark.parametrize("path", sorted(BPMN.glob("*.bpmn")), ids=lambda path: path.name)
def test_a_file_that_needs_no_fix_is_left_alone(path: Path) -> None:
    treated = treat_all_certain(path.read_bytes(), catalogue())
    assert treated.content == path.read_bytes() and treated.applied == ()
    assert compare(path.name, path.read_bytes(), treated.content) == ()


def test_foreign_people_become_posts_and_the_attribute_is_told_as_mapped() -> None:
    treated = treat_all_certain(file("c7_assignee.bpmn"), catalogue())
    assert b'name="post" value="starter"' in treated.content and b"camunda:assignee" not in treated.content
    (told,) = [one for one in treated.diagnosis.report if one.attribute == "camunda:assignee"]
    assert (told.fate, told.words) == (Fate.MAPPED, "办理岗位改为 starter")


def test_conditions_of_java_engines_become_feel() -> None:
    treated = treat_all_certain(file("c7_conditions.bpmn"), catalogue())
    assert b"= amount &gt;= 1000 and not(approved)" in treated.content


def test_embedded_fields_become_a_quick_form_with_their_types() -> None:
    treated = treat_all_certain(file("c7_form_fields.bpmn"), catalogue())
    assert b'name="outputs" value="amount:integer, ok:boolean, why:text"' in treated.content


def test_automatic_work_is_picked_from_the_handlers_or_given_to_a_person() -> None:
    symptom = next(
        one for one in examine(file("c8_service.bpmn"), catalogue()).symptoms if one.code == "HANDLER_FOREIGN"
    )
    assert [fix.id for fix in symptom.fixes] == ["handler:a", "by_hand:a"]
    by_hand = treat(file("c8_service.bpmn"), {"by_hand:a": None}, catalogue())
    assert b'<bpmn:userTask id="a"' in by_hand.content
    dropped = {one.element for one in by_hand.diagnosis.report if one.fate is Fate.DROPPED}
    assert "zeebe:taskDefinition" in dropped and "zeebe:header" in dropped


def test_foreign_extensions_without_a_counterpart_stay_in_the_file() -> None:
    treated = treat_all_certain(file("signavio_sid.bpmn"), catalogue())
    assert b"signavioMetaData" in treated.content
    assert any(one.element == "www.signavio.com:signavioMetaData" for one in treated.diagnosis.report)


def test_of_several_pools_one_is_chosen() -> None:
    treated = treat(file("two_pools.bpmn"), {"executable": "bureau", "drawing": None}, catalogue())
    assert treated.diagnosis.process_key == "bureau"
    with pytest.raises(BadRequest):
        treat(file("two_pools.bpmn"), {"executable": "nobody"}, catalogue())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a/>",
        b"not xml",
        b'<!DOCTYPE x [<!ENTITY a "b">]><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">&a;</definitions>',
    ],
)
def test_what_is_no_safe_diagram_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(DefinitionRefused) as refused:
        examine(content, catalogue())
    assert str(refused.value.message).endswith("。")
