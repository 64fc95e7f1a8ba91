"""Roles, states and outcomes: the only spelling of each. Identifiers are English, values people read are Chinese."""

from __future__ import annotations

from enum import StrEnum


class TaskState(StrEnum):
    """States of a user task, in BPMN's words."""

    READY = "ready"
    CLAIMED = "claimed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class InstanceState(StrEnum):
    RUNNING = "running"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    TERMINATED = "terminated"


class WaitKind(StrEnum):
    """What an open element waits for, other than a person."""

    TIMER = "timer"
    MESSAGE = "message"
    CALL_ACTIVITY = "call_activity"
    SIGNAL = "signal"
    CONDITION = "condition"
    EVENT_GATEWAY = "event_gateway"


class DefinitionKind(StrEnum):
    PROCESS = "process"
    FORM = "form"
    DECISION = "decision"
    SCENARIOS = "scenarios"


#: In place of a post: whoever started the instance. Not a role: nobody is appointed to it.
STARTER = "starter"

#: The post of an agent (代办人): it comes and goes with an authorisation, so no diagram and no administrator names it.
AGENT = "agent"
APPLICANT_ROLES = frozenset(("applicant", AGENT))

#: Role keys and their Chinese names (lane names in the diagrams). Source: domain reference section 5.
ROLES: dict[str, str] = {
    "process_owner": "流程负责人",
    "publisher": "流程发布人",
    "admin": "系统管理员",
    "analyst": "效能分析员",
    "maker": "政策制定部门经办人",
    "maker_head": "政策制定部门主要负责人",
    "maker_leader": "管委会分管负责人",
    "meeting_sec": "主任办公会议秘书",
    "dsb_reviewer": "政数局标准化审查员",
    "dsb_approver": "政数局审定人",
    "dsb_operator": "政数局平台运营员",
    "legal_officer": "政法办经办人",
    "finance_officer": "财政局经办人",
    "expert": "专家",
    "window_clerk": "综合窗口受理员",
    "platform_clerk": "平台受理员",
    "reviewer1": "初审人",
    "reviewer2": "复审人",
    "approver": "审定人",
    "payer": "兑现经办人",
    "applicant": "申报主体",
    "specialist": "企业服务专员",
    "publicity": "宣传推广组成员",
    "supervisor": "督察考核组成员",
    "auditor": "审计人员",
}
