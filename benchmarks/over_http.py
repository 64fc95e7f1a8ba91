"""Completions per second over HTTP: gunicorn, bearer tokens, rights, validation, history and audit chain included."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

from benchmarks.figures import Figure, percentile
from benchmarks.house import DISTRICT, DOERS, GO_ON, ROUNDS, house
from benchmarks.server import Client, Server
from service.orchestration import access

CLIENTS = 8


def measure(kind: str, url: str, folder: Path, *, seconds: float, workers: int, at_least: float) -> list[Figure]:
    """Eight clients, each on instances of its own, against so many worker processes."""
    with house(url, folder) as measured:
        tokens = {
            login: access.issue_token(measured.runtime, DISTRICT, login, name="bench") for login in set(DOERS.values())
        }
        first = [str(measured.open_tasks(measured.start(ROUNDS, {"round_no": 0}))[0].id) for _ in range(CLIENTS)]
    server = Server(url, folder, workers=workers)
    server.start()
    try:
        taken, errors = _drive(server.port, tokens, first, seconds)
    finally:
        server.stop()
    name = f"{kind}: completions over HTTP, {workers} worker{'s' if workers > 1 else ''}"
    note = f"{CLIENTS} clients, p50 {percentile(taken, 0.5):.0f} ms" + (f"; {errors[0]}" if errors else "")
    return [
        Figure(name, len(taken) / seconds, "/s", at_least=at_least, note=note),
        Figure(f"{name}, p95", percentile(taken, 0.95), "ms", at_most=40),
        Figure(f"{name}, errors", len(errors), "", at_most=0),
    ]


def _drive(port: int, tokens: dict[str, str], first: list[str], seconds: float) -> tuple[list[float], list[str]]:
    taken: list[float] = []
    errors: list[str] = []
    start = threading.Barrier(len(first))
    threads = [
        threading.Thread(target=_walk, args=(port, tokens, task_id, seconds, start, taken, errors)) for task_id in first
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken, errors


def _walk(
    port: int,
    tokens: dict[str, str],
    task_id: str,
    seconds: float,
    start: threading.Barrier,
    taken: list[float],
    errors: list[str],
) -> None:
    """Complete one instance's open task again and again until the time is over."""
    with ExitStack() as open_clients:
        clients = {name: open_clients.enter_context(Client(port, tokens[login])) for name, login in DOERS.items()}
        element_id = "write_round"
        start.wait()
        end = time.perf_counter() + seconds
        while (begin := time.perf_counter()) < end:
            status, answer = clients[element_id].complete(task_id, GO_ON[element_id], key=uuid4().hex)
            if status != 200:
                errors.append(f"{status}: {answer}")
                return
            taken.append(time.perf_counter() - begin)
            task_id, element_id = answer["opened"][0]["id"], answer["opened"][0]["element_id"]
