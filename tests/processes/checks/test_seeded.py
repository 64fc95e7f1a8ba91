"""What the checks are worth: how many of the faults put into the shipped files are named, at the right place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from forms.checking import check_form
from processes import decisions, engine
from processes.checks import Catalogue, Finding, check_files, describe, read_interface, read_results
from processes.checks.files import read_diagram
from processes.stages import TITLES
from service.commands.publishing import shipped_catalogue
from tests.processes.checks.seeded import Seed
from tests.processes.checks.seeds import SEEDS
from tests.processes.checks.seeds_of_tables import FORM_SEEDS, TABLE_SEEDS

ROOT = Path(__file__).parents[3]
DIAGRAMS = {path.stem: path for path in sorted((ROOT / "processes" / "bpmn").glob("*.bpmn"))}
TABLE = ROOT / "processes" / "bpmn" / "review_level.dmn"


@cache
def _catalogue() -> Catalogue:
    """Everything that ships, as it stands when it is published."""
    contents = {stem: path.read_bytes() for stem, path in DIAGRAMS.items()}
    read = [read_diagram(stem, content)[0] for stem, content in contents.items()]
    shipped = replace(shipped_catalogue(), results=read_results(TABLE.read_bytes()))
    return shipped.joined(
        forms={},
        decisions={each.id: each.name for each in decisions.inspect(TABLE.read_bytes())},
        processes=TITLES,
        elements={node.id for one in read if one is not None for node in one.nodes()},
        interfaces={stem: read_interface(content) for stem, content in contents.items()},
    )


def _findings(name: str, content: bytes) -> list[Finding]:
    return check_files({name: content}, _catalogue(), check_form, engine_reader=engine.element_ids)


def _broken() -> Iterator[tuple[Seed, list[Finding]]]:
    for seed in SEEDS:
        root = etree.fromstring(DIAGRAMS[seed.stem].read_bytes())
        seed.change(root)
        yield seed, _findings(f"{seed.stem}.bpmn", etree.tostring(root))
    for seed in TABLE_SEEDS:
        root = etree.fromstring(TABLE.read_bytes())
        seed.change(root)
        yield seed, _findings(TABLE.name, etree.tostring(root))
    for form in FORM_SEEDS:
        yield form.seed, _findings(f"{form.seed.stem}.form", form.broken(ROOT / "forms"))


@pytest.mark.parametrize("stem", DIAGRAMS)
def test_an_unbroken_diagram_gives_no_finding(stem: str) -> None:
    findings = _findings(f"{stem}.bpmn", DIAGRAMS[stem].read_bytes())
    assert findings == [], describe(findings)


def test_at_least_95_of_100_seeded_faults_are_named_at_their_element() -> None:
    judged = [(seed, findings) for seed, findings in _broken()]
    assert len(judged) >= 60 and len({seed.name for seed, _ in judged}) == len(judged)
    wrong = [
        f"{seed.name}: {seed.code} at {seed.element}\n{describe(findings)}"
        for seed, findings in judged
        if (seed.code, seed.element) not in {(one.code, one.element_id) for one in findings}
    ]
    assert len(wrong) <= 0.05 * len(judged), f"{len(wrong)} of {len(judged)}\n" + "\n".join(wrong)
