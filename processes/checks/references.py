"""What a diagram points to outside itself: handlers, forms, posts, deadlines, decisions, other processes."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Literal

from processes.checks.catalogue import Catalogue, HandlerInfo
from processes.checks.diagram import Diagram, Node, Scope, extension_of, text_of
from processes.checks.expressions import parameters_of, passed_in
from processes.checks.finding import Finding
from processes.checks.names import plain_names, quick_outputs
from processes.checks.posts import read_post
from processes.checks.words import SPIFF
from processes.vocabulary import STARTER

TASK_PROPERTIES = frozenset({"form", "post", "deadline", "handler", "separate_from", "outputs", "approval", "writable"})
#: Of a process: may one approve what one started, and twice in a row.
PROCESS_APPROVALS = ("self_approval", "repeat_approval")
CALL_PROPERTIES = frozenset({"inputs", "outputs", "version"})


def check(diagram: Diagram, *, catalogue: Catalogue) -> Iterator[Finding]:
    """All findings about references of every node."""
    for scope in diagram.scopes:
        yield from _inputs(scope)
        yield from _approvals(scope)
        for node in scope.nodes.values():
            yield from _properties(node)
            if node.kind in ("userTask", "manualTask", "task"):
                yield from _person(node, catalogue=catalogue)
            elif node.kind == "serviceTask":
                yield from _service(node, catalogue=catalogue)
            elif node.kind == "callActivity":
                yield from _call(node, catalogue=catalogue)
            elif node.kind == "businessRuleTask":
                yield from _decision(node, catalogue=catalogue)


def _inputs(scope: Scope) -> Iterator[Finding]:
    text = scope.properties.get("inputs")
    if text:
        for fault in quick_outputs(text)[1]:
            yield scope.says("INPUTS_INVALID", f"的 inputs 属性有误：{fault}。请写成 policy_id:text, amount:integer。")


def _approvals(scope: Scope) -> Iterator[Finding]:
    """Values of the approval rules; a misspelt one would silently mean the default."""
    for name in PROCESS_APPROVALS:
        value = scope.properties.get(name)
        if value is not None and value not in ("refused", "allowed"):
            message = f"的审批规则 {name} 写成了“{value}”，不起作用。请写 refused（不允许，默认）或 allowed（允许）。"
            yield scope.says("APPROVAL_INVALID", message)
    for node in scope.nodes.values():
        value = node.properties.get("approval")
        if value is not None and value not in ("true", "false"):
            message = f"的属性 approval 写成了“{value}”，不起作用。是审批环节请写 true，不是请写 false 或删除。"
            yield node.says("APPROVAL_INVALID", message)


def _properties(node: Node) -> Iterator[Finding]:
    holder = extension_of(node.element, "properties")
    if holder is None:
        return
    for one in holder.iter(f"{{{SPIFF}}}property"):
        name, value = one.get("name"), one.get("value")
        if not name or value is None:
            shown = name or value or ""
            yield node.says("PROPERTY_INCOMPLETE", f"有一条属性“{shown}”缺少名称或值，引擎读不了。请补全或删除。")
            continue
        near = get_close_matches(name, TASK_PROPERTIES | CALL_PROPERTIES, n=1, cutoff=0.65)
        if near and name != near[0] and name not in TASK_PROPERTIES | CALL_PROPERTIES:
            yield node.says("PROPERTY_MISSPELT", f"有属性 {name}，是否想写 {near[0]}？写错的属性不起作用。")


def _person(node: Node, *, catalogue: Catalogue) -> Iterator[Finding]:
    yield from _form(node, catalogue=catalogue)
    yield from _post(node, catalogue=catalogue)
    deadline = node.properties.get("deadline")
    if deadline and deadline not in catalogue.deadlines:
        near = _near(deadline, catalogue.deadlines)
        yield node.says("DEADLINE_UNKNOWN", f"的时限规则 {deadline} 不存在。{near}请在属性中重新选择时限。")
    handler = node.properties.get("handler")
    if handler:
        yield from _handler(node, handler, kind="user_task", catalogue=catalogue)
    for other in plain_names(node.properties.get("separate_from", "").replace(" ", ",")):
        if other == node.id:
            yield node.says("SEPARATE_FROM_UNKNOWN", "要求与自己分开办理，任何人都办不了第二次。请改为其他环节。")
        elif other not in catalogue.elements:
            near = _near(other, catalogue.elements)
            yield node.says("SEPARATE_FROM_UNKNOWN", f"要求与环节 {other} 分开办理，但没有这个环节。{near}请改正编号。")


def _form(node: Node, *, catalogue: Catalogue) -> Iterator[Finding]:
    form, outputs = node.properties.get("form"), node.properties.get("outputs")
    if form and form not in catalogue.forms:
        near = _near(form, catalogue.forms)
        yield node.says("FORM_UNKNOWN", f"使用的表单 {form} 不存在。{near}请重新选择表单，或把表单文件一起上传。")
    if form and outputs:
        yield node.says("FORM_AND_OUTPUTS", "同时写了表单和 outputs，只有表单起作用。请删除 outputs。")
    elif outputs:
        for fault in quick_outputs(outputs)[1]:
            yield node.says(
                "OUTPUTS_INVALID", f"的 outputs 属性有误：{fault}。请写成 decision:text, amount:integer, ok:boolean。"
            )
    yield from _writable(node, catalogue=catalogue)
    if not form and not outputs and node.kind == "userTask":
        yield node.says("NO_FORM", "没有表单，办理人只能点“完成”。需要填写内容的，请选择表单或写 outputs。")


def _writable(node: Node, *, catalogue: Catalogue) -> Iterator[Finding]:
    """`writable`: the fields of the form that this task fills in; the others it only shows."""
    text = node.properties.get("writable")
    if text is None:
        return
    named, form = plain_names(text.replace(" ", ",")), catalogue.forms.get(node.properties.get("form", ""))
    if not named or "form" not in node.properties:
        yield node.says("WRITABLE_UNKNOWN", "的“可填的栏目”没有栏目或没有表单可指。请写栏目标识，或删除这条属性。")
    for key in named if form is not None else ():
        if form is not None and key not in form.fields:
            near = _near(key, form.fields)
            text = f"的“可填的栏目”里的 {key[:40]} 不是表单“{form.title}”里由人填写的栏目。{near}请改正。"
            yield node.says("WRITABLE_UNKNOWN", text)


def _post(node: Node, *, catalogue: Catalogue) -> Iterator[Finding]:
    text = node.properties.get("post")
    if text is None:
        if node.kind == "userTask":
            yield node.says(
                "NO_POST", "没有指定办理岗位，将由发起人办理。请选择岗位；确实由发起人办理的，请选“发起人”。"
            )
        return
    if text == STARTER:
        return
    post = read_post(text)
    if post.role is not None and post.role not in catalogue.roles:
        near = _near(post.role, catalogue.roles)
        yield node.says("POST_UNKNOWN", f"的办理岗位“{post.role[:40]}”不存在。{near}请重新选择岗位。")
    elif post.role is not None and catalogue.holders is not None:
        yield from _vacant(node, post.role, post.organisation, catalogue=catalogue)
    if post.expression == "":
        yield node.says("POST_UNKNOWN", "的办理岗位在 @ 后面没有部门。请写部门表达式，或删除 @。")
    organisation = post.organisation
    if organisation is not None and catalogue.organisations and organisation not in catalogue.organisations:
        near = _near(organisation, catalogue.organisations)
        yield node.says("ORGANISATION_UNKNOWN", f"的岗位部门 {organisation[:40]} 不存在。{near}请重新选择部门。")


def _vacant(node: Node, role: str, organisation: str | None, *, catalogue: Catalogue) -> Iterator[Finding]:
    """A post nobody holds: in the department named literally, or anywhere when the department is worked out later."""
    held = (catalogue.holders or {}).get(role, ())
    if held if organisation is None else organisation in held or organisation not in catalogue.organisations:
        return
    where = f"（{catalogue.organisations[organisation]}）" if organisation is not None else ""
    text = f"的办理岗位“{catalogue.roles[role]}”{where}现在没有人，办理到这里会停住。请先在人员岗位中安排人员。"
    yield node.says("POST_EMPTY", text)


def _service(node: Node, *, catalogue: Catalogue) -> Iterator[Finding]:
    operator = extension_of(node.element, "serviceTaskOperator")
    name = operator.get("id") if operator is not None else None
    if not name:
        yield node.says("HANDLER_MISSING", "没有选择办理动作。请在属性中选择一个动作。")
        return
    yield from _handler(node, name, kind="service_task", catalogue=catalogue)
    handler = catalogue.handlers.get(name)
    if handler is not None and handler.kind == "service_task":
        yield from _parameters(node, handler)


def _handler(
    node: Node, name: str, *, kind: Literal["user_task", "service_task"], catalogue: Catalogue
) -> Iterator[Finding]:
    handler = catalogue.handlers.get(name)
    if handler is None:
        fitting = {key for key, one in catalogue.handlers.items() if one.kind == kind}
        yield node.says("HANDLER_UNKNOWN", f"的办理动作 {name} 不存在。{_near(name, fitting)}请重新选择动作。")
    elif handler.kind != kind:
        suits = "人工任务" if handler.kind == "user_task" else "自动任务"
        yield node.says("HANDLER_KIND", f"的办理动作“{handler.title}”只能用于{suits}。请重新选择动作。")


def _parameters(node: Node, handler: HandlerInfo) -> Iterator[Finding]:
    given: set[str] = set()
    declared = {one.name: one for one in handler.parameters}
    for element in parameters_of(node):
        key, value = element.get("id"), element.get("value")
        if not key or value is None or element.get("type") is None:
            yield node.says("PARAMETER_INCOMPLETE", f"的参数“{key or '（无名）'}”缺少名称、类型或值。请补全或删除。")
        if key and key in given:
            yield node.says("PARAMETER_REPEATED", f"的参数 {key} 写了两次。请删除一个。")
        if key and key not in declared:
            near = _near(key, declared)
            yield node.says("PARAMETER_UNKNOWN", f"的参数 {key} 不是动作“{handler.title}”的参数。{near}请删除或改名。")
        if key:
            given.add(key)
    for parameter in handler.parameters:
        if parameter.required and parameter.name not in given:
            yield node.says(
                "PARAMETER_REQUIRED",
                f"缺少动作“{handler.title}”必需的参数“{parameter.label}”（{parameter.name}）。请填写。",
            )


def _call(node: Node, *, catalogue: Catalogue) -> Iterator[Finding]:
    called = node.element.get("calledElement")
    if not called:
        yield node.says("CALLED_MISSING", "没有选择要调用的流程。请在属性中选择流程。")
    elif called not in catalogue.processes:
        near = _near(called, catalogue.processes)
        yield node.says("CALLED_UNKNOWN", f"调用的流程 {called} 不存在。{near}请重新选择，或把该流程一起上传。")
    for line in passed_in(node):
        if line.fault is not None:
            text = f"的 inputs 属性中“{line.text[:40]}”读不了：{line.fault}请每行写一条 名称 = 表达式。"
            yield node.says("INPUTS_INVALID", text)
    version = node.properties.get("version")
    if version and not (version.isascii() and version.isdigit() and int(version[:9]) > 0):
        yield node.says("VERSION_INVALID", f"固定的版本“{version[:20]}”不是正整数。请写版本号，或留空使用最新版本。")


def _decision(node: Node, *, catalogue: Catalogue) -> Iterator[Finding]:
    decision = text_of(extension_of(node.element, "calledDecisionId"))
    if decision is None:
        yield node.says("DECISION_MISSING", "没有选择决策表。请在属性中选择决策表。")
    elif decision not in catalogue.decisions:
        near = _near(decision, catalogue.decisions)
        yield node.says(
            "DECISION_UNKNOWN", f"使用的决策表 {decision} 不存在。{near}请重新选择，或把决策表文件一起上传。"
        )


def _near(name: str, known: object) -> str:
    candidates = [str(one) for one in known] if hasattr(known, "__iter__") else []
    match = get_close_matches(name[:100], candidates, n=1, cutoff=0.7)
    return f"是否想写 {match[0]}？" if match else ""
