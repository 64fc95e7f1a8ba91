"""Stand-ins: handlers that answer what the scenario says, called processes that wait for the scenario to end them,
and people who hold the posts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from xml.sax.saxutils import quoteattr

from marshmallow import INCLUDE, Schema
from sqlalchemy.orm import Session

from handlers.stage import Declared, Registry, Result, TaskContext
from processes.actors import Actor, Post
from processes.errors import BusinessError, EngineFault
from processes.scenarios import Scenario, Step
from storage.db import new_id
from storage.models.people import Membership, User

#: The message that ends a stand-in of a called process, and the variable that carries its error code.
CHILD_ENDS = "zhida_trial_child_ends"
CHILD_ERROR = "zhida_trial_error"


class AnyParameters(Schema):
    """A stand-in takes what comes: its real parameters need records that a scenario does not have."""

    class Meta:
        unknown = INCLUDE


def stand_in_registry(real: Registry, scenario: Scenario, current: Callable[[], Step | None]) -> Registry:
    """Every declared handler under its own name, answering what the scenario says. No record is read or written."""
    registry = Registry(())
    runs: Counter[str] = Counter()

    def service(declared: Declared) -> Declared:
        def answer(context: TaskContext, parameters: Mapping[str, Any]) -> Result:
            answers = scenario.services.get(context.element_id, ())
            runs[context.element_id] += 1
            if not answers:
                return Result()
            said = answers[min(runs[context.element_id], len(answers)) - 1]
            _check_declared(said.outputs, declared.outputs, context.element_id)
            if said.error is not None:
                raise BusinessError(said.error, f"场景设定自动环节“{context.element_id}”以“{said.error}”拒绝。")
            return Result(outputs=dict(said.outputs))

        return replace(declared, function=answer, parameters=AnyParameters)

    def user_task(declared: Declared) -> Declared:
        def answer(context: TaskContext, values: Mapping[str, Any]) -> Result:
            step = current()
            if step is None:
                return Result()
            if step.error is not None:
                raise BusinessError(step.error, f"场景设定任务“{context.element_id}”以“{step.error}”拒绝。")
            return Result(outputs=dict(step.outputs) if step.answers is not None else {})

        return replace(declared, function=answer)

    for name, declared in real.handlers.items():
        registry.handlers[name] = user_task(declared) if declared.kind == "user_task" else service(declared)
    registry.anchors.update({name: _given_date(scenario, name) for name in (*real.anchors, *scenario.anchors)})
    registry.limits.update({rule: _given_days(scenario, rule) for rule in scenario.limits})
    return registry


def _check_declared(outputs: Mapping[str, Any], declared: Collection[str], element_id: str) -> None:
    unknown = sorted(set(outputs) - set(declared))
    if unknown:
        known = "、".join(declared) or "没有"
        raise EngineFault(
            f"场景给自动环节“{element_id}”的结果“{unknown[0]}”没有声明过（声明的结果：{known}）。",
            element_id=element_id,
        )


def _given_date(scenario: Scenario, name: str) -> Callable[[Session, str, Mapping[str, Any]], date | None]:
    return lambda session, district_id, variables: scenario.anchors.get(name)


def _given_days(scenario: Scenario, rule: str) -> Callable[[Session, str, Mapping[str, Any]], int | None]:
    return lambda session, district_id, variables: scenario.limits.get(rule)


def stand_in_diagram(key: str, title: str, errors: Collection[str]) -> bytes:
    """A process that waits until the scenario ends it, normally or with one of these error codes."""
    flows, ends, declared = "", "", ""
    for number, code in enumerate(sorted(errors)):
        condition = f"= {CHILD_ERROR} = {_feel(code)}"
        declared += f'<bpmn:error id="error_{number}" name={quoteattr(code)} errorCode={quoteattr(code)}/>'
        event = f'<bpmn:errorEventDefinition errorRef="error_{number}"/>'
        ends += f'<bpmn:endEvent id="failed_{number}">{event}</bpmn:endEvent>'
        flows += (
            f'<bpmn:sequenceFlow id="to_failed_{number}" sourceRef="how" targetRef="failed_{number}">'
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{_escaped(condition)}'
            "</bpmn:conditionExpression></bpmn:sequenceFlow>"
        )
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="stand_in" targetNamespace="http://zhida/bpmn">'
        f'<bpmn:message id="ends" name="{CHILD_ENDS}"/>{declared}'
        f'<bpmn:process id={quoteattr(key)} name={quoteattr(title)} isExecutable="true">'
        '<bpmn:startEvent id="begun"/>'
        '<bpmn:intermediateCatchEvent id="waits"><bpmn:messageEventDefinition id="waits_for" messageRef="ends"/>'
        "</bpmn:intermediateCatchEvent>"
        '<bpmn:exclusiveGateway id="how" default="to_done"/><bpmn:endEvent id="done"/>'
        f'{ends}<bpmn:sequenceFlow id="to_waits" sourceRef="begun" targetRef="waits"/>'
        '<bpmn:sequenceFlow id="to_how" sourceRef="waits" targetRef="how"/>'
        f'<bpmn:sequenceFlow id="to_done" sourceRef="how" targetRef="done"/>{flows}'
        "</bpmn:process></bpmn:definitions>"
    ).encode()


def _feel(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Cast:
    """The people of a scenario: one per name, with the posts of the tasks they do."""

    def __init__(self, session: Session, district_id: str, *, since: date) -> None:
        self._session, self._district_id, self._since = session, district_id, since
        self._people: dict[str, Actor] = {}

    def person(self, name: str, post: Post | None = None) -> Actor:
        """The person of that name, who from now on holds this post as well."""
        actor = self._people.get(name) or self._engaged(name, post)
        if post is not None and post not in actor.posts:
            self._session.add(
                Membership(
                    district_id=self._district_id,
                    id=new_id(),
                    user_id=actor.id,
                    role=post.role,
                    organisation=post.organisation,
                    valid_from=self._since,
                )
            )
            self._session.flush()
            actor = replace(actor, posts=actor.posts | {post})
        self._people[name] = actor
        return actor

    def _engaged(self, name: str, post: Post | None) -> Actor:
        home = post.organisation if post is not None and post.organisation != "*" else None
        actor = Actor(new_id(), name, self._district_id, organisation=home)
        self._session.add(
            User(
                district_id=self._district_id,
                id=actor.id,
                login=f"trial-{actor.id}",
                name=name[:60],
                password_hash="",
                organisation=home,
            )
        )
        self._session.flush()
        return actor
