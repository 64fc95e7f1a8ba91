"""Importing a foreign diagram: examined, treated, given back and taken over, on the page, by program and by command."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from lxml import html

from service.cli import main
from storage.models.drafts import DefinitionDraft
from tests.service.api.client import Program
from tests.service.pages.conftest import Visitor
from tests.world import World

SignedIn = Callable[[str], Visitor]
CORPUS = Path(__file__).parents[2] / "processes" / "doctor" / "corpus"


def travelling(page: str) -> dict[str, str]:
    """What the page carries from step to step: the source and the fixes so far."""
    form = html.fromstring(page).xpath("//form[.//input[@name='content']]")[0]
    return {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden' and @name!='csrf_token']")}


def upload(visitor: Visitor, name: str) -> None:
    visitor.get("/import")
    visitor.post("/import", {"file": (BytesIO((CORPUS / name).read_bytes()), name)})


def test_a_file_is_examined_treated_and_taken_over_as_a_draft(world: World, signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")
    upload(owner, "c7_conditions.bpmn")
    assert "指定了其他系统的办理人“demo”" in owner.text and "全部确定的修复" in owner.text

    owner.post("/import", {**travelling(owner.page), "certain": "1"})
    assert "项。" in owner.text and "没有默认连线" in owner.text
    owner.post("/import", {**travelling(owner.page), "fix": "post:a", "choice:post:a": "reviewer1"})
    owner.post("/import", {**travelling(owner.page), "fix": "default:g", "choice:default:g": "f_g_e"})
    assert "没有阻碍运行的问题" in owner.text
    assert "办理岗位改为 reviewer1" in owner.text and "camunda:assignee" in owner.text
    assert world.rows(DefinitionDraft) == []

    owner.post("/import", {**travelling(owner.page), "take_over": "1"})
    assert owner.address == "/designer/import_me"
    (draft,) = world.rows(DefinitionDraft)
    assert draft.key == "import_me" and b'value="reviewer1"' in draft.content


def test_the_treated_file_is_given_back(signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")
    upload(owner, "reserved_ids.bpmn")
    owner.post("/import", {**travelling(owner.page), "certain": "1"})
    owner.post("/import", {**travelling(owner.page), "download": "1"})
    assert owner.answer is not None and owner.answer.mimetype == "application/xml"
    assert b'id="Start_step"' in owner.answer.data


def test_what_is_no_diagram_and_what_is_no_choice_is_refused_in_words(signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")
    owner.get("/import")
    assert "不是 BPMN 2.0 流程图" in owner.post("/import", {"pasted": "<a/>"}).text
    owner.get("/import")
    assert "没有收到流程图" in owner.post("/import", {"pasted": " "}).text
    upload(owner, "two_pools.bpmn")
    body = {**travelling(owner.page), "fix": "executable", "choice:executable": "nobody"}
    assert "没有“nobody”这个选项" in owner.post("/import", body).text
    upload(owner, "two_pools.bpmn")
    assert "还没有选定要运行的流程" in owner.post("/import", {**travelling(owner.page), "take_over": "1"}).text


def test_programs_examine_and_treat(world: World) -> None:
    program = Program(world, "process_owner")
    content = (CORPUS / "c8_call_and_script.bpmn").read_bytes()
    said = program.upload("/api/v1/imports/diagnosis", {"files": (BytesIO(content), "x.bpmn")}).get_json()
    assert said["is_fit"] is False and said["process_key"] == "import_me"
    parts = {"files": (BytesIO(content), "x.bpmn"), "all_certain": "1"}
    treated = program.upload("/api/v1/imports/treatment", parts).get_json()
    assert treated["diagnosis"]["is_fit"] is True and "total = result + 1" in treated["content"]
    wrong = {"files": (BytesIO(content), "x.bpmn"), "fixes": "[1]"}
    assert program.upload("/api/v1/imports/treatment", wrong).status_code == 400


def test_the_command_line_says_what_is_wrong_and_writes_what_is_certain(tmp_path: Path) -> None:
    file, output = tmp_path / "foreign.bpmn", tmp_path / "treated.bpmn"
    file.write_bytes((CORPUS / "links.bpmn").read_bytes())
    assert main(["doctor", str(file)]) == 1
    assert main(["doctor", str(file), "--fix", "--output", str(output)]) == 0
    assert b"linkEventDefinition" not in output.read_bytes()
