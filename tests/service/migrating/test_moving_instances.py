"""What a move to another version does to what is open in a case."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import and_

from processes.desk_words import SigningMode, SigningOrder
from processes.errors import BadRequest, Conflict, Forbidden, SeparationOfDuties
from processes.migration_words import Verdict
from service.orchestration import tasks
from service.orchestration.delegation import delegate_task
from service.orchestration.migrating import start_migration
from service.orchestration.signing import add_signers, sign
from service.permissions import offered
from storage.models.instances import Draft, ProcessInstance, Task, Wait
from storage.models.notices import Notice
from storage.models.records import Deadline
from storage.worklists import count_tasks
from tests.processes.checks.drawing import multi, timer
from tests.service.migrating.stage import (
    KEY,
    MOVED,
    REFUSED,
    asked,
    begin,
    claimed,
    move,
    plan,
    publish,
    row,
    states,
    verdicts,
    whole,
)
from tests.world import DISTRICT, World

LONGER = "S:s U:a U:b U:c U:d E:e s>a>b>c>d>e"


def form(*fields: tuple[str, str]) -> bytes:
    """A form with these text fields (key, label)."""
    components = [{"type": "textfield", "key": key, "label": label} for key, label in fields]
    made = {"type": "default", "id": "moving_form", "schemaVersion": 18, "properties": {"title": "试用表"}}
    return json.dumps({**made, "components": components}, ensure_ascii=False).encode()


def test_every_live_instance_gets_a_verdict_and_nothing_is_written(world: World) -> None:
    publish(world)
    at_a, at_b, at_b_too = begin(world, done=""), begin(world), begin(world)
    ended = begin(world, done="a b c")
    publish(world, "S:s U:a U:c E:e s>a>c>e", c=asked(deadline="DL13"))

    found = plan(world)

    assert verdicts(found) == {Verdict.UNCHANGED: 1, Verdict.NEEDS_MAPPING: 2}
    assert {each.instance.id for each in found.instances} == {at_a, at_b, at_b_too} and ended is not None
    counted = [(each.element_id, each.count, [to.id for to in each.targets]) for each in found.standings]
    assert counted == [("b", 2, ["a", "c"]), ("a", 1, ["a", "c"])]
    assert "新版本没有这个环节" in found.standings[0].sentence
    assert world.instance(at_a).version == 1


def test_an_instance_goes_on_by_the_new_version_with_its_task_in_the_same_hands(world: World) -> None:
    publish(world)
    root = begin(world)
    task_id = claimed(world, "b", root)
    publish(world, LONGER)

    batch = move(world)

    task = world.task("b", root)
    assert (task.id, task.assignee_id, world.instance(root).version) == (task_id, world.actor("reviewer1").id, 2)
    assert states(world, batch) == ["finished", MOVED]
    told = next(each for each in world.history(root) if each.kind == "instance_migrated")
    assert (told.actor_id, told.reason) == (world.actor("analyst").id, "新规定施行")
    assert told.changes["version"] == [1, 2]
    tasks.complete_task(world.runtime, task_id, {"note": "办结"}, by=world.actor("reviewer1"))
    for element in ("c", "d"):
        world.do("reviewer1", element, {"note": "办结"}, root=root)
    assert world.instance(root).state == "completed"
    assert whole(world)


def test_a_task_takes_the_new_post_and_its_old_holder_loses_it(world: World) -> None:
    publish(world)
    root = begin(world)
    claimed(world, "b", root)
    publish(world, b=asked(post="reviewer2"))

    move(world)

    task = world.task("b", root)
    assert (task.role, task.state, task.assignee_id) == ("reviewer2", "ready", None)
    told = next(each for each in world.history(root) if each.kind == "instance_migrated")
    assert told.changes["released"] == ["环节b"]
    told_of = {
        (each.user_id, each.kind) for each in world.rows(Notice) if each.task_id == task.id or "转给" in each.title
    }
    assert (world.actor("reviewer1").id, "task_released") in told_of
    assert (world.actor("reviewer2").id, "offered") in told_of


def test_a_new_deadline_rule_counts_from_the_day_the_task_opened_and_explains_itself(world: World) -> None:
    publish(world, b=asked(deadline="DL13"))
    root = begin(world)
    before = world.one(Deadline, instance_id=root, state="open")
    world.advance(days=1)
    publish(world, b=asked(deadline="DL16"))

    move(world)

    after = world.one(Deadline, instance_id=root, state="open")
    assert (before.rule, after.rule, after.anchor_on) == ("DL13", "DL16", before.anchor_on)
    assert after.walk
    assert world.task("b", root).due_at == after.due_at
    assert world.one(Deadline, instance_id=root, state="cancelled").id == before.id


def test_a_draft_stays_where_the_new_form_has_the_same_field(world: World) -> None:
    first, second = form(("opinion", "意见"), ("remark", "备注")), form(("opinion", "意见"), ("basis", "依据"))
    of_form = asked(form="moving_form", outputs="")
    publish(world, files={"moving_form.form": first}, b=of_form)
    root = begin(world)
    task_id = claimed(world, "b", root)
    tasks.save_draft(world.runtime, task_id, {"opinion": "同意", "remark": "无"}, by=world.actor("reviewer1"))
    publish(world, LONGER, files={"moving_form.form": second}, b=of_form)

    move(world)

    assert world.one(Draft, task_id=task_id).answers == {"opinion": "同意"}
    assert (world.task("b", root).form_key, world.task("b", root).form_version) == ("moving_form", 2)
    answers = {"opinion": "同意", "basis": "第三条"}
    tasks.complete_task(world.runtime, task_id, answers, by=world.actor("reviewer1"))
    assert world.task("c", root)


def test_a_mapped_element_keeps_what_separation_of_duties_reads_from_the_history(world: World) -> None:
    publish(world, c=asked(separate_from="a"))
    root = begin(world, login="reviewer1")
    world.do("reviewer1_tax", "b", {"note": "办理"}, root=root)
    renamed = "S:s U:a2 U:b U:c U:d E:e s>a2>b>c>d>e"
    publish(world, renamed, c=asked(separate_from="a2"), d=asked(separate_from="a2"))

    asking = plan(world)
    assert verdicts(asking) == {Verdict.NEEDS_MAPPING: 1}
    assert [each.id for each in asking.forgotten] == ["a"]
    move(world, a="a2")

    task = world.task("c", root)
    with pytest.raises(SeparationOfDuties):
        tasks.claim_task(world.runtime, task.id, by=world.actor("reviewer1"))
    claimable = [
        count_tasks(world.session, DISTRICT, and_(offered(world.actor(login)), Task.root_id == root))
        for login in ("reviewer1", "reviewer1_tax")
    ]
    assert claimable == [0, 1]
    world.do("reviewer1_tax", "c", {"note": "办理"}, root=root)
    with pytest.raises(SeparationOfDuties):
        tasks.claim_task(world.runtime, world.task("d", root).id, by=world.actor("reviewer1"))
    assert whole(world)


def test_a_task_moves_to_the_element_that_a_mapping_names(world: World) -> None:
    publish(world)
    root = begin(world)
    publish(world, "S:s U:a U:b2 U:c E:e s>a>b2>c>e")

    refused = move(world)
    assert states(world, refused) == ["finished", REFUSED]
    assert "请指定它对应到哪个环节" in row(world, refused, root).sentence
    batch = move(world, b="b2")

    assert row(world, batch, root).verdict == Verdict.MAPPED
    assert world.task("b2", root).name == "环节b2"
    with pytest.raises(BadRequest, match="没有环节"):
        move(world, b="nowhere")


def test_a_parent_moves_while_its_child_stays_and_comes_back_to_it(world: World) -> None:
    publish(world, "S:s U:x E:e s>x>e", key="moving_child", x=asked())
    calling = {"k": 'calledElement="moving_child"'}
    publish(world, "S:s U:a K:k U:b E:e s>a>k>b>e", attributes=calling)
    root = begin(world)
    child = world.one(ProcessInstance, parent_id=root)
    publish(world, "S:s U:a K:k U:b U:c E:e s>a>k>b>c>e", attributes=calling)
    publish(world, "S:s U:x U:y E:e s>x>y>e", key="moving_child", x=asked(), y=asked())

    move(world)

    assert (world.instance(root).version, world.instance(child.id).version) == (2, 1)
    for element in ("x", "b", "c"):
        world.do("reviewer1", element, {"note": "办理"}, root=root)
    assert world.instance(root).state == "completed"
    assert whole(world)


def test_timers_are_counted_by_the_new_rule_and_fire(world: World) -> None:
    reminded = "S:s U:a U:b B:late@b U:r E:e E:e2 U:c s>a>b>c>e late>r>e2"
    quiet = {"late": 'cancelActivity="false"'}
    publish(world, reminded, attributes=quiet, late=timer("P9D"))
    root = begin(world)
    began = world.clock.now()
    world.advance(days=1)
    publish(world, reminded, attributes=quiet, late=timer("P2D"))

    move(world)

    assert world.one(Wait, instance_id=root).due_at == began + timedelta(days=2)
    assert world.instance(root).due_at == began + timedelta(days=2)
    world.advance(days=1)
    assert {each.element_id for each in world.open_tasks(root)} == {"b", "r"}
    assert whole(world)


def test_a_half_done_counter_sign_moves_only_when_it_is_repeated_in_the_same_way(world: World) -> None:
    listed = "S:s C:list U:w U:c E:e s>list>w>c>e"
    script = '<bpmn:script>people = ["x", "y"]</bpmn:script>'
    copies = multi(collection="people", item="person")
    publish(world, listed, list=script, w=asked() + copies)
    root = begin(world, done="")
    world.do("reviewer1", "w", {"note": "同意"}, root=root, item="x")
    publish(world, listed, list=script, w=asked() + multi(collection="people", item="one"))
    publish(world, listed, list=script, w=asked(post="reviewer2") + copies)

    assert verdicts(plan(world, 2)) == {Verdict.CANNOT: 1}
    move(world, 3)

    assert (world.task("w", root).role, world.task("w", root).item) == ("reviewer2", "y")
    world.do("reviewer2", "w", {"note": "同意"}, root=root, item="y")
    assert world.task("c", root)


def test_signatures_and_delegations_stay_unless_the_post_changes(world: World) -> None:
    publish(world)
    signed, delegated = begin(world), begin(world)
    task_id, other_id = claimed(world, "b", signed), claimed(world, "b", delegated)
    holder = world.actor("reviewer1")
    add_signers(
        world.runtime,
        task_id,
        [world.actor("reviewer1_ind").id],
        by=holder,
        mode=SigningMode.ALL,
        placing=SigningOrder.BEFORE,
        reason="请会签",
    )
    delegate_task(world.runtime, other_id, world.actor("reviewer1_ind").id, by=holder, reason="请代拟")
    publish(world, b=asked(post="reviewer2"))
    publish(world, LONGER)

    refused = plan(world, 2)
    assert verdicts(refused) == {Verdict.CANNOT: 2}
    assert {each.sentence[:9] for each in refused.instances} == {"“环节b”正在加签", "“环节b”正在委派"}
    move(world, 3)

    sign(world.runtime, task_id, by=world.actor("reviewer1_ind"), agree=True, opinion="同意")
    tasks.complete_task(world.runtime, task_id, {"note": "办结"}, by=holder)
    assert world.task("c", signed)
    assert (world.task("b", delegated).owner_id, world.instance(delegated).version) == (holder.id, 3)


def test_only_administrators_and_analysts_move_instances_and_process_owners_read_the_verdicts(world: World) -> None:
    publish(world)
    begin(world)
    publish(world, LONGER)

    assert verdicts(plan(world, by="process_owner")) == {Verdict.UNCHANGED: 1}
    for login in ("process_owner", "maker", "reviewer1"):
        with pytest.raises(Forbidden):
            move(world, by=login)
    with pytest.raises(Forbidden):
        plan(world, by="maker")
    with pytest.raises(BadRequest, match="迁移原因"):
        start_migration(world.runtime, KEY, 2, [1], {}, by=world.actor("admin"), reason=" ")
    with pytest.raises(BadRequest, match="原版本"):
        start_migration(world.runtime, KEY, 2, [2], {}, by=world.actor("admin"), reason="新规定施行")
    move(world, by="admin")
    with pytest.raises(Conflict, match="没有在办的实例"):
        move(world, by="admin")
