"""A small BPMN builder for the checks: nodes and flows in short notation, drawn so that only the fault is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from processes.checks import Catalogue, Finding, FormInfo, HandlerInfo, Interface, ParameterInfo, check_files

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="definitions" targetNamespace="demo">\n'
)
TIMER = (
    '<bpmn:timerEventDefinition><bpmn:{kind} xsi:type="bpmn:tFormalExpression">{text}</bpmn:{kind}>'
    "</bpmn:timerEventDefinition>"
)
MESSAGE = '<bpmn:messageEventDefinition messageRef="m_withdraw"/>'
DECLARED = (
    '<bpmn:message id="m_withdraw" name="Withdraw"/><bpmn:error id="e_budget" name="超出预算" errorCode="BUDGET"/>\n'
)
SHORT = {
    "S": "startEvent",
    "E": "endEvent",
    "U": "userTask",
    "A": "serviceTask",
    "C": "scriptTask",
    "X": "exclusiveGateway",
    "P": "parallelGateway",
    "O": "inclusiveGateway",
    "V": "eventBasedGateway",
    "W": "intermediateCatchEvent",
    "T": "intermediateThrowEvent",
    "B": "boundaryEvent",
    "K": "callActivity",
    "D": "businessRuleTask",
    "R": "receiveTask",
    "N": "sendTask",
}

CATALOGUE = Catalogue(
    handlers={
        "notify": HandlerInfo(
            "notify",
            "发送通知",
            "service_task",
            (ParameterInfo("text", "通知内容", "text", required=True), ParameterInfo("copies", "份数", "integer")),
            ("sent",),
        ),
        "accept": HandlerInfo("accept", "受理", "user_task", (), ("accepted",)),
    },
    forms={
        "demo/accept": FormInfo("demo/accept", "受理单", ("amount", "decision"), {}, {"amount": "金额"}),
        "demo/judge": FormInfo("demo/judge", "审查单", ("judgement",), {"judgement": ("同意", "退回")}),
    },
    roles={"maker": "经办人", "reviewer1": "初审人", "expert": "专家"},
    organisations={"DSB": "政数局", "KJJ": "科技局"},
    deadlines={"DL05": "受理时限"},
    decisions={"grade": "分级"},
    processes={"review": "审查审批"},
    elements=frozenset({"first_review"}),
    interfaces={"review": Interface(errors=frozenset(), receives=frozenset({"Withdraw"}))},
    messages=frozenset({"Withdraw"}),
    holders={"maker": frozenset({"DSB"}), "reviewer1": frozenset({"DSB"})},
)


def timer(text: str, *, kind: str = "timeDuration") -> str:
    """A timer definition."""
    return TIMER.format(kind=kind, text=escape(text))


def properties(**values: str) -> str:
    """Extension properties."""
    inside = "".join(f"<spiffworkflow:property name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in values.items())
    return extension(f"<spiffworkflow:properties>{inside}</spiffworkflow:properties>")


def extension(inside: str) -> str:
    """Extension elements."""
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


def operator(name: str, **parameters: str) -> str:
    """A service task's handler and parameters."""
    inside = "".join(
        f'<spiffworkflow:parameter id="{k}" type="any" value={quoteattr(v)}/>' for k, v in parameters.items()
    )
    return extension(
        f'<spiffworkflow:serviceTaskOperator id="{name}">'
        f"<spiffworkflow:parameters>{inside}</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
    )


def multi(**parts: str) -> str:
    """Multi-instance characteristics: collection, cardinality, item, outputs, output_item, condition."""
    formal = 'xsi:type="bpmn:tFormalExpression"'
    made = {
        "cardinality": f"<bpmn:loopCardinality {formal}>{{}}</bpmn:loopCardinality>",
        "collection": "<bpmn:loopDataInputRef>{}</bpmn:loopDataInputRef>",
        "outputs": "<bpmn:loopDataOutputRef>{}</bpmn:loopDataOutputRef>",
        "item": '<bpmn:inputDataItem id="{0}" name="{0}"/>',
        "output_item": '<bpmn:outputDataItem id="{0}" name="{0}"/>',
        "condition": f"<bpmn:completionCondition {formal}>{{}}</bpmn:completionCondition>",
    }
    inside = "".join(text.format(escape(parts[key])) for key, text in made.items() if key in parts)
    return f"<bpmn:multiInstanceLoopCharacteristics>{inside}</bpmn:multiInstanceLoopCharacteristics>"


STANDARD: dict[str, str] = {
    "userTask": properties(outputs="decision:text", post="maker"),
    "serviceTask": operator("notify", text='"已受理"'),
    "scriptTask": "<bpmn:script>count_made = 1</bpmn:script>",
    "intermediateCatchEvent": timer("P5D"),
    "boundaryEvent": timer("P5D"),
    "businessRuleTask": extension("<spiffworkflow:calledDecisionId>grade</spiffworkflow:calledDecisionId>"),
}
ATTRIBUTES: dict[str, dict[str, str]] = {
    "callActivity": {"calledElement": "review"},
    "receiveTask": {"messageRef": "m_withdraw"},
    "sendTask": {"messageRef": "m_withdraw"},
}


