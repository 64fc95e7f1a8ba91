"""The engine seam: the only code that knows SpiffWorkflow. Bytes and plain values in, plain values out (design 3)."""

from processes.engine.definition import Definition, element_ids, parse
from processes.engine.fitting import targets
from processes.engine.migration import Examination, MovedState, PlaceMoved, examine
from processes.engine.moving import complete_to, move
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
from processes.engine.rebuilding import Obstacle
from processes.engine.regions import why_not_move
from processes.engine.steps import complete, deliver_message, fire_timers, reschedule, start, throw_error

__all__ = [
    "ChildStart",
    "Definition",
    "ElementInfo",
    "Examination",
    "Finished",
    "MovedState",
    "Obstacle",
    "OpenedTask",
    "OpenedWait",
    "Outcome",
    "Passed",
    "PlaceMoved",
    "ServiceCall",
    "Surroundings",
    "ThrownMessage",
    "Variables",
    "complete",
    "complete_to",
    "deliver_message",
    "element_ids",
    "examine",
    "fire_timers",
    "move",
    "parse",
    "reschedule",
    "start",
    "targets",
    "throw_error",
    "why_not_move",
]
