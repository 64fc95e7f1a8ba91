"""The editor of forms, without a browser: what is offered, and what the server says of a form that is not published."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from forms.registry import shipped_forms
from storage.models.definitions import Definition
from tests.service.pages.conftest import Visitor
from tests.world import World

SignedIn = Callable[[str], Visitor]


def preview(visitor: Visitor, content: str, **answers: str) -> dict[str, Any]:
    visitor.get("/form-editor/review/review_first")
    answer: dict[str, Any] = json.loads(visitor.part("/form-editor/preview", {"form-content": content, **answers}))
    return answer


def form(*components: dict[str, Any]) -> str:
    return json.dumps({"type": "default", "id": "review_sample", "components": components})


def test_an_unpublished_form_is_drawn_with_what_the_answers_hide(signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")
    source = shipped_forms()["review/review_first"].decode()

    refused = preview(owner, source, result="不通过")
    passed = preview(owner, source, result="通过")

    assert "不通过的理由" in refused["html"] and "核定金额" not in refused["html"]
    assert "核定金额" in passed["html"] and "不通过的理由" not in passed["html"]


def test_sample_answers_are_checked_by_the_rules_of_a_task(world: World, signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")
    money = {"type": "textfield", "key": "amount", "label": "金额", "properties": {"kind": "money", "output": "amount"}}
    file = {"type": "filepicker", "key": "paper", "label": "材料", "validate": {"required": True}}
    source = form(money, file)
    before = len(world.rows(Definition))

    bad = preview(owner, source, **{"form-checked": "1", "amount": "一百"})
    good = preview(owner, source, **{"form-checked": "1", "amount": "100.5", "upload-paper": "合同.pdf"})

    assert {each["label"] for each in bad["problems"]} == {"材料", "金额"}
    assert good["accepted"] is True
    assert good["outputs"] == {"amount": 10050}
    assert len(world.rows(Definition)) == before


def test_what_is_no_form_of_ours_is_answered_with_findings(signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")

    answer = preview(owner, form({"type": "iframe", "url": "https://example.org"}))

    assert answer["ok"] is False
    assert [each["code"] for each in answer["findings"]] == ["FORM_COMPONENT_UNKNOWN"]
    assert preview(owner, "{")["ok"] is False


def test_the_page_lists_the_tasks_that_use_the_form_and_refuses_keys_that_no_form_can_have(signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")

    assert "review_first" in owner.get("/form-editor/review/review_first").text
    assert "还没有环节使用这张表单" in owner.get("/form-editor/review/seen_by_nobody").text
    for key in ("Review/x", "a/b/c", "nostage/x", "review/../x"):
        assert owner.get(f"/form-editor/{key}").status_code == 404
