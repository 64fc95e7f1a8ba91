"""Two versions of a decision table, told by column and row: a row is known by its id, whatever its number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from processes.comparison.change import Change, added, changed, moved, removed
from processes.decisions.model import Decision, Rule, Table
from processes.decisions.reader import read


def compare_tables(old: bytes, new: bytes) -> Iterator[Change]:
    """Every difference, decision by decision. Raises DecisionError for a file that cannot be read."""
    before, after = read(old).decisions, read(new).decisions
    for key, decision in after.items():
        label = f"决策“{decision.name}”"
        if key not in before:
            yield added(key, label)
        else:
            yield from _decision(before[key], decision, label)
    yield from (removed(key, f"决策“{each.name}”") for key, each in before.items() if key not in after)


def _decision(before: Decision, after: Decision, label: str) -> Iterator[Change]:
    if before.name != after.name:
        yield changed(after.id, label, "名称", before.name, after.name)
    if before.literal != after.literal:
        yield changed(after.id, label, "表达式", before.literal, after.literal)
    if before.table is not None and after.table is not None:
        yield from _table(after.id, before.table, after.table, label)


def _table(key: str, before: Table, after: Table, label: str) -> Iterator[Change]:
    if (before.hit_policy, before.aggregation) != (after.hit_policy, after.aggregation):
        old, new = (f"{one.hit_policy} {one.aggregation}".strip() for one in (before, after))
        yield changed(key, label, "命中策略", old, new)
    yield from _columns(_inputs(before), _inputs(after))
    yield from _columns(_outputs(before), _outputs(after))
    earlier = {rule.id: rule for rule in before.rules}
    for rule in after.rules:
        if rule.id not in earlier:
            yield added(rule.id, f"第 {rule.number} 行（{_row(after, rule)}）")
        else:
            yield from _rule(before, earlier[rule.id], after, rule)
    kept = {rule.id for rule in after.rules}
    yield from (
        removed(rule.id, f"原第 {rule.number} 行（{_row(before, rule)}）")
        for rule in before.rules
        if rule.id not in kept
    )


def _inputs(table: Table) -> dict[str, tuple[str, dict[str, str]]]:
    return {
        one.id: (
            f"条件列“{one.label or one.expression}”",
            {"表达式": one.expression, "类型": one.type, "允许值": one.allowed},
        )
        for one in table.inputs
    }


def _outputs(table: Table) -> dict[str, tuple[str, dict[str, str]]]:
    return {
        one.id: (
            f"结果列“{one.label or one.name}”",
            {"变量": one.name, "类型": one.type, "允许值": one.allowed, "缺省值": one.default},
        )
        for one in table.outputs
    }


def _columns(
    before: Mapping[str, tuple[str, dict[str, str]]], after: Mapping[str, tuple[str, dict[str, str]]]
) -> Iterator[Change]:
    for key, (label, facts) in after.items():
        if key not in before:
            yield added(key, label)
            continue
        old_label, old_facts = before[key]
        if old_label != label:
            yield changed(key, label, "名称", old_label, label)
        for what, value in facts.items():
            if old_facts[what] != value:
                yield changed(key, label, what, old_facts[what] or None, value or None)
    yield from (removed(key, label) for key, (label, _) in before.items() if key not in after)


def _rule(before: Table, old: Rule, after: Table, new: Rule) -> Iterator[Change]:
    label = f"第 {new.number} 行"
    old_cells, new_cells = dict(_cells(before, old)), dict(_cells(after, new))
    shared = [key for key in new_cells if key in old_cells]
    for key in shared:
        (column, old_text), (_, new_text) = old_cells[key], new_cells[key]
        if old_text != new_text:
            yield changed(new.id, label, column, old_text or "-", new_text or "-")
    if old.annotation != new.annotation:
        yield changed(new.id, label, "说明", old.annotation or None, new.annotation or None)
    if old.number != new.number and before.hit_policy in ("FIRST", "RULE ORDER"):
        yield moved(new.id, f"原第 {old.number} 行移到第 {new.number} 行，")


def _cells(table: Table, rule: Rule) -> Iterator[tuple[str, tuple[str, str]]]:
    """Column id with its name and the cell's text."""
    for column, text in zip(table.inputs, rule.inputs, strict=False):
        yield column.id or column.expression, (column.label or column.expression, text)
    for output, text in zip(table.outputs, rule.outputs, strict=False):
        yield output.id or output.name, (output.label or output.name, text)


def _row(table: Table, rule: Rule) -> str:
    return "，".join(f"{name} {text or '-'}" for _, (name, text) in _cells(table, rule))
