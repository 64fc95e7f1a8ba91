"""Our elements in the engine: handlers, decisions and called processes asked of the orchestration, and copies of an
activity that do not leak their item."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.spiff.specs.defaults import (
    ParallelMultiInstanceTask,
    SequentialMultiInstanceTask,
    ServiceTask,
)
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.engine.joins import changes
from processes.engine.outcome import ServiceCall
from processes.engine.scripting import checked, engine_of
from processes.errors import BusinessError, EngineFault, HandlerFault, ProcessError

#: More copies than this are a mistake in the data, and would make every step slow (engine 2.4).
MAX_COPIES = 1_000


class HandlerTask(ServiceTask):  # type: ignore[misc]
    """A service task: its FEEL parameters go to the named handler, the handler's outputs into the token's data."""

    def _execute(self, task: Task) -> bool | None:
        engine = engine_of(task)
        parameters = {name: engine.plain(task, each["value"]) for name, each in self.operation_params.items()}
        call = ServiceCall(
            element_id=self.bpmn_id,
            name=self.bpmn_name or self.bpmn_id,
            handler=self.operation_name,
            parameters=parameters,
            variables=dict(task.data),
            item=item_of(task),
        )
        try:
            answer = engine.around.call_service(call)
        except BusinessError as error:
            engine.collected.refused.append((task, error))
            return None  # stays open; its error boundary event takes over, or the step fails with the error
        except ProcessError:
            raise
        except Exception as error:
            words = f"自动环节“{call.name}”执行出错（{type(error).__name__}），已全部撤销，没有保存任何内容。"
            raise HandlerFault(words, element_id=self.bpmn_id) from error
        task.data.update(checked(answer, what=f"自动环节“{call.name}”的结果"))
        return True


class DecisionTask(SpiffBpmnTask):  # type: ignore[misc]
    """A business rule task: the published decision table answers, its outputs go into the token's data."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, decision_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.decision_id = decision_id

    def _run_hook(self, my_task: Task) -> bool:
        answer = engine_of(my_task).around.decide(self.decision_id, dict(my_task.data))
        my_task.data.update(checked(answer, what=f"决策“{self.bpmn_name or self.bpmn_id}”的结果"))
        return True


class CalledProcess(SpiffBpmnTask):  # type: ignore[misc]
    """A call activity: waits until the orchestration has run a child instance to its end (design 3)."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, process_key: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.process_key = process_key

    def _run_hook(self, my_task: Task) -> None:
        return None


class _Copies(MultiInstanceTask):  # type: ignore[misc]
    """What copies of an activity bring back: what each changed, never the item that it worked on."""

    def _update_hook(self, my_task: Task) -> Any:
        if my_task.has_state(TaskState.PREDICTED_MASK):  # reached by a boundary event: the library predicts too little
            my_task._set_state(TaskState.FUTURE)
        answer = super()._update_hook(my_task)
        if self.input_item is not None:  # left by an earlier round, it would stop this one (engine 2.4)
            my_task.data.pop(self.input_item.bpmn_id, None)
        self._check_members(my_task)
        return answer

    def _check_members(self, my_task: Task) -> None:
        words = f"环节“{self.bpmn_name or self.bpmn_id}”要逐项办理，"
        if self.data_input is not None:
            members = self.data_input.get(my_task)
            if not isinstance(members, list):
                raise EngineFault(f"{words}但流程数据里没有清单“{self.data_input.bpmn_id}”。", element_id=self.bpmn_id)
            count: Any = len(members)
        else:
            count = engine_of(my_task).plain(my_task, self.cardinality)
        if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= MAX_COPIES:
            raise EngineFault(f"{words}件数应是 0 到 {MAX_COPIES} 的整数，现在是“{count}”。", element_id=self.bpmn_id)

    def merge_child(self, workflow: Any, child: Task) -> None:
        if self.data_output is not None and self.output_item is not None:
            super().merge_child(workflow, child)
            return
        owner = child.parent
        changed = changes(self._given(owner), child.data)
        if self.input_item is not None:
            changed.pop(self.input_item.bpmn_id, None)
        owner.data.update(changed)
        owner.internal_data["merged"].append(str(child.id))

    def _given(self, owner: Task) -> dict[str, Any]:
        """The data that a copy began with."""
        raise NotImplementedError


class ParallelCopies(ParallelMultiInstanceTask, _Copies):  # type: ignore[misc]
    """One copy per member of the list, all at once."""

    def _given(self, owner: Task) -> dict[str, Any]:
        return dict(owner.parent.data)


class SequentialCopies(SequentialMultiInstanceTask, _Copies):  # type: ignore[misc]
    """One copy per member of the list, one after the other, each seeing what the ones before it left."""

    def add_next_child(self, my_task: Task) -> None:
        """Open the next copy; unlike in the library, a member may be null."""
        following = self.get_next_index if self.data_input is None else self.get_next_input_item
        key_or_index, item = following(my_task)
        self.create_child(my_task, item, key_or_index)

    def _given(self, owner: Task) -> dict[str, Any]:
        return dict(owner.data)


def item_of(task: Task) -> Any:
    """The member of the list that a copy works on; None for an activity that is not repeated."""
    owner = task.parent
    if owner is None or not task.triggered or not isinstance(owner.task_spec, MultiInstanceTask):
        return None
    spec = owner.task_spec
    if spec.input_item is not None:
        return task.data.get(spec.input_item.bpmn_id)
    return task.internal_data.get("key_or_index", task.internal_data.get("item"))
