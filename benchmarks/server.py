"""The real service under gunicorn on a free port, to be measured or killed, and a small client for its API."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

_START_WITHIN_SECONDS = 60
THREADS = 4


class Server:
    """One gunicorn with so many worker processes, in a process group of its own so that all of it can be killed."""

    def __init__(self, url: str, data_dir: Path, *, workers: int) -> None:
        self._url, self._data_dir, self._workers = url, data_dir, workers
        self.port = _free_port()
        self.log = data_dir / f"server-{self.port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve; returns when the service answers. Raises RuntimeError with the end of its log when it does not."""
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", "--log-level", "warning"]
        command += ["--workers", str(self._workers), "--worker-class", "gthread", "--threads", str(THREADS)]
        command += ["--preload", "--keep-alive", "30", "--graceful-timeout", "10", "service.wsgi:build()"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self._environment(), stdout=log, stderr=log, start_new_session=True
            )
        self._wait()

    def kill(self) -> None:
        """SIGKILL to every process of the server at once, and wait until they are gone."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(30)
            self._process = None

    def stop(self) -> None:
        """SIGTERM, and wait for the graceful end."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def _environment(self) -> dict[str, str]:
        mine = {"ZHIDA_DEMO": "1", "ZHIDA_WORKER": "0", "ZHIDA_DATABASE_URL": self._url}
        house = str(Path(__file__).resolve().parent.parent)
        return {**os.environ, **mine, "ZHIDA_DATA_DIR": str(self._data_dir), "PYTHONPATH": house}

    def _wait(self) -> None:
        give_up = time.monotonic() + _START_WITHIN_SECONDS
        while time.monotonic() < give_up and self._process is not None and self._process.poll() is None:
            try:
                with Client(self.port, "") as client:
                    client.ask("GET", "/healthz")
                return
            except OSError:
                time.sleep(0.05)
        tail = self.log.read_text(errors="replace")[-2000:]
        self.kill()
        raise RuntimeError(f"the server did not answer on port {self.port}:\n{tail}")


class Client:
    """A program with a bearer token, over one connection that stays open. Raises OSError when the server is away."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._token = port, token
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None
    ) -> tuple[int, Any]:
        """(status, answer); the answer is JSON where the service says so, else text."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        try:
            return self._asked(method, path, None if body is None else json.dumps(body), headers)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise ConnectionError(str(error)) from error

    def complete(self, task_id: str, answers: Mapping[str, Any], *, key: str) -> tuple[int, Any]:
        return self.ask("POST", f"/api/v1/tasks/{task_id}/completion", {"answers": dict(answers)}, key=key)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _asked(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, Any]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        is_json = "json" in (answer.getheader("Content-Type") or "")
        return answer.status, json.loads(content) if is_json and content else content.decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
