"""Notices written to a file or to the console: what stands in for an SMS gateway or WeChat until an office has one.

An office connects its own gateway by a class with the same `send` (see `processes/notice_channels.py`): it posts
address and text to the gateway with `key` as the idempotency key, raises NoticeDelayed for a timeout or 5xx and
NoticeRefused for an unknown number, and is named in `service/notice_channels/choice.py`.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import orjson

from processes.notice_channels import NoticeDelayed
from processes.notice_words import masked_address, one_line


@dataclass(frozen=True, slots=True)
class FileChannel:
    """Appends one line of JSON per notice, for a gateway that reads a file; a key already there is left out."""

    path: Path

    def send(self, address: str, subject: str, body: str, key: str) -> None:
        """See NoticeChannel."""
        line = orjson.dumps({"to": address, "subject": one_line(subject), "text": body, "key": key}) + b"\n"
        try:
            if self._has(key):
                return
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "ab") as file:
                file.write(line)
        except OSError as error:
            raise NoticeDelayed(f"不能写入通知文件（{type(error).__name__}）") from error

    def _has(self, key: str) -> bool:
        if not self.path.exists():
            return False
        with self.path.open("rb") as file:
            return any(orjson.loads(line)["key"] == key for line in file if line.strip())


@dataclass(frozen=True, slots=True)
class ConsoleChannel:
    """Prints one line per notice to the error output, the address masked: for trying things out."""

    name: str

    def send(self, address: str, subject: str, body: str, key: str) -> None:
        """See NoticeChannel."""
        sys.stderr.write(f"[{self.name}] {masked_address(address)} {one_line(subject)} {one_line(body)}\n")
