"""Which inputs a decision table leaves without a rule, and which it gives to several. Exact, or "not decided".

The input space is cut into boxes (one set of parts per column, see axes.py); rules are boxes, and what no rule
takes is what is left after taking each away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from processes.decisions.axes import Axis, NotDecided, build_axis, cell_text, constants
from processes.decisions.model import HitPolicy, Rule, Table
from processes.feel import FeelError, evaluate, names_used
from processes.feel.comparison import equal

#: Work is bounded: a table with more rules, with more cell tests to make, or in more boxes is not decided.
MOST_RULES = 400
MOST_CELL_TESTS = 60_000
MOST_BOXES = 2_000
#: More than these nobody reads; `truncated` says that there are more.
MOST_TOLD = 20

Box = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the input space: a cell per input column, the same in words, and one input that lies in it."""

    cells: tuple[str, ...]
    sentence: str
    example: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules (numbers from 1, ids) that both take a region. `matters`: the hit policy forbids it."""

    first: int
    second: int
    first_id: str
    second_id: str
    region: Region
    matters: bool


@dataclass(frozen=True, slots=True)
class Undecided:
    """Why something could not be decided: the sentence, with the rule and column when one is to blame."""

    sentence: str
    rule_id: str | None = None
    column_id: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is known of a table. `gaps` is None when gaps were not decided; `hidden` are rules never reached."""

    gaps: tuple[Region, ...] | None
    overlaps: tuple[Overlap, ...]
    hidden: tuple[Rule, ...]
    undecided: tuple[Undecided, ...]
    truncated: bool = False


def analyse(table: Table) -> Coverage:
    """Gaps, overlaps and rules that are never reached. Blank (null) inputs count only where a cell names null."""
    if any(len(rule.inputs) != len(table.inputs) for rule in table.rules) or not table.inputs or not table.rules:
        return Coverage(None, (), (), (Undecided("表格的格数与列数不一致，或还没有规则。"),))
    if len(table.rules) > MOST_RULES:
        return Coverage(None, (), (), (Undecided(f"表格超过 {MOST_RULES} 行，是否有空缺和重叠没有判断。"),))
    axes, undecided = _axes(table)
    if axes is None:
        return Coverage(None, (), (), undecided)
    if _cell_tests(table, axes) > MOST_CELL_TESTS:
        return Coverage(None, (), (), (Undecided("表格太大，是否有空缺和重叠没有判断。"),))
    try:
        boxes = _boxes(axes, table.rules)
    except FeelError as problem:
        return Coverage(None, (), (), (Undecided(problem.message),))
    overlaps = _overlaps(table, axes, boxes)
    unclear: list[Undecided] = []
    try:
        left, hidden = _take_away(axes, boxes)
        gaps: tuple[Region, ...] | None = tuple(_region(axes, box) for box in _merged(left))
    except NotDecided as reason:
        gaps, hidden = None, []
        unclear.append(Undecided(str(reason)))
    if gaps and any(column.default for column in table.outputs):
        gaps = ()  # what no rule takes has the default results
    never = tuple(table.rules[place] for place in hidden) if table.hit_policy == HitPolicy.FIRST else ()
    truncated = len(gaps or ()) > MOST_TOLD or len(overlaps) > MOST_TOLD
    return Coverage(gaps and gaps[:MOST_TOLD], overlaps[:MOST_TOLD], never, tuple(unclear), truncated)


def _axes(table: Table) -> tuple[list[Axis] | None, tuple[Undecided, ...]]:
    axes: list[Axis] = []
    undecided: list[Undecided] = []
    for place, column in enumerate(table.inputs):
        cells = [rule.inputs[place] for rule in table.rules]
        try:
            axes.append(build_axis(column, cells))
        except (NotDecided, FeelError) as reason:
            rule = _to_blame(table.rules, place)
            where = f"第 {rule.number} 行“{column.label}”" if rule else f"“{column.label}”这一列"
            said = f"{where}{_words(reason)}，是否有空缺和重叠无法判断。"
            undecided.append(Undecided(said, rule.id if rule else None, column.id))
    return (None if undecided else axes), tuple(undecided)


def _cell_tests(table: Table, axes: Sequence[Axis]) -> int:
    """How many times a cell would be tried on a part: each distinct cell of a column once per part."""
    return sum(len({rule.inputs[place] for rule in table.rules}) * len(axis.parts) for place, axis in enumerate(axes))