def level(notation: str, *, inner: Mapping[str, str] | None = None, attributes: Mapping[str, str] | None = None) -> str:
    """The inside of a process or sub-process.

    The notation: `U:ask` declares a node (letters of SHORT, or a BPMN name), `B:late@ask` a boundary event,
    `a>b>c` flows, `a>b?x~=~1` a conditional flow (`~` stands for a space), `a>b*` the default flow.
    """
    flows: list[str] = []
    defaults: dict[str, str] = {}
    taken: list[str] = []
    words = notation.split()
    for word in words:
        if ">" in word:
            flows.append(_flow(word, len(flows), defaults, taken))
    nodes = [_node(word, inner or {}, attributes or {}, defaults) for word in words if ">" not in word]
    return "".join([*nodes, *flows])


def _flow(word: str, number: int, defaults: dict[str, str], drawn: list[str]) -> str:
    made = ""
    path, _, condition = word.partition("?")
    is_default = path.endswith("*")
    ends = path.rstrip("*").split(">")
    for source, target in pairwise(ends):
        key = f"{source}_{target}_{number}" if f"{source}_{target}" in drawn else f"{source}_{target}"
        drawn.append(key)
        if is_default:
            defaults[source] = key
        text = escape(condition.replace("~", " "))
        inside = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{text}</bpmn:conditionExpression>'
        made += f'<bpmn:sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}">{inside if text else ""}'
        made += "</bpmn:sequenceFlow>\n"
    return made


def _node(word: str, inner: Mapping[str, str], attributes: Mapping[str, str], defaults: Mapping[str, str]) -> str:
    letter, _, rest = word.partition(":")
    kind = SHORT.get(letter, letter)
    key, _, host = rest.partition("@")
    values = {"id": key, "name": f"环节{key}", **ATTRIBUTES.get(kind, {})}
    if host:
        values["attachedToRef"] = host
    if key in defaults:
        values["default"] = defaults[key]
    own = attributes.get(key)
    text = " ".join(f"{name}={quoteattr(value)}" for name, value in values.items())
    if own is not None:
        names = {part.partition("=")[0] for part in own.split()}
        text = " ".join(f"{name}={quoteattr(value)}" for name, value in values.items() if name not in names) + f" {own}"
    return f"<bpmn:{kind} {text}>{inner.get(key, STANDARD.get(kind, ''))}</bpmn:{kind}>\n"


def diagram(
    notation: str,
    *,
    key: str = "demo",
    inner: Mapping[str, str] | None = None,
    attributes: Mapping[str, str] | None = None,
    declared: str = DECLARED,
    process: str = "",
    executable: str = "true",
    drawn: bool = True,
    extra: str = "",
) -> bytes:
    """A whole BPMN file. `inner` and `attributes` replace the usual content and attributes of single nodes."""
    body = level(notation, inner=inner, attributes=attributes)
    text = (
        f'{HEAD}{declared}<bpmn:process id="{key}" name="演示流程" isExecutable="{executable}">\n'
        f"{process}{body}</bpmn:process>\n{extra}{_plane(key, body) if drawn else ''}</bpmn:definitions>"
    )
    return text.encode()


def _plane(key: str, body: str) -> str:
    kinds = {*SHORT.values(), "subProcess", "transaction", "adHocSubProcess", "complexGateway"}
    drawn = re.findall(r'<bpmn:(\w+) id="([^"]+)"', body)
    edges = "".join(
        f'<bpmndi:BPMNEdge id="{one}_di" bpmnElement="{one}"><di:waypoint x="0" y="0"/><di:waypoint x="9" y="9"/>'
        "</bpmndi:BPMNEdge>\n"
        for kind, one in drawn
        if kind == "sequenceFlow"
    )
    shapes = edges + "".join(
        f'<bpmndi:BPMNShape id="{one}_di" bpmnElement="{one}"><dc:Bounds x="0" y="0" width="9" height="9"/>'
        "</bpmndi:BPMNShape>\n"
        for kind, one in drawn
        if kind in kinds
    )
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="{key}">{shapes}</bpmndi:BPMNPlane>'
    return f'<bpmndi:BPMNDiagram id="drawing">{plane}</bpmndi:BPMNDiagram>'


def no_forms(name: str, content: bytes) -> tuple[FormInfo | None, list[Finding]]:
    """A form checker for sets without forms."""
    raise AssertionError(f"{name} ({len(content)} bytes) was not expected")


def check_one(content: bytes, *, name: str = "demo.bpmn", catalogue: Catalogue = CATALOGUE) -> list[Finding]:
    """The findings about one file."""
    return check_files({name: content}, catalogue, no_forms)
