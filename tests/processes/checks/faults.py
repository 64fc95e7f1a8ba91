"""The table of broken diagrams: each has one fault, the code it must be given, and the element it must point to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.processes.checks.drawing import diagram, extension, level, multi, operator, properties, timer

MESSAGE = '<bpmn:messageEventDefinition messageRef="m_withdraw"/>'
PLAIN = "S:s U:ask E:e s>ask>e"
CHOICE = "S:s U:ask X:g E:yes E:no s>ask>g "
PARALLEL = "S:s P:fork U:a U:b P:join E:e s>fork fork>a>join fork>b>join "
ERROR_END = '<bpmn:errorEventDefinition errorRef="e_budget"/>'
OUTCOME = 'decision~=~"同意"'
DUPLICATED = diagram(PLAIN).replace(b'<bpmn:endEvent id="e"', b'<bpmn:endEvent id="ask"')


@dataclass(frozen=True)
class Fault:
    """A broken file, the code of the finding it must give, and the element the finding must point to."""

    code: str
    content: bytes
    element: str | None
    name: str = "demo.bpmn"


def drawn(code: str, element: str | None, notation: str, **options: Any) -> Fault:
    """A fault in a built diagram."""
    return Fault(code, diagram(notation, **options), element)


def inner(code: str, element: str, notation: str, **contents: str) -> Fault:
    """A fault in the content of single nodes."""
    return Fault(code, diagram(notation, inner=contents), element)


SUB = "S:s subProcess:sub E:e s>sub>e"
BOUNDARY = "S:s U:ask B:late@ask E:e E:over s>ask>e late>over"
WAIT = "S:s W:wait E:e s>wait>e"
SERVICE = "S:s A:act E:e s>act>e"
CALL = "S:s K:call E:e s>call>e"
TABLE = "S:s D:rule E:e s>rule>e"
GATE = "S:s V:pick W:one W:two E:e E:f s>pick pick>one>e pick>two>f"
FORKED_LOOP = "S:s X:m P:fork U:a U:b X:back P:join E:e s>m>fork fork>a>back fork>b>join back>join* "

STRUCTURE = [
    drawn("NO_EXECUTABLE_PROCESS", None, PLAIN, executable="false"),
    drawn(
        "SEVERAL_EXECUTABLE_PROCESSES",
        "other",
        PLAIN,
        extra='<bpmn:process id="other" isExecutable="true">' + level("S:s2 U:u2 E:e2 s2>u2>e2") + "</bpmn:process>",
    ),
    drawn("FILE_NAME_MISMATCH", "other", PLAIN, key="other"),
    Fault("DUPLICATE_ID", DUPLICATED, "ask"),
    Fault("MISSING_ID", diagram(PLAIN).replace(b' id="ask" name', b" name"), None),
    inner("REFERENCE_LOST", "gone", PLAIN, e="<bpmn:incoming>gone</bpmn:incoming>"),
    Fault("REFERENCE_LOST", diagram(PLAIN).replace(b'bpmnElement="ask_e"', b'bpmnElement="gone"'), "gone"),
    drawn("RESERVED_ID", "Start", "S:Start U:ask E:e Start>ask>e"),
    drawn("RESERVED_ID", "End", "S:s U:End E:e s>End>e"),
    drawn("RESERVED_ID", "demo.EndJoin", "S:s U:demo.EndJoin E:e s>demo.EndJoin>e"),
    drawn("RESERVED_ID", "ask.BoundaryEventSplit", "S:s U:ask.BoundaryEventSplit E:e s>ask.BoundaryEventSplit>e"),
    drawn(
        "TOO_MANY_NODES",
        "demo",
        " ".join([f"U:t{i}" for i in range(250)]) + " S:s E:e " + ">".join(["s", *(f"t{i}" for i in range(250)), "e"]),
    ),
    drawn("NO_START_EVENT", "demo", "U:ask E:e ask>e"),
    drawn("SEVERAL_START_EVENTS", "s2", "S:s S:s2 U:ask E:e s>ask>e s2>ask"),
    inner("START_EVENT_KIND", "s", PLAIN, s=MESSAGE),
    drawn("NO_END_EVENT", "demo", "S:s U:ask s>ask"),
    drawn("UNREACHABLE", "lost", f"{PLAIN} U:lost lost>e"),
    drawn("NO_WAY_TO_END", "again", f"{CHOICE} U:again X:x g>yes?{OUTCOME} g>x* x>again>x E:far"),
    drawn("UNNAMED", "ask", PLAIN, attributes={"ask": 'name=""'}),
    drawn("GENERATED_NAME", "ask", PLAIN, attributes={"ask": 'name="Activity_0x1y2z3"'}),
    drawn("SAME_NAME", "b", PARALLEL, attributes={"a": 'name="审核"', "b": 'name="审核"'}),
    drawn("NO_DRAWING", None, PLAIN, drawn=False),
    Fault("NOT_DRAWN", diagram(PLAIN).replace(b'bpmnElement="ask"', b'bpmnElement="demo"'), "ask"),
    Fault("NOT_DRAWN", diagram(PLAIN).replace(b'bpmnElement="ask_e"', b'bpmnElement="s_ask"'), "ask_e"),
    Fault("SCHEMA_INVALID", diagram(PLAIN).replace(b"</bpmn:process>", b"<bpmn:noise/></bpmn:process>"), None),
]
JUDGED = properties(form="demo/judge", post="maker")
FLOWS = [
    drawn("UNSUPPORTED_ELEMENT", "c", "S:s complexGateway:c E:e s>c>e"),
    drawn("UNSUPPORTED_ELEMENT", "c", "S:s adHocSubProcess:c E:e s>c>e"),
    drawn(
        "UNSUPPORTED_ELEMENT",
        "sub",
        f"{PLAIN} subProcess:sub",
        inner={"sub": level("S:s2 U:u2 E:e2 s2>u2>e2")},
        attributes={"sub": 'triggeredByEvent="true"'},
    ),
    inner("UNSUPPORTED_ELEMENT", "t", "S:s T:t E:e s>t>e", t="<bpmn:compensateEventDefinition/>"),
    inner("UNSUPPORTED_ELEMENT", "t", "S:s T:t E:e s>t>e", t='<bpmn:linkEventDefinition name="x"/>'),
    drawn("UNSUPPORTED_ELEMENT", "store", PLAIN, declared='<bpmn:dataStore id="store" name="库"/>'),
    drawn("UNSUPPORTED_ELEMENT", "ref", PLAIN, process='<bpmn:dataStoreReference id="ref" name="库"/>'),
    inner("SEVERAL_DEFINITIONS", "wait", WAIT, wait=timer("P1D") + MESSAGE),
    Fault("DANGLING_FLOW", diagram(PLAIN).replace(b'targetRef="e"', b'targetRef="s_ask"'), "ask_e"),
    drawn("FLOW_FROM_END", "e", f"{PLAIN} e>ask"),
    drawn("FLOW_INTO_EVENT", "s", f"{CHOICE} g>yes?{OUTCOME} g>no* ask>s".replace("ask>s", "") + " g>s?1=1"),
    drawn("IMPLICIT_END", "stop", f"{CHOICE} U:stop g>yes?{OUTCOME} g>stop* stop2>no S:stop2".replace("S:stop2", "")),
    drawn("SEVERAL_WAYS_OUT", "ask", "S:s U:ask E:e E:f s>ask>e ask>f"),
    drawn("DOUBLE_FLOW", "ask", "S:s P:p U:ask E:e s>p>ask>e p>ask"),
    drawn("CONDITION_IGNORED", "ask_e", f"S:s U:ask E:e s>ask ask>e?{OUTCOME}"),
    drawn("CONDITION_IGNORED", "fork_a", PARALLEL.replace("fork>a>join", f"fork>a?{OUTCOME} a>join")),
    drawn("DEFAULT_UNKNOWN", "g", f"{CHOICE} g>yes?{OUTCOME} g>no?1=1", attributes={"g": 'default="s_ask"'}),
    Fault(
        "DEFAULT_WITH_CONDITION",
        diagram(f"{CHOICE} g>yes?{OUTCOME} g>no?1=1", attributes={"g": 'default="g_no"'}),
        "g_no",
    ),
    drawn("NO_DEFAULT", "g", f"{CHOICE} g>yes?{OUTCOME} g>no?1=1"),
    drawn("NO_CONDITION", "g_yes", f"{CHOICE} g>yes g>no*"),
    inner("CONDITION_NEVER_TRUE", "g_yes", f"{CHOICE} g>yes?judgement~=~'同意了' g>no*".replace("'", '"'), ask=JUDGED),
    inner(
        "CONDITION_SHADOWED",
        "g_yes",
        f"{CHOICE} E:more g>more?judgement~!=~null g>yes?judgement~=~Q同意Q g>no*".replace("Q", '"'),
        ask=JUDGED,
    ),
    drawn("SINGLE_EXIT_CONDITION", "g_yes", f"S:s U:ask X:g E:yes s>ask>g g>yes?{OUTCOME}"),
]
SUB_ERROR = level("S:s2 U:u2 E:fail s2>u2>fail", inner={"fail": ERROR_END})
LOOPS = [
    drawn("LOOP_WITHOUT_WAIT", "m", f"S:s X:m A:act X:g E:e s>m>act>g g>e?{OUTCOME} g>m*"),
    drawn("LOOP_WITHOUT_GATEWAY", "a", "S:s U:a U:b B:late@b E:e s>a>b>a late>e"),
    drawn("INCLUSIVE_IN_LOOP", "o", f"S:s X:m U:a O:o E:e s>m>a>o o>e?{OUTCOME} o>m*"),
    drawn(
        "SPLIT_WITHOUT_JOIN_IN_LOOP",
        "fork",
        f"S:s X:m P:fork U:a U:b X:g E:e E:f s>m>fork fork>a>g fork>b>f g>m* g>e?{OUTCOME}",
    ),
    drawn("LOOP_LEAVES_PARALLEL", "fork", f"{FORKED_LOOP} back>m?{OUTCOME} join>e"),
    drawn(
        "ENTERS_PARALLEL",
        "g_n",
        f"S:s X:g P:fork U:a U:b X:n P:join E:e s>g g>fork* g>n?{OUTCOME} fork>a>n>join fork>b>join join>e",
    ),
    drawn("UNCONTROLLED_MERGE", "c", "S:s P:fork U:a U:b U:c E:e s>fork fork>a>c fork>b>c c>e"),
    drawn(
        "UNCONTROLLED_MERGE",
        "e2",
        "S:s U:ask B:late@ask U:urge U:e2 E:e s>ask>e2>e late>urge>e2",
        attributes={"late": 'cancelActivity="false"'},
    ),
    drawn("UNCONTROLLED_MERGE", "c", f"S:s O:o U:a U:b U:c E:e s>o o>a?{OUTCOME} o>b* a>c b>c c>e"),
    drawn("DEADLOCK", "join", f"S:s U:ask X:g U:a U:b P:join E:e s>ask>g g>a?{OUTCOME} g>b* a>join b>join join>e"),
    drawn(
        "DEADLOCK",
        "join",
        f"S:s P:fork U:a U:b X:g P:join E:e E:no s>fork fork>a>g g>join* g>no?{OUTCOME} fork>b>join join>e",
    ),
    drawn(
        "ENDLESS_RUN",
        "g",
        f"S:s U:ask X:g E:e X:m subProcess:sub E:f s>ask>g g>e?{OUTCOME} g>m* m>sub>f B:late@sub U:again late>again>m",
        inner={"sub": SUB_ERROR, "late": ERROR_END},
    ),
    drawn(
        "DEAD_ELEMENT",
        "then",
        "S:s subProcess:sub U:then E:e B:late@sub E:over s>sub>then>e late>over",
        inner={"sub": SUB_ERROR, "late": ERROR_END},
    ),
    drawn(
        "IMPROPER_COMPLETION",
        "over",
        "S:s P:fork U:a U:b E:e E:over s>fork fork>a>over fork>b>e",
        inner={"over": "<bpmn:terminateEventDefinition/>"},
    ),
    drawn(
        "DOUBLE_TOKEN",
        "ask",
        "S:s X:m U:ask B:late@ask E:e s>m>ask>e late>m",
        attributes={"late": 'cancelActivity="false"'},
    ),
]
NEWS = '<bpmn:messageEventDefinition messageRef="m_news"/>'
NEWS_DECLARED = '<bpmn:message id="m_news" name="News"/>'
EVENTS = [
    inner("EVENT_WITHOUT_DEFINITION", "wait", WAIT, wait=""),
    drawn(
        "EVENT_WITHOUT_DEFINITION",
        "get",
        "S:s R:get E:e s>get>e",
        attributes={"get": 'implementation="x" messageRef=""'},
    ),
    inner("EVENT_KIND", "wait", WAIT, wait="<bpmn:terminateEventDefinition/>"),
    inner("EVENT_REFERENCE", "wait", WAIT, wait='<bpmn:messageEventDefinition messageRef="m_none"/>'),
    drawn("MESSAGE_NOBODY_SENDS", "wait", WAIT, inner={"wait": NEWS}, declared=NEWS_DECLARED),
    drawn("MESSAGE_NOBODY_AWAITS", "e", PLAIN, inner={"e": NEWS}, declared=NEWS_DECLARED),
    drawn(
        "BOUNDARY_NEVER_FIRES",
        "late",
        "S:s K:call E:e E:over B:late@call s>call>e late>over",
        inner={"late": ERROR_END},
    ),
    drawn("MESSAGE_UNNAMED", "m_none", PLAIN, declared='<bpmn:message id="m_none"/>'),
    drawn("ERROR_WITHOUT_CODE", "late", BOUNDARY, inner={"late": "<bpmn:errorEventDefinition/>"}),
    drawn(
        "ERROR_WITHOUT_CODE",
        "late",
        BOUNDARY,
        inner={"late": '<bpmn:errorEventDefinition errorRef="e_none"/>'},
        declared='<bpmn:error id="e_none" name="错误"/>',
    ),
    inner("ERROR_NOT_CAUGHT", "fail", SUB, sub=SUB_ERROR),
    inner("TIMER_EMPTY", "wait", WAIT, wait="<bpmn:timerEventDefinition/>"),
    inner("TIMER_INVALID", "wait", WAIT, wait=timer("5个工作日")),
    inner("TIMER_ENDLESS", "wait", WAIT, wait=timer("R/P1D", kind="timeCycle")),
    drawn("TIMER_CALENDAR_DAYS", "wait", WAIT, attributes={"wait": 'name="5 个工作日后"'}),
    drawn("BOUNDARY_HOST", "late", "S:s U:ask X:g B:late@g E:e E:over s>ask>g>e late>over"),
    drawn("BOUNDARY_HOST", "late", BOUNDARY.replace("@ask", "@nobody")),
    drawn("BOUNDARY_NEVER_FIRES", "late", "S:s A:act B:late@act E:e E:over s>act>e late>over"),
    drawn(
        "BOUNDARY_ERROR_INTERRUPTS",
        "late",
        BOUNDARY,
        inner={"late": ERROR_END},
        attributes={"late": 'cancelActivity="false"'},
    ),
    drawn("SEVERAL_TIMERS", "pick", GATE),
    drawn("EVENT_GATEWAY_WAYS", "pick", "S:s V:pick W:one E:e s>pick>one>e"),
    drawn("EVENT_GATEWAY_TARGET", "two", GATE.replace("W:two", "U:two")),
]
REPEATED = [
    inner("MI_COLLECTION", "ask", PLAIN, ask=multi(item="one")),
    inner("MI_ITEM", "ask", PLAIN, ask=multi(collection="accepted")),
    inner("MI_SIZE", "ask", PLAIN, ask=multi(cardinality="100000")),
    inner("MI_OUTPUT_ITEM", "ask", PLAIN, ask=multi(cardinality="3", outputs="results")),
    inner(
        "MI_CONDITION",
        "ask",
        PLAIN,
        ask=multi(cardinality="3", outputs="results", output_item="result", condition="count(results) >= 2"),
    ),
    inner(
        "MI_OUTPUT_NOT_CLEARED",
        "ask",
        f"S:s X:m U:ask X:g E:e s>m>ask>g g>e* g>m?{OUTCOME}",
        ask=multi(cardinality="3", outputs="results", output_item="decision"),
    ),
    inner("MI_RESULTS_OVERWRITTEN", "ask", PLAIN, ask=properties(outputs="ok:boolean") + multi(cardinality="3")),
    inner("LOOP_UNBOUNDED", "ask", PLAIN, ask="<bpmn:standardLoopCharacteristics/>"),
]
EXPRESSIONS = [
    drawn("EXPRESSION_INVALID", "g_yes", f"{CHOICE} g>yes?decision~=~= g>no*"),
    drawn("EXPRESSION_INVALID", "g_yes", f"{CHOICE} g>yes?no~such(decision) g>no*".replace("no~such", "nosuch")),
    inner("EXPRESSION_INVALID", "wait", WAIT, wait=timer("= 1 +")),
    inner("EXPRESSION_INVALID", "ask", PLAIN, ask=properties(post="maker@1 +")),
    inner("EXPRESSION_EMPTY", "act", SERVICE, act=operator("notify", text="")),
    drawn("UNKNOWN_NAME", "g_yes", f"{CHOICE} g>yes?decisoin~=~1 g>no*"),
    inner("UNKNOWN_NAME", "ask", PLAIN, ask=multi(collection="nobody", item="one")),
    inner("SCRIPT_EMPTY", "c", "S:s C:c E:e s>c>e", c=""),
    inner("SCRIPT_LINE", "c", "S:s C:c E:e s>c>e", c="<bpmn:script>import os</bpmn:script>"),
    inner("SCRIPT_LINE", "c", "S:s C:c E:e s>c>e", c="<bpmn:script>typename = 1</bpmn:script>"),
]
PROPERTY = '<spiffworkflow:properties><spiffworkflow:property name="form"/></spiffworkflow:properties>'
TWICE = operator("notify", text='"a"').replace(
    "</spiffworkflow:parameters>",
    '<spiffworkflow:parameter id="text" type="any" value="1"/></spiffworkflow:parameters>',
)
REFERENCES = [
    inner("PROPERTY_INCOMPLETE", "ask", PLAIN, ask=extension(PROPERTY)),
    inner("PROPERTY_MISSPELT", "ask", PLAIN, ask=properties(froms="demo/accept")),
    drawn("APPROVAL_INVALID", "demo", PLAIN, process=properties(self_approval="no")),
    drawn("APPROVAL_INVALID", "demo", PLAIN, process=properties(repeat_approval="Allowed")),
    inner("APPROVAL_INVALID", "ask", PLAIN, ask=properties(approval="yes", outputs="ok:boolean")),
    drawn("INPUTS_INVALID", "demo", PLAIN, process=properties(inputs="1x:text")),
    inner("OUTPUTS_INVALID", "ask", PLAIN, ask=properties(outputs="decision:colour")),
    inner("OUTPUTS_INVALID", "ask", PLAIN, ask=properties(outputs="typename:text")),
    inner("FORM_UNKNOWN", "ask", PLAIN, ask=properties(form="demo/acept")),
    inner("WRITABLE_UNKNOWN", "ask", PLAIN, ask=properties(form="demo/accept", writable="amount, amuont")),
    inner("WRITABLE_UNKNOWN", "ask", PLAIN, ask=properties(outputs="ok:boolean", writable="ok")),
    inner("FORM_AND_OUTPUTS", "ask", PLAIN, ask=properties(form="demo/accept", outputs="ok:boolean")),
    inner("NO_FORM", "ask", PLAIN, ask=properties(post="maker")),
    inner("POST_UNKNOWN", "ask", PLAIN, ask=properties(post="makr")),
    inner("POST_UNKNOWN", "ask", PLAIN, ask=properties(post="maker@")),
    inner("ORGANISATION_UNKNOWN", "ask", PLAIN, ask=properties(post='maker@"DBS"')),
    inner("POST_EMPTY", "ask", PLAIN, ask=properties(form="demo/accept", post="expert")),
    inner("POST_EMPTY", "ask", PLAIN, ask=properties(form="demo/accept", post='maker@"KJJ"')),
    inner("NO_POST", "ask", PLAIN, ask=properties(form="demo/accept")),
    inner("DEADLINE_UNKNOWN", "ask", PLAIN, ask=properties(deadline="DL99")),
    inner("HANDLER_MISSING", "act", SERVICE, act=""),
    inner("HANDLER_UNKNOWN", "act", SERVICE, act=operator("notfy")),
    inner("HANDLER_UNKNOWN", "ask", PLAIN, ask=properties(handler="acept")),
    inner("HANDLER_KIND", "act", SERVICE, act=operator("accept")),
    inner("PARAMETER_INCOMPLETE", "act", SERVICE, act=operator("notify", text="1").replace(' type="any"', "")),
    inner("PARAMETER_REPEATED", "act", SERVICE, act=TWICE),
    inner("PARAMETER_UNKNOWN", "act", SERVICE, act=operator("notify", text='"a"', txt='"b"')),
    inner("PARAMETER_REQUIRED", "act", SERVICE, act=operator("notify", copies="1")),
    inner("SEPARATE_FROM_UNKNOWN", "ask", PLAIN, ask=properties(separate_from="first_review,nobody")),
    inner("SEPARATE_FROM_UNKNOWN", "ask", PLAIN, ask=properties(separate_from="ask")),
    Fault("CALLED_MISSING", diagram(CALL).replace(b' calledElement="review"', b""), "call"),
    drawn("CALLED_UNKNOWN", "call", CALL, attributes={"call": 'calledElement="revew"'}),
    inner("INPUTS_INVALID", "call", CALL, call=properties(inputs="a = 1\nb = = 2")),
    inner("UNKNOWN_NAME", "call", CALL, call=properties(inputs="item_id = nobody")),
    inner("VERSION_INVALID", "call", CALL, call=properties(version="latest")),
    drawn("CALL_CYCLE", "demo", CALL, attributes={"call": 'calledElement="demo"'}),
    inner("DECISION_MISSING", "rule", TABLE, rule=""),
    inner(
        "DECISION_UNKNOWN",
        "rule",
        TABLE,
        rule=extension("<spiffworkflow:calledDecisionId>x</spiffworkflow:calledDecisionId>"),
    ),
]
DIAGRAMS: list[Fault] = [*STRUCTURE, *FLOWS, *LOOPS, *EVENTS, *REPEATED, *EXPRESSIONS, *REFERENCES]
