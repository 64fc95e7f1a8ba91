"""What the engine may ask of the world while it steps: handlers, decision tables, working days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError

from handlers.stage import Result, TaskContext
from processes import decisions
from processes.calendar import feel_functions
from processes.engine import ServiceCall
from processes.errors import EngineFault
from processes.feel import to_plain
from processes.vocabulary import DefinitionKind
from service.orchestration.effects import take_effects
from service.orchestration.runtime import Unit
from storage.definitions import get_definition
from storage.models.instances import ProcessInstance


class Stepping:
    """The surroundings of one instance inside one unit of work."""

    def __init__(self, unit: Unit, instance: ProcessInstance) -> None:
        self.unit = unit
        self.instance = instance

    def now(self) -> datetime:
        return self.unit.now

    def functions(self) -> Mapping[str, Callable[..., Any]]:
        return feel_functions(lambda: self.unit.calendar)

    def decide(self, decision_id: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        table = get_definition(self.unit.session, self.unit.district_id, DefinitionKind.DECISION, decision_id)
        answer = decisions.evaluate(table.content, decision_id, variables, self.functions())
        if not isinstance(answer, dict):
            answer = {decision_id: answer}
        return {name: to_plain(value) for name, value in answer.items()}

    def call_service(self, call: ServiceCall) -> Mapping[str, Any]:
        """Validate the parameters, run the registered handler, keep its effects for the commit."""
        declared = self.unit.runtime.handlers.handlers.get(call.handler)
        if declared is None or declared.parameters is None:
            raise EngineFault(
                f"自动环节“{call.name}”指定的办理动作“{call.handler}”不存在，请流程负责人改正后重新发布。",
                element_id=call.element_id,
            )
        try:
            parameters = declared.parameters().load(dict(call.parameters))
        except ValidationError as error:
            problems = "；".join(f"{name}：{text}" for name, text in dict(error.messages_dict).items())
            raise EngineFault(
                f"自动环节“{call.name}”的参数不符合要求（{problems}），请核对流程数据。", element_id=call.element_id
            ) from error
        result = declared.function(self.context(call), parameters) or Result()
        take_effects(self.unit, self.instance, result, element_id=call.element_id)
        return result.outputs

    def context(self, call: ServiceCall) -> TaskContext:
        return TaskContext(
            session=self.unit.session,
            now=self.unit.now,
            calendar=self.unit.calendar,
            actor=self.unit.actor,
            instance_id=self.instance.id,
            root_id=self.instance.root_id,
            process_key=self.instance.process_key,
            business_key=self.instance.business_key,
            started_by=self.instance.started_by,
            element_id=call.element_id,
            variables=call.variables,
            item=call.item,
        )
