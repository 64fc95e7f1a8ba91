"""Export and import on pages and for programs: a preview first, and nothing stored before somebody agrees."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO

from service.orchestration.bundle_files import BundleFile, read_bundle, write_bundle
from storage.models.drafts import DefinitionDraft
from tests.service.api.client import Program
from tests.service.pages.conftest import Visitor
from tests.service.publication_steps import NAME, errand
from tests.world import World

SignedIn = Callable[[str], Visitor]
BUNDLE = write_bundle([BundleFile(f"processes/{NAME}", errand(), {})], {})


def test_a_bundle_is_looked_at_and_kept_as_drafts(world: World, signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")
    owner.get("/definitions/bundle")

    owner.post("/definitions/bundle/preview", {"bundle": (BytesIO(BUNDLE), "errand.zip")})
    assert "新增" in owner.text and "errand" in owner.text
    assert world.rows(DefinitionDraft) == []
    owner.post("/definitions/bundle/import", {"bundle": b64encode(BUNDLE).decode(), "into": "drafts"})

    assert "已导入 1 份草稿" in owner.text
    assert world.one(DefinitionDraft).content == errand()


def test_a_carried_bundle_that_was_touched_is_refused(world: World, signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")
    owner.get("/definitions/bundle")

    for carried in ("", "no base64!", b64encode(BUNDLE[:-40]).decode()):
        owner.get("/definitions/bundle")
        answer = owner.post("/definitions/bundle/import", {"bundle": carried, "into": "drafts"})
        assert answer.status_code == 400

    assert world.rows(DefinitionDraft) == []


def test_programs_export_preview_and_import(world: World) -> None:
    owner, maker = Program(world, "process_owner"), Program(world, "maker")
    out = owner.get("/api/v1/definition-bundles", kind="process", key="review")
    assert out.mimetype == "application/zip" and "review.bpmn" in read_bundle(out.data)
    assert maker.get("/api/v1/definition-bundles").status_code == 403

    def given() -> dict[str, object]:
        return {"bundle": (BytesIO(BUNDLE), "errand.zip")}

    seen = owner.upload("/api/v1/definition-bundles/previews", given()).get_json()
    assert (seen["ok"], seen["incoming"][0]["state"]) == (True, "new")
    made = owner.upload("/api/v1/definition-bundles", given())
    assert (made.status_code, made.get_json()["drafts"]) == (201, [{"kind": "process", "key": "errand"}])
    bad = owner.upload("/api/v1/definition-bundles", {"bundle": (BytesIO(b"no zip"), "x.zip")})
    assert (bad.status_code, bad.get_json()["code"]) == (400, "BAD_REQUEST")
