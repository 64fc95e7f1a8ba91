"""Can the tokens of a scope come to stand like this? A search through all runs of one process or sub-process.

Data are not looked at: every way out of a choice counts as possible. A place is an element at which a token rests, or
the way into a join on which one has come. Copies of an activity, a sub-process and a called process are one place.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, combinations
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import EventBasedGateway
from SpiffWorkflow.bpmn.specs.event_definitions import NoneEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask

from processes.engine.definition import Definition
from processes.engine.elements import CalledProcess
from processes.engine.joins import EndOfBranches, ExclusiveChoice, InclusiveBranches, Join, ParallelBranches

#: Markings looked at before the answer is "not decided" (about a second).
MOST_MARKINGS = 20_000
_MOST_WAYS = 6  # of an inclusive split, in all their combinations

#: An element, and for a join the element the token came from.
Place = tuple[str, str]
Marking = tuple[Place, ...]


@lru_cache(maxsize=4_096)
def reachable(definition: Definition, scope: str | None, target: Marking) -> bool | None:
    """True when some run of the scope (None: the process) comes to exactly these places; None when not decided.

    `target` is sorted; tokens that came to the end of the process and wait there for others are left out.
    """
    spec = definition.spec if scope is None else definition.sub_specs[scope]
    return _Search(spec, target).run()


class _Search:
    def __init__(self, spec: Any, target: Marking) -> None:
        self.specs: dict[str, Any] = spec.task_specs
        self.start: Place = (spec.start.name, "")
        self.target = target
        self.most = max(2, *Counter(target).values()) if target else 2

    def run(self) -> bool | None:
        seen: set[Marking] = set()
        waiting: deque[Marking] = deque()
        for first in self._settled((self.start,)):
            seen.add(first)
            waiting.append(first)
        while waiting:
            marking = waiting.popleft()
            if marking == self.target:
                return True
            for following in self._following(marking):
                if following not in seen:
                    if len(seen) >= MOST_MARKINGS:
                        return None
                    seen.add(following)
                    waiting.append(following)
        return False

    def _following(self, marking: Marking) -> Iterator[Marking]:
        """Everything one event outside can lead to: work is done, a message or a moment comes."""
        for place in dict.fromkeys(marking):
            spec = self.specs[place[0]]
            if isinstance(spec, Join):
                continue
            rest = list(marking)
            rest.remove(place)
            ways = [[each] for each in _ways(spec)] if isinstance(spec, EventBasedGateway) else [_ways(spec)]
            for way in ways:
                yield from self._settled((*rest, *_come(way, spec)))
            for event in self._events(spec):
                kept = rest if event.cancel_activity else list(marking)
                yield from self._settled((*kept, *_come(_ways(event), event)))

    def _events(self, spec: Any) -> list[Any]:
        split = self.specs.get(f"{spec.name}.BoundaryEventSplit")
        return [] if split is None else [each for each in split.outputs if isinstance(each, BoundaryEventMixin)]

    def _settled(self, marking: tuple[Place, ...]) -> set[Marking]:
        """Where the tokens come to rest when everything automatic has run, for every choice."""
        found: set[Marking] = set()
        seen: set[Marking] = set()
        waiting = [self._bounded(marking)]
        while waiting:
            here = waiting.pop()
            if here in seen:
                continue
            seen.add(here)
            nexts = self._automatic(here)
            if nexts is None:
                found.add(here)
            else:
                waiting.extend(self._bounded(each) for each in nexts)
        return found

    def _bounded(self, marking: tuple[Place, ...]) -> Marking:
        """Sorted; a reminder that comes again and again is not counted for ever."""
        counts = Counter(marking)
        return tuple(sorted(chain.from_iterable([place] * min(count, self.most) for place, count in counts.items())))

    def _automatic(self, marking: Marking) -> list[tuple[Place, ...]] | None:
        """What follows at once, or None when everything rests."""
        for place in marking:
            spec = self.specs[place[0]]
            if _rests(spec):
                continue
            rest = list(marking)
            rest.remove(place)
            if isinstance(spec, EndOfBranches):
                return [tuple(rest)]
            if not isinstance(spec, Join) or len(spec.inputs) < 2:
                return [(*rest, *_come(way, spec)) for way in self._choices(spec)]
            fired = self._fired(marking, spec)
            if fired is not None:
                return [(*fired, *_come(way, spec)) for way in self._choices(spec)]
        return None

    def _fired(self, marking: Marking, spec: Any) -> list[Place] | None:
        """What is left when a join takes its arrivals, or None while it waits."""
        here = {source for name, source in marking if name == spec.name}
        missing = {each.name for each in spec.inputs} - here
        if isinstance(spec, ParallelBranches):
            if missing:
                return None
            left = list(marking)
            for source in here:
                left.remove((spec.name, source))
            return left
        for name, _ in marking:
            if name != spec.name:
                ahead = spec._ahead(self.specs[name]) if isinstance(spec, InclusiveBranches) else set()
                if ahead & missing and not ahead & here:
                    return None
        return [place for place in marking if place[0] != spec.name]

    def _choices(self, spec: Any) -> list[list[Any]]:
        ways = _ways(spec)
        if isinstance(spec, ExclusiveChoice):
            return [[each] for each in ways]
        if isinstance(spec, InclusiveBranches) and len(ways) > 1:
            if len(ways) > _MOST_WAYS:
                return [[each] for each in ways] + [ways]
            sizes = range(1, len(ways) + 1)
            return [list(each) for size in sizes for each in combinations(ways, size)]
        if isinstance(spec, BoundaryEventSplit):
            return [[each for each in ways if not isinstance(each, BoundaryEventMixin)]]
        return [ways, *(_ways(event) for event in self._events(spec))]


def _ways(spec: Any) -> list[Any]:
    return [each for each in spec.outputs if not isinstance(each, BoundaryEventJoin)]


def _come(ways: list[Any], source: Any) -> list[Place]:
    return [(each.name, source.name if isinstance(each, Join) and not _is_end(each) else "") for each in ways]


def _is_end(spec: Any) -> bool:
    return isinstance(spec, EndOfBranches)


def _rests(spec: Any) -> bool:
    """True for an element at which a token waits for somebody or something outside."""
    if isinstance(spec, CatchingEvent):
        waits = not isinstance(spec.event_definition, NoneEventDefinition)
        return waits and not isinstance(spec, BoundaryEventMixin)
    return bool(spec.manual) or isinstance(spec, CalledProcess | LoopTask | SubWorkflowTask)
