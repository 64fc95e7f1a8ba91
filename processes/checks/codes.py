"""The table of finding codes: severity and meaning. Codes are part of the API and never change their meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class CodeInfo:
    """How heavy a code weighs and, in one English sentence, when it is given (for docs/checks.md)."""

    severity: Severity
    meaning: str


def _error(meaning: str) -> CodeInfo:
    return CodeInfo("error", meaning)


def _warning(meaning: str) -> CodeInfo:
    return CodeInfo("warning", meaning)


_FILES = {
    "NO_FILES": _error("The set is empty."),
    "TOO_MANY_FILES": _error("More than 200 files in one set."),
    "UNKNOWN_FILE_TYPE": _error("Neither .bpmn nor .dmn nor .form."),
    "XML_REFUSED": _error("The file is not well-formed XML, too large, or carries a document type or entities."),
    "NOT_BPMN": _error("The root element is not BPMN 2.0 definitions."),
    "NOT_DMN": _error("The root element is not DMN 1.2 to 1.5 definitions."),
    "SCHEMA_INVALID": _error("The file violates the BPMN 2.0 XML schema (at most 20 lines are named)."),
    "KEY_REPEATED": _error("Two files of the set bring the same process, form or decision."),
    "ENGINE_REFUSED": _error("The engine cannot read the diagram for a reason no other check names."),
    "ELEMENT_LOST": _error("The engine reads the diagram but an element is missing from what it would run."),
}
_STRUCTURE = {
    "NO_EXECUTABLE_PROCESS": _error("No process is marked executable."),
    "SEVERAL_EXECUTABLE_PROCESSES": _error("More than one executable process in a file."),
    "FILE_NAME_MISMATCH": _error("The file stem and the process id differ."),
    "DUPLICATE_ID": _error("An id is used twice in the file."),
    "MISSING_ID": _error("An element has no id."),
    "REFERENCE_LOST": _error("The file mentions an element (in a flow list, lane or drawing) it does not hold."),
    "RESERVED_ID": _error("An id is a name the engine uses itself (Start, End, Root, x.EndJoin ...)."),
    "TOO_MANY_NODES": _error("More than 250 nodes in a file."),
    "NO_START_EVENT": _error("A process or sub-process has no none start event."),
    "SEVERAL_START_EVENTS": _error("More than one none start event on one level."),
    "START_EVENT_KIND": _error("A start event has a trigger."),
    "NO_END_EVENT": _error("A process or sub-process has no end event."),
    "UNREACHABLE": _error("No way leads from the start to the element."),
    "NO_WAY_TO_END": _error("No way leads from the element to an end."),
    "UNNAMED": _warning("A task, a deciding gateway or the process has no name."),
    "GENERATED_NAME": _warning("A name is still the one a tool generated."),
    "SAME_NAME": _warning("Two user tasks have the same name."),
    "NO_DRAWING": _warning("The file has no drawing and cannot be shown."),
    "NOT_DRAWN": _warning("One element or flow has no drawing."),
}
_FLOWS = {
    "UNSUPPORTED_ELEMENT": _error("The engine cannot run the element, or runs it wrongly."),
    "SEVERAL_DEFINITIONS": _error("An event has more than one definition."),
    "DANGLING_FLOW": _error("A flow starts or ends nowhere, or on another level."),
    "FLOW_FROM_END": _error("A flow leaves an end event."),
    "FLOW_INTO_EVENT": _error("A flow enters a start or boundary event."),
    "IMPLICIT_END": _error("An element that is not an end event has no way on."),
    "SEVERAL_WAYS_OUT": _error("A task or event has several outgoing flows."),
    "DOUBLE_FLOW": _error("Two flows join the same pair of elements without a gateway."),
    "CONDITION_IGNORED": _error("A condition stands where the engine does not look at it."),
    "DEFAULT_UNKNOWN": _error("The default flow of a gateway does not leave it."),
    "DEFAULT_WITH_CONDITION": _warning("A default flow has a condition, which is never looked at."),
    "NO_DEFAULT": _error("A deciding gateway has no default flow."),
    "CONDITION_NEVER_TRUE": _error("No value that forms, tables and scripts can give makes the condition true."),
    "CONDITION_SHADOWED": _error("Whenever the condition is true, that of an earlier flow is true as well."),
    "NO_CONDITION": _error("A flow of a deciding gateway is neither default nor conditional."),
    "SINGLE_EXIT_CONDITION": _error("The only exit of a gateway has a condition."),
}
_LOOPS = {
    "LOOP_WITHOUT_WAIT": _error("A loop holds nothing that waits: it would spin."),
    "LOOP_WITHOUT_GATEWAY": _error("A loop holds no deciding gateway: the engine cannot start it."),
    "INCLUSIVE_IN_LOOP": _error("An inclusive gateway stands in a loop."),
    "SPLIT_WITHOUT_JOIN_IN_LOOP": _error("A parallel split in a loop is never joined."),
    "LOOP_LEAVES_PARALLEL": _error("A loop leads from inside a parallel region back before its split."),
    "ENTERS_PARALLEL": _error("A flow enters a parallel region past its split."),
    "UNCONTROLLED_MERGE": _error("Branches that live at the same time meet without a join: the rest runs twice."),
    "DEADLOCK": _error("A run exists that stops for good before an end; the message gives its path."),
    "DOUBLE_TOKEN": _error("A run exists in which an element is reached twice at the same time; with its path."),
    "ENDLESS_RUN": _error("A run exists after which no way leads to an end any more; with its path."),
    "DEAD_ELEMENT": _error("No run ever comes to the element, though flows lead to it."),
    "IMPROPER_COMPLETION": _warning("A terminate end can be reached while other branches are still being worked on."),
    "NOT_DECIDED": _warning("The token game has too many states to be explored to the end."),
}
_EVENTS = {
    "EVENT_WITHOUT_DEFINITION": _error("An event or receive task waits for nothing and would pass at once."),
    "EVENT_KIND": _error("This kind of event is not possible at this place."),
    "EVENT_REFERENCE": _error("A message, signal, error or escalation is not named or does not exist."),
    "MESSAGE_NOBODY_SENDS": _warning("No published diagram, handler or page sends the message that is waited for."),
    "MESSAGE_NOBODY_AWAITS": _warning("No published diagram waits for the message that is sent."),
    "MESSAGE_UNNAMED": _error("A message, signal or escalation has no name."),
    "ERROR_WITHOUT_CODE": _error("An error event has no error code."),
    "ERROR_NOT_CAUGHT": _error("An error end of a sub-process has no boundary event of the same code."),
    "TIMER_EMPTY": _error("A timer has no text."),
    "TIMER_INVALID": _error("A timer text is neither ISO 8601 of its kind nor FEEL after `=`."),
    "TIMER_ENDLESS": _warning("A cycle timer repeats without end."),
    "TIMER_CALENDAR_DAYS": _warning("A timer named after working days counts calendar days."),
    "BOUNDARY_HOST": _error("A boundary event sits on something that cannot carry it."),
    "BOUNDARY_NEVER_FIRES": _warning("A boundary event waits on something that does not wait."),
    "BOUNDARY_ERROR_INTERRUPTS": _error("An error boundary event is drawn as non-interrupting."),
    "SEVERAL_TIMERS": _error("More than one timer behind an event-based gateway."),
    "EVENT_GATEWAY_WAYS": _error("Fewer than two events behind an event-based gateway."),
    "EVENT_GATEWAY_TARGET": _error("Something other than a catching event of its own follows an event-based gateway."),
}
_REPEATED = {
    "MI_COLLECTION": _error("A multi-instance activity needs exactly one of collection and cardinality."),
    "MI_ITEM": _error("The input item has no name."),
    "MI_SIZE": _error("The literal cardinality is outside 1 to 200."),
    "MI_OUTPUT_ITEM": _error("Output collection and output item do not fit together."),
    "MI_CONDITION": _error("The completion condition reads the output collection, which it cannot see."),
    "MI_OUTPUT_NOT_CLEARED": _error("The output collection is not cleared inside a loop."),
    "MI_RESULTS_OVERWRITTEN": _warning("Without an output collection the results overwrite each other."),
    "LOOP_UNBOUNDED": _error("A standard loop has neither maximum nor condition."),
}
_EXPRESSIONS = {
    "EXPRESSION_INVALID": _error("A FEEL expression does not read."),
    "EXPRESSION_EMPTY": _error("An expression is empty."),
    "UNKNOWN_NAME": _warning("An expression uses a name nothing in the diagram brings."),
    "SCRIPT_EMPTY": _error("A script task has no script."),
    "SCRIPT_LINE": _error("A script line is not `name = expression`, or sets a reserved name."),
}
_REFERENCES = {
    "PROPERTY_INCOMPLETE": _error("An extension property lacks its name or value."),
    "PROPERTY_MISSPELT": _warning("A property name looks like a misspelt known one."),
    "APPROVAL_INVALID": _error("`approval`, `self_approval` or `repeat_approval` has a value that means nothing."),
    "INPUTS_INVALID": _error("The declared inputs of a process, or what a call activity passes in, do not read."),
    "OUTPUTS_INVALID": _error("The quick form of a user task does not read."),
    "FORM_UNKNOWN": _error("The form does not exist."),
    "WRITABLE_UNKNOWN": _error("`writable` names a field that nobody fills in, or stands without a form."),
    "FORM_AND_OUTPUTS": _warning("A task has a form and quick-form outputs; the form wins."),
    "NO_FORM": _warning("A user task has neither form nor outputs."),
    "POST_UNKNOWN": _error("The role of the post does not exist."),
    "ORGANISATION_UNKNOWN": _warning("The department named literally in a post does not exist (yet)."),
    "POST_EMPTY": _warning("Nobody holds the post at present."),
    "NO_POST": _warning("A user task has no post, not even `starter`: it goes to who started the instance."),
    "DEADLINE_UNKNOWN": _error("The deadline rule does not exist."),
    "HANDLER_MISSING": _error("A service task names no handler."),
    "HANDLER_UNKNOWN": _error("The handler does not exist."),
    "HANDLER_KIND": _error("The handler is of the other kind (user task or service task)."),
    "PARAMETER_INCOMPLETE": _error("A parameter lacks its name, type or value."),
    "PARAMETER_REPEATED": _error("A parameter is given twice."),
    "PARAMETER_UNKNOWN": _error("The handler has no such parameter."),
    "PARAMETER_REQUIRED": _error("A required parameter of the handler is not given."),
    "SEPARATE_FROM_UNKNOWN": _error("Separation of duties names an element that does not exist."),
    "CALLED_MISSING": _error("A call activity names no process."),
    "CALLED_UNKNOWN": _error("The called process does not exist."),
    "VERSION_INVALID": _error("The pinned version is not a positive integer."),
    "CALL_CYCLE": _warning("Processes of the set call each other in a circle."),
    "DECISION_MISSING": _error("A business rule task names no decision."),
    "DECISION_UNKNOWN": _error("The decision does not exist."),
}
_TABLES = {
    "NO_DECISION": _error("A .dmn file or one of its decisions has no table or expression."),
    "HIT_POLICY": _error("The hit policy or aggregation is not supported."),
    "TABLE_SHAPE": _error("Columns, rows and cells of a decision table do not fit together."),
    "TABLE_OVERLAP": _error("Two rules of a UNIQUE table take the same input, which fails when it comes."),
    "TABLE_CONTRADICTION": _warning("Two rules of an ANY table take the same input and may give different results."),
    "TABLE_GAP": _warning("No rule takes some input, and no default result is given: the result is empty."),
    "TABLE_RULE_HIDDEN": _warning("A rule of a FIRST table is never reached: the rules above take all it takes."),
}

_SCENARIOS = {
    "SCENARIOS_INVALID": _error("A .scenarios file does not read: no JSON, an unknown name, an unreadable clock."),
    "SCENARIO_REFERENCE": _error("A scenario names an element, call activity, message or process that does not exist."),
    "SCENARIO_FAILED": _error("A scenario that travels with the version does not end as it says."),
    "SCENARIO_COVERAGE_LOST": _error("The scenarios leave out flows that the published ones covered."),
}

#: The chapters in the order of the documentation.
CHAPTERS: dict[str, dict[str, CodeInfo]] = {
    "Files": _FILES,
    "Shape of the diagram": _STRUCTURE,
    "Flows and gateways": _FLOWS,
    "Loops and parallel branches": _LOOPS,
    "Events and timers": _EVENTS,
    "Repeated activities": _REPEATED,
    "Expressions": _EXPRESSIONS,
    "References": _REFERENCES,
    "Decision tables": _TABLES,
    "Scenarios": _SCENARIOS,
}
CODES: dict[str, CodeInfo] = {code: info for chapter in CHAPTERS.values() for code, info in chapter.items()}
