"""Moving to another version against the meaning of BPMN: random diagrams, changed at random, moved at every step."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

from processes.migration_words import MOVABLE, Verdict
from tests.processes.engine.blocks import Block, Boundary, Exclusive, Maker, Parallel, Sequence, Step, Work, drawn
from tests.processes.engine.migrating import moved_to
from tests.processes.engine.playing import Player
from tests.processes.engine.test_moving import Mover, earlier, moved_or_refused
from tests.processes.engine.test_random_diagrams import MAX_STEPS, Match, works
from tests.processes.engine.token_game import Game, Place

SEEDS_SHIFTED = 50_000


class There(Match):
    """Every step is followed by a move to the same diagram with other words in it."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        content = self.player_content(seed)
        self.versions = [content, content.replace(b'name="process"', b'name="other"') + b"\n<!-- second -->\n"]
        self.turn = 0
        self.moves = 0

    def player_content(self, seed: int) -> bytes:
        return drawn(Maker(seed).block())

    def act(self, place: Any) -> None:
        super().act(place)
        if self.player.finished is None:
            self.turn = 1 - self.turn
            found = moved_to(self.player, self.versions[self.turn])
            assert found.verdict in MOVABLE, (self.log, [each.sentence for each in found.obstacles])
            self.moves += 1


def test_an_instance_moved_after_every_step_runs_as_one_that_never_moved(engine_diagrams: int) -> None:
    matches = [There(SEEDS_SHIFTED + seed) for seed in range(engine_diagrams)]
    for match in matches:
        match.play()
    assert sum(match.moves for match in matches) >= engine_diagrams  # else nothing was put to the proof


def parts(block: Any) -> Iterator[tuple[Any, Any, Block]]:
    """Every place of a block in the tree of blocks: holder, attribute or index, block."""
    if isinstance(block, list):
        for number, part in enumerate(block):
            if isinstance(part, Block):
                yield block, number, part
            yield from parts(part)
    elif isinstance(block, Block | Boundary):
        for name, part in vars(block).items():
            if isinstance(part, Block) and not getattr(block, "open_ended", False):
                yield block, name, part
            if isinstance(part, Block | Boundary | list):
                yield from parts(part)


def changed(block: Block, random: Random) -> Block:
    """The same diagram with a new task after one of its parts, or after all of it."""
    copy = deepcopy(block)
    places = [each for each in parts(copy) if not (isinstance(each[2], Sequence) and not each[2].parts)]
    if not places or random.random() < 0.2:
        return Sequence("more", [copy, Work("extra")])
    holder, place, part = random.choice(places)
    more = Sequence("more", [part, Work("extra")])
    if isinstance(holder, list):
        holder[place] = more
    else:
        setattr(holder, place, more)
    return copy


