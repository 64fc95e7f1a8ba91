"""Where an application stands, for its applicant: the steps, one plain sentence, and the day to expect."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from handlers.benefit import pauses_of
from processes import deadlines as rules
from processes.application_words import GRANTED, REFUSED, UNDECIDED, ApplicationStatus
from processes.calendar import WorkingCalendar
from processes.clock import business_date
from service.pages.due import Due, remaining
from service.pages.translation import gettext, to_translate
from storage.models.applications import Application
from storage.models.items import PolicyItem

#: Elements of the case whose being open tells more than the state of the application does.
DECIDING, ASKING_AGAIN, FIXING = "decide_application", "approve_second_correction", "fix_account"
RATING = "rate_service"

_STEPS = (
    to_translate("提交"),
    to_translate("受理"),
    to_translate("审查"),
    to_translate("审定"),
    to_translate("兑现"),
    to_translate("评价"),
)
_DECISION, _PAYMENT, _RATING = 3, 4, 5
#: The step that an application of this state waits for.
_WAITS_FOR: Mapping[str, int] = {
    ApplicationStatus.DRAFT: 0,
    ApplicationStatus.SUBMITTED: 1,
    ApplicationStatus.CORRECTING: 1,
    ApplicationStatus.ACCEPTED: 2,
    ApplicationStatus.FIRST_REVIEW: 2,
    ApplicationStatus.SECOND_REVIEW: 2,
    ApplicationStatus.APPROVED: _PAYMENT,
    ApplicationStatus.IN_PUBLICITY: _PAYMENT,
    ApplicationStatus.AWAITING_PAYMENT: _PAYMENT,
    ApplicationStatus.PAYING: _PAYMENT,
    ApplicationStatus.PAID: _RATING,
    ApplicationStatus.FINISHED: len(_STEPS),
}

_SENTENCES: Mapping[str, str] = {
    ApplicationStatus.DRAFT: to_translate("还没有提交，只有您能看到。填好后请提交。"),
    ApplicationStatus.SUBMITTED: to_translate("已经提交，受理人员正在核对材料是否齐全、符合形式。"),
    ApplicationStatus.CORRECTING: to_translate("有材料需要补正。请按下面列出的问题逐项补齐后提交。"),
    ApplicationStatus.ACCEPTED: to_translate("已经受理，正在安排审查。"),
    ApplicationStatus.FIRST_REVIEW: to_translate("已经受理，正在逐条审查申报条件。"),
    ApplicationStatus.SECOND_REVIEW: to_translate("已经受理，正在逐条审查申报条件。"),
    ApplicationStatus.APPROVED: to_translate("已经审定通过，等待列入兑现批次。"),
    ApplicationStatus.IN_PUBLICITY: to_translate("已经审定通过，结果正在公示；公示结束、没有异议后拨付。"),
    ApplicationStatus.AWAITING_PAYMENT: to_translate("已经审定通过，等待列入兑现批次、公示和拨付。"),
    ApplicationStatus.PAYING: to_translate("正在拨付到您的账户，到账后会告诉您。"),
    ApplicationStatus.PAID: to_translate("已经兑现。请评价这次办理，30 天内没有评价的自动办结。"),
    ApplicationStatus.FINISHED: to_translate("全部办理完毕。"),
    ApplicationStatus.NOT_ACCEPTED: to_translate("没有受理，本件已经结束。"),
    ApplicationStatus.RETURNED: to_translate("没有按期补正，申报已经退回，本件已经结束。"),
    ApplicationStatus.REJECTED: to_translate("经审查不予支持，本件已经结束。"),
    ApplicationStatus.WITHDRAWN: to_translate("已经按您的申请撤回，本件已经结束。"),
    ApplicationStatus.REVOKED: to_translate("因异议成立，核定结果已经撤销，本件已经结束。"),
    ApplicationStatus.QUIT: to_translate("因政策终止，本件已经结束。"),
}


_BAD = (*REFUSED, ApplicationStatus.REVOKED)
_TONES: Mapping[str, str] = {
    ApplicationStatus.DRAFT: "is-neutral",
    ApplicationStatus.CORRECTING: "is-warning",
    ApplicationStatus.PAID: "is-good",
    ApplicationStatus.FINISHED: "is-good",
    ApplicationStatus.WITHDRAWN: "is-neutral",
    ApplicationStatus.QUIT: "is-neutral",
}


@dataclass(frozen=True, slots=True)
class StepMark:
    """One step: its name, its class, and the day on which it was done."""

    name: str
    tone: str
    on: date | datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an application stands: its steps, a plain sentence, and how its state is shown."""

    steps: Sequence[StepMark]
    sentence: str
    tone: str
    is_draft: bool
    in_review: bool
    ended_early: bool


