"""实施效果评估: measured from the records, judged by two, and found again by those who make the next policy."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from handlers.registry import REGISTRY
from processes.calendar import WorkingCalendar
from processes.errors import AnswersRefused, BusinessError, SeparationOfDuties
from storage import evaluations, indicators, policies
from storage.db import new_id
from storage.models.applications import Acceptance
from storage.models.evaluations import PostEvaluation
from storage.models.filings import Filing
from storage.models.objections import Objection, Rating
from storage.models.policies import PolicyLesson
from tests import paying
from tests.stages import paying_steps as steps
from tests.stages.desk import DISTRICT, Desk

STAGE = "post_evaluation"
LESSON = "证书信息可由数据共享取得，下一项政策不再要求原件。"


def _collected(desk: Desk) -> None:
    desk.serve("collect_indicators", policy_id=desk.variables["policy_id"])


def _written(desk: Desk, **changes: Any) -> None:
    if "policy_id" not in desk.variables:
        steps.steps.assessed(desk)
    _collected(desk)
    answers = paying.evaluation(desk.attach(b"report"), **changes)
    desk.do("maker", f"{STAGE}/write_evaluation", answers)


def _signed(desk: Desk, **changes: Any) -> None:
    _written(desk, **changes)
    desk.do("maker_head", f"{STAGE}/sign_evaluation", paying.agreed("sign_result"))
    desk.do("dsb_reviewer", f"{STAGE}/comment_evaluation", paying.comment())


def _evaluation(desk: Desk) -> PostEvaluation:
    return policies.get(desk.session, PostEvaluation, DISTRICT, desk.variables["evaluation_id"])


def _measured(desk: Desk) -> dict[str, str]:
    policy = steps.steps.policy(desk)
    return {each.code: each.shown for each in indicators.collect(desk.session, policy, WorkingCalendar.shipped())}


class TestIndicators:
    def test_without_records_an_indicator_is_absent_and_not_zero(self, desk: Desk) -> None:
        steps.steps.initiated(desk)
        assert _measured(desk) == {}
        _collected(desk)
        evaluation = _evaluation(desk)
        assert (evaluation.indicators, evaluation.money_used_fen, evaluation.beneficiaries) == ([], 0, 0)

    def test_time_to_money_and_use_of_the_budget_come_from_the_paid_lines(self, desk: Desk) -> None:
        item = steps.item(desk, budget_fen=100_000_000)
        steps.approved(desk, item, number=5)
        steps.approved(desk, item, number=6)
        steps.paid(desk, item.id, paying.receipt("2026-08-12"), paying.failure())
        found = _measured(desk)
        assert found["K03"] == "7个工作日"
        assert found["K10"] == "7个工作日"
        assert found["K14"] == "10%"
        effect = indicators.effect_of(desk.session, steps.steps.policy(desk))
        assert (effect.used_fen, effect.beneficiaries) == (10_000_000, 1)

    def test_reported_reliefs_count_as_money_that_reached_people(self, desk: Desk) -> None:
        item = steps.item(desk, "PERIODIC")
        period = {"period_from": "2026-08-01", "period_to": "2026-08-03", "produced_on": "2026-08-03"}
        desk.do("payer", "disbursement_filing/create_batch", paying.periodic_batch(item.id, **period))
        report = paying.report(produced_on="2026-08-03")
        desk.do("payer", "disbursement_filing/report_periodic", report)
        desk.do("approver", "disbursement_filing/confirm_periodic", paying.agreed("periodic_result"))
        assert indicators.effect_of(desk.session, steps.steps.policy(desk)).used_fen == 0
        desk.serve("publish_statistics", batch_id=desk.variables["batch_id"])
        effect = indicators.effect_of(desk.session, steps.steps.policy(desk))
        assert (effect.used_fen, effect.beneficiaries) == (35_000_000, 120)

    def test_acceptance_satisfaction_and_objections_are_shares_of_what_there_was(self, desk: Desk) -> None:
        item = steps.item(desk)
        first, second = steps.approved(desk, item, number=5), steps.approved(desk, item, number=6)
        desk.session.add_all(
            [
                _acceptance(desk, first, 1, "受理"),
                _acceptance(desk, second, 1, "补正"),
                _acceptance(desk, second, 2, "受理"),
                _rating(desk, first, 5),
                _rating(desk, second, 2),
                _objection(desk, first, "成立", "撤销"),
                _objection(desk, second, "不成立", "维持"),
            ]
        )
        desk.session.commit()
        found = _measured(desk)
        assert (found["K08"], found["K15"], found["K16"]) == ("50%", "50%", "50%")
        assert found["K09"] == "0个工作日"

    def test_items_and_filings_are_measured_against_their_days(self, desk: Desk) -> None:
        policy = steps.steps.assessed(desk)
        policy.published_on, policy.signed_on = date(2026, 7, 27), date(2026, 7, 27)
        materials = [{"source": "申报人自备"}, {"source": "数据共享"}]
        item = steps.item(desk, materials=materials, steps="申报、受理、初审、审定、公示、兑现")
        steps.item(desk, "AUTO", name="专精特新奖励", steps="比对、公示、兑现")
        desk.session.add_all([_filing(desk, item, on_time=True), _filing(desk, item, on_time=False)])
        desk.session.commit()
        found = _measured(desk)
        assert found["K02"] == "5个工作日"
        assert found["K05"] == "50%"
        assert (found["K11"], found["K12"], found["K13"]) == ("2份", "4.5个", "50%")

    def test_the_snapshot_stays_what_it_was_when_records_move_on(self, desk: Desk) -> None:
        item = steps.item(desk)
        _collected(desk)
        before = _evaluation(desk).indicators
        steps.approved(desk, item)
        steps.paid(desk, item.id)
        assert _evaluation(desk).indicators == before
        assert len(_measured(desk)) > len(before)


class TestReport:
    def test_the_report_begins_with_the_indicators_and_the_promised_effects(self, desk: Desk) -> None:
        steps.steps.assessed(desk)
        item = steps.item(desk)
        steps.approved(desk, item)
        steps.paid(desk, item.id)
        _collected(desk)
        prepared = desk.prepare("maker", "write_evaluation")
        assert "K10" in [row["code"] for row in prepared.given["indicators"]]
        assert prepared.initial["targets"][0]["goal"]
        assert "已兑现 10 万元" in str([fact.value for fact in prepared.facts])

    def test_a_returned_report_shows_the_reason_and_is_signed_again(self, desk: Desk) -> None:
        _written(desk)
        returned = paying.returned("sign_result", "请补充第三方数据。")
        desk.do("maker_head", f"{STAGE}/sign_evaluation", returned)
        prepared = desk.prepare("maker", "write_evaluation")
        assert "请补充第三方数据。" in [fact.value for fact in prepared.facts]
        assert prepared.initial["experience"] == [{"lesson": LESSON}]
        answers = paying.evaluation(desk.attach(b"second"), problems="数据已补充。")
        desk.do("maker", f"{STAGE}/write_evaluation", answers)
        assert (_evaluation(desk).sign_result, _evaluation(desk).problems) == (None, "数据已补充。")

    def test_the_writer_does_not_sign_and_the_department_does_not_comment(self, desk: Desk) -> None:
        _written(desk)
        with pytest.raises(SeparationOfDuties):
            desk.do("maker", f"{STAGE}/sign_evaluation", paying.agreed("sign_result"))
        with pytest.raises(SeparationOfDuties):
            desk.do("maker_head", f"{STAGE}/comment_evaluation", paying.comment())

    def test_a_policy_that_missed_its_aim_does_not_go_on_unchanged(self, desk: Desk) -> None:
        with pytest.raises(AnswersRefused) as refused:
            _written(desk, conclusion="未达到", recommend="延续")
        assert "recommend" in refused.value.fields

    def test_a_lesson_is_written_once(self, desk: Desk) -> None:
        with pytest.raises(AnswersRefused) as refused:
            _written(desk, experience=[{"lesson": LESSON}, {"lesson": LESSON}])
        assert "experience.1.lesson" in refused.value.fields


class TestWhatFollows:
    def test_the_lessons_of_a_signed_report_meet_the_next_policy_once(self, desk: Desk) -> None:
        _signed(desk)
        for _ in range(2):
            desk.serve("record_lessons", evaluation_id=desk.variables["evaluation_id"])
        (lesson,) = desk.session.query(PolicyLesson).all()
        assert (lesson.text, lesson.learned_by) == (LESSON, desk.person("maker"))
        assert LESSON in [fact.value for fact in desk.prepare("maker", "initiate_policy").facts]

    def test_nothing_follows_from_a_report_that_is_not_signed(self, desk: Desk) -> None:
        _written(desk)
        for handler in ("record_lessons", "publish_evaluation"):
            with pytest.raises(BusinessError) as refused:
                desk.serve(handler, evaluation_id=desk.variables["evaluation_id"])
            assert refused.value.code == "EVALUATION_NOT_SIGNED"

    def test_a_policy_that_goes_on_starts_its_successor_in_the_writers_name(self, desk: Desk) -> None:
        _signed(desk, recommend="修订延续")
        ids = {name: desk.variables[name] for name in ("policy_id", "evaluation_id")}
        (start,) = desk.serve("start_successor_policy", **ids).starts
        assert (start.process_key, start.by) == ("policy_lifecycle", desk.person("maker"))
        assert start.variables == {"predecessor_policy_id": desk.variables["policy_id"]}

    def test_a_policy_that_ends_starts_none(self, desk: Desk) -> None:
        _signed(desk)
        ids = {name: desk.variables[name] for name in ("policy_id", "evaluation_id")}
        with pytest.raises(BusinessError) as refused:
            desk.serve("start_successor_policy", **ids)
        assert refused.value.code == "NOT_RECOMMENDED"

    def test_the_published_summary_can_be_read_and_the_policy_counts_as_evaluated(self, desk: Desk) -> None:
        steps.steps.assessed(desk)
        steps.steps.policy(desk).inherited = True
        _signed(desk)
        desk.serve("publish_evaluation", evaluation_id=desk.variables["evaluation_id"])
        ((policy, evaluation),) = evaluations.list_published_evaluations(desk.session, DISTRICT)
        assert (policy.status, evaluation.summary) == ("已评估", "两年共奖励企业43家。")

    def test_the_evaluation_is_due_thirty_working_days_after_the_last_item_closed(self, desk: Desk) -> None:
        anchor = REGISTRY.anchors["execution_ended_on"]
        first, second = steps.item(desk), steps.item(desk)
        first.closed_at, first.close_reason = desk.now, "有效期届满"
        desk.session.commit()
        assert anchor(desk.session, DISTRICT, desk.variables) is None
        desk.at(2026, 8, 31, 0, 30)
        second.closed_at, second.close_reason = desk.now, "有效期届满"
        desk.session.commit()
        assert anchor(desk.session, DISTRICT, desk.variables) == date(2026, 8, 31)


def _acceptance(desk: Desk, application: Any, round_no: int, result: str) -> Acceptance:
    return Acceptance(
        district_id=DISTRICT,
        id=new_id(),
        application_id=application.id,
        round_no=round_no,
        result=result,
        reason="" if result == "受理" else "缺证书。",
        acceptor_id=desk.person("platform_clerk"),
        decided_at=desk.now,
        correction_due_at=None if result == "受理" else desk.now,
    )


def _rating(desk: Desk, application: Any, level: int) -> Rating:
    return Rating(
        district_id=DISTRICT,
        id=new_id(),
        application_id=application.id,
        level=level,
        rated_by=desk.person("applicant"),
        rated_at=desk.now,
    )


def _objection(desk: Desk, application: Any, result: str, effect: str) -> Objection:
    return Objection(
        district_id=DISTRICT,
        id=new_id(),
        number=f"YY-{new_id()}",
        kind="异议",
        target="申报",
        item_id=application.item_id,
        application_id=application.id,
        objector_name="示例竞争企业有限公司",
        text="认定依据不实。",
        registered_by=desk.person("applicant2"),
        registered_at=desk.now,
        result=result,
        handled_effect=effect,
        effect=effect,
        closed_at=desk.now,
        instance_id=new_id(),
        root_id=new_id(),
    )


def _filing(desk: Desk, item: Any, *, on_time: bool) -> Filing:
    return Filing(
        district_id=DISTRICT,
        id=new_id(),
        number=f"BB-{new_id()}",
        kind="OPENING",
        status="已接收",
        policy_id=item.policy_id,
        item_id=item.id,
        disbursement_type="APPLY",
        trigger_at=desk.now,
        filed_at=desk.now,
        filed_by=desk.person("reviewer1"),
        on_time=on_time,
        late_reason=None if on_time else "系统故障。",
        instance_id=new_id(),
        created_at=desk.now,
    )
