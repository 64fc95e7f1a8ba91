"""Every fault is found, at the right element, under its own code; sound diagrams are left in peace."""

from __future__ import annotations

import pytest

from processes.checks import describe
from processes.checks.codes import CODES
from tests.processes.checks.drawing import check_one, diagram, extension, level, multi, operator, properties, timer
from tests.processes.checks.faults import BOUNDARY, DIAGRAMS, ERROR_END, MESSAGE, OUTCOME, PARALLEL, PLAIN, SUB, Fault


def _called(fault: Fault) -> str:
    return f"{fault.code}-{fault.element}"


@pytest.mark.parametrize("fault", DIAGRAMS, ids=_called)
def test_a_fault_is_found_at_its_element_with_its_code(fault: Fault) -> None:
    findings = check_one(fault.content, name=fault.name)
    hits = [one for one in findings if one.code == fault.code]
    assert hits, describe(findings)
    assert fault.element in {one.element_id for one in hits}
    for one in hits:
        assert one.severity == CODES[fault.code].severity
        assert one.file == fault.name
        assert one.message.endswith("。") and len(one.message) > 12


SOUND: dict[str, bytes] = {
    "a straight line": diagram(PLAIN),
    "a choice with a default": diagram(f"S:s U:ask X:g E:yes E:no s>ask>g g>yes?{OUTCOME} g>no*"),
    "a return loop": diagram(f"S:s X:m U:ask X:g E:e s>m>ask>g g>e?{OUTCOME} g>m*"),
    "parallel branches joined": diagram(f"{PARALLEL} join>e"),
    "parallel branches inside a return loop": diagram(
        f"S:s X:m P:fork U:a U:b P:join X:g E:e s>m>fork fork>a>join fork>b>join join>g g>e?{OUTCOME} g>m*"
    ),
    "a loop inside one parallel branch": diagram(
        f"S:s P:fork X:m U:a X:g U:b P:join E:e s>fork fork>m>a>g g>m?{OUTCOME} g>join* fork>b>join join>e"
    ),
    "parallel branches inside a branch": diagram(
        "S:s P:f P:g U:a U:b P:j U:c P:k E:e s>f f>g g>a>j g>b>j j>k f>c>k k>e"
    ),
    "a choice inside a branch": diagram(
        f"S:s P:f X:g U:a X:h U:b P:j E:e s>f f>g g>a?{OUTCOME} g>h* a>h h>j f>b>j j>e"
    ),
    "parallel branches to ends of their own": diagram("S:s P:f U:a U:b E:e E:g s>f f>a>e f>b>g"),
    "an inclusive split and join": diagram(f"S:s O:o U:a U:b O:j E:e s>o o>a?{OUTCOME} o>b* a>j b>j j>e"),
    "a reminder that does not interrupt": diagram(
        BOUNDARY.replace("late>over", "U:urge late>urge>over"), attributes={"late": 'cancelActivity="false"'}
    ),
    "reminders inside a parallel branch": diagram(
        f"{PARALLEL} join>e B:late@a E:told late>told", attributes={"late": 'cancelActivity="false"'}
    ),
    "a deadline that interrupts": diagram(BOUNDARY),
    "events that race": diagram("S:s V:pick W:one W:two E:e E:f s>pick pick>one>e pick>two>f", inner={"two": MESSAGE}),
    "a sub-process whose error is caught": diagram(
        f"{SUB} B:late@sub E:over late>over",
        inner={
            "sub": level(
                f"S:s2 U:u2 X:g2 E:fail E:fine s2>u2>g2 g2>fail?{OUTCOME} g2>fine*", inner={"fail": ERROR_END}
            ),
            "late": ERROR_END,
        },
    ),
    "a counter-sign with results": diagram(
        PLAIN,
        inner={
            "ask": properties(outputs="decision:text", post="reviewer1")
            + multi(collection="people", item="person", outputs="results", output_item="decision")
        },
        process=properties(inputs="people"),
    ),
    "a counter-sign in a loop that clears its results": diagram(
        f"S:s X:m C:clear U:ask X:g E:e s>m>clear>ask>g g>e* g>m?{OUTCOME}",
        inner={
            "clear": "<bpmn:script>results = null</bpmn:script>",
            "ask": properties(outputs="decision:text", post="maker")
            + multi(cardinality="3", outputs="results", output_item="decision"),
        },
    ),
    "all references known": diagram(
        "S:s U:ask A:act D:rule K:call C:set X:g E:e E:f s>ask>act>rule>call>set>g g>e?total~>~1 g>f*",
        inner={
            "ask": properties(
                form="demo/accept", post='maker@"DSB"', deadline="DL05", handler="accept", separate_from="first_review"
            ),
            "act": operator("notify", text="= if sent = null then decision else string(amount)", copies="2"),
            "call": properties(inputs="amount", outputs="review_result:text", version="2"),
            "set": "<bpmn:script>// 合计\ntotal = amount + 1\n名称 = review_result</bpmn:script>",
        },
    ),
    "a message that waits": diagram("S:s R:get N:tell E:e s>get>tell>e"),
    "timers of every kind": diagram(
        "S:s W:a W:b W:c E:e s>a>b>c>e",
        inner={
            "a": timer("P1Y2M3DT4H5M6S"),
            "b": timer("2026-10-12T09:00:00+08:00", kind="timeDate"),
            "c": timer('= working days after(date("2026-10-12"), 5)', kind="timeDate"),
        },
    ),
    "a cancelled transaction": diagram(
        "S:s transaction:sub E:e B:late@sub E:over s>sub>e late>over",
        inner={
            "sub": level(
                f"S:s2 U:u2 X:g2 E:fail E:fine s2>u2>g2 g2>fail?{OUTCOME} g2>fine*",
                inner={"fail": "<bpmn:cancelEventDefinition/>"},
            ),
            "late": "<bpmn:cancelEventDefinition/>",
        },
    ),
    "a payload": diagram(
        "S:s T:tell E:e s>tell>e",
        inner={
            "tell": '<bpmn:messageEventDefinition messageRef="m_withdraw">'
            + extension("<spiffworkflow:messagePayload>{a: 1}</spiffworkflow:messagePayload>")
            + "</bpmn:messageEventDefinition>"
        },
    ),
}


@pytest.mark.parametrize("content", SOUND.values(), ids=SOUND.keys())
def test_a_sound_diagram_has_no_finding_at_all(content: bytes) -> None:
    assert describe(check_one(content)) == "检查通过，没有发现问题。"
