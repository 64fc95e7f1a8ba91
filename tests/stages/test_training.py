"""Trainings before an item opens (长新党政办发〔2022〕24号, 三(三)2; DL1, DL2, DL10, gate G12)."""

from __future__ import annotations

from typing import Any

import pytest

from processes.errors import AnswersRefused
from processes.opening_words import TrainingStatus
from storage import trainings
from storage.models.trainings import Training
from tests import launching
from tests.stages import opening_steps as steps
from tests.stages.desk import Desk


def _training(desk: Desk, kind: str) -> Training:
    return trainings.get_training(desk.session, steps.item(desk), kind)


def _due(desk: Desk, open_date: str = "2026-10-12") -> dict[str, Any]:
    item = steps.launched(desk, open_date=open_date)
    return dict(desk.serve("compute_training_due", item_id=str(item.id)).outputs)


def test_trainings_are_due_one_day_after_launch_and_five_working_days_before_the_opening(desk: Desk) -> None:
    assert _due(desk) == {"t2_due_on": "2026-09-02", "t34_due_on": "2026-09-29"}


def test_an_opening_after_mid_autumn_counts_back_over_both_holidays(desk: Desk) -> None:
    assert _due(desk, "2026-10-09")["t34_due_on"] == "2026-09-24"


def test_a_plan_after_the_deadline_is_refused(desk: Desk) -> None:
    _due(desk)

    with pytest.raises(AnswersRefused) as refused:
        steps.plan(desk, "maker", "window", launching.plan("2026-09-30"))

    assert "2026年9月29日前完成" in refused.value.fields["plan_on"][0]


def test_a_plan_in_the_past_is_refused(desk: Desk) -> None:
    _due(desk)

    with pytest.raises(AnswersRefused) as refused:
        steps.plan(desk, "maker", "window", launching.plan("2026-08-31"))

    assert "plan_on" in refused.value.fields


def test_once_the_deadline_has_passed_a_plan_needs_the_reason(desk: Desk) -> None:
    _due(desk)
    desk.at(2026, 9, 30)

    with pytest.raises(AnswersRefused) as refused:
        steps.plan(desk, "maker", "window", launching.plan("2026-10-08"))
    steps.plan(desk, "maker", "window", launching.plan("2026-10-08", late_reason="主讲人生病。"))

    assert "late_reason" in refused.value.fields
    assert _training(desk, "T4").status == TrainingStatus.PLANNED


def test_the_form_says_why_the_deadline_falls_on_its_day(desk: Desk) -> None:
    _due(desk)

    facts = {fact.label: fact.value for fact in desk.prepare("maker", "plan_window_training").facts}

    assert "往前数第5个工作日" in facts["期限由来"]
    assert "2026年9月29日" in facts["期限由来"]


def test_reviewers_enterprises_and_those_who_accept_are_invited_each_to_their_training(desk: Desk) -> None:
    steps.planned(desk)

    invited = {kind: [row["name"] for row in _training(desk, kind).invited] for kind in ("T2", "T3", "T4")}

    assert invited["T2"] == ["初审言", "傅审言", "审定之"]
    assert "示例光电科技有限公司" in invited["T3"] and "戚专员" in invited["T3"]
    assert invited["T4"] == ["窦窗口", "平受理"]


def test_the_window_training_shows_every_material_with_its_standard(desk: Desk) -> None:
    steps.planned(desk)

    standards = desk.prepare("maker", "record_window_training").given["standards"]

    assert [row["material"] for row in standards] == ["M1 高新技术企业证书", "M2 营业执照"]
    assert standards[0]["standard"].startswith("证书在有效期内")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"checked": (True, False)}, "standards.1.checked"),
        ({"checked": (True,)}, "standards"),
        ({"finished": False}, "finished"),
        ({"attendance": [{"name": "窦窗口", "unit": "中心", "signed": False}]}, "attendance"),
        ({"attendance": []}, "attendance"),
    ],
)
def test_an_unfinished_window_training_cannot_be_recorded(desk: Desk, changes: dict[str, Any], field: str) -> None:
    steps.planned(desk)
    desk.at(2026, 9, 29, 17)

    with pytest.raises(AnswersRefused) as refused:
        steps.record(desk, "maker", "window", launching.window_record("2026-09-29", **changes))

    assert field in refused.value.fields
    assert _training(desk, "T4").status == TrainingStatus.PLANNED


def test_a_training_that_has_not_been_held_cannot_be_recorded(desk: Desk) -> None:
    steps.planned(desk)

    with pytest.raises(AnswersRefused) as refused:
        steps.record(desk, "maker", "enterprise", launching.enterprise_record("2026-09-28"))

    assert "held_on" in refused.value.fields


def test_the_three_points_of_the_enterprise_training_are_ticked_one_by_one(desk: Desk) -> None:
    steps.planned(desk)
    desk.at(2026, 9, 28, 17)

    with pytest.raises(AnswersRefused) as refused:
        answers = launching.enterprise_record("2026-09-28", told_materials=False)
        steps.record(desk, "maker", "enterprise", answers)

    assert "told_materials" in refused.value.fields


def test_ten_minutes_before_midnight_of_the_last_day_is_in_time(desk: Desk) -> None:
    item = steps.trained(desk)

    assert _training(desk, "T4").late is False
    summary = desk.serve("summarise_training", item_id=str(item.id)).outputs
    assert summary == {"training_done": True, "training_on_time": True}


def test_a_record_after_the_deadline_is_late_whatever_day_was_typed(desk: Desk) -> None:
    steps.planned(desk)
    desk.at(2026, 9, 30, 0, 5)
    answers = launching.window_record("2026-09-29")

    with pytest.raises(AnswersRefused) as refused:
        steps.record(desk, "maker", "window", answers)
    steps.record(desk, "maker", "window", {**answers, "late_reason": "登记晚了。"})

    training = _training(desk, "T4")
    assert "late_reason" in refused.value.fields
    assert (training.late, training.late_reason) == (True, "登记晚了。")


def test_the_summary_tells_that_one_training_was_late(desk: Desk) -> None:
    item = steps.trained(desk, window_on=(2026, 9, 30), late_reason="主讲人生病。")

    summary = desk.serve("summarise_training", item_id=str(item.id)).outputs

    assert summary == {"training_done": True, "training_on_time": False}
