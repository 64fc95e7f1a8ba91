"""Leads a sample case on, task by task, with the people who hold the posts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from processes.clock import business_date
from service.samples.hands import Hands, OpenTask
from service.samples.sample import Sample
from service.samples.scene import Scene, Wish, fill_in

#: element id -> answers that this case wants to be different.
Wishes = Mapping[str, Wish]
#: Told after each completed task: (task, login, answers).
Teller = Callable[[OpenTask, str, Mapping[str, Any]], None]


class Lost(Exception):
    """The case does not come to where it should: says what is open instead."""


def _silent(task: OpenTask, login: str, answers: Mapping[str, Any]) -> None:
    """Nobody listens."""


class Play:
    """A sample policy and the hands that lead it."""

    def __init__(self, hands: Hands, sample: Sample, teller: Teller = _silent) -> None:
        self.hands = hands
        self.sample = sample
        self.teller = teller

    def until(self, case: str, *elements: str, wishes: Wishes | None = None) -> OpenTask:
        """Do everything that is open, and let time pass, until one of these user tasks is open; that task.

        Raises Lost when the case ends or nothing can move it.
        """
        while True:
            found = self.hands.open_tasks(case)
            reached = next((task for task in found if task.element_id in elements), None)
            if reached is not None:
                return reached
            if not self._one(found, wishes or {}) and not self._wait(case):
                raise Lost(
                    f"“{self.sample.title}”没有到达 {elements}；现在打开的：{[task.element_id for task in found]}"
                )

    def work_off(self, case: str, *, leave: Collection[str] = (), wishes: Wishes | None = None) -> None:
        """Do everything that is open now, these elements excepted; time does not move."""
        while self._one([task for task in self.hands.open_tasks(case) if task.element_id not in leave], wishes or {}):
            pass

    def to_the_end(self, case: str, *, wishes: Wishes | None = None, leave: Collection[str] = ()) -> None:
        """Do everything and let time pass until nothing is open and no timer runs."""
        self.work_off(case, leave=leave, wishes=wishes)
        while self._wait(case):
            self.work_off(case, leave=leave, wishes=wishes)

    def do(self, task: OpenTask, wishes: Wishes | None = None, *, login: str | None = None) -> None:
        """Do one task, by this person or the first who holds its post."""
        person = login or self.hands.candidates(task)[0]
        form = self.hands.look(person, task)
        scene = Scene(
            sample=self.sample,
            element_id=task.element_id,
            today=business_date(self.hands.now()),
            upload=lambda name, content: self.hands.upload(person, name, content),
            organisation=form.organisation,
            item=task.item,
            initial=form.initial,
            given=form.given,
            options=form.options,
        )
        filled = fill_in(scene, (wishes or {}).get(task.element_id))
        self.hands.complete(person, task, filled)
        self.teller(task, person, filled)

    def _one(self, found: Collection[OpenTask], wishes: Wishes) -> bool:
        task = next(iter(found), None)
        if task is None:
            return False
        self.do(task, wishes)
        return True

    def _wait(self, case: str) -> bool:
        moment = self.hands.next_moment(case)
        if moment is None:
            return False
        self.hands.move_to(moment)
        return True
