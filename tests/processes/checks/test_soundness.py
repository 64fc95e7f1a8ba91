"""Well-nested diagrams are never refused; one join of the wrong kind in them always is, with a path that shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from processes.checks import describe, has_errors
from tests.processes.checks.drawing import check_one, diagram
from tests.processes.checks.faults import OUTCOME

#: A block: a task, a sequence, a choice, parallel branches, or a loop around a block.
Block = tuple[str, list["Block"]]


def _blocks() -> st.SearchStrategy[Block]:
    task: st.SearchStrategy[Block] = st.just(("task", []))
    return st.recursive(
        task,
        lambda inside: st.one_of(
            st.tuples(st.just("sequence"), st.lists(inside, min_size=2, max_size=3)),
            st.tuples(st.just("choice"), st.lists(inside, min_size=2, max_size=3)),
            st.tuples(st.just("parallel"), st.lists(inside, min_size=2, max_size=3)),
            st.tuples(st.just("loop"), st.lists(inside, min_size=1, max_size=1)),
        ),
        max_leaves=7,
    )


@dataclass
class _Drawer:
    """Turns blocks into notation; each block runs from an entry node to an exit node."""

    words: list[str] = field(default_factory=list)
    joins: list[tuple[int, str]] = field(default_factory=list)
    count: int = 0

    def _node(self, kind: str) -> str:
        self.count += 1
        self.words.append(f"{kind}:n{self.count}")
        return f"n{self.count}"

    def draw(self, block: Block) -> tuple[str, str]:
        kind, parts = block
        if kind == "task":
            node = self._node("U")
            return node, node
        if kind == "sequence":
            ends = [self.draw(part) for part in parts]
            self.words += [f"{left[1]}>{right[0]}" for left, right in pairwise(ends)]
            return ends[0][0], ends[-1][1]
        if kind == "loop":
            return self._loop(parts[0])
        return self._branches("X" if kind == "choice" else "P", parts)

    def _loop(self, part: Block) -> tuple[str, str]:
        entry = self._node("X")
        first, last = self.draw(part)
        back = self._node("X")
        after = self._node("U")
        self.words += [f"{entry}>{first}", f"{last}>{back}", f"{back}>{entry}?{OUTCOME}", f"{back}>{after}*"]
        return entry, after

    def _branches(self, letter: str, parts: list[Block]) -> tuple[str, str]:
        split = self._node(letter)
        ends = [self.draw(part) for part in parts]
        join = self._node(letter)
        self.joins.append((len(self.words) - 1, letter))
        for index, (first, last) in enumerate(ends):
            mark = "" if letter == "P" else "*" if index == 0 else f"?{OUTCOME}"
            self.words += [f"{split}>{first}{mark}", f"{last}>{join}"]
        return split, join


def _drawn(block: Block) -> _Drawer:
    drawer = _Drawer()
    first, last = drawer.draw(block)
    drawer.words += ["S:s", "E:e", f"s>{first}", f"{last}>e"]
    return drawer


@settings(max_examples=120, deadline=None)
@given(block=_blocks())
def test_a_well_nested_diagram_is_never_refused(block: Block) -> None:
    findings = check_one(diagram(" ".join(_drawn(block).words)))
    assert not has_errors(findings), describe(findings)


@settings(max_examples=120, deadline=None)
@given(block=_blocks().filter(lambda one: bool(_drawn(one).joins)), data=st.data())
def test_one_join_of_the_wrong_kind_is_always_refused(block: Block, data: st.DataObject) -> None:
    drawer = _drawn(block)
    place, letter = data.draw(st.sampled_from(drawer.joins))
    wrong = "X" if letter == "P" else "P"
    name = drawer.words[place].partition(":")[2]
    drawer.words[place] = f"{wrong}:{name}"
    findings = check_one(diagram(" ".join(drawer.words)))
    told = {one.code for one in findings if one.severity == "error"}
    assert told & {
        "DEADLOCK",
        "DOUBLE_TOKEN",
        "UNCONTROLLED_MERGE",
        "LOOP_LEAVES_PARALLEL",
        "SPLIT_WITHOUT_JOIN_IN_LOOP",
    }


def test_the_counter_example_names_the_steps_that_lead_to_the_stop() -> None:
    findings = check_one(diagram(f"S:s U:ask X:g U:a U:b P:join E:e s>ask>g g>a?{OUTCOME} g>b* a>join b>join join>e"))
    (stuck,) = [one for one in findings if one.code == "DEADLOCK"]
    assert "走法：开始 → " in stuck.message and "环节g" in stuck.message and "人工任务“环节" in stuck.message
