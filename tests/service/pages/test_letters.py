"""The letters of the front desk: on paper, as Word files, the same at every print, and only for those concerned."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from docx import Document
from docx.oxml.ns import qn

from forms.identifiers import make_id_number
from tests import applying
from tests.journeys import applying_route as route
from tests.service.pages.conftest import Visitor
from tests.world import World

SignedIn = Callable[[str], Visitor]
RESIDENT = make_id_number("220102", born=date(1990, 5, 17), sequence=11)
PROBLEM = "缺少盖章页，请补盖公章后重新上传。"


def _address(world: World, root: UUID, name: str) -> str:
    return f"/applications/{route.application(world, root).id}/letters/{name}"


def _words(content: bytes) -> str:
    """Everything a Word file says, paragraphs first, then the cells of its tables."""
    sheet = Document(io.BytesIO(content))
    cells = [cell.text for table in sheet.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in sheet.paragraphs), *cells])


def _correcting(world: World) -> UUID:
    root = route.apply(world, route.open_item(world).id)
    world.do("platform_clerk", "accept_online", applying.to_correct(), root)
    return root


def test_the_receipt_names_number_item_and_promised_day(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id, by="window_clerk")
    route.accept(world, root)
    clerk = signed_in("window_clerk")

    clerk.get(_address(world, root, "receipt"))
    words = _words(clerk.client.get(_address(world, root, "receipt.docx")).data)

    for text in (clerk.text, words):
        assert "受理通知书" in text
        assert "SL-20260803-00001" in text
        assert "2026年8月24日前" in text
        assert "15 个工作日" in text
        assert "新区政务服务中心（盖章）" in text
        assert "由窗口代录（经办人：申小明）" in text
        assert "6222000011112222" not in text


def test_the_correction_tells_all_faults_at_once_with_standards_day_and_walk(world: World, signed_in: SignedIn) -> None:
    root = _correcting(world)
    applicant = signed_in("applicant")

    applicant.get(_address(world, root, "correction-1"))
    words = _words(applicant.client.get(_address(world, root, "correction-1.docx")).data)

    for text in (applicant.text, words):
        assert f"{route.application(world, root).number}-BZ01" in text
        assert "证书在有效期内，名称与营业执照一致。" in text
        assert PROBLEM in text
        assert "2026年8月17日24时前" in text
        assert "2026-08-08 周六，不计" in text or "2026-08-08" in text
        assert "第 10 个工作日" in text
        assert "已一次性告知" in text


def test_the_refusal_says_why_and_where_to_turn(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id)
    refused = applying.acceptance("不合格", "合格", accept_result="不予受理", reason="不属于本事项受理范围。")
    world.do("platform_clerk", "accept_online", refused, root)
    applicant = signed_in("applicant")

    applicant.get(_address(world, root, "refusal"))
    words = _words(applicant.client.get(_address(world, root, "refusal.docx")).data)

    for text in (applicant.text, words):
        assert "不属于本事项受理范围。" in text
        assert "登记异议" in text
        assert "12345" in text
    assert signed_in("applicant").get(_address(world, root, "receipt")).status_code == 404


def test_a_letter_says_the_same_at_every_print(world: World, signed_in: SignedIn) -> None:
    root = _correcting(world)
    applicant = signed_in("applicant")
    applicant.get(_address(world, root, "correction-1"))
    first, file = applicant.text, applicant.client.get(_address(world, root, "correction-1.docx")).data

    world.advance(days=4)
    world.do(
        "applicant", "correct_application", applying.correction(world.attach("applicant", "a.pdf", b"%PDF-")), root
    )
    route.accept(world, root)

    applicant = signed_in("applicant")
    applicant.get(_address(world, root, "correction-1"))
    assert applicant.text == first
    assert _words(applicant.client.get(_address(world, root, "correction-1.docx")).data) == _words(file)


def test_a_second_correction_has_no_letter_before_it_was_allowed(world: World, signed_in: SignedIn) -> None:
    root = _correcting(world)
    world.do(
        "applicant", "correct_application", applying.correction(world.attach("applicant", "a.pdf", b"%PDF-")), root
    )
    world.do("platform_clerk", "accept_online", applying.to_correct(reason="盖章不清。"), root)
    applicant = signed_in("applicant")
    assert applicant.get(_address(world, root, "correction-2")).status_code == 404

    world.do("approver", "approve_second_correction", {"second_correction": "同意"}, root)

    assert "盖章不清。" in applicant.get(_address(world, root, "correction-2")).text


def test_an_id_number_stands_masked_in_a_letter(world: World, signed_in: SignedIn) -> None:
    resident = {"kind": "居民", "resident_name": "张小明", "id_no": RESIDENT, "account_name": "张小明"}
    nothing = {"applicant_name": None, "uscc": None, "legal_rep": None}
    root = route.apply(world, route.open_item(world).id, by="window_clerk", **resident, **nothing)
    route.accept(world, root)
    clerk = signed_in("window_clerk")

    clerk.get(_address(world, root, "receipt"))
    words = _words(clerk.client.get(_address(world, root, "receipt.docx")).data)

    assert RESIDENT not in clerk.page + words
    assert "220102********" in clerk.text
    assert "220102********" in words
    assert "张小明：" in words


def test_tolerated_documents_stand_in_the_receipt_with_their_day(world: World, signed_in: SignedIn) -> None:
    root = route.apply(world, route.open_item(world).id, by="window_clerk")
    answers = applying.acceptance("容缺后补", "合格", tolerated_due="2026-08-14")
    world.do("window_clerk", "accept_at_window", answers, root)
    clerk = signed_in("window_clerk")
    clerk.get(_address(world, root, "receipt"))
    assert "容缺后补材料" in clerk.text
    assert "2026年8月14日24时前补交" in clerk.text


@pytest.mark.parametrize("login", ["applicant2", "reviewer1_hrb", "window_clerk", "maker_civ"])
def test_others_do_not_learn_that_a_letter_exists(world: World, signed_in: SignedIn, login: str) -> None:
    root = _correcting(world)
    stranger = signed_in(login)
    for name in ("correction-1", "correction-1.docx"):
        assert stranger.get(_address(world, root, name)).status_code == 404
    code = f"/applications/{route.application(world, root).id}/code.svg"
    assert stranger.get(code).status_code == 404


def test_the_case_links_to_its_letters_for_the_applicant_and_the_department(world: World, signed_in: SignedIn) -> None:
    root = _correcting(world)
    for login in ("applicant", "platform_clerk"):
        person = signed_in(login)
        person.get(f"/instances/{root}")
        assert _address(world, root, "correction-1") in person.page
    assert signed_in("applicant").get(f"/applications/{route.application(world, root).id}/code.svg").status_code == 200


def test_a_word_file_is_typeset_in_chinese_fonts_on_a4(world: World, signed_in: SignedIn) -> None:
    root = _correcting(world)
    answer = signed_in("applicant").client.get(_address(world, root, "correction-1.docx"))
    sheet = Document(io.BytesIO(answer.data))

    assert "BZ01.docx" in answer.headers["Content-Disposition"]
    assert round(sheet.sections[0].page_width.cm) == 21
    fonts = sheet.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "仿宋"
    heading = next(each for each in sheet.paragraphs if each.text == "补正告知书")
    assert heading.runs[0].element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"
    assert len(sheet.inline_shapes) == 1