def standing_of(application: Application, opened: Collection[str]) -> Standing:
    """Everything pages say of where an application stands; `opened` are the elements open in its case."""
    status = application.status
    return Standing(
        steps_of(application, opened),
        sentence_of(application, opened),
        "is-bad" if status in _BAD else _TONES.get(status, "is-info"),
        status == ApplicationStatus.DRAFT,
        status in UNDECIDED and application.accepted_at is not None,
        has_ended_early(application),
    )


def has_ended_early(application: Application) -> bool:
    """True for an application that came to an end without the benefit."""
    return application.status not in _WAITS_FOR


def steps_of(application: Application, opened: Collection[str]) -> list[StepMark]:
    """The steps in order; an application that ended early shows what was done and then its end, no undone steps."""
    days = (
        application.submitted_at,
        application.accepted_at,
        None,
        application.decided_at if application.receipt_no else None,
        application.paid_on,
        None,
    )
    if has_ended_early(application):
        names = _STEPS[: _reached(application)]
        done = [StepMark(gettext(name), "is-done", day) for name, day in zip(names, days, strict=False)]
        return [*done, StepMark(gettext(application.status), "is-stopped", application.closed_at)]
    place = _WAITS_FOR[application.status]
    if DECIDING in opened:
        place = _DECISION
    tones = ["is-done" if at < place else "is-current" if at == place else "" for at in range(len(_STEPS))]
    return [
        StepMark(gettext(name), tone, day if tone == "is-done" else None)
        for name, tone, day in zip(_STEPS, tones, days, strict=True)
    ]


def _reached(application: Application) -> int:
    """How many steps were done when the application ended early."""
    if application.submitted_at is None or application.accepted_at is None:
        return 0 if application.submitted_at is None else 1
    if application.decided_at is None:
        return 2
    if application.status == ApplicationStatus.REJECTED:
        return _DECISION
    return _PAYMENT if application.paid_on is None else _RATING


def sentence_of(application: Application, opened: Collection[str]) -> str:
    """Where it stands and what comes next, in one plain sentence."""
    if ASKING_AGAIN in opened:
        return gettext("材料仍有问题，再次补正须经审批部门同意，正在审批。")
    if DECIDING in opened:
        return gettext("审查意见已经形成，等待负责人审定。")
    if FIXING in opened:
        return gettext("拨付没有成功。请更正收款账户，更正后随下一批拨付。")
    if application.status == ApplicationStatus.PAID and RATING not in opened:
        return gettext("已经兑现。")
    running = [each for each in application.pauses if each["end"] is None]
    if running and application.status in UNDECIDED:
        return gettext("正在进行%(what)s，这段时间不计入办理时限。", what=running[-1]["reason"])
    return gettext(_SENTENCES.get(application.status, application.status))


def promised(application: Application, item: PolicyItem, *, now: datetime, calendar: WorkingCalendar) -> Due | None:
    """The day until which a decision is promised (DL17), as it looks today, with the days counted and left out."""
    if application.accepted_at is None or application.status not in UNDECIDED:
        return None
    today, rule = business_date(now), rules.rule("DL17")
    pauses = [each if each.end is not None else replace(each, end=today) for each in pauses_of(application)]
    deadline = rules.compute(
        rule.id,
        anchor=business_date(application.accepted_at),
        calendar=calendar,
        days=item.handling_days or None,
        pauses=pauses,
    )
    words, tone = remaining(deadline.date, today=today, late=now >= rules.due_at(deadline), calendar=calendar)
    walk: Sequence[Mapping[str, object]] = deadline.as_data()["walk"]
    return Due(deadline.date, words, tone, rules.explain(deadline, rule), walk, rule.duty, deadline.provisional)


def payment_sentence(application: Application) -> str:
    """Where the money is, in words; nothing before the decision."""
    status = application.status
    if status not in GRANTED:
        return ""
    if not application.approved_fen:
        return gettext("本事项不拨付资金，审定通过即兑现")
    if status in (ApplicationStatus.PAID, ApplicationStatus.FINISHED):
        return gettext("已拨付到您登记的账户")
    return gettext("正在拨付") if status == ApplicationStatus.PAYING else gettext("尚未拨付，公示和排队后拨付")
