"""What a letter of the front desk says: the page and the Word file are drawn from this one value.

Everything comes from stored facts, so that a letter printed again says the same. Letters are formal documents of a
Chinese authority: their words are not translated. Id numbers are masked (domain reference 10.5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.application.desk import appeal_words
from handlers.benefit import shown_identity
from handlers.case import day_in_words
from processes import deadlines
from processes.application_words import AcceptResult, Channel, Formal
from processes.calendar import WorkingCalendar
from processes.clock import business_date
from processes.deadlines import compute, explain
from processes.errors import NotFound
from processes.money import format_yuan
from storage import applications, items
from storage.models.applications import Acceptance, Applicant, Application
from storage.models.items import PolicyItem
from storage.models.records import Deadline
from storage.people import find_organisation
from storage.policies import get_policy

#: The organisation that accepts what comes in through the platform.
_PLATFORM_DESK = "DSB"


class LetterKind(StrEnum):
    RECEIPT = "receipt"
    CORRECTION = "correction"
    REFUSAL = "refusal"


TITLES: Mapping[LetterKind, str] = {
    LetterKind.RECEIPT: "受理通知书",
    LetterKind.CORRECTION: "补正告知书",
    LetterKind.REFUSAL: "不予受理通知书",
}


@dataclass(frozen=True, slots=True)
class Issued:
    """A letter that exists. `name` stands in its address; `number` never changes between prints."""

    kind: LetterKind
    name: str
    number: str
    on: date
    acceptance: Acceptance | None = None

    @property
    def title(self) -> str:
        return TITLES[self.kind]


@dataclass(frozen=True, slots=True)
class Line:
    """One document of a letter: what it is, the standard of its form, and what was found."""

    material: str
    standard: str
    finding: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to be printed. `walk` is how the due day was counted, day by day."""

    issued: Issued
    issuer: str
    addressee: str
    opening: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...] = ()
    lines_title: str = ""
    body: tuple[str, ...] = ()
    walk: tuple[str, ...] = ()
    case_number: str = ""

    @property
    def day(self) -> str:
        return day_in_words(self.issued.on)


def list_letters(session: Session, application: Application) -> list[Issued]:
    """The letters of an application, oldest first."""
    found: list[Issued] = []
    for acceptance in reversed(applications.list_acceptances(session, application)):
        if acceptance.result == AcceptResult.CORRECTION and _told(acceptance, found):
            told_at = acceptance.second_at or acceptance.decided_at
            name = f"{LetterKind.CORRECTION}-{acceptance.round_no}"
            number = f"{application.number}-BZ{acceptance.round_no:02d}"
            found.append(Issued(LetterKind.CORRECTION, name, number, business_date(told_at), acceptance))
        elif acceptance.result == AcceptResult.REFUSED:
            number = f"{application.number}-BYSL"
            day = business_date(acceptance.decided_at)
            found.append(Issued(LetterKind.REFUSAL, str(LetterKind.REFUSAL), number, day, acceptance))
        elif acceptance.result == AcceptResult.ACCEPTED and application.receipt_no and application.accepted_at:
            day = business_date(application.accepted_at)
            found.append(Issued(LetterKind.RECEIPT, str(LetterKind.RECEIPT), application.receipt_no, day, acceptance))
    return found


def _told(acceptance: Acceptance, before: Sequence[Issued]) -> bool:
    """A first correction is told at once; a further one only with leave of the approving department."""
    first = not any(each.kind is LetterKind.CORRECTION for each in before)
    return acceptance.second_allowed is True or (first and acceptance.second_allowed is None)


def write_letter(session: Session, application: Application, name: str, *, calendar: WorkingCalendar) -> Letter:
    """The letter with this name. Raises NotFound when it does not exist (yet)."""
    issued = next((each for each in list_letters(session, application) if each.name == name), None)
    if issued is None:
        raise NotFound(f"申报 {application.number} 没有这份文书。文书在作出相应的受理决定后生成。")
    applicant = applications.get_applicant(session, application)
    item = items.get_item(session, application.district_id, application.item_id)
    writer = _Writer(session, application, applicant, item, calendar, issued)
    if issued.kind is LetterKind.RECEIPT:
        return writer.receipt()
    return writer.correction() if issued.kind is LetterKind.CORRECTION else writer.refusal()


