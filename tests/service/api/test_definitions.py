"""Files over HTTP: checked, published as a whole or not at all, and given back byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.service.api.client import Program
from tests.service.api.conftest import ERRAND
from tests.world import World

Programs = Callable[[str | None], Program]
BPMN = Path(__file__).parents[3] / "processes" / "bpmn"
BROKEN = ERRAND.replace(b"window_clerk@", b"nobody@")


def parts(*files: tuple[str, bytes], comment: str = "试用") -> dict[str, Any]:
    return {"files": [(BytesIO(content), name) for name, content in files], "comment": comment}


@pytest.fixture
def publisher(world: World) -> Program:
    return Program(world, "publisher")


def test_checking_stores_nothing(maker: Program) -> None:
    answer = maker.upload("/api/v1/process-definitions/checks", parts(("errand.bpmn", ERRAND)))

    assert (answer.status_code, answer.get_json()["ok"]) == (200, True)
    assert maker.get("/api/v1/process-definitions/errand").status_code == 404


def test_a_shipped_diagram_alone_gives_no_finding_against_what_is_published(maker: Program) -> None:
    said = {
        path.stem: maker.upload("/api/v1/process-definitions/checks", parts((path.name, path.read_bytes()))).get_json()
        for path in sorted(BPMN.glob("*.bpmn"))
    }

    assert {stem: body["findings"] for stem, body in said.items() if body["findings"]} == {}


def test_checking_names_code_element_line_and_what_to_do(maker: Program) -> None:
    answer = maker.upload("/api/v1/process-definitions/checks", parts(("errand.bpmn", BROKEN)))

    body = answer.get_json()
    assert (answer.status_code, body["ok"]) == (200, False)
    [fault] = [each for each in body["findings"] if each["severity"] == "error"]
    assert fault["element_id"] == "write_note"
    assert fault["code"] and fault["message"] and fault["line"]


def test_a_deployment_gives_versions_and_hashes(publisher: Program) -> None:
    answer = publisher.upload("/api/v1/deployments", parts(("errand.bpmn", ERRAND)))

    assert answer.status_code == 201
    body = answer.get_json()
    [published] = body["definitions"]
    assert (published["key"], published["version"], published["new"]) == ("errand", 1, True)
    assert len(published["hash"]) == 64


def test_the_diagram_comes_back_byte_for_byte(errand: str, maker: Program) -> None:
    answer = maker.get("/api/v1/process-definitions/errand/versions/1/bpmn")

    assert answer.mimetype == "application/xml"
    assert answer.data == ERRAND


def test_a_changed_file_is_the_next_version_and_the_old_one_stays(errand: str, publisher: Program) -> None:
    publisher.upload("/api/v1/deployments", parts(("errand.bpmn", ERRAND.replace("演示".encode(), "改过".encode()))))

    body = publisher.get("/api/v1/process-definitions/errand").get_json()
    assert (body["version"], [each["version"] for each in body["versions"]]) == (2, [2, 1])
    assert publisher.get("/api/v1/process-definitions/errand/versions/1/bpmn").data == ERRAND


def test_with_one_fault_nothing_is_published(publisher: Program) -> None:
    other = ERRAND.replace(b"errand", b"second")

    answer = publisher.upload("/api/v1/deployments", parts(("a.bpmn", other), ("b.bpmn", BROKEN)))

    assert (answer.status_code, answer.get_json()["code"]) == (422, "DEFINITION_REFUSED")
    assert any(each["severity"] == "error" for each in answer.get_json()["findings"])
    assert publisher.get("/api/v1/process-definitions/second").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("errand.svg", b"<svg/>", 400),
        ("errand.bpmn", b"", 422),
        ("errand.bpmn", b"no xml", 422),
        ("errand.bpmn", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', 422),
        ("errand.form", b"{}", 422),
    ],
)
def test_files_that_are_none_are_refused(publisher: Program, name: str, content: bytes, status: int) -> None:
    answer = publisher.upload("/api/v1/deployments", parts((name, content)))

    assert answer.status_code == status


def test_a_deployment_without_files_is_refused(publisher: Program) -> None:
    assert publisher.upload("/api/v1/deployments", {"comment": "无"}).status_code == 400


def test_the_same_name_twice_is_refused(publisher: Program) -> None:
    answer = publisher.upload("/api/v1/deployments", parts(("errand.bpmn", ERRAND), ("errand.bpmn", ERRAND)))

    assert answer.status_code == 400


@pytest.mark.parametrize("login", ["maker", "admin", "applicant", "analyst"])
def test_only_process_owners_and_publishers_deploy(program: Programs, login: str) -> None:
    answer = program(login).upload("/api/v1/deployments", parts(("errand.bpmn", ERRAND)))

    assert (answer.status_code, answer.get_json()["code"]) == (403, "FORBIDDEN")


def test_the_shipped_processes_are_listed(maker: Program) -> None:
    items = maker.get("/api/v1/process-definitions").get_json()["items"]

    assert {"policy_lifecycle", "application", "training"} <= {each["key"] for each in items}


def test_what_was_never_published_is_not_found(maker: Program) -> None:
    for path in ("unknown", "unknown/versions/1/bpmn", "training/versions/99/bpmn"):
        assert maker.get(f"/api/v1/process-definitions/{path}").status_code == 404


def test_the_catalogue_lists_what_a_diagram_may_refer_to(maker: Program) -> None:
    found = maker.get("/api/v1/catalogue").get_json()

    assert ("maker", "政策制定部门经办人") in [(each["key"], each["title"]) for each in found["roles"]]
    assert any(each["name"] == "find_similar_policies" and each["parameters"] for each in found["handlers"])
    assert any(each["id"] == "DL13" for each in found["deadlines"])
    assert any(each["key"] == "training" for each in found["processes"])
    assert all(found[name] for name in ("forms", "organisations"))
