"""What the designer asks while an expression is typed."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from tests.service.api.client import Program
from tests.service.api.conftest import ERRAND

Programs = Callable[[str | None], Program]


def upload(content: bytes, *more: bytes) -> dict[str, Any]:
    return {"files": [(BytesIO(each), f"errand{number}.bpmn") for number, each in enumerate((content, *more))]}


def test_the_names_of_an_unsaved_diagram_come_with_the_places_they_are_at_hand(maker: Program) -> None:
    answer = maker.upload("/api/v1/expressions/names", upload(ERRAND))

    body = answer.get_json()
    assert answer.status_code == 200
    assert {"name": "amount", "type": "integer", "values": [], "sources": ["write_note"]} in body["names"]
    assert body["at"]["begun"] == []
    assert {"note", "amount"} <= set(body["at"]["read_note"])


def test_a_file_that_cannot_be_read_is_refused_with_its_finding(maker: Program) -> None:
    answer = maker.upload("/api/v1/expressions/names", upload(b"<bpmn"))

    assert answer.status_code == 422
    assert answer.get_json()["findings"][0]["code"] == "XML_REFUSED"


def test_the_names_of_two_files_at_once_are_refused(maker: Program) -> None:
    assert maker.upload("/api/v1/expressions/names", upload(ERRAND, ERRAND)).status_code == 400


def test_an_expression_is_judged_with_the_names_at_hand(maker: Program) -> None:
    body = {"text": "amount > limit", "names": ["amount"]}

    answer = maker.post("/api/v1/expressions/checks", body)

    assert answer.status_code == 200
    [remark] = answer.get_json()["remarks"]
    assert (remark["code"], remark["severity"]) == ("UNKNOWN_NAME", "warning")
    assert "limit" in remark["message"]


def test_an_expression_longer_than_any_script_is_refused(maker: Program) -> None:
    answer = maker.post("/api/v1/expressions/checks", {"text": "1" * 20_001})

    assert answer.status_code == 422


def test_functions_are_listed_with_parameters_and_meaning(maker: Program) -> None:
    found = {each["name"]: each for each in maker.get("/api/v1/expressions/functions").get_json()["items"]}

    assert found["working days after"]["parameters"] == ["date", "n"]
    assert found["sum"]["meaning"] == "合计"


def test_nobody_asks_without_signing_in(program: Programs) -> None:
    nobody = program(None)

    assert nobody.post("/api/v1/expressions/checks", {"text": "1"}).status_code == 401


def test_the_catalogue_says_who_holds_a_role_and_what_a_deadline_means(maker: Program) -> None:
    found = maker.get("/api/v1/catalogue").get_json()

    roles = {each["key"]: each["holders"] for each in found["roles"]}
    assert "STB" in roles["maker"]
    deadlines = {each["id"]: each["meaning"] for each in found["deadlines"]}
    assert "第 5 个工作日" in deadlines["DL1"]
    assert all(each["version"] >= 1 for each in found["processes"])
