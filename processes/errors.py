"""Every error a caller may meet, as a family with stable codes. Lower packages never know HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class ProcessError(Exception):
    """Something a person or a program asked for cannot be done.

    `code` is stable and part of the API; the message is a Chinese sentence that says what happened, to
    which policy or task, and what can be done next. `facts` are plain values for programs and templates.
    """

    code = "PROCESS_ERROR"

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts: Mapping[str, object] = facts


class NotFound(ProcessError):
    """No such thing, or not for this actor: the two are never told apart (no id guessing)."""

    code = "NOT_FOUND"


class Forbidden(ProcessError):
    """The actor is known and may see the thing, but may not do this to it."""

    code = "FORBIDDEN"


class SeparationOfDuties(Forbidden):
    """受审分离: the actor has already acted on this case in a role that excludes this one (gate G3)."""

    code = "SOD_VIOLATION"


class Conflict(ProcessError):
    """The thing is no longer in a state that allows this; expected, and never a server fault."""

    code = "CONFLICT"


class TaskNotOpen(Conflict):
    code = "TASK_NOT_OPEN"


class TaskHeld(Conflict):
    """The task was put aside by its assignee (挂起)."""

    code = "TASK_HELD"


class TaskDelegated(Conflict):
    """The task is with somebody who gives an opinion and sends it back to its owner (委派)."""

    code = "TASK_DELEGATED"


class SigningOpen(Conflict):
    """Added signers have not decided yet, or have refused (加签)."""

    code = "SIGNING_OPEN"


class UrgedRecently(Conflict):
    """The task was urged a short while ago; the sentence says when it may be urged again (催办)."""

    code = "URGED_RECENTLY"


class DraftChanged(Conflict):
    """The draft was saved, discarded or published elsewhere since the editor read it."""

    code = "DRAFT_CHANGED"


class DraftLocked(Conflict):
    """Somebody else is editing this diagram, form or table; the sentence names them."""

    code = "DRAFT_LOCKED"


class NewerVersion(Conflict):
    """Somebody published a newer version meanwhile; publishing this one would undo theirs unseen."""

    code = "NEWER_VERSION"


class RequestClosed(Conflict):
    """The request for publication was decided, withdrawn or published already."""

    code = "REQUEST_CLOSED"


class DefinitionRetired(Conflict):
    """The process is out of use (停用): nothing new is started with it."""

    code = "DEFINITION_RETIRED"


class InstanceNotRunning(Conflict):
    code = "INSTANCE_NOT_RUNNING"


class AnswersRefused(ProcessError):
    """The form refused the answers. `fields` maps a field (dotted path) to its Chinese messages."""

    code = "ANSWERS_REFUSED"

    def __init__(
        self, fields: Mapping[str, Sequence[str]], message: str = "有内容需要修改，请看各栏目下的提示。"
    ) -> None:
        super().__init__(message, fields={key: list(value) for key, value in fields.items()})
        self.fields: Mapping[str, Sequence[str]] = fields


class ChangeTooLate(AnswersRefused):
    """A change of an open item is applied for later than five working days before its day (DL8); the message
    offers the earliest day that is still possible.
    """

    code = "CHANGE_TOO_LATE"


class BadRequest(ProcessError):
    """The request itself is malformed."""

    code = "BAD_REQUEST"


class DefinitionRefused(ProcessError):
    """A diagram, form or table is not fit to be published. `findings` say why; nothing was stored."""

    code = "DEFINITION_REFUSED"

    def __init__(self, findings: Sequence[object], message: str = "未能发布：检查发现问题，没有保存任何内容。") -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class BusinessError(ProcessError):
    """A handler reports a business outcome that a diagram may catch with an error boundary event.

    `code` is the BPMN error code (domain codes such as TEXT_NOT_REVIEWED, BUDGET_EXCEEDED). When the
    diagram has no matching boundary event, the person gets the sentence and nothing is stored.
    """

    def __init__(self, code: str, message: str, **facts: object) -> None:
        super().__init__(message, **facts)
        self.code = code


class EngineFault(ProcessError):
    """The diagram or its data cannot go on: becomes an incident, never a hung server.

    `element_id` names the element when it is known.
    """

    code = "ENGINE_FAULT"

    def __init__(self, message: str, *, element_id: str | None = None, **facts: object) -> None:
        super().__init__(message, **facts)
        self.element_id = element_id


class HandlerFault(EngineFault):
    """A handler failed for a reason it does not know how to say; the reason is its cause."""

    code = "HANDLER_FAULT"


class PublicationFailed(EngineFault):
    """An approved publication was no longer possible on its day; the reason is its message."""

    code = "PUBLICATION_FAILED"


class StateRefused(EngineFault):
    """A saved state cannot be read, or data cannot be saved (forbidden key, type that is not JSON)."""

    code = "STATE_REFUSED"
