"""What a person sees when filling in a form, and the table of who answers what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from service.samples.sample import Sample

#: (attachment name, content) -> attachment id, uploaded by the person who fills in the form.
Upload = Callable[[str, bytes], str]


@dataclass(frozen=True)
class Scene:
    """One form in front of one person.

    `initial` and `given` are what the form starts with, `options` what can be chosen in each field.
    """

    sample: Sample
    element_id: str
    today: date
    upload: Upload
    organisation: str | None
    item: Any = None
    initial: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    def file(self, name: str, text: str) -> list[str]:
        """A text file of this case, as the answer of a file field."""
        return [self.upload(f"{name}.txt", f"{self.sample.title}\n{text}".encode())]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows a table starts with: those of the form, writable columns only once they are changed."""
        found = self.given.get(name) or self.initial.get(name) or []
        return [dict(row) for row in found]

    def day(self, after: int = 0) -> str:
        return (self.today + timedelta(days=after)).isoformat()


Answer = Callable[[Scene], dict[str, Any]]
#: What one case wants to be different from the usual answers of a form.
Wish = Mapping[str, Any] | Answer
ANSWERS: dict[str, Answer] = {}


def answers(*elements: str) -> Callable[[Answer], Answer]:
    """Register the function that fills in the forms of these user tasks."""

    def register(function: Answer) -> Answer:
        for element in elements:
            ANSWERS[element] = function
        return function

    return register


def fill_in(scene: Scene, wish: Wish | None = None) -> dict[str, Any]:
    """The usual answers for the scene, with what this case wants over them. None takes an answer out."""
    usual = ANSWERS[scene.element_id](scene)
    wanted = wish(scene) if callable(wish) else wish or {}
    return {name: value for name, value in {**usual, **wanted}.items() if value is not None}
