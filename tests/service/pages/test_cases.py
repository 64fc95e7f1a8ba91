"""Cases, what is stuck, the library of diagrams, policies, calendar and people, as pages."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import UUID

import pytest
from lxml import html

from processes.vocabulary import InstanceState
from service.orchestration import repair
from service.orchestration.runtime import Unit, transaction
from storage.db import new_id
from storage.models.definitions import Definition
from storage.models.instances import Incident
from storage.models.policies import Policy
from tests import applying
from tests.journeys import applying_route, making_route
from tests.service.pages.conftest import Visitor
from tests.world import DISTRICT, World

SignedIn = Callable[[str], Visitor]


@pytest.fixture
def root(world: World) -> UUID:
    return making_route.initiate(world)


def test_a_case_is_found_by_words_and_state(world: World, signed_in: SignedIn, root: UUID) -> None:
    admin = signed_in("admin")

    admin.get("/instances?q=高新技术企业&state=running")
    assert "长春新区高新技术企业认定奖励措施" in admin.text
    admin.get("/instances?state=completed")
    assert "没有符合条件的办件" in admin.text


def test_a_case_of_others_does_not_exist_for_a_stranger(signed_in: SignedIn, root: UUID) -> None:
    stranger = signed_in("applicant")

    assert stranger.get(f"/instances/{root}").status_code == 404
    stranger.get("/instances")
    assert "没有符合条件的办件" in stranger.text


def test_an_administrator_holds_a_case_and_lets_it_go_on(world: World, signed_in: SignedIn, root: UUID) -> None:
    admin = signed_in("admin")
    admin.get(f"/instances/{root}")

    admin.post(f"/instances/{root}/suspension", {"reason": "等待上级文件"})
    assert "已暂停：等待上级文件" in admin.text
    assert "没有填写原因" not in admin.text
    admin.post(f"/instances/{root}/resumption")

    assert "已恢复办理" in admin.text
    assert world.instance(root).state == InstanceState.RUNNING


def test_holding_a_case_needs_a_reason(world: World, signed_in: SignedIn, root: UUID) -> None:
    admin = signed_in("admin")
    admin.get(f"/instances/{root}")

    answer = admin.post(f"/instances/{root}/suspension", {"reason": " "})

    assert answer.status_code == 400
    assert "请填写原因" in admin.text


def test_a_terminated_case_shows_its_end_and_cancels_its_tasks(world: World, signed_in: SignedIn, root: UUID) -> None:
    admin = signed_in("admin")
    admin.get(f"/instances/{root}")

    admin.post(f"/instances/{root}/termination", {"reason": "政策取消"})

    assert "已终止" in admin.text
    assert "原因：政策取消" in admin.text
    assert world.open_tasks(root) == []


def test_a_clerk_is_offered_no_repair(signed_in: SignedIn, root: UUID) -> None:
    maker = signed_in("maker")
    maker.get(f"/instances/{root}")

    assert "管理操作" not in maker.text
    assert maker.post(f"/instances/{root}/termination", {"reason": "x"}).status_code == 403


def test_an_analyst_sees_what_is_stuck_first_and_the_rest_on_demand(
    world: World, signed_in: SignedIn, root: UUID
) -> None:
    analyst = signed_in("analyst")

    analyst.get("/stuck")
    assert "没有停住的事项" in analyst.text
    analyst.get("/stuck?all=1")
    assert "等待科技创新局政策制定部门经办人认领" in analyst.text
    repair.suspend_instance(world.runtime, root, by=world.actor("admin"), reason="x")
    analyst.get("/stuck?reason=已暂停")
    assert "已暂停：x" in analyst.text


def test_a_policy_shows_its_nine_stages_and_where_it_stands(world: World, signed_in: SignedIn, root: UUID) -> None:
    making_route.assess(world, root)
    policy = world.one(Policy)
    maker = signed_in("maker")

    maker.get(f"/policies/{policy.id}")

    steps = html.fromstring(maker.page).xpath("//ol[@class='zd-steps']/li")
    words = [" ".join(step.text_content().split()) for step in steps]
    assert len(words) == 9
    assert words[0].startswith("事前评估 已完成")
    assert words[1].startswith("意见征询 进行中")
    assert words[2] == "标准化审查 未开始"


def test_a_policy_in_the_making_is_not_shown_to_applicants(world: World, signed_in: SignedIn, root: UUID) -> None:
    policy = world.one(Policy)
    applicant = signed_in("applicant")

    assert applicant.get(f"/policies/{policy.id}").status_code == 404
    applicant.get("/policies")
    assert "没有符合条件的政策" in applicant.text


def test_texts_opinions_and_reviews_of_a_policy_are_listed(world: World, signed_in: SignedIn, root: UUID) -> None:
    making_route.assess(world, root)
    making_route.consult(world, root)
    making_route.review(world, root)
    policy = world.one(Policy)
    lawyer = signed_in("legal_officer")

    lawyer.get(f"/policies/{policy.id}")

    assert "制定征询 第 1 轮 可行" in lawyer.text
    assert "政法办" in lawyer.text
    assert "第 1 稿" in lawyer.text
    assert "通过" in lawyer.text


def test_a_broken_diagram_is_refused_with_all_its_findings(world: World, signed_in: SignedIn) -> None:
    before = len(world.rows(Definition))
    owner = signed_in("process_owner")
    owner.get("/definitions")
    diagram = b"<?xml version='1.0'?><definitions/>"

    answer = owner.post("/definitions", {"comment": "试试", "files": (io.BytesIO(diagram), "review.bpmn")})

    assert answer.status_code == 422
    assert "检查发现的问题" in owner.text
    assert len(world.rows(Definition)) == before


def test_the_same_file_again_makes_no_new_version(world: World, signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")
    file = owner.client.get("/definitions/process/review/versions/1.bpmn").data
    owner.get("/definitions")

    owner.post("/definitions", {"comment": "再发一次", "files": (io.BytesIO(file), "review.bpmn")})

    assert "没有需要发布的内容" in owner.text


def test_a_new_version_stands_beside_the_old_one_with_its_reason(world: World, signed_in: SignedIn) -> None:
    owner = signed_in("process_owner")
    file = owner.client.get("/definitions/process/review/versions/1.bpmn").data
    changed = file.replace("汇集审查依据".encode(), "收集审查依据".encode())
    owner.get("/definitions")

    owner.post("/definitions", {"comment": "换个说法", "files": (io.BytesIO(changed), "review.bpmn")})

    assert "已发布。" in owner.text and "换个说法" in owner.text
    owner.get("/definitions/process/review")
    assert "换个说法" in owner.text
    assert owner.client.get("/definitions/process/review/versions/1.bpmn").data == file
    assert owner.client.get("/definitions/process/review/versions/2.bpmn").data == changed


def test_only_those_who_publish_may_upload(signed_in: SignedIn) -> None:
    maker = signed_in("maker")
    maker.get("/definitions")

    assert "上传并发布" not in maker.text
    assert maker.post("/definitions", {"comment": "x"}).status_code == 403


def test_the_calendar_shows_its_walk_and_says_when_it_is_provisional(signed_in: SignedIn) -> None:
    maker = signed_in("maker")

    maker.get("/calendar?anchor=2026-10-12&days=-5")
    assert "结果：2026年9月29日" in maker.text
    maker.get("/calendar?anchor=2026-12-31&days=5")
    assert "期限为暂算" in maker.text
    assert maker.get("/calendar?anchor=soon&days=5").status_code == 422
    assert "请填写起算日期和工作日数" in maker.text


def test_people_are_listed_with_their_posts(signed_in: SignedIn) -> None:
    admin = signed_in("admin")

    admin.get("/people?q=legal")

    assert "法正" in admin.text
    assert "政法办经办人" in admin.text
    assert "马志制" not in admin.text


def test_a_maker_begins_a_policy_and_lands_on_its_first_form(world: World, signed_in: SignedIn) -> None:
    maker = signed_in("maker")
    maker.get("/policies")
    assert "发起新政策" in maker.text
    maker.get("/policies/new")
    assert "事前评估" in maker.text

    maker.post("/policies/new")

    assert "政策立项登记" in maker.text
    assert [task.element_id for task in world.open_tasks()] == ["initiate_policy"]


def test_who_makes_no_policies_is_offered_none(signed_in: SignedIn) -> None:
    clerk = signed_in("window_clerk")

    clerk.get("/policies")
    assert "发起新政策" not in clerk.text
    assert clerk.get("/policies/new").status_code == 403
    assert clerk.post("/policies/new").status_code == 403


def test_an_applicant_learns_the_department_but_not_who_reviewed_nor_what_was_thought(
    world: World, signed_in: SignedIn
) -> None:
    root = applying_route.apply(world, applying_route.open_item(world).id)
    applying_route.accept(world, root)
    world.do("reviewer1", "review_first", applying.opinion(), root)

    applicant, reviewer = signed_in("applicant"), signed_in("reviewer2")
    applicant.get(f"/instances/{root}")
    reviewer.get(f"/instances/{root}")

    assert "申小明" in applicant.text
    assert "科技创新局 办结“初审”" in applicant.text
    for hidden in ("初审言", "平受理", "结论：通过"):
        assert hidden not in applicant.text
        assert hidden in reviewer.text


def test_what_failed_is_tried_again_from_the_list(world: World, signed_in: SignedIn, root: UUID) -> None:
    incident = note_fault(world, root)
    analyst = signed_in("analyst")
    analyst.get("/stuck")
    assert "自动办理失败" in analyst.text

    analyst.post(f"/incidents/{incident}/retry", {"next": f"/instances/{root}"})

    assert "重试成功，异常已处理。" in analyst.text
    assert analyst.address == f"/instances/{root}"
    assert "异常已处理" in analyst.text
    assert world.one(Incident, id=incident).state == "resolved"


def note_fault(world: World, root: UUID) -> UUID:
    """An incident as the door leaves it when the timers of a case could not be fired."""
    incident = new_id()

    def note(unit: Unit) -> None:
        unit.session.add(
            Incident(
                district_id=DISTRICT,
                id=incident,
                instance_id=root,
                process_key="policy_lifecycle",
                element_id="initiate_policy",
                code="HANDLER_FAULT",
                message="办理动作执行出错，已全部撤销。",
                verb="fire_timers",
                arguments={"by": str(world.actor("admin").id), "instance_id": str(root)},
                state="open",
                created_at=unit.now,
            )
        )

    transaction(world.runtime, world.actor("admin"), note)
    return incident
