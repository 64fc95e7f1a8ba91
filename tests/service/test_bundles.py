"""Definitions leave as a bundle and come in again: whole, checked, and nothing of what a stranger's zip might try."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO

import orjson
import pytest

from processes.errors import BadRequest, Conflict, DefinitionRefused
from processes.vocabulary import DefinitionKind
from service.orchestration import bundles, drafts
from service.orchestration.bundle_files import LARGEST_BUNDLE, MANIFEST, BundleFile, read_bundle, write_bundle
from service.orchestration.drafts import Place
from service.orchestration.publication_requests import Wish
from storage.models.definitions import Definition
from storage.models.drafts import DefinitionDraft
from tests.service.publication_steps import ERRAND_PLACE, NAME, errand, publish_errand, versions
from tests.world import World

REVIEW = Place(DefinitionKind.PROCESS, "review")


def of_errand(content: bytes | None = None) -> bytes:
    return write_bundle([BundleFile(f"processes/{NAME}", content or errand(), {})], {})


def zipped(*entries: tuple[str, bytes]) -> bytes:
    """A zip as a stranger might make it, without a manifest unless given."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
    return target.getvalue()


def manifest_of(data: bytes) -> dict[str, dict[str, object]]:
    with zipfile.ZipFile(BytesIO(data)) as given:
        return {line["file"]: line for line in orjson.loads(given.read(MANIFEST))["definitions"]}


def test_everything_goes_out_and_is_the_same_when_it_comes_back(world: World) -> None:
    owner = world.actor("process_owner")

    data = bundles.export(world.runtime, by=owner)
    found = bundles.preview(world.runtime, read_bundle(data), by=owner)

    keys = {(row.kind, row.key) for row in world.rows(Definition) if row.kind != "decision"}
    assert keys <= {(each.kind.value, each.key) for each in found.incoming}
    assert {each.state for each in found.incoming} == {bundles.SAME}
    assert data == bundles.export(world.runtime, by=owner)


def test_one_process_goes_out_with_all_it_needs(world: World) -> None:
    lines = manifest_of(bundles.export(world.runtime, by=world.actor("process_owner"), of=REVIEW))

    assert {"processes/review.bpmn", "forms/review/review_first.form", "scenarios/review.scenarios"} <= set(lines)
    assert "decisions/review_level.dmn" in lines
    assert "processes/training.bpmn" not in lines
    review = lines["processes/review.bpmn"]
    assert (review["version"], review["key"]) == (1, "review")
    assert {"kind": "form", "key": "review/review_first"} in review["depends_on"]  # type: ignore[operator]


def test_what_is_new_or_changed_becomes_drafts(world: World) -> None:
    owner = world.actor("process_owner")
    files = read_bundle(of_errand())
    assert [each.state for each in bundles.preview(world.runtime, files, by=owner).incoming] == [bundles.NEW]
    assert bundles.import_as_drafts(world.runtime, files, by=owner) == [ERRAND_PLACE]
    publish_errand(world)
    drafts.discard_draft(world.runtime, ERRAND_PLACE, by=owner)

    bundles.import_as_drafts(world.runtime, read_bundle(of_errand(errand("第二版"))), by=owner)

    kept = world.one(DefinitionDraft)
    assert (kept.content, kept.base_version) == (errand("第二版"), 1)
    with pytest.raises(Conflict):
        bundles.import_as_drafts(world.runtime, read_bundle(of_errand()), by=owner)


def test_an_own_draft_is_never_overwritten(world: World) -> None:
    owner = world.actor("process_owner")
    drafts.save_draft(world.runtime, ERRAND_PLACE, b"mine", base_version=None, revision=0, by=owner)

    with pytest.raises(Conflict):
        bundles.import_as_drafts(world.runtime, read_bundle(of_errand()), by=owner)

    assert world.one(DefinitionDraft).content == b"mine"


def test_with_one_fault_nothing_comes_in(world: World) -> None:
    broken = of_errand(errand().replace(b"maker@", b"nobody@"))

    with pytest.raises(DefinitionRefused):
        bundles.import_as_drafts(world.runtime, read_bundle(broken), by=world.actor("process_owner"))

    assert world.rows(DefinitionDraft) == []


def test_a_bundle_may_go_the_way_of_a_request(world: World) -> None:
    owner = world.actor("process_owner")

    bundles.import_as_request(world.runtime, read_bundle(of_errand()), Wish("从省里导入"), by=owner)

    assert versions(world) == [1]


def _other_bytes() -> bytes:
    good = of_errand()
    with zipfile.ZipFile(BytesIO(good)) as given:
        return zipped((MANIFEST, given.read(MANIFEST)), (f"processes/{NAME}", errand("换过的")))


def _link() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        entry = zipfile.ZipInfo("processes/link.bpmn")
        entry.external_attr = 0o120777 << 16
        made.writestr(entry, "/etc/passwd")
    return target.getvalue()


BAD: dict[str, Callable[[], bytes]] = {
    "no zip": lambda: b"no zip at all",
    "cut short": lambda: of_errand()[:-30],
    "too large": lambda: b"0" * (LARGEST_BUNDLE + 1),
    "a bomb": lambda: zipped(("processes/bomb.bpmn", b"0" * 30_000_000)),
    "too many": lambda: zipped(*((f"processes/p{n}.bpmn", b"x") for n in range(300))),
    "a way up": lambda: zipped(("processes/../../evil.bpmn", b"x")),
    "from the root": lambda: zipped(("/etc/evil.bpmn", b"x")),
    "a backslash": lambda: zipped(("processes\\..\\evil.bpmn", b"x")),
    "a link": _link,
    "another kind of file": lambda: zipped(("processes/evil.py", b"x")),
    "the same name twice": lambda: zipped(("processes/a.bpmn", b"x"), ("processes/A.bpmn", b"x")),
    "no manifest": lambda: zipped((f"processes/{NAME}", errand())),
    "a manifest that is none": lambda: zipped((MANIFEST, b"[]"), (f"processes/{NAME}", errand())),
    "more than the manifest says": lambda: zipped((MANIFEST, write_manifest([])), (f"processes/{NAME}", errand())),
    "other bytes than the manifest says": _other_bytes,
}


def write_manifest(definitions: list[dict[str, str]]) -> bytes:
    return orjson.dumps({"format": "zhida-bundle", "format_version": 1, "definitions": definitions})


@pytest.mark.parametrize("make", BAD.values(), ids=BAD.keys())
def test_what_a_strangers_zip_might_try_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(BadRequest):
        read_bundle(make())
