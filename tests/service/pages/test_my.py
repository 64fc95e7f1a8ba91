"""The applicant's room: own applications, their receipts, what is to correct, and taking one back."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import update

from processes.actors import system_actor
from service.orchestration.runtime import Unit, transaction
from storage.models.applications import Applicant
from storage.models.objections import Objection
from tests import applying, paying
from tests.journeys import applying_route as route
from tests.journeys import paying_route
from tests.service.pages.conftest import Visitor
from tests.world import DISTRICT, World

SignedIn = Callable[[str], Visitor]


def test_the_room_names_the_department_and_the_expected_day_but_no_reviewer(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    route.accept(world, root)
    applicant = signed_in("applicant")
    applicant.get("/my")
    assert "我的申报" in applicant.text
    assert route.application(world, root).number in applicant.text
    assert "科技创新局" in applicant.text
    assert "2026年8月24日" in applicant.text
    assert "初审言" not in applicant.text


def test_a_correction_stands_there_item_by_item_with_its_letter_and_task(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    world.do("platform_clerk", "accept_online", applying.to_correct(), root)
    found = route.application(world, root)
    applicant = signed_in("applicant")
    applicant.get(f"/my/applications/{found.id}")
    assert "证书在有效期内，名称与营业执照一致。" in applicant.text
    assert "缺少盖章页，请补盖公章后重新上传。" in applicant.text
    assert f"/applications/{found.id}/letters/correction-1" in applicant.page
    assert "到期" in applicant.text or "个工作日" in applicant.text
    assert applicant.client.get(f"/my/applications/{found.id}/code.svg").mimetype == "image/svg+xml"


def test_an_application_is_taken_back_with_a_reason_only(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    address = f"/my/applications/{route.application(world, root).id}"
    applicant = signed_in("applicant")
    applicant.get(address)
    assert applicant.post(f"{address}/withdrawal", {"reason": " "}).status_code == 422
    applicant.post(f"{address}/withdrawal", {"reason": "材料有误，重新准备。"})
    world.drain()
    assert route.application(world, root).status == "撤回"


def test_others_do_not_learn_of_an_application(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    found = route.application(world, root)
    stranger = signed_in("applicant2")
    for address in (f"/my/applications/{found.id}", f"/my/applications/{found.id}/code.svg"):
        assert stranger.get(address).status_code == 404
    stranger.get("/my")
    assert found.number not in stranger.text
    assert signed_in("reviewer1").get("/my").status_code == 403


def test_an_applicant_without_an_organisation_is_known_by_its_credit_code(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    found = route.application(world, root)

    def forget(unit: Unit) -> None:
        unit.session.execute(update(Applicant).where(Applicant.id == found.applicant_id).values(organisation=None))

    transaction(world.runtime, system_actor(DISTRICT), forget)
    applicant = signed_in("applicant")
    applicant.get(f"/my/applications/{found.id}")
    assert found.number in applicant.text


def test_a_correction_is_answered_fault_by_fault_on_the_page_of_the_application(
    world: World, signed_in: SignedIn
) -> None:
    root = route.apply(world, route.open_item(world).id)
    world.do("platform_clerk", "accept_online", applying.to_correct(), root)
    address, task = _address(world, root), world.task("correct_application", root).id
    applicant = signed_in("applicant")
    applicant.get(address)
    assert "certificate.pdf" in applicant.text  # what was handed in stands beside the fault

    refused = applicant.post(f"{address}/tasks/{task}/complete", {"explanation": "请看"})
    assert refused.status_code == 422
    assert "请上传补正材料，或说明情况" in applicant.text
    assert "请看" in applicant.page
    upload = {"upload-missing-0-files": (io.BytesIO(b"%PDF-1.4\nsealed"), "盖章.pdf")}
    applicant.post(f"{address}/tasks/{task}/draft", upload)
    applicant.get(address)
    kept = applicant.page.partition("盖章.pdf")[0].rpartition("/attachments/")[2].partition('"')[0]
    applicant.post(f"{address}/tasks/{task}/complete", {"missing-0-files": kept, "explanation": "已补盖公章。"})

    assert "“补正材料”已提交" in applicant.page
    assert "正在核对材料" in applicant.text
    assert len(route.application(world, root).materials[0]["files"]) == 2


def test_a_task_of_another_application_is_not_answered_here(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    world.do("platform_clerk", "accept_online", applying.to_correct(), root)
    other = route.apply(world, route.open_item(world, name="科技小巨人奖励").id)
    task = world.task("correct_application", root).id
    applicant = signed_in("applicant")
    applicant.get("/my")
    assert applicant.post(f"{_address(world, other)}/tasks/{task}/complete").status_code == 404
    begun = route.begin(world, route.open_item(world, name="研发补助").id)
    form = world.task("submit_application", begun).id
    assert applicant.post(f"{_address(world, begun)}/tasks/{form}/complete").status_code == 404


def test_an_application_that_was_refused_says_why_and_leads_to_an_objection(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    world.do(
        "platform_clerk", "accept_online", applying.acceptance(accept_result="不予受理", reason="超出时限。"), root
    )
    address, applicant = _address(world, root), signed_in("applicant")
    applicant.get(address)
    assert "不予受理：超出时限。" in applicant.text
    assert "审查" not in _steps(applicant)
    assert "12345" in applicant.text

    applicant.post(f"{address}/objection")

    assert applicant.address.startswith("/tasks/")
    assert route.application(world, root).number in applicant.page
    about = {
        "objector_name": "示例光电科技有限公司",
        "objector_phone": "13800000001",
        "target": "申报",
        "application_no": route.application(world, root).number,
        "text": "材料在期限内交过。",
    }
    applicant.post(f"{applicant.address}/complete", about)
    applicant.get(address)
    assert "您登记了异议" in applicant.text
    assert applicant.post(f"{address}/objection").status_code == 409


def test_nothing_can_be_objected_to_while_nothing_was_decided(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    address, applicant = _address(world, root), signed_in("applicant")
    applicant.get(address)
    assert "登记异议" not in applicant.text
    assert applicant.post(f"{address}/objection").status_code == 409
    assert world.rows(Objection) == []


def test_publicity_payment_and_a_failed_payment_are_told_with_a_masked_account(
    world: World, signed_in: SignedIn
) -> None:
    item = route.open_item(world).id
    root = route.approve(world, item)
    address, applicant = _address(world, root), signed_in("applicant")
    batch = paying_route.create(world, item)
    paying_route.publish(world, batch)
    applicant.get(address)
    assert "结果正在公示" in applicant.text
    assert "2026年8月3日至2026年8月10日" in applicant.text
    assert "************2222" in applicant.text
    assert "6222000011112222" not in applicant.page

    world.at(2026, 8, 11, 9)
    paying_route.approve(world, batch)
    applicant = signed_in("applicant")  # a week later the first one has been signed out
    applicant.get(address)
    assert "正在拨付到您的账户" in applicant.text
    paying_route.register(world, batch, paying.failure())
    applicant.get(address)
    assert "拨付没有成功" in applicant.text
    assert "收款户名与账号不符" in applicant.text
    task = world.task("fix_account", root).id
    account = {"account_name": "示例光电科技有限公司", "account_bank": "示例银行", "account_no": "6222000011113333"}
    assert applicant.post(f"{address}/tasks/{task}/complete", {**account, "account_name": "申大明"}).status_code == 422
    applicant.post(f"{address}/tasks/{task}/complete", {**account, "account_name": "申大明", "reason": "更正"})
    assert "户名与申报主体" in applicant.text
    applicant.post(f"{address}/tasks/{task}/complete", {**account, "reason": "更正"})
    assert "“更正收款账户”已提交" in applicant.page


def test_a_bad_rating_is_followed_to_its_end_on_the_page(world: World, signed_in: SignedIn) -> None:
    item = route.open_item(world).id
    root = route.approve(world, item)
    paying_route.pay(world, item)
    address, applicant = _address(world, root), signed_in("applicant")
    applicant.get(address)
    assert "到账日期" in applicant.text
    task = world.task("rate_service", root).id
    assert applicant.post(f"{address}/tasks/{task}/complete", {"rating_level": "1"}).status_code == 422
    applicant.post(f"{address}/tasks/{task}/complete", {"rating_level": "1", "text": "等了太久。"})
    assert "非常不满意" in applicant.text
    assert "收到您的差评，转有关部门核实" in applicant.text

    handled = applying.handling(answer="经核实，办理超过承诺时限。", rectification="已增加审查人员。")
    world.do("maker", "handle_objection", handled, root)
    world.do("maker_head", "confirm_objection", {"confirm_result": "同意"}, root)
    applicant.get(address)
    assert "经核实，办理超过承诺时限。" in applicant.text
    assert "已增加审查人员。" in applicant.text
    assert "回访：请确认是否接受答复。" in applicant.text
    task = world.task("accept_answer", root).id
    applicant.post(f"{address}/tasks/{task}/complete", {"answer_accepted": "true"})
    assert "您接受了答复" in applicant.text
    assert "孟主任" not in applicant.text
    assert "全部办理完毕" in applicant.text


def test_a_tolerated_document_follows_after_acceptance_and_reaches_the_reviewers(
    world: World, signed_in: SignedIn
) -> None:
    root = route.apply(world, route.open_item(world).id)
    answers = applying.acceptance("容缺后补", "合格", tolerated_due="2026-08-14")
    world.do("platform_clerk", "accept_online", answers, root)
    address, applicant = _address(world, root), signed_in("applicant")
    applicant.get("/my")
    assert "补交容缺材料" in applicant.text
    applicant.get(address)
    assert "2026年8月14日前补交" in applicant.text

    assert applicant.post(f"{address}/documents/M1").status_code == 422
    assert "请选择要补交的文件" in applicant.text
    applicant.post(f"{address}/documents/M1", {"files": (io.BytesIO(b"%PDF-1.4\nsealed"), "盖章.pdf")})

    assert "材料已补交" in applicant.page
    assert "容缺待补" not in applicant.text
    found = route.application(world, root)
    assert (found.tolerated, len(found.materials[0]["files"])) == ([], 2)
    row = next(each for each in world.history(root) if each.kind == "document_handed_in")
    assert (row.files[0]["name"], row.changes["late"], row.changes["on_behalf"]) == ("盖章.pdf", False, False)
    reviewer = signed_in("reviewer1")
    reviewer.get(f"/tasks/{world.task('review_first', root).id}")
    assert "盖章.pdf" in reviewer.text
    assert "补交容缺材料" in reviewer.text
    again = {"files": (io.BytesIO(b"%PDF-1.4\nsealed"), "盖章.pdf")}
    assert applicant.post(f"{address}/documents/M1", again).status_code == 409
    assert signed_in("applicant2").get(address).status_code == 404


def test_a_tolerated_document_that_comes_late_is_taken_and_marked(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    answers = applying.acceptance("容缺后补", "合格", tolerated_due="2026-08-04")
    world.do("platform_clerk", "accept_online", answers, root)
    world.at(2026, 8, 5)
    address, applicant = _address(world, root), signed_in("applicant")
    applicant.get(address)
    applicant.post(f"{address}/documents/M1", {"files": (io.BytesIO(b"%PDF-1.4\nsealed"), "盖章.pdf")})
    row = next(each for each in world.history(root) if each.kind == "document_handed_in")
    assert row.changes["late"] is True


def test_the_list_goes_by_parts_words_and_pages(world: World, signed_in: SignedIn) -> None:
    for number in range(1, 12):
        route.begin(world, route.open_item(world, name=f"第{number}项奖励").id)
    root = route.apply(world, route.open_item(world).id)
    applicant = signed_in("applicant")
    applicant.get("/my")
    assert "共 12 条，第 1 / 2 页" in applicant.text
    applicant.get("/my?page=2")
    assert "第1项奖励" in applicant.text
    applicant.get("/my?show=running")
    assert route.application(world, root).number in applicant.text
    assert "第3项奖励" not in applicant.text
    applicant.get("/my?q=第3项")
    assert "共 1 条" in applicant.text
    assert "第3项奖励" in applicant.text
    applicant.get("/my?q=没有这个词")
    assert "没有找到“没有这个词”" in applicant.text
    assert applicant.get("/my?page=x").status_code == 404


def test_a_part_without_anything_says_what_to_do(signed_in: SignedIn) -> None:
    applicant = signed_in("applicant")
    for show, words in (("all", "点“申报”就可以开始填写"), ("waiting", "没有等您办理的事"), ("over", "没有被退回")):
        applicant.get(f"/my?show={show}")
        assert words in applicant.text


def test_what_waits_for_the_person_is_a_part_of_its_own(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    world.do("platform_clerk", "accept_online", applying.to_correct(), root)
    route.apply(world, route.open_item(world, name="科技小巨人奖励").id)
    applicant = signed_in("applicant")
    applicant.get("/my?show=waiting")
    assert "需要您办理：补正材料" in applicant.text
    assert "科技小巨人奖励" not in applicant.text


def test_the_code_of_a_letter_leads_to_the_room_of_the_application(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    route.accept(world, root)
    applicant = signed_in("applicant")
    found = route.application(world, root)
    letter = applicant.client.get(f"/applications/{found.id}/code.svg").data
    assert letter == applicant.client.get(f"/my/applications/{found.id}/code.svg").data


def _address(world: World, root: UUID) -> str:
    return f"/my/applications/{route.application(world, root).id}"


def _steps(applicant: Visitor) -> str:
    """What the line of steps says."""
    return applicant.page.partition('<ol class="zd-steps"')[2].partition("</ol>")[0]
