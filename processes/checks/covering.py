"""What a decision table leaves open and what it decides twice, as findings (see processes/decisions/coverage.py)."""

from __future__ import annotations

from collections.abc import Iterator

from processes.checks.finding import Finding, found
from processes.decisions.coverage import analyse
from processes.decisions.errors import DecisionError
from processes.decisions.model import Decision, HitPolicy
from processes.decisions.reader import read

#: Of one kind no more are named in one table: the editor shows them all.
_MOST = 3
_LISTS = frozenset({HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER})


def check(name: str, content: bytes) -> Iterator[Finding]:
    """Overlaps, gaps and hidden rules of every table of a file that reads; what is not decided is not told."""
    try:
        definitions = read(content)
    except DecisionError:
        return  # said by the check of the file itself
    for decision in definitions.decisions.values():
        yield from _table(name, decision)


def _table(name: str, decision: Decision) -> Iterator[Finding]:
    if decision.table is None:
        return
    seen = analyse(decision.table)
    label = f"决策“{decision.name or decision.id}”"
    policy = decision.table.hit_policy
    for overlap in [each for each in seen.overlaps if each.matters][:_MOST]:
        both = f"{label}的第 {overlap.first} 行和第 {overlap.second} 行同时适用于{overlap.region.sentence}"
        if policy == HitPolicy.UNIQUE:
            text = f"{both}，而命中策略只许一行适用，办到这里会出错。请改条件或换命中策略。"
            yield found("TABLE_OVERLAP", text, file=name, element_id=overlap.second_id)
        else:
            text = f"{both}，结果可能不一样，不一样时会出错。请核对。"
            yield found("TABLE_CONTRADICTION", text, file=name, element_id=overlap.second_id)
    if policy not in _LISTS:
        for gap in (seen.gaps or ())[:_MOST]:
            text = f"{label}没有一行适用于{gap.sentence}，结果会是空。请补一行，或确认不会有这样的输入。"
            yield found("TABLE_GAP", text, file=name, element_id=decision.id)
    for rule in seen.hidden[:_MOST]:
        text = f"{label}的第 {rule.number} 行永远用不到：它适用的输入上面的行都已适用。请删去或上移。"
        yield found("TABLE_RULE_HIDDEN", text, file=name, element_id=rule.id)