def _words(reason: Exception) -> str:
    return reason.message if isinstance(reason, FeelError) else str(reason)


def _to_blame(rules: Sequence[Rule], place: int) -> Rule | None:
    for rule in rules:
        try:
            constants(rule.inputs[place])
        except NotDecided:
            return rule
    return None


def _boxes(axes: Sequence[Axis], rules: Sequence[Rule]) -> list[Box]:
    """The box of each rule; cells of the same text in a column are tried once."""
    masks = [
        {cell: axis.mask(cell) for cell in {rule.inputs[place] for rule in rules}} for place, axis in enumerate(axes)
    ]
    return [tuple(known[cell] for known, cell in zip(masks, rule.inputs, strict=True)) for rule in rules]


def _overlaps(table: Table, axes: Sequence[Axis], boxes: Sequence[Box]) -> tuple[Overlap, ...]:
    """Those that the hit policy forbids first; of either kind no more than tells that there are too many."""
    kept: dict[bool, list[Overlap]] = {True: [], False: []}
    for overlap in _met(table, axes, boxes):
        if len(kept[overlap.matters]) <= MOST_TOLD:
            kept[overlap.matters].append(overlap)
    return (*kept[True], *kept[False])


def _met(table: Table, axes: Sequence[Axis], boxes: Sequence[Box]) -> Iterator[Overlap]:
    for (one, first), (other, second) in combinations(zip(table.rules, boxes, strict=True), 2):
        common = tuple(left & right for left, right in zip(first, second, strict=True))
        if all(common):
            matters = table.hit_policy == HitPolicy.UNIQUE or (
                table.hit_policy == HitPolicy.ANY and not _same_results(one, other)
            )
            yield Overlap(one.number, other.number, one.id, other.id, _region(axes, common), matters)


def _same_results(one: Rule, other: Rule) -> bool:
    """The same text, or constants of the same value; what depends on data may differ."""
    return all(left == right or _equal(left, right) for left, right in zip(one.outputs, other.outputs, strict=True))


def _equal(left: str, right: str) -> bool:
    try:
        if names_used(left) or names_used(right):
            return False
        return equal(evaluate(left, {}), evaluate(right, {})) is True
    except FeelError:
        return False


def _take_away(axes: Sequence[Axis], boxes: Sequence[Box]) -> tuple[list[Box], list[int]]:
    """(what no rule takes, the places of rules that add nothing to those before). Raises NotDecided."""
    left: list[Box] = [tuple(axis.whole for axis in axes)]
    hidden: list[int] = []
    for place, box in enumerate(boxes):
        if all(box) and not any(_meet(each, box) for each in left):
            hidden.append(place)
        left = [piece for each in left for piece in _without(each, box)]
        if len(left) > MOST_BOXES:
            raise NotDecided("表格太复杂，是否有空缺无法在限定的步数内判断。")
    return [each for each in left if all(each)], hidden


def _meet(one: Box, other: Box) -> bool:
    return all(left & right for left, right in zip(one, other, strict=True))


def _without(box: Box, taken: Box) -> Iterator[Box]:
    """The box without the other one, as boxes that do not touch each other."""
    if not _meet(box, taken):
        yield box
        return
    rest = list(box)
    for place, (own, cut) in enumerate(zip(box, taken, strict=True)):
        outside = own & ~cut
        if outside:
            yield (*rest[:place], outside, *box[place + 1 :])
        rest[place] = own & cut


def _merged(boxes: list[Box]) -> list[Box]:
    """Fewer boxes for the same region: two that differ in one column become one."""
    merged = list(boxes)
    again = len(merged) <= 200
    while again:
        again = False
        for one, other in combinations(merged, 2):
            places = [place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
            if len(places) == 1:
                at = places[0]
                merged = [each for each in merged if each not in (one, other)]
                merged.append((*one[:at], one[at] | other[at], *one[at + 1 :]))
                again = True
                break
    return sorted(merged, reverse=True)


def _region(axes: Sequence[Axis], box: Box) -> Region:
    cells = tuple(cell_text(axis, mask) for axis, mask in zip(axes, box, strict=True))
    said = [f"“{axis.column.label}”为 {cell}" for axis, cell in zip(axes, cells, strict=True) if cell != "-"]
    sentence = "，".join(said) if said else "任何输入"
    return Region(cells, sentence, tuple(axis.example(mask) for axis, mask in zip(axes, box, strict=True)))
