"""The BPMN words the checks know: namespaces, element kinds, and how each is called in Chinese."""

from __future__ import annotations

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMN_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"

#: More nodes than this in one process are refused: the engine's parser is recursive (engine reference 1.2).
MAX_NODES = 250

SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
WAITING_TASKS = frozenset({"userTask", "manualTask", "task", "receiveTask", "callActivity"})
AUTOMATIC_TASKS = frozenset({"serviceTask", "scriptTask", "sendTask", "businessRuleTask"})
ACTIVITIES = WAITING_TASKS | AUTOMATIC_TASKS | SUB_PROCESSES
GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS | {"choreographyTask", "subChoreography", "callChoreography"}

EVENT_DEFINITIONS = frozenset(
    {
        "messageEventDefinition",
        "timerEventDefinition",
        "signalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "conditionalEventDefinition",
        "terminateEventDefinition",
        "cancelEventDefinition",
        "compensateEventDefinition",
        "linkEventDefinition",
    }
)

KIND_WORDS: dict[str, str] = {
    "process": "流程",
    "userTask": "人工任务",
    "manualTask": "线下任务",
    "task": "普通任务",
    "serviceTask": "自动任务",
    "scriptTask": "脚本任务",
    "sendTask": "发送任务",
    "receiveTask": "接收任务",
    "businessRuleTask": "决策任务",
    "callActivity": "调用流程",
    "subProcess": "子流程",
    "transaction": "事务子流程",
    "adHocSubProcess": "自由子流程",
    "exclusiveGateway": "排他网关",
    "inclusiveGateway": "包容网关",
    "parallelGateway": "并行网关",
    "eventBasedGateway": "事件网关",
    "complexGateway": "复杂网关",
    "startEvent": "开始事件",
    "endEvent": "结束事件",
    "intermediateCatchEvent": "等待事件",
    "intermediateThrowEvent": "抛出事件",
    "boundaryEvent": "边界事件",
    "choreographyTask": "编排任务",
    "subChoreography": "子编排",
    "callChoreography": "调用编排",
}

DEFINITION_WORDS: dict[str, str] = {
    "messageEventDefinition": "消息",
    "timerEventDefinition": "定时",
    "signalEventDefinition": "信号",
    "errorEventDefinition": "错误",
    "escalationEventDefinition": "升级",
    "conditionalEventDefinition": "条件",
    "terminateEventDefinition": "终止",
    "cancelEventDefinition": "取消",
    "compensateEventDefinition": "补偿",
    "linkEventDefinition": "链接",
}
