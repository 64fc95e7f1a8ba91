"""Uploaded files: what is refused, who gets them back, and how the browser is kept from showing them."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import pytest

from tests.service.api.client import Program

Programs = Callable[[str | None], Program]
BASE = "/api/v1/attachments"
PDF = b"%PDF-1.7\nrest of the file"


def send(program: Program, name: str, content: bytes) -> dict[str, object]:
    answer = program.upload(BASE, {"file": (BytesIO(content), name)})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    body: dict[str, object] = answer.get_json()
    return body


def test_a_file_is_kept_under_its_digest(maker: Program) -> None:
    kept = send(maker, "通知.pdf", PDF)

    assert kept["name"] == "通知.pdf"
    assert kept["size"] == len(PDF)
    assert kept["sha256"] == sha256(PDF).hexdigest()


def test_a_file_comes_back_to_be_saved_not_shown(maker: Program) -> None:
    kept = send(maker, "通知.pdf", PDF)

    answer = maker.get(f"{BASE}/{kept['id']}")

    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_of_others_does_not_exist(maker: Program, program: Programs) -> None:
    kept = send(maker, "通知.pdf", PDF)

    answer = program("applicant").get(f"{BASE}/{kept['id']}")

    assert (answer.status_code, answer.get_json()["code"]) == (404, "NOT_FOUND")
    assert program("applicant").get(f"{BASE}/{uuid4()}").get_json()["detail"] == answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("run.exe", b"MZ"),
        ("page.html", b"<script>alert(1)</script>"),
        ("picture.svg", b"<svg onload='x'/>"),
        ("empty.pdf", b""),
        ("false.pdf", b"<html>"),
        ("false.png", PDF),
        ("binary.txt", b"\x00\x01"),
        ("no-ending", b"text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_not_what_it_says_is_refused(maker: Program, name: str, content: bytes) -> None:
    answer = maker.upload(BASE, {"file": (BytesIO(content), name)})

    assert (answer.status_code, answer.get_json()["code"]) == (400, "BAD_REQUEST")


def test_a_file_of_more_than_20_mb_is_refused(maker: Program) -> None:
    answer = maker.upload_large(BASE, "large.txt", b"x" * (20 * 1024 * 1024 + 1))

    assert (answer.status_code, answer.get_json()["code"]) == (400, "BAD_REQUEST")
    assert "20 MB" in answer.get_json()["detail"]


def test_a_name_cannot_lead_out_of_its_folder(maker: Program) -> None:
    assert send(maker, "../../etc/passwd.txt", b"text")["name"] == "passwd.txt"


@pytest.mark.parametrize("name", [None, "text", "other"])
def test_a_request_without_one_file_is_refused(maker: Program, name: str | None) -> None:
    parts: dict[str | None, dict[str, object]] = {
        None: {},
        "text": {"file": "only text"},
        "other": {"other": (BytesIO(PDF), "a.pdf")},
    }
    assert maker.upload(BASE, parts[name]).status_code == 400


def test_a_request_larger_than_everything_is_refused_unread(maker: Program) -> None:
    answer = maker.upload_large(BASE, "a.txt", b"x" * (65 * 1024 * 1024))

    assert (answer.status_code, answer.get_json()["code"]) == (413, "TOO_LARGE")
