"""Every FEEL expression of a diagram: does it read, and does it use names that exist?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from lxml import etree

from processes import feel
from processes.checks.diagram import Diagram, Flow, Node, Scope, child_of, extension_of, local, text_of
from processes.checks.finding import Finding
from processes.checks.posts import read_post
from processes.checks.words import SPIFF
from processes.feel import FeelProblem

_MOST_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class Site:
    """One expression, where it stands, and how to call the place in Chinese."""

    where: Node | Flow | Scope
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """A line of a script: what it assigns, or why it cannot be read (`fault`, a Chinese sentence)."""

    text: str
    name: str = ""
    expression: str = ""
    fault: str | None = None


def script_lines(script: str) -> list[ScriptLine]:
    """The lines of a script task or pre/post script, without empty ones and comments."""
    return [_script_line(line.strip()) for line in script.splitlines() if line.strip() and not _comment(line)]


def passed_in(node: Node) -> list[ScriptLine]:
    """What a call activity passes to the process it calls: `name = expression` lines, or names with commas."""
    text = node.properties.get("inputs", "") if node.kind == "callActivity" else ""
    if "=" in text:
        return script_lines(text)
    names = [name.strip() for name in text.replace("，", ",").replace("\n", ",").split(",")]
    return [ScriptLine(name, name, name) for name in names if name]


def _comment(line: str) -> bool:
    return line.lstrip().startswith("//")


def _script_line(line: str) -> ScriptLine:
    try:
        ((name, expression),) = feel.assignments(line)
    except feel.FeelError as fault:
        return ScriptLine(line, fault=fault.message)
    return ScriptLine(line, name, expression)


def bare(text: str) -> str:
    """The expression without the `=` that some editors put in front."""
    return text[1:].strip() if text.startswith("=") else text.strip()


def check(diagram: Diagram, *, known: frozenset[str]) -> Iterator[Finding]:
    """Findings about all expressions; `known` are the names that may be in task data.

    A name that nothing brings is told once per diagram, where it is first used.
    """
    uses: dict[str, list[Site]] = {}
    for scope in diagram.scopes:
        for site in sites(scope):
            yield from _judge(site, known=known, uses=uses)
        for node in scope.nodes.values():
            yield from _script_findings(node)
            collection = child_of(node.loop, "loopDataInputRef") if node.loop is not None else None
            name = text_of(collection)
            if name is not None and name not in known:
                uses.setdefault(name, []).append(Site(node, "多实例集合", name))
    for name, places in uses.items():
        yield _unknown(name, places, known=known)


def _judge(site: Site, *, known: frozenset[str], uses: dict[str, list[Site]]) -> Iterator[Finding]:
    expression = bare(site.text)
    label = site.where.label
    if not expression:
        yield _say(site, "EXPRESSION_EMPTY", f"{label}的{site.place}是空的。请填写表达式。")
        return
    faults, unknown = problems(expression, known=known)
    shown = expression if len(expression) <= 60 else f"{expression[:60]}…"
    for problem in faults[:_MOST_PROBLEMS]:
        yield _say(site, "EXPRESSION_INVALID", f"{label}的{site.place}“{shown}”有误：{problem.message}请改正表达式。")
    for name in unknown:
        uses.setdefault(name, []).append(site)


def _unknown(name: str, places: list[Site], *, known: frozenset[str]) -> Finding:
    first = places[0]
    near = get_close_matches(name, known, n=1, cutoff=0.75)
    hint = f"是否想写 {near[0]}？" if near else ""
    more = f"（共 {len(places)} 处使用）" if len(places) > 1 else ""
    text = (
        f"{first.where.label}的{first.place}用到名称 {name}{more}，但图中没有环节产生它。{hint}"
        "发起时带入的请在流程属性 inputs 中声明，子流程带回的请在调用流程的 outputs 中声明。"
    )
    return _say(first, "UNKNOWN_NAME", text)


def problems(
    expression: str, *, known: frozenset[str] | None, unary: bool = False
) -> tuple[list[FeelProblem], list[str]]:
    """What keeps an expression from running (syntax, limits, unknown functions), and its unknown variables.

    `known` None means that variables are not judged.
    """
    syntax = feel.check(expression, None, unary=unary)
    if syntax or known is None:
        return syntax, []
    variables = feel.names_used(expression, known_names=known)
    faults = feel.check(expression, known | variables, unary=unary)
    judged = feel.check(expression, known, unary=unary)
    unknown = [name for name in sorted(variables - known) if any(f"“{name}”" in one.message for one in judged)]
    return faults, unknown


def _say(site: Site, code: str, message: str) -> Finding:
    if isinstance(site.where, Flow):
        return site.where.says(code, message)
    return site.where.says(code, message.removeprefix(site.where.label))


def sites(scope: Scope) -> Iterator[Site]:
    """All expressions of a scope, where they stand."""
    for flow in scope.flows:
        if flow.condition is not None:
            yield Site(flow, "条件", flow.condition)
    for node in scope.nodes.values():
        yield from _loop_sites(node)
        department = read_post(node.properties.get("post", "")).expression
        if department:
            yield Site(node, "岗位部门", department)
        if node.properties.get("exclude_organisation"):
            yield Site(node, "回避部门", node.properties["exclude_organisation"])
        for line in passed_in(node):
            if line.fault is None:
                yield Site(node, f"传入值 {line.name} ", line.expression)
        yield from _event_sites(node)
        yield from _script_sites(node)
        for parameter in parameters_of(node):
            yield Site(node, f"参数 {parameter.get('id', '')} ", parameter.get("value", ""))


def parameters_of(node: Node) -> list[etree._Element]:
    """The parameter elements of a service task."""
    operator = extension_of(node.element, "serviceTaskOperator")
    return [] if operator is None else list(operator.iter(f"{{{SPIFF}}}parameter"))


def _loop_sites(node: Node) -> Iterator[Site]:
    standard = child_of(node.element, "standardLoopCharacteristics")
    pairs = [
        (node.loop, "loopCardinality", "多实例次数"),
        (node.loop, "completionCondition", "提前结束条件"),
        (standard, "loopCondition", "循环条件"),
    ]
    for holder, kind, place in pairs:
        text = text_of(child_of(holder, kind)) if holder is not None else None
        if text is not None:
            yield Site(node, place, text)


def _event_sites(node: Node) -> Iterator[Site]:
    for definition in node.definitions:
        if local(definition) == "conditionalEventDefinition":
            text = text_of(child_of(definition, "condition"))
            if text is not None:
                yield Site(node, "等待条件", text)
        if local(definition) == "timerEventDefinition":
            for kind in ("timeDuration", "timeDate", "timeCycle"):
                text = text_of(child_of(definition, kind))
                if text is not None and text.startswith("="):
                    yield Site(node, "时限", text)
    for holder in (node.element, *node.definitions):
        for kind in ("messagePayload", "payloadExpression"):
            text = text_of(extension_of(holder, kind))
            if text is not None:
                yield Site(node, "消息内容", text)


def _scripts(node: Node) -> Iterator[tuple[str, str]]:
    if node.kind == "scriptTask":
        yield "脚本", text_of(child_of(node.element, "script")) or ""
    for kind, place in (("preScript", "前置脚本"), ("postScript", "后置脚本")):
        text = text_of(extension_of(node.element, kind))
        if text is not None:
            yield place, text


def assigned(node: Node) -> set[str]:
    """The names the scripts of a node put into task data."""
    return {line.name for _, script in _scripts(node) for line in script_lines(script) if line.name}


def assigned_values(node: Node) -> dict[str, tuple[str | int | bool, ...]]:
    """The names the scripts of a node set to fixed values only, with these values."""
    found: dict[str, tuple[str | int | bool, ...]] = {}
    open_names: set[str] = set()
    for line in (line for _, script in _scripts(node) for line in script_lines(script) if line.name):
        value = fixed_value(line.expression)
        if value is None:
            open_names.add(line.name)
        else:
            found[line.name] = (*found.get(line.name, ()), value)
    return {name: values for name, values in found.items() if name not in open_names}


def fixed_value(expression: str) -> str | int | bool | None:
    """The value of an expression that uses no names, None for any other."""
    if feel.check(expression, frozenset()):
        return None
    value = feel.evaluate(expression, {})
    return value if isinstance(value, (str, int, bool)) else None


def _script_sites(node: Node) -> Iterator[Site]:
    for place, script in _scripts(node):
        for line in script_lines(script):
            if line.fault is None:
                yield Site(node, f"{place}中 {line.name} 的值", line.expression)


def _script_findings(node: Node) -> Iterator[Finding]:
    for place, script in _scripts(node):
        lines = script_lines(script)
        if node.kind == "scriptTask" and place == "脚本" and not lines:
            yield node.says("SCRIPT_EMPTY", "没有脚本。请写 名称 = 表达式，每行一条；或删除这个任务。")
        for line in lines:
            if line.fault is not None:
                shown = line.text if len(line.text) <= 40 else f"{line.text[:40]}…"
                text = f"的{place}中“{shown}”读不了：{line.fault}请每行只写一条赋值；更复杂的处理请用自动任务。"
                yield node.says("SCRIPT_LINE", text)
