"""Random diagrams out of well nested blocks, drawn as BPMN. `token_game.py` says what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from tests.processes.checks.drawing import diagram, level, multi, properties, timer

CODES = ("E1", "E2")
DECLARED = (
    '<bpmn:message id="m_news" name="News"/>'
    '<bpmn:error id="E1" name="一" errorCode="E1"/><bpmn:error id="E2" name="二" errorCode="E2"/>\n'
)


@dataclass
class Boundary:
    """An event on an activity: `kind` is timer, message or error; `then` is what follows it."""

    id: str
    kind: str
    interrupting: bool
    then: Block
    minutes: int = 0
    code: str = ""


@dataclass
class Block:
    """A part of a diagram with one way in and one way out."""

    id: str


@dataclass
class Work(Block):
    """A user task, or a call activity; `copies` is parallel, sequential or empty."""

    called: bool = False
    copies: str = ""
    members: int = 0
    boundaries: list[Boundary] = field(default_factory=list)


@dataclass
class Step(Block):
    """A script task: it adds one to a variable of its own."""


@dataclass
class Wait(Block):
    """A timer on the way."""

    minutes: int = 0


@dataclass
class Sequence(Block):
    parts: list[Block] = field(default_factory=list)


@dataclass
class Parallel(Block):
    branches: list[Block] = field(default_factory=list)


@dataclass
class Exclusive(Block):
    """A task decides which branch is taken; the last one is the default."""

    branches: list[Block] = field(default_factory=list)


@dataclass
class Inclusive(Block):
    """A task decides which branches are taken; the last one is the default."""

    branches: list[Block] = field(default_factory=list)


@dataclass
class Loop(Block):
    """A body, then a task that decides whether it is done again."""

    body: Block = field(default_factory=lambda: Sequence(""))


@dataclass
class Inner(Block):
    """A sub-process; `open_ended` gives its parallel branches ends of their own."""

    body: Block = field(default_factory=lambda: Sequence(""))
    open_ended: bool = False
    boundaries: list[Boundary] = field(default_factory=list)


class Maker:
    """Makes a random block from a seed. Minutes of timers differ, so that no two fire at the same moment."""

    def __init__(self, seed: int, *, size: int = 12) -> None:
        self.random = Random(seed)
        self.left = size
        self.count = 0
        self.minutes = 60

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def block(self, depth: int = 0) -> Block:
        """A block; smaller the deeper it lies."""
        self.left -= 1
        kinds = [self.work, self.work, self.step, self.wait]
        if depth < 4 and self.left > 0:
            kinds += [self.sequence, self.parallel, self.exclusive, self.inclusive, self.loop, self.inner] * 2
        return self.random.choice(kinds)(depth)

    def sequence(self, depth: int) -> Block:
        return Sequence(self.name("q"), [self.block(depth + 1) for _ in range(self.random.randint(1, 3))])

    def parallel(self, depth: int) -> Block:
        return Parallel(self.name("p"), self._branches(depth))

    def exclusive(self, depth: int) -> Block:
        return Exclusive(self.name("x"), self._branches(depth))

    def inclusive(self, depth: int) -> Block:
        return Inclusive(self.name("o"), self._branches(depth))

    def loop(self, depth: int) -> Block:
        return Loop(self.name("l"), self.block(depth + 1))

    def inner(self, depth: int) -> Block:
        open_ended = self.random.random() < 0.3
        body = self.parallel(depth + 1) if open_ended else self.block(depth + 1)
        return Inner(self.name("i"), body, open_ended, self._boundaries(depth))

    def work(self, depth: int) -> Block:
        copies = self.random.choice(("", "", "", "parallel", "sequential"))
        members = self.random.randint(0, 3) if copies else 0
        called = self.random.random() < 0.3
        return Work(self.name("t"), called, copies, members, self._boundaries(depth))

    def step(self, depth: int) -> Block:
        return Step(self.name("s"))

    def wait(self, depth: int) -> Block:
        return Wait(self.name("w"), self._minutes())

    def _branches(self, depth: int) -> list[Block]:
        made = [self.block(depth + 1) for _ in range(self.random.randint(2, 3))]
        if self.random.random() < 0.2:
            made[0] = Sequence(self.name("q"))
        return made

    def _minutes(self) -> int:
        self.minutes += self.random.randint(7, 90)
        return self.minutes

    def _boundaries(self, depth: int) -> list[Boundary]:
        made: list[Boundary] = []
        while self.random.random() < 0.3 and len(made) < 3:
            kind = self.random.choice(("timer", "timer", "message", "error"))
            interrupting = kind == "error" or self.random.random() < 0.5
            code = self.random.choice(CODES) if kind == "error" else ""
            if code and code in [each.code for each in made]:
                continue
            then = self.block(max(depth + 1, 3))
            made.append(Boundary(self.name("b"), kind, interrupting, then, self._minutes(), code))
        return made


class Drawing:
    """Draws blocks: words of the notation of `drawing.level`, and the content of its nodes."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.inner: dict[str, str] = {}
        self.attributes: dict[str, str] = {}

    def whole(self, block: Block) -> str:
        """The inside of a process or sub-process with this block between start and end."""
        self._open_ends(block) if isinstance(block, Parallel) else self._closed(block)
        return level(" ".join(self.words), inner=self.inner, attributes=self.attributes)

    def _closed(self, block: Block) -> None:
        first, last = self.draw(block)
        self.words += [f"S:start_{block.id}", f"E:end_{block.id}", f"start_{block.id}>{first}"]
        self.words.append(f"{last}>end_{block.id}")

    def _open_ends(self, block: Parallel) -> None:
        self.words += [f"S:start_{block.id}", f"P:{block.id}", f"start_{block.id}>{block.id}"]
        for number, branch in enumerate(block.branches):
            first, last = self.draw(branch)
            self.words += [f"E:end_{block.id}_{number}", f"{block.id}>{first}", f"{last}>end_{block.id}_{number}"]

    def draw(self, block: Block) -> tuple[str, str]:
        """Draw a block; the ids of its first and its last node."""
        made: tuple[str, str] = getattr(self, f"_{type(block).__name__.lower()}")(block)
        return made

    def _sequence(self, block: Sequence) -> tuple[str, str]:
        if not block.parts:
            return self._node("X", block.id)
        ends = [self.draw(part) for part in block.parts]
        self.words += [f"{one[1]}>{two[0]}" for one, two in pairwise(ends)]
        return ends[0][0], ends[-1][1]

    def _node(self, letter: str, name: str) -> tuple[str, str]:
        self.words.append(f"{letter}:{name}")
        return name, name

    def _step(self, block: Step) -> tuple[str, str]:
        self.inner[block.id] = (
            f"<bpmn:script>n_{block.id} = if n_{block.id} = null then 1 else n_{block.id} + 1</bpmn:script>"
        )
        return self._node("C", block.id)

    def _wait(self, block: Wait) -> tuple[str, str]:
        self.inner[block.id] = timer(f"PT{block.minutes}M")
        return self._node("W", block.id)

    def _work(self, block: Work) -> tuple[str, str]:
        own = "" if block.called else properties(post="maker")
        if block.copies:
            repeated = multi(collection=f"list_{block.id}", item=f"item_{block.id}")
            if block.copies == "sequential":
                repeated = repeated.replace("Characteristics>", 'Characteristics isSequential="true">', 1)
            own += repeated
        self.inner[block.id] = own
        self._node("K" if block.called else "U", block.id)
        return self._hosted(block.id, block.boundaries)

    def _inner(self, block: Inner) -> tuple[str, str]:
        inside = Drawing()
        body = block.body
        self.inner[block.id] = inside.whole(body if block.open_ended else Sequence(f"all_{block.id}", [body]))
        self._node("subProcess", block.id)
        return self._hosted(block.id, block.boundaries)

    def _hosted(self, host: str, boundaries: list[Boundary]) -> tuple[str, str]:
        if not boundaries:
            return host, host
        after = f"after_{host}"
        self.words += [f"X:{after}", f"{host}>{after}"]
        for each in boundaries:
            self._boundary(host, each, after)
        return host, after

    def _boundary(self, host: str, each: Boundary, after: str) -> None:
        self.words.append(f"B:{each.id}@{host}")
        kinds = {
            "timer": timer(f"PT{each.minutes}M"),
            "message": '<bpmn:messageEventDefinition messageRef="m_news"/>',
            "error": f'<bpmn:errorEventDefinition errorRef="{each.code}"/>',
        }
        self.inner[each.id] = kinds[each.kind]
        if not each.interrupting:
            self.attributes[each.id] = 'cancelActivity="false"'
        first, last = self.draw(each.then)
        self.words.append(f"{each.id}>{first}")
        if each.interrupting:
            self.words.append(f"{last}>{after}")
        else:
            self.words += [f"E:end_{each.id}", f"{last}>end_{each.id}"]

    def _parallel(self, block: Parallel) -> tuple[str, str]:
        fork, join = block.id, f"{block.id}_join"
        self.words += [f"P:{fork}", f"P:{join}"]
        self._between(block.branches, [f"{fork}>" for _ in block.branches], [""] * len(block.branches), join)
        return fork, join

    def _exclusive(self, block: Exclusive) -> tuple[str, str]:
        conditions = [f"?way_{block.id}~=~{number}" for number in range(len(block.branches) - 1)] + ["*"]
        return self._decided(block.id, "X", block.branches, conditions)

    def _inclusive(self, block: Inclusive) -> tuple[str, str]:
        conditions = [f"?way_{block.id}_{number}~=~true" for number in range(len(block.branches) - 1)] + ["*"]
        return self._decided(block.id, "O", block.branches, conditions)

    def _decided(self, name: str, letter: str, branches: list[Block], conditions: list[str]) -> tuple[str, str]:
        decide, fork, join = f"decide_{name}", name, f"{name}_join"
        self.words += [f"U:{decide}", f"{letter}:{fork}", f"{letter}:{join}", f"{decide}>{fork}"]
        self._between(branches, [f"{fork}>"] * len(branches), conditions, join)
        return decide, join

    def _between(self, branches: list[Block], sources: list[str], conditions: list[str], join: str) -> None:
        for branch, source, condition in zip(branches, sources, conditions, strict=True):
            if isinstance(branch, Sequence) and not branch.parts:
                self.words.append(f"{source}{join}{condition}")
                continue
            first, last = self.draw(branch)
            self.words += [f"{source}{first}{condition}", f"{last}>{join}"]

    def _loop(self, block: Loop) -> tuple[str, str]:
        enter, decide, leave = f"enter_{block.id}", f"decide_{block.id}", block.id
        self.words += [f"X:{enter}", f"U:{decide}", f"X:{leave}", f"X:left_{block.id}", f"{leave}>left_{block.id}*"]
        first, last = self.draw(block.body)
        self.words += [f"{enter}>{first}", f"{last}>{decide}", f"{decide}>{leave}"]
        self.words.append(f"{leave}>{enter}?again_{block.id}~=~true")
        return enter, f"left_{block.id}"


def drawn(block: Block) -> bytes:
    """The BPMN file of a block."""
    whole = Drawing()
    first, last = whole.draw(block)
    words = [*whole.words, "S:start", "E:end", f"start>{first}", f"{last}>end"]
    return diagram(
        " ".join(words), inner=whole.inner, attributes=whole.attributes, declared=DECLARED, key="random", drawn=False
    )
