"""How a fact of a diagram is called and how its value is read aloud: deadlines with their days, timers in words."""

from __future__ import annotations

import re

from processes import deadlines
from processes.checks.posts import read_post
from processes.deadline_rule import Unit
from processes.vocabulary import ROLES, STARTER

#: Facts by their key; `parameter:x`, `property:x` and `extension:x` are told from their prefix.
LABELS: dict[str, str] = {
    "kind": "类型",
    "name": "名称",
    "documentation": "说明",
    "lane": "泳道",
    "scope": "所在层级",
    "from": "起点",
    "to": "终点",
    "condition": "条件",
    "default": "默认连线",
    "timer": "时限",
    "called": "调用的流程",
    "decision": "决策表",
    "handler": "办理动作",
    "result": "结果变量",
    "script": "脚本",
    "before": "前置脚本",
    "after": "后置脚本",
    "message": "消息",
    "error": "错误",
    "signal": "信号",
    "escalation": "升级",
    "code": "代码",
    "event": "事件种类",
    "attached": "依附的环节",
    "interrupting": "是否中断",
    "executable": "可以运行",
    "repeat": "多实例",
    "payload": "消息内容",
    "variable": "接收变量",
    "property:form": "表单",
    "property:post": "办理岗位",
    "property:deadline": "办理时限",
    "property:handler": "办理动作",
    "property:separate_from": "回避环节",
    "property:outputs": "填写内容",
    "property:inputs": "传入内容",
    "property:starters": "发起岗位",
    "property:approval": "审批环节",
    "property:self_approval": "本人审批",
    "property:repeat_approval": "重复审批",
    "property:version": "固定版本",
    "property:clause": "依据条款",
    "property:exclude_organisation": "回避部门",
}
_UNITS = {Unit.WORKING: "个工作日", Unit.CALENDAR: "天", Unit.MONTH: "个月", Unit.YEARLY: ""}
_DURATION = re.compile(r"^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")
_DURATION_WORDS = ("年", "个月", "周", "天", "小时", "分钟", "秒")
_WORKING = re.compile(r"working days after\(\s*([^,()]+?)\s*,\s*(\d+)\s*\)")


def label_of(fact: str) -> str:
    """What a fact is called."""
    if fact in LABELS:
        return LABELS[fact]
    head, _, name = fact.partition(":")
    return {"parameter": f"参数 {name}", "property": f"属性 {name}", "extension": f"扩展 {name}"}.get(
        head, name or head
    )


def spoken(fact: str, value: str) -> str:
    """A value as people read it."""
    if fact == "property:deadline":
        return deadline_in_words(value)
    if fact == "timer":
        return timer_in_words(value)
    if fact == "property:post":
        return post_in_words(value)
    if fact == "property:starters":
        return "、".join(ROLES.get(one.strip(), one.strip()) for one in value.split(","))
    return {"true": "是", "false": "否"}.get(value, value)


def deadline_in_words(rule_id: str) -> str:
    """`DL17` as its duty and its days: "作出审查决定 20 个工作日"."""
    rule = deadlines.RULES.get(rule_id)
    if rule is None:
        return rule_id
    days = f"{abs(rule.days)} {_UNITS[rule.unit]}" if rule.unit is not Unit.YEARLY else "每年"
    ahead = "前" if rule.days < 0 else ""
    return f"{days}{ahead}（{rule_id} {rule.duty}）"


def timer_in_words(text: str) -> str:
    """`P5D` as "5 天", `= working days after(d, 3)` as "d 后 3 个工作日"; anything else as written."""
    _, _, plain = text.partition(" ")
    match = _DURATION.match(plain or text)
    if match and any(match.groups()):
        parts = zip(match.groups(), _DURATION_WORDS, strict=True)
        return " ".join(f"{number} {word}" for number, word in parts if number)
    working = _WORKING.search(text)
    if working and plain.removeprefix("=").strip() == working.group(0):
        return f"{working.group(1)} 后 {working.group(2)} 个工作日"
    return plain or text


def post_in_words(text: str) -> str:
    """`reviewer1@implementer_org` as "初审人（部门 implementer_org）"."""
    if text == STARTER:
        return "发起人"
    post = read_post(text)
    role = ROLES.get(post.role or "", post.role or "")
    if not post.expression:
        return role
    return f"{role}（部门 {post.organisation or post.expression}）" if role else f"部门 {post.expression}"
