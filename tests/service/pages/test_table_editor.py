"""What the server says of a decision table while it is edited."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources
from typing import Any

from storage.models.definitions import Definition
from tests.service.pages.conftest import Visitor
from tests.world import World

SignedIn = Callable[[str], Visitor]
SHIPPED = (resources.files("processes") / "bpmn" / "review_level.dmn").read_text("utf-8")


def analysis(visitor: Visitor, content: str, *cases: dict[str, Any]) -> dict[str, Any]:
    visitor.get("/table-editor/review_level")
    tests = {"tests": json.dumps({"decision": "review_level", "cases": cases})} if cases else {}
    answer: dict[str, Any] = json.loads(
        visitor.part("/table-editor/review_level/analysis", {"content": content, **tests})
    )
    return answer


def case(name: str, amount: Any, expect: Any) -> dict[str, Any]:
    return {"name": name, "inputs": {"requested_amount": amount, "item_specialised": False}, "expect": expect}


def test_the_shipped_table_has_no_gap_and_its_rules_say_which_test_they_took(signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")

    seen = analysis(owner, SHIPPED, case("小额", 5, "简易"), case("错的", 60_000_000, "简易"))

    assert seen["coverage"]["gaps"] == []
    assert [each["names"] for each in seen["table"]["inputs"]] == [["requested_amount"], ["item_specialised"]]
    assert [(each["name"], each["rules"], each["difference"] is None) for each in seen["tested"]] == [
        ("小额", ["rule_small"], True),
        ("错的", ["rule_large"], False),
    ]


def test_nothing_is_stored_and_broken_files_are_findings(world: World, signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")
    before = len(world.rows(Definition))

    broken = analysis(owner, SHIPPED.replace("[0..1000000)", "[0..1000000"))
    nothing = analysis(owner, "<xml")
    odd = analysis(owner, SHIPPED, {"name": "少了结果", "inputs": {}})

    assert [each["element_id"] for each in broken["findings"]] == ["rule_small_amount"]
    assert broken["coverage"]["gaps"] is None
    assert nothing["table"] is None and nothing["findings"]
    assert "SCENARIOS_INVALID" in {each["code"] for each in odd["findings"]}
    assert len(world.rows(Definition)) == before


def test_a_gap_has_cells_to_write_and_an_input_to_try(signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")

    flag = '</inputEntry>\n        <inputEntry id="rule_normal_flag">'
    narrowed = SHIPPED.replace(f"<text>-</text>{flag}", f"<text>5.5</text>{flag}")
    seen = analysis(owner, narrowed)

    assert [gap["cells"] for gap in seen["coverage"]["gaps"]] == [["< 0, [1000000..50000000)", "false"]]
    assert seen["coverage"]["gaps"][0]["example"] == [-1, False]


def test_addresses_that_no_table_can_have_are_not_found(signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")

    assert owner.get("/table-editor/brand_new").status_code == 200
    assert owner.get("/table-editor/1-2").status_code == 404
