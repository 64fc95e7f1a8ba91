"""Hands that use nothing but the HTTP API, each person with a token of their own."""

from __future__ import annotations

import json
import mimetypes
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from processes.clock import Clock
from service.samples.hands import Form, OpenTask, in_office, last_day
from service.seed.people import DEMO_PASSWORD, DEPARTMENT_PEOPLE, PEOPLE

_SECONDS = 60
#: What one task takes its people.
_PACE = timedelta(minutes=40)


class HttpRefused(Exception):
    """The service said no: the status and the problem it gave."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code')}: {problem.get('detail') or problem.get('title')} {problem}")
        self.status = status
        self.problem = problem


class HttpHands:
    """Acts over HTTP at `base`, in office hours; `pass_time` moves the service's clock and lets what is due happen."""

    def __init__(self, base: str, clock: Clock, pass_time: Callable[[datetime], None]) -> None:
        self._base = base.rstrip("/")
        self._clock = clock
        self._pass_time = pass_time
        self._tokens: dict[str, str] = {}

    def now(self) -> datetime:
        return self._clock.now()

    def move_to(self, instant: datetime) -> None:
        self._pass_time(instant)

    def start(self, login: str, process_key: str, variables: Mapping[str, Any]) -> str:
        body = {"process_key": process_key, "variables": dict(variables)}
        return str(self.call(login, "POST", "/process-instances", body)["id"])

    def open_tasks(self, case: str) -> Sequence[OpenTask]:
        found = self.call("admin", "GET", f"/tasks?root_id={case}&state=open&page_size=100")
        return [_task(row) for row in sorted(found["items"], key=lambda row: (row["created_at"], row["id"]))]

    def next_moment(self, case: str) -> datetime | None:
        moments = [
            datetime.fromisoformat(wait["due_at"])
            for instance in self.instances(case)
            for wait in instance["waiting"]
            if wait["kind"] == "timer" and wait["due_at"] is not None
        ]
        return min(moments, default=None)

    def instances(self, case: str) -> list[dict[str, Any]]:
        """All instances of a case, the oldest first."""
        found: list[dict[str, Any]] = []
        page = 1
        while True:
            got = self.call("admin", "GET", f"/process-instances?root_id={case}&page={page}&page_size=100")
            found.extend(got["items"])
            if len(found) >= got["total"] or not got["items"]:
                return sorted(found, key=lambda each: (each["started_at"], each["id"]))
            page += 1

    def candidates(self, task: OpenTask) -> Sequence[str]:
        if task.assignee is not None:
            return [task.assignee]
        people = {**PEOPLE, **DEPARTMENT_PEOPLE}
        wanted = [
            login
            for login, (_, _, posts) in people.items()
            if any(role == task.role and task.organisation in (None, place) for role, place in posts)
        ]
        return wanted

    def look(self, login: str, task: OpenTask) -> Form:
        verb = ("GET", "") if task.assignee is not None else ("POST", "/claim")
        detail = self.call(login, verb[0], f"/tasks/{task.id}{verb[1]}")
        form = detail["form"] or {"initial": {}, "given": {}, "schema": {"properties": {}}}
        options = {name: _options(described) for name, described in form["schema"]["properties"].items()}
        organisation = {**PEOPLE, **DEPARTMENT_PEOPLE}[login][1]
        return Form(organisation, form["initial"], form["given"], options)

    def upload(self, login: str, name: str, content: bytes) -> str:
        mark = uuid4().hex
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        body = f"{head}Content-Type: {kind}\r\n\r\n".encode() + content + f"\r\n--{mark}--\r\n".encode()
        answer = self._send(login, "POST", "/attachments", body, f"multipart/form-data; boundary={mark}", {})
        return str(answer["id"])

    def complete(self, login: str, task: OpenTask, answers: Mapping[str, Any]) -> None:
        self.call(login, "POST", f"/tasks/{task.id}/completion", {"answers": dict(answers)}, key=uuid4().hex)
        self._pass_time(in_office(self._clock.now() + _PACE))

    def items(self, case: str) -> Sequence[str]:
        policy = self.call("admin", "GET", f"/process-instances/{case}")["variables"]["policy_id"]
        return [row["id"] for row in self.call("admin", "GET", f"/policy-items?policy_id={policy}")["items"]]

    def send(self, login: str, name: str, case: str, variables: Mapping[str, Any]) -> None:
        body = {"name": name, "process_instance_id": case, "variables": dict(variables)}
        self.call(login, "POST", "/messages", body, key=uuid4().hex)
        self._pass_time(self._clock.now())

    def call(self, login: str, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """One call of the API as this person. Raises HttpRefused with the problem."""
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        extra = {} if key is None else {"Idempotency-Key": key}
        return self._send(login, method, path, content, "application/json", extra)

    def _bearer(self, login: str) -> dict[str, str]:
        if login not in self._tokens:
            body = json.dumps({"name": login, "password": DEMO_PASSWORD}).encode()
            answer = self._open("POST", "/tokens", body, {"Content-Type": "application/json"})
            self._tokens[login] = answer["token"]
        return {"Authorization": f"Bearer {self._tokens[login]}"}

    def _send(
        self, login: str, method: str, path: str, content: bytes | None, kind: str, extra: Mapping[str, str]
    ) -> Any:
        headers = {"Accept": "application/json", **extra}
        if content is not None:
            headers["Content-Type"] = kind
        try:
            return self._open(method, path, content, {**headers, **self._bearer(login)})
        except HttpRefused as refused:
            if refused.status != HTTPStatus.UNAUTHORIZED:
                raise
            del self._tokens[login]  # months have passed: the token has expired
            return self._open(method, path, content, {**headers, **self._bearer(login)})

    def _open(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> Any:
        request = urllib.request.Request(
            f"{self._base}/api/v1{path}", data=content, headers=dict(headers), method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            text = error.read()
            try:
                problem = json.loads(text)
            except ValueError:
                problem = {"code": "NOT_A_PROBLEM", "detail": text[:200].decode(errors="replace")}
            raise HttpRefused(error.code, problem) from error


def _task(row: Mapping[str, Any]) -> OpenTask:
    role, _, organisation = (row["post"] or "").partition("@")
    due_at = row["due_at"]
    return OpenTask(
        id=row["id"],
        element_id=row["element_id"],
        name=row["name"],
        title=row["title"],
        role=role or None,
        organisation=organisation or None,
        assignee=row["assignee"],
        due_on=None if due_at is None else last_day(datetime.fromisoformat(due_at)),
        item=row.get("item"),
    )


def _options(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    choices = described.get("oneOf") or described.get("items", {}).get("oneOf") or ()
    return [{"value": each["const"], "label": each["title"]} for each in choices]
