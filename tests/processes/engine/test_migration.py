"""What a move to another version keeps, counts again, asks for, and refuses in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes import engine
from processes.engine import targets
from processes.migration_words import Verdict
from tests.processes.checks.drawing import diagram, level, multi, properties, timer
from tests.processes.engine.migrating import moved_to
from tests.processes.engine.playing import BEGIN, Player

LINE = "S:s U:a U:b U:c E:e s>a>b>c>e"
FORK = "S:s U:a P:f U:b1 U:c1 P:j U:d E:e s>a>f f>b1>j f>c1>j j>d>e"


def at_b() -> Player:
    player = Player(diagram(LINE), {"x": 1})
    player.do("a", x=2)
    return player


def test_a_diagram_that_is_the_same_where_the_token_stands_changes_nothing_there() -> None:
    player = at_b()
    found = moved_to(player, diagram("S:s U:a U:b U:c U:more E:e s>a>b>c>more>e"))
    assert [(each.element_id, each.verdict) for each in found.places] == [("b", Verdict.UNCHANGED)]
    assert player.task("b").variables == {"x": 2}
    for element in ("b", "c", "more"):
        player.do(element)
    assert player.end == "e"


def test_a_changed_element_keeps_its_token_and_takes_its_new_properties() -> None:
    player = at_b()
    token = player.token("b")
    found = moved_to(player, diagram(LINE, inner={"b": properties(post="reviewer1", form="demo/accept")}))
    assert (found.verdict, player.token("b")) == (Verdict.SAME_ELEMENT, token)
    assert player.task("b").properties["post"] == "reviewer1"


def test_an_element_that_is_gone_asks_for_a_mapping_and_offers_what_fits() -> None:
    player = at_b()
    content = diagram("S:s U:a U:b2 W:w C:auto U:c E:e s>a>b2>w>auto>c>e")
    found = moved_to(player, content)
    assert (found.verdict, found.moved) == (Verdict.NEEDS_MAPPING, None)
    assert found.obstacles[0].sentence == "“环节b”正在办理，新版本没有这个环节，请指定它对应到哪个环节。"
    assert [each.id for each in targets(player.definition, engine.parse(content), "b")] == ["a", "b2", "c"]
    moved = moved_to(player, content, b="b2")
    assert (moved.verdict, moved.places[0].to_element_id, player.open) == (Verdict.MAPPED, "b2", ["b2"])


def test_a_mapping_onto_another_kind_is_refused() -> None:
    found = moved_to(at_b(), diagram("S:s U:a W:w U:c E:e s>a>w>c>e"), b="w")
    assert found.verdict is Verdict.NEEDS_MAPPING
    assert found.obstacles[0].sentence == "“环节b”是人工环节，“环节w”是定时等待，种类不同，不能对应。"


def test_a_child_that_is_called_differently_cannot_move() -> None:
    player = Player(diagram("S:s K:k U:a E:e s>k>a>e"))
    same = moved_to(player, diagram("S:s U:first K:k U:a E:e s>first>k>a>e"))
    assert same.verdict is Verdict.UNCHANGED
    other = diagram("S:s K:k U:a E:e s>k>a>e", attributes={"k": 'calledElement="filing"'})
    found = moved_to(player, other)
    assert found.verdict is Verdict.CANNOT
    assert "正在等待子流程“review”" in found.obstacles[0].sentence
    player.do("k")
    assert player.open == ["a"]


@pytest.mark.parametrize("other", [{"condition": "decision = 1"}, {"collection": "others"}, {"item": "one"}])
def test_copies_that_are_half_done_move_only_when_they_are_repeated_in_the_same_way(other: dict[str, str]) -> None:
    usual = {"collection": "people", "item": "person"}
    notation = "S:s U:a U:b E:e s>a>b>e"
    player = Player(diagram(notation, inner={"a": multi(**usual)}), {"people": ["x", "y"], "others": []})
    player.do("a", "x", done_a=1)
    changed = properties(post="maker") + multi(**usual)
    assert moved_to(player, diagram(notation, inner={"a": changed})).verdict is Verdict.SAME_ELEMENT
    refused = moved_to(player, diagram(notation, inner={"a": multi(**usual | other)}))
    assert refused.verdict is Verdict.CANNOT
    assert "已经开始" in refused.obstacles[0].sentence
    player.do("a", "y", done_a=2)
    assert player.open == ["b"]


def test_an_arrival_waits_on_only_where_its_way_still_leads_into_the_join() -> None:
    player = Player(diagram(FORK))
    player.do("a")
    player.do("c1", c=1)
    other = "S:s U:a P:f U:b1 U:c1 U:c2 P:j U:d E:e s>a>f f>b1>j f>c1>c2>j j>d>e"
    found = moved_to(player, diagram(other))
    assert found.verdict is Verdict.CANNOT
    assert "“环节c1”已办完，在汇聚处等其他分支" in found.obstacles[0].sentence
    wider = "S:s U:a P:f U:b1 U:b2 U:c1 P:j U:d E:e s>a>f f>b1>b2>j f>c1>j j>d>e"
    assert moved_to(player, diagram(wider)).verdict is Verdict.UNCHANGED
    player.do("b1")
    player.do("b2", b=1)
    assert player.task("d").variables == {"b": 1, "c": 1}


def test_tokens_that_no_run_of_the_new_version_brings_together_cannot_move() -> None:
    player = Player(diagram(FORK))
    player.do("a")
    one_after_the_other = diagram("S:s U:a U:b1 U:c1 U:d E:e s>a>b1>c1>d>e")
    found = moved_to(player, one_after_the_other)
    assert found.verdict is Verdict.CANNOT
    assert "按新版本的图，办理不会停在“环节b1、环节c1”这样的位置" in found.obstacles[0].sentence


def test_one_token_cannot_come_into_a_branch_whose_join_waits_for_another() -> None:
    player = Player(diagram("S:s U:a U:b1 U:c1 U:d E:e s>a>b1>c1>d>e"))
    player.do("a")
    assert moved_to(player, diagram(FORK)).verdict is Verdict.CANNOT


def test_a_timer_with_another_rule_is_counted_from_when_it_began_to_wait() -> None:
    player = Player(diagram("S:s W:w U:a E:e s>w>a>e", inner={"w": timer("P5D")}))
    since = {player.token("w"): player.around.now()}
    player.around.clock.advance(days=2)
    moved_to(player, diagram("S:s W:w U:a E:e s>w>a>e", inner={"w": timer("P9D")}), since)
    assert (player.last.due_at, player.wait("w").due_at) == (BEGIN + timedelta(days=9), BEGIN + timedelta(days=9))
    player.later(days=7)
    assert player.open == ["a"]


def test_a_timer_whose_rule_is_the_same_keeps_the_moment_it_was_moved_to() -> None:
    content = diagram("S:s W:w U:a E:e s>w>a>e", inner={"w": timer("P5D")})
    player = Player(content)
    player.reschedule("w", BEGIN + timedelta(days=30))
    moved_to(player, diagram("S:s W:w U:a U:b E:e s>w>a>b>e", inner={"w": timer("P5D")}))
    assert player.last.due_at == BEGIN + timedelta(days=30)


def test_a_new_reminder_counts_from_when_its_task_opened_and_one_that_is_gone_waits_no_more() -> None:
    plain = diagram("S:s U:a U:b E:e s>a>b>e")
    reminded = diagram(
        "S:s U:a B:late@a U:r E:e E:e2 U:b s>a>b>e late>r>e2",
        inner={"late": timer("P5D")},
        attributes={"late": 'cancelActivity="false"'},
    )
    player = Player(plain)
    since = {player.token("a"): player.around.now()}
    player.around.clock.advance(days=2)
    moved_to(player, reminded, since)
    assert (player.waiting, player.last.due_at) == (["late"], BEGIN + timedelta(days=5))
    moved_to(player, plain)
    assert (player.waiting, player.last.due_at) == ([], None)
    moved_to(player, reminded, since)
    player.later(days=4)
    assert player.open == ["a", "r"]


def test_a_reminder_that_has_come_needs_its_event_in_the_new_version() -> None:
    notation = "S:s U:a B:late@a U:r E:e E:e2 s>a>e late>r>e2"
    reminder = {"late": 'cancelActivity="false"'}
    player = Player(diagram(notation, attributes=reminder))
    player.later(days=6)
    assert player.open == ["a", "r"]
    refused = moved_to(player, diagram("S:s U:a U:r E:e s>a>r>e"))
    assert refused.verdict is Verdict.CANNOT
    assert "边界事件“环节late”已触发" in refused.obstacles[0].sentence
    found = moved_to(player, diagram(notation, attributes=reminder, inner={"a": properties(post="reviewer1")}))
    assert found.moved is not None
    player.do("r")
    player.do("a")
    assert player.end == "e"


def test_what_stands_in_a_subprocess_stays_in_it() -> None:
    inside = level("S:s1 U:x U:y E:e1 s1>x>y>e1")
    player = Player(diagram("S:s subProcess:p U:b E:e s>p>b>e", inner={"p": inside}))
    longer = level("S:s1 U:x U:z U:y E:e1 s1>x>z>y>e1")
    assert moved_to(player, diagram("S:s subProcess:p U:b E:e s>p>b>e", inner={"p": longer})).moved is not None
    outside = moved_to(player, diagram("S:s U:x U:b E:e s>x>b>e"))
    assert outside.verdict is Verdict.NEEDS_MAPPING
    for element in ("x", "z", "y", "b"):
        player.do(element)
    assert player.end == "e"
