"""The fast token game of the checks says what the slow and obvious one says, on diagrams wired at random."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from processes.checks import soundness
from processes.checks.diagram import Diagram
from processes.checks.files import read_diagram
from processes.checks.graph import reachable
from tests.processes.checks.drawing import diagram
from tests.processes.checks.plain_game import play


def _read(notation: str) -> Diagram:
    read, findings = read_diagram("demo.bpmn", diagram(notation))
    assert read is not None, findings
    return read


@st.composite
def _wirings(draw: st.DrawFn) -> str:
    """A start, an end and up to seven tasks and gateways; every node leads somewhere, most of them forwards."""
    kinds = draw(st.lists(st.sampled_from("UXXPPO"), min_size=2, max_size=7))
    names = [f"n{number}" for number in range(len(kinds))]
    words = ["S:s", "E:e", *(f"{kind}:{name}" for kind, name in zip(kinds, names, strict=True)), f"s>{names[0]}"]
    for number, (kind, name) in enumerate(zip(kinds, names, strict=True)):
        later = [*names[number + 1 :], "e"]
        back = [one for one in names[:number] if kind == "X"]
        ways = 1 if kind == "U" else draw(st.integers(1, 3))
        targets = draw(st.lists(st.sampled_from(later * 3 + back), min_size=ways, max_size=ways, unique=True))
        words += [f"{name}>{target}" for target in targets]
    return " ".join(words)


@settings(max_examples=400, deadline=None)
@given(notation=_wirings())
def test_both_games_agree_on_stops_doublings_and_endless_runs(notation: str) -> None:
    read = _read(notation)
    (scope,) = read.scopes
    slow = play(scope)
    codes = {one.code for one in soundness.check(read)}
    assert ("DOUBLE_TOKEN" in codes) == slow.doubles
    if not slow.doubles:
        assert ("DEADLOCK" in codes) == slow.deadlock
        assert ("ENDLESS_RUN" in codes) == (slow.endless and not slow.deadlock)


@settings(max_examples=200, deadline=None)
@given(notation=_wirings())
def test_an_element_is_dead_exactly_when_no_run_passes_it(notation: str) -> None:
    read = _read(notation)
    (scope,) = read.scopes
    slow = play(scope)
    assume(not slow.doubles and not slow.deadlock)
    reached = reachable(scope.after, ["s"])
    dead = {one.element_id for one in soundness.check(read) if one.code == "DEAD_ELEMENT"}
    assert dead <= reached - slow.fired
    assert bool(dead) == bool({key for key in reached if scope.entering[key]} - slow.fired)


@settings(max_examples=200, deadline=None)
@given(notation=_wirings())
def test_a_counter_example_is_a_walk_of_the_diagram_that_ends_at_the_fault(notation: str) -> None:
    read = _read(notation)
    (scope,) = read.scopes
    flows = {flow.id: flow for flow in scope.flows}
    for finding in soundness.check(read):
        if finding.code in ("DEADLOCK", "DOUBLE_TOKEN"):
            assert finding.path[0] == "s" and finding.element_id in finding.path
            come = {"s"}
            for key in finding.path:
                if key in flows:
                    assert flows[key].source in come
                    come.add(flows[key].target)
                else:
                    assert key in come
