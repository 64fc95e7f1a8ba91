"""What the demo prints: who did which element when, by which deadline, with what decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from processes.clock import SHANGHAI, business_date
from processes.vocabulary import ROLES
from service.samples.hands import OpenTask
from service.seed.people import DEPARTMENT_PEOPLE, PEOPLE

#: Answers that are a decision, most telling first.
_DECISIONS = (
    "accept_result",
    "result",
    "conclusion",
    "sign_result",
    "confirm_result",
    "approve_result",
    "guide_result",
    "launch_result",
    "receive_result",
    "exception_result",
    "difference_result",
    "second_correction",
    "batch_result",
    "fund_result",
    "legal_result",
    "stance",
    "recommend",
    "rating_level",
    "requested_amount",
    "doc_no",
)

Print = Callable[[str], None]


class Telling:
    """Prints the story and counts its steps."""

    def __init__(self, write: Print, now: Callable[[], datetime]) -> None:
        self._write = write
        self._now = now
        self.steps = 0
        self.late: list[str] = []

    def chapter(self, title: str) -> None:
        self._write(f"\n== {title}")

    def line(self, words: str) -> None:
        self._write(f"   {words}")

    def step(self, task: OpenTask, login: str, answers: Mapping[str, Any]) -> None:
        """One completed task, as one line."""
        self.steps += 1
        moment = self._now().astimezone(SHANGHAI)
        name = {**PEOPLE, **DEPARTMENT_PEOPLE}[login][0]
        role = ROLES.get(task.role or "", "发起人")
        words = f"{moment:%Y-%m-%d %H:%M}  {task.name}（{task.element_id}）  {role} {name}"
        if task.due_on is not None:
            on_time = business_date(self._now()) <= task.due_on
            words += f"  期限 {task.due_on}{'' if on_time else ' 逾期'}"
            if not on_time:
                self.late.append(task.element_id)
        decision = _decision(answers)
        self._write(words + (f"  决定：{decision}" if decision else ""))


def _decision(answers: Mapping[str, Any]) -> str:
    for name in _DECISIONS:
        value = answers.get(name)
        if value not in (None, ""):
            return str(value)
    return ""
