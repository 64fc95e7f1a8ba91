"""Filings when an item opens, changes or produces amounts (长新党政办发〔2022〕24号, 三(三)3–4; gate G12)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from handlers.filing import stage as filing_stage
from processes.clock import SHANGHAI
from processes.errors import AnswersRefused, BusinessError, Conflict
from processes.opening_words import Channel, FilingStatus, PublicationSubject, SyncState
from processes.payment_words import BatchStatus
from storage import filings, publications
from storage.db import new_id
from storage.models.disbursements import DisbursementBatch
from storage.models.filings import Filing
from tests import launching
from tests.stages import opening_steps as steps
from tests.stages.desk import DISTRICT, Desk


def _filing(desk: Desk) -> Filing:
    return filings.get_filing(desk.session, DISTRICT, desk.variables["filing_id"])


def test_an_opening_is_filed_three_working_days_before_it(desk: Desk) -> None:
    item = steps.trained(desk)

    prepared = desk.serve("prepare_filing", kind="OPENING", item_id=str(item.id), batch_id=None)

    assert prepared.outputs["filing_due_at"] == "2026-10-09T00:00:00+08:00"
    assert _filing(desk).number == "BB-2026-1"
    assert prepared.business_key == "BB-2026-1"


def test_a_filing_just_before_midnight_is_in_time_and_just_after_is_late(desk: Desk) -> None:
    item = steps.trained(desk)
    for minute, hour, day, on_time in ((50, 23, 8, True), (5, 0, 9, False)):
        desk.serve("prepare_filing", kind="OPENING", item_id=str(item.id), batch_id=None)
        desk.at(2026, 10, day, hour, minute)
        answers = launching.opening_filing() if on_time else launching.opening_filing(late_reason="系统维护。")
        desk.do("reviewer1", "filing/file_opening", answers)

        judged = desk.serve("check_on_time", filing_id=desk.variables["filing_id"])

        assert judged.outputs == {"filing_on_time": on_time}


def test_a_late_filing_needs_its_reason(desk: Desk) -> None:
    item = steps.trained(desk)
    desk.serve("prepare_filing", kind="OPENING", item_id=str(item.id), batch_id=None)
    desk.at(2026, 10, 9, 9)

    with pytest.raises(AnswersRefused) as refused:
        desk.do("reviewer1", "filing/file_opening", launching.opening_filing())

    assert "late_reason" in refused.value.fields
    assert _filing(desk).status == FilingStatus.DUE


def test_a_filing_carries_what_the_house_knows_of_the_opening(desk: Desk) -> None:
    steps.trained(desk)
    desk.at(2026, 10, 8, 16)
    steps.opening_filed(desk)

    content = _filing(desk).content
    assert content["open_at"] == "2026年10月12日 09:00"
    assert content["training_done"] == "企业解读培训已完成，窗口形式审查培训已完成"
    assert content["est_amount"] == 500_000_000


def test_a_filing_is_made_once(desk: Desk) -> None:
    steps.trained(desk)
    desk.at(2026, 10, 8, 16)
    steps.opening_filed(desk)

    with pytest.raises(Conflict):
        desk.do("reviewer1", "filing/file_opening", launching.opening_filing())


def test_a_filing_sent_back_keeps_its_first_version_and_its_first_instant(desk: Desk) -> None:
    steps.trained(desk)
    desk.at(2026, 10, 8, 16)
    steps.opening_filed(desk)
    desk.at(2026, 10, 9, 10)
    desk.do("dsb_operator", "filing/receive_filing", {"receive_result": "退回补充", "opinion": "请补充预计件数依据。"})

    facts = {fact.label: fact.value for fact in desk.prepare("reviewer1", "file_opening").facts}
    desk.do("reviewer1", "filing/file_opening", launching.opening_filing(est_count=60))
    judged = desk.serve("check_on_time", filing_id=desk.variables["filing_id"])

    filing = _filing(desk)
    assert facts["退回补充的意见"] == "请补充预计件数依据。"
    assert judged.outputs == {"filing_on_time": True}
    assert filing.filed_at == datetime(2026, 10, 8, 16, tzinfo=SHANGHAI)
    assert [each["content"]["est_count"] for each in filing.rounds] == [50]
    assert filing.content["est_count"] == 60


def test_sending_back_needs_the_full_list_of_what_is_missing(desk: Desk) -> None:
    steps.trained(desk)
    desk.at(2026, 10, 8, 16)
    steps.opening_filed(desk)

    with pytest.raises(AnswersRefused) as refused:
        desk.do("dsb_operator", "filing/receive_filing", {"receive_result": "退回补充"})

    assert "opinion" in refused.value.fields


def test_an_accepted_opening_is_published_on_all_three_channels(desk: Desk) -> None:
    item = steps.ready(desk)

    states = {
        record.channel: record.state
        for record in publications.list_publications(desk.session, item, subject=PublicationSubject.OPENING)
    }
    assert states == {
        Channel.HALL: SyncState.SYNCED,
        Channel.PORTAL: SyncState.BY_HAND,
        Channel.OPENNESS: SyncState.BY_HAND,
    }
    assert _filing(desk).status == FilingStatus.PUBLISHED


def test_publishing_an_opening_without_evidence_is_refused(desk: Desk) -> None:
    steps.trained(desk)
    desk.at(2026, 10, 8, 16)
    steps.opening_filed(desk)
    desk.do("dsb_operator", "filing/receive_filing", launching.received())

    with pytest.raises(AnswersRefused) as refused:
        desk.do("dsb_operator", "filing/publish_opening", {"done_on": "2026-10-08", "channels": [{}, {}, {}]})

    assert set(refused.value.fields) == {"channels.1.url", "channels.2.url"}


def test_a_change_is_filed_five_working_days_before_it_takes_effect(desk: Desk) -> None:
    item = steps.launched(desk)
    prepared = desk.serve("prepare_filing", kind="CHANGE", item_id=str(item.id), batch_id=None)
    desk.at(2026, 9, 30, 9)

    with pytest.raises(AnswersRefused) as refused:
        desk.do("maker", "filing/file_change", launching.change_filing("2026-10-12"))
    desk.do("maker", "filing/file_change", launching.change_filing("2026-10-13"))
    judged = desk.serve("check_on_time", filing_id=desk.variables["filing_id"])

    assert prepared.outputs["filing_due_at"] is None
    assert "2026年9月29日24时已过" in refused.value.fields["late_reason"][0]
    assert judged.outputs == {"filing_on_time": True}


def test_an_amount_that_comes_from_no_batch_cannot_be_filed(desk: Desk) -> None:
    item = steps.launched(desk)

    with pytest.raises(BusinessError) as refused:
        desk.serve("prepare_filing", kind="AMOUNT", item_id=str(item.id), batch_id=None)

    assert refused.value.code == "FILING_WITHOUT_BATCH"


def test_publicity_counts_from_the_filing_and_before_it_from_the_opening(desk: Desk) -> None:
    item = steps.trained(desk)
    anchor = filing_stage.anchors["filed_on"]
    variables = {"item_id": str(item.id)}

    before = anchor(desk.session, DISTRICT, variables)
    desk.at(2026, 10, 7, 16)
    steps.opening_filed(desk)
    filed = anchor(desk.session, DISTRICT, variables)

    assert (before, filed) == (date(2026, 10, 12), date(2026, 10, 7))


def _batch(desk: Desk, kind: str) -> DisbursementBatch:
    """A batch of an item nobody applies for, whose amount arose on Saturday 2026-10-10."""
    item = steps.launched(desk, launching.without_application(kind))
    batch = DisbursementBatch(
        district_id=DISTRICT,
        id=new_id(),
        number="DX-2026-1",
        item_id=item.id,
        disbursement_type=kind,
        status=BatchStatus.CONFIRMED,
        period_from=date(2026, 9, 1),
        period_to=date(2026, 9, 30),
        budget_year=2026,
        total_fen=0,
        paid_fen=0,
        arose_on=date(2026, 10, 10),
        created_by=desk.person("payer"),
        created_at=desk.now,
    )
    desk.session.add(batch)
    desk.session.commit()
    return batch


def _list_filing(desk: Desk, **changes: object) -> dict[str, object]:
    period = {"period_from": "2026-09-01", "period_to": "2026-09-30"}
    return {**period, "beneficiaries": 0, "amount": "0", "detail": [desk.attach(b"list")], **changes}


@pytest.mark.parametrize(
    ("filed", "on_time"), [((2026, 10, 10, 23, 50), True), ((2026, 10, 11, 0, 5), False)], ids=["23:50", "00:05"]
)
def test_a_list_fixed_on_a_saturday_is_due_on_that_saturday(
    desk: Desk, filed: tuple[int, int, int, int, int], on_time: bool
) -> None:
    batch = _batch(desk, "AUTO")
    desk.at(2026, 10, 10, 17, 20)
    prepared = desk.serve("prepare_filing", kind="AMOUNT", item_id=str(batch.item_id), batch_id=str(batch.id))
    desk.at(*filed)

    if not on_time:
        with pytest.raises(AnswersRefused) as refused:
            desk.do("maker", "filing/file_auto_list", _list_filing(desk))
        assert "late_reason" in refused.value.fields
    reason = {} if on_time else {"late_reason": "名单核对超时。"}
    desk.do("maker", "filing/file_auto_list", _list_filing(desk, **reason))

    assert prepared.outputs["filing_due_at"] == "2026-10-11T00:00:00+08:00"
    assert desk.serve("check_on_time", filing_id=desk.variables["filing_id"]).outputs == {"filing_on_time": on_time}
    assert _filing(desk).trigger_at == datetime(2026, 10, 10, 17, 20, tzinfo=SHANGHAI)


def test_figures_that_are_not_those_of_the_batch_are_refused(desk: Desk) -> None:
    batch = _batch(desk, "AUTO")
    desk.at(2026, 10, 10, 17, 20)
    desk.serve("prepare_filing", kind="AMOUNT", item_id=str(batch.item_id), batch_id=str(batch.id))

    with pytest.raises(AnswersRefused) as refused:
        desk.do("maker", "filing/file_auto_list", _list_filing(desk, amount="100", beneficiaries=3))

    assert set(refused.value.fields) == {"amount", "beneficiaries"}


def test_a_periodic_amount_typed_two_days_later_is_late_and_a_zero_report_is_a_report(desk: Desk) -> None:
    batch = _batch(desk, "PERIODIC")
    desk.at(2026, 10, 12, 9)
    prepared = desk.serve("prepare_filing", kind="AMOUNT", item_id=str(batch.item_id), batch_id=str(batch.id))
    answers = {
        "period_from": "2026-09-01",
        "period_to": "2026-09-30",
        "source_unit": "税务局",
        "no_occurrence": True,
        "late_reason": "数据来源单位迟报。",
    }

    desk.do("payer", "filing/file_periodic", answers)
    judged = desk.serve("check_on_time", filing_id=desk.variables["filing_id"])

    assert prepared.outputs["filing_due_at"] == "2026-10-11T00:00:00+08:00"
    assert judged.outputs == {"filing_on_time": False}
