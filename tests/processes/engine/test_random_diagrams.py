"""The engine against the meaning of BPMN: random diagrams, random orders, every step saved, pruned and reloaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.processes.engine.blocks import Block, Boundary, Maker, Work, drawn
from tests.processes.engine.playing import Player
from tests.processes.engine.token_game import Game, Place

MAX_STEPS = 60


def works(block: Any) -> Iterator[Work]:
    """Every repeated activity of a block."""
    if isinstance(block, Work):
        yield block
    if isinstance(block, Block | Boundary):
        for part in vars(block).values():
            yield from works(part)
    if isinstance(block, list):
        for part in block:
            yield from works(part)


class Match:
    """One diagram played twice: by the engine and by the token game."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed * 7919)
        block = Maker(seed).block()
        lists = {f"list_{each.id}": [f"{each.id}-{n}" for n in range(each.members)] for each in works(block)}
        variables = {**lists, "given": seed}
        self.player = Player(drawn(block), variables)
        self.game = Game(block, variables, self.player.around.clock.now)
        self.rounds = 0
        self.log: list[str] = []

    def play(self) -> bool:
        """Random acts, the same in both, compared after each; True when they came to the end."""
        self.compare()
        for _ in range(MAX_STEPS):
            if self.game.result is not None:
                self.check_path()
                return True
            self.player.around.clock.advance(seconds=1)
            self.act(self.random.choice(self.game.places))
            self.compare()
        return False

    def act(self, place: Place) -> None:
        if place.kind == "timer":
            due = self.game.next_due
            assert due is not None and due.due is not None
            self.log.append(f"timer {due.element}")
            self.player.around.clock.set(max(due.due, self.player.around.now()))
            self.game.act(due, {})
            self.player.fire()
        elif place.kind == "message":
            self.log.append(f"message {place.element}")
            self.game.act(place, {})
            self.player.send(place.element)
        elif self.random.random() < 0.25:
            self.throw(place)
        else:
            data = self.answers(place)
            self.log.append(f"do {place.element} {place.item or ''} {data}")
            self.game.act(place, data)
            self.player.do(place.element, place.item, **data)

    def throw(self, place: Place) -> None:
        code = self.random.choice(("E1", "E2"))
        caught = self.game.catcher(place, code)
        self.log.append(f"throw {code} at {place.element}, caught: {caught is not None}")
        answer = self.player.throw(place.element, code, place.item)
        assert (answer is not None) == (caught is not None)
        if caught is not None:
            caught()

    def answers(self, place: Place) -> dict[str, Any]:
        """What a decision or a piece of work brings."""
        name = place.element.removeprefix("decide_")
        if name == place.element:
            return {f"done_{name}": self.random.randint(1, 9)}
        if name.startswith("x"):
            branches = sum(1 for key in self.player.definition.flows if key[0] == name)
            return {f"way_{name}": self.random.randrange(branches)}
        if name.startswith("o"):
            branches = sum(1 for key in self.player.definition.flows if key[0] == name)
            return {f"way_{name}_{number}": self.random.random() < 0.6 for number in range(branches - 1)}
        self.rounds += 1
        return {f"again_{name}": self.rounds < 6 and self.random.random() < 0.6}

    def compare(self) -> None:
        player, game = self.player, self.game
        places = [*player.tasks.values(), *player.children.values()]
        found = sorted(((each.element_id, each.item) for each in places), key=repr)
        assert found == sorted(game.open, key=repr), self.log
        assert player.waiting == game.waiting, self.log
        due = game.next_due
        assert player.last.due_at == (None if due is None else due.due), self.log
        assert (player.finished is None) == (game.result is None), self.log
        if game.result is not None:
            assert player.result == game.result, self.log

    def check_path(self) -> None:
        """Every flow leaves an element that was passed, and nothing is passed more often than flows led to it."""
        ends = {flow: pair for pair, flow in self.player.definition.flows.items()}
        came: Counter[str] = Counter()
        passed: Counter[str] = Counter()
        copied = {each.id for each in self.player.definition.elements if each.multi_instance}
        for each in self.player.path:
            if each.kind == "sequenceFlow":
                source, target = ends[each.element_id]
                assert passed[source] or source in copied, (self.log, each.element_id)
                came[target] += 1
            else:
                passed[each.element_id] += 1
        for element, count in passed.items():
            kind = self.player.definition.by_id[element].kind
            if kind not in ("startEvent", "boundaryEvent") and element not in copied:
                assert count <= came[element], (self.log, element)


def test_random_diagrams_run_as_the_standard_says(engine_diagrams: int) -> None:
    ended = [Match(seed).play() for seed in range(engine_diagrams)]

    assert ended.count(True) > 0.9 * engine_diagrams