class Changing:
    """An instance on the old version beside the token game of both: it may move while the two games agree."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed * 7919)
        self.match = Match(seed)
        block = Maker(seed).block()
        lists = {f"list_{each.id}": [f"{each.id}-{n}" for n in range(each.members)] for each in works(block)}
        other = changed(block, self.random)
        self.content = drawn(other)
        self.new_game = Game(other, {**lists, "given": seed}, self.match.player.around.clock.now)

    def agree(self) -> bool:
        old, new = self.match.game, self.new_game
        same = sorted(old.open, key=repr) == sorted(new.open, key=repr) and old.waiting == new.waiting
        return same and (old.result is None) == (new.result is None)

    def play(self) -> bool:
        """True when the instance could be moved; then it ran to its end as on the new version."""
        moment = self.random.randint(0, 5)
        for step in range(MAX_STEPS):
            if not self.agree() or self.match.game.result is not None:
                return False
            if step >= moment:
                break
            self.both()
        found = moved_to(self.match.player, self.content)
        if found.moved is None:
            return False
        self.match.game = self.new_game
        self.match.play()
        return True

    def both(self) -> None:
        """One act in the engine and in both games."""
        match, player, new = self.match, self.match.player, self.new_game
        player.around.clock.advance(seconds=1)
        place = self.random.choice(match.game.places)
        if place.kind == "timer":
            due, other = match.game.next_due, new.next_due
            assert due is not None and due.due is not None and other is not None
            player.around.clock.set(max(due.due, player.around.now()))
            match.game.act(due, {})
            new.act(other, {})
            player.fire()
            return
        named = (place.element, place.item)
        twin = next(each for each in new.places if (each.element, each.item) == named)
        data = {} if place.kind == "message" else match.answers(place)
        match.game.act(place, data)
        new.act(twin, data)
        if place.kind == "message":
            player.send(place.element)
        else:
            player.do(place.element, place.item, **data)


def test_an_instance_moved_to_a_changed_diagram_goes_on_as_if_it_had_begun_there(engine_diagrams: int) -> None:
    moved = sum(Changing(SEEDS_SHIFTED + seed).play() for seed in range(engine_diagrams))
    assert moved > engine_diagrams // 3


def redrawn(block: Block, random: Random) -> Block:
    """A diagram of other shape: parts are gone, have become a script, or run side by side instead of one of them."""
    copy: Block = Sequence("all", [deepcopy(block)])
    for _ in range(random.randint(1, 3)):
        holder, place, part = random.choice(list(parts(copy)))
        others: list[Block] = [Sequence(f"gone_{part.id}"), Step(f"n_{part.id}"), Sequence("s", [part, Work("extra")])]
        if isinstance(part, Parallel):
            others += [Exclusive(part.id, part.branches)] * 3
        if isinstance(part, Exclusive):
            others += [Parallel(part.id, part.branches)] * 3
        other = random.choice(others)
        if isinstance(holder, list):
            holder[place] = other
        else:
            setattr(holder, place, other)
        if other is others[2]:
            break  # one new task, for its id is given once
    return copy


def run_to_the_end(player: Player, match: Match) -> None:
    """Random acts on whatever is open, until the end."""
    for _ in range(4 * MAX_STEPS):
        if player.finished is not None:
            return
        player.around.clock.advance(seconds=1)
        open_ones = [*player.tasks.values(), *player.children.values()]
        if open_ones and match.random.random() < 0.8:
            each = match.random.choice(open_ones)
            place = Place(each.element_id, "work", lambda _: None, (), each.item)
            player.complete(each.token, match.answers(place))
        elif player.last.due_at is not None:
            player.around.clock.set(max(player.last.due_at, player.around.now()))
            player.fire()
        else:
            messages = [wait for wait in player.waits.values() if wait.message is not None]
            if messages:
                player.send(match.random.choice(messages).element_id)
    raise AssertionError(f"no end; open: {player.open}, waiting: {player.waiting}")


def test_a_move_that_is_allowed_never_leaves_an_instance_stuck(engine_diagrams: int) -> None:
    answers = dict.fromkeys(Verdict, 0)
    for seed in range(engine_diagrams):
        match = Match(SEEDS_SHIFTED + seed)
        player = match.player
        for _ in range(match.random.randint(0, 6)):
            if match.game.result is None:
                player.around.clock.advance(seconds=1)
                match.act(match.random.choice(match.game.places))
        if match.game.result is not None:
            continue
        other = redrawn(Maker(SEEDS_SHIFTED + seed).block(), match.random)
        found = moved_to(player, drawn(other))
        answers[found.verdict] += 1
        assert (found.moved is None) == bool(found.obstacles)
        if found.moved is not None:
            match.rounds = 0
            run_to_the_end(player, match)
    assert min(answers[Verdict.UNCHANGED], answers[Verdict.CANNOT], answers[Verdict.NEEDS_MAPPING]) > 0, answers


def test_a_moved_instance_may_still_be_returned_and_ends(engine_diagrams: int) -> None:
    for seed in range(engine_diagrams // 3):
        random, block = Random(seed), Maker(seed).block()
        lists = {f"list_{each.id}": [f"{each.id}-{n}" for n in range(each.members)] for each in works(block)}
        versions = [drawn(block), drawn(block) + b"\n<!-- second -->\n"]
        player = Mover(versions[0], lists)
        returns = 6
        for turn in range(400):
            if player.finished:
                break
            assert moved_to(player, versions[turn % 2]).moved is not None
            chosen = random.choice(player.open) if player.open else None
            back = earlier(player, chosen) if chosen and returns and random.random() < 0.4 else []
            if chosen is not None and back:
                returns -= 1
                moved_or_refused(player, chosen, random.choice(back))
            elif chosen is not None and random.random() < 0.8:
                player.do(chosen)
            elif player.last.due_at is not None:
                player.around.clock.set(max(player.last.due_at, player.around.now()))
                player.fire()
        assert player.finished, (seed, player.open, player.waiting)