@dataclass(frozen=True, slots=True)
class _Writer:
    """What all letters are written from."""

    session: Session
    application: Application
    applicant: Applicant
    item: PolicyItem
    calendar: WorkingCalendar
    issued: Issued

    def receipt(self) -> Letter:
        application, item = self.application, self.item
        promised = self._promised()
        facts = [
            *self._facts(),
            ("受理日期", self._day(application.accepted_at)),
            ("办理时限", f"{item.handling_days} 个工作日" if item.handling_days else "见办事指南"),
            ("承诺办结日期", "—" if promised is None else f"{day_in_words(promised)}前"),
        ]
        tolerated = tuple(
            Line(each["material"], each["standard"], f"容缺后补：{each['note']}")
            for each in self._judged()
            if each["outcome"] == Formal.TOLERATED
        )
        body = ["依法不计入办理时限的时间（专家评审、现场核查等），承诺办结日期相应顺延，可扫描下方二维码查询进度。"]
        if tolerated and application.tolerated_due_on is not None:
            body.insert(
                0,
                f"上列容缺材料请于{day_in_words(application.tolerated_due_on)}24时前补交；逾期未补交的，影响本件办结。",
            )
        opening = "您提交的下列申报，经形式审查，申报材料齐全、符合法定形式，现予受理。"
        if tolerated:
            opening = "您提交的下列申报，经形式审查，主要申报材料齐全、符合法定形式，按容缺受理办理，现予受理。"
        return self._letter(opening, facts, lines=tolerated, lines_title="容缺后补材料", body=body)

    def correction(self) -> Letter:
        acceptance = self._acceptance()
        lines = tuple(
            Line(each["material"], each["standard"], f"{each['outcome']}：{each['note']}")
            for each in acceptance.missing
        )
        due_on = self._correction_day(acceptance)
        sentence, walk = self._counted(due_on)
        body = [
            f"请于{day_in_words(due_on)}24时前一次性补齐上述全部内容。逾期未补正的，本件申报退回，开放期内可以重新申报。",
            f"期限的推算：{sentence}",
            "以上为本次形式审查发现的全部问题，已一次性告知。补正后重新进行形式审查。",
        ]
        opening = f"您提交的下列申报，经形式审查，需要补正：{acceptance.reason}"
        facts = [*self._facts(), ("补正期限", f"{day_in_words(due_on)}24时前")]
        return self._letter(opening, facts, lines=lines, lines_title="需要补正的全部内容", body=body, walk=walk)

    def refusal(self) -> Letter:
        acceptance = self._acceptance()
        lines = tuple(
            Line(each["material"], each["standard"], f"{each['outcome']}：{each['note']}")
            for each in acceptance.missing
        )
        body = (
            f"不予受理的理由：{acceptance.reason}",
            f"救济途径：{appeal_words(self.item)}",
            "具备受理条件后，在事项开放期内可以重新申报。",
        )
        opening = "您提交的下列申报，经形式审查，不符合受理条件，决定不予受理。"
        return self._letter(opening, self._facts(), lines=lines, lines_title="形式审查发现的问题", body=body)

    def _letter(
        self,
        opening: str,
        facts: Sequence[tuple[str, str]],
        *,
        lines: tuple[Line, ...],
        lines_title: str,
        body: Sequence[str],
        walk: tuple[str, ...] = (),
    ) -> Letter:
        return Letter(
            self.issued,
            issuer=self._name_of(self._desk()),
            addressee=self.applicant.name,
            opening=opening,
            facts=tuple(facts),
            lines=lines,
            lines_title=lines_title,
            body=tuple(body),
            walk=walk,
            case_number=self.application.number,
        )

    def _facts(self) -> list[tuple[str, str]]:
        application = self.application
        policy = get_policy(self.session, application.district_id, self.item.policy_id)
        typed = f"，由窗口代录（经办人：{application.agent_name}）" if application.typed_for_them else ""
        return [
            ("申报编号", application.number),
            ("申报主体", f"{self.applicant.name}（{shown_identity(self.applicant)}）"),
            ("政策", policy.title + (f"（{policy.doc_no}）" if policy.doc_no else "")),
            ("事项", f"{self.item.name}（{self.item.number}）"),
            ("实施部门", self._name_of(application.implementer_org)),
            ("申请金额", f"{format_yuan(application.requested_fen or 0)} 元"),
            ("申报渠道", f"{application.channel}{typed}"),
            ("提交日期", self._day(application.submitted_at)),
        ]

    def _desk(self) -> str:
        if self.application.channel == Channel.ONLINE:
            return _PLATFORM_DESK
        return self.application.window_org or _PLATFORM_DESK

    def _name_of(self, code: str) -> str:
        found = find_organisation(self.session, self.application.district_id, code)
        return code if found is None else found.name

    def _acceptance(self) -> Acceptance:
        assert self.issued.acceptance is not None
        return self.issued.acceptance

    def _judged(self) -> list[Mapping[str, Any]]:
        return list(self._acceptance().lines)

    @staticmethod
    def _day(instant: datetime | None) -> str:
        return "—" if instant is None else day_in_words(business_date(instant))

    def _promised(self) -> date | None:
        """The day promised at acceptance. The stored one moves with pauses, what was printed does not."""
        application = self.application
        if not application.pauses or application.accepted_at is None:
            return application.promised_due_on
        accepted_on = business_date(application.accepted_at)
        return compute("DL17", anchor=accepted_on, calendar=self.calendar, days=self.item.handling_days or None).date

    @staticmethod
    def _correction_day(acceptance: Acceptance) -> date:
        """The last day of the correction, which ends at 24:00."""
        assert acceptance.correction_due_at is not None
        return business_date(acceptance.correction_due_at - timedelta(days=1))

    def _counted(self, due_on: date) -> tuple[str, tuple[str, ...]]:
        """Why the correction ends that day: in a sentence, and day by day as it was stored."""
        row = self.session.scalars(
            select(Deadline)
            .where(
                Deadline.district_id == self.application.district_id,
                Deadline.instance_id == self.application.instance_id,
                Deadline.rule == "DL16",
                Deadline.due_on == due_on,
            )
            .order_by(Deadline.id.desc())
        ).first()
        computed = compute("DL16", anchor=self.issued.on if row is None else row.anchor_on, calendar=self.calendar)
        steps = computed.as_data()["walk"] if row is None else row.walk
        return explain(computed, deadlines.rule("DL16")), tuple(_walked(steps))


def _walked(steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for step in steps:
        counted = "不计" if step["counted_no"] is None else f"第 {abs(step['counted_no'])} 个工作日"
        yield f"{step['date']} {step['label']}，{counted}"
