"""The sample policies of a demo installation stand where they are said to stand, by the house's own rules."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update

from processes import engine
from service.samples import samples
from service.samples.scene import ANSWERS
from service.samples.seeding import PARTS, seed_policies
from storage.history import verify
from storage.models.applications import Application
from storage.models.definitions import Definition
from storage.models.instances import Incident
from storage.models.people import Membership
from storage.models.policies import Policy
from storage.policy_gates import list_gate_breaches
from tests.world import DISTRICT, World


def test_every_sample_policy_is_led_to_its_stage_without_an_incident(world: World) -> None:
    world.at(2026, 11, 24)
    session = world.session
    session.execute(update(Membership).values(valid_from=date(2026, 1, 1)))
    session.commit()

    seed_policies(world.zhida.settings, now=world.clock.now())

    stages = {policy.title: policy.status for policy in world.rows(Policy)}
    assert stages == {
        samples()["job_retention"].title: "执行中",
        samples()["six_taxes"].title: "执行中",
        samples()["child_allowance"].title: "执行中",
        samples()["high_tech"].title: "执行中",
        samples()["transfer_agency"].title: "已上线",
        samples()["team_results"].title: "审查中",
        samples()["rd_platform"].title: "征询中",
        samples()["specialised_sme"].title: "评估中",
    }
    assert sorted(row.status for row in world.rows(Application)) == ["复审", "已提交", "已提交"]
    assert world.rows(Incident) == []
    assert list_gate_breaches(world.session, DISTRICT) == []
    assert list(verify(world.session, key=world.runtime.chain_key)) == []


def test_the_sample_policies_are_eight_of_different_kinds() -> None:
    kinds = [sample.item["disbursement_type"] for sample in samples().values()]
    assert sorted(part.key for part in PARTS) == sorted(samples())
    assert (kinds.count("APPLY"), kinds.count("AUTO"), kinds.count("PERIODIC")) == (4, 3, 1)


def test_the_samples_can_fill_in_every_form_on_the_way_of_a_policy(world: World) -> None:
    """A form that is added to a stage gets its answers in the samples too. No sample is changed on its way."""
    stages = select(Definition.content).where(Definition.kind == "process", Definition.key != "policy_change")
    asked = {
        each.id
        for content in world.session.scalars(stages).all()
        for each in engine.parse(content).elements
        if each.kind == "userTask"
    }
    assert asked - set(ANSWERS) == {"file_change"}
