"""A program that talks to the service over HTTP, with a bearer token of one of the demo people."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from service.orchestration import access
from tests.world import DISTRICT, World

#: What the note of an errand (see conftest) is filled in with.
FILLED: dict[str, Any] = {"answers": {"note": "请办理", "amount": 12}}


class Program:
    """Calls of one person's program; answers are Flask's test responses."""

    def __init__(self, world: World, login: str | None) -> None:
        self.world = world
        self._client = world.app.test_client()
        self._headers: dict[str, str] = {}
        if login is not None:
            token = access.issue_token(world.runtime, DISTRICT, login, name="test")
            self._headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **query: Any) -> TestResponse:
        return self._client.get(path, headers=self._headers, query_string=query)

    def call(self, address: str) -> TestResponse:
        """A GET of an address that carries its own query."""
        return self._client.get(address, headers=self._headers)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> TestResponse:
        headers = {**self._headers, **({} if key is None else {"Idempotency-Key": key})}
        return self._client.post(path, headers=headers, json=body)

    def put(self, path: str, body: Any) -> TestResponse:
        return self._client.put(path, headers=self._headers, json=body)

    def delete(self, path: str) -> TestResponse:
        return self._client.delete(path, headers=self._headers)

    def send(self, path: str, body: bytes, content_type: str) -> TestResponse:
        """A body as it is, for what no honest client would send."""
        return self._client.post(path, headers=self._headers, data=body, content_type=content_type)

    def upload(self, path: str, parts: Any) -> TestResponse:
        """A multipart request: name -> text, or (stream, file name), or a list of these."""
        return self._client.post(path, headers=self._headers, data=parts, content_type="multipart/form-data")

    def upload_large(self, path: str, filename: str, content: bytes) -> TestResponse:
        """One file sent from memory: Flask's own way leaves a temporary file open."""
        head = f'--limit\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'
        return self.send(path, head.encode() + content + b"\r\n--limit--\r\n", "multipart/form-data; boundary=limit")
