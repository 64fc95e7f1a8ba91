"""The engine seam: the only code that knows SpiffWorkflow. Bytes and plain values in, plain values out (design 3)."""

from processes.engine.definition import Definition, element_ids, parse
from processes.engine.outcome import (
    ChildStart,
    ElementInfo,
    Finished,
    OpenedTask,
    OpenedWait,
    Outcome,
    Passed,
    ServiceCall,
    Surroundings,
    ThrownMessage,
    Variables,
)
from processes.engine.steps import complete, deliver_message, fire_timers, reschedule, start, throw_error

__all__ = [
    "ChildStart",
    "Definition",
    "ElementInfo",
    "Finished",
    "OpenedTask",
    "OpenedWait",
    "Outcome",
    "Passed",
    "ServiceCall",
    "Surroundings",
    "ThrownMessage",
    "Variables",
    "complete",
    "deliver_message",
    "element_ids",
    "fire_timers",
    "parse",
    "reschedule",
    "start",
    "throw_error",
]
