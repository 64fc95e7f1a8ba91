"""Every page and every answer each role can reach in the sampled house: no id number, account or phone in full
where domain reference 10.5 denies it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import urldefrag

import pytest
from lxml import html
from sqlalchemy import select

from service.orchestration import access
from service.seed.people import PEOPLE
from storage.models.applications import Applicant, Application
from tests.sampled import objects_of
from tests.world import DISTRICT, World

MOST_PAGES = 90
#: Answers that are asked for beside what the pages link to.
ANSWERS = (
    "/api/v1/applications",
    "/api/v1/applications/{application}",
    "/api/v1/applications/{resident_application}",
    "/api/v1/process-instances/{instance}",
    "/api/v1/process-instances/{resident_instance}",
    "/api/v1/process-instances/{instance}/history",
    "/api/v1/process-instances/{resident_instance}/history",
    "/api/v1/tasks",
    "/api/v1/tasks/{task}",
    "/api/v1/disbursement-batches/{batch}",
    "/api/v1/publicities/{publicity}",
)
_SKIPPED = re.compile(r"^/(static|language|sign-out|attachments|definitions|designer)")


def secrets_of(house: World) -> dict[str, set[str]]:
    """The personal values of the sampled house, and whose they are; the samples share some."""
    found: dict[str, set[str]] = {}
    for row in (*house.session.scalars(select(Applicant)), *house.session.scalars(select(Application))):
        owner = row.organisation or row.uscc if isinstance(row, Applicant) else None
        values = [row.account_no] + ([row.id_no, row.phone] if isinstance(row, Applicant) else [row.agent_phone])
        for value in values:
            if value and len(value) >= 11:
                found.setdefault(value, set()).update([owner] if owner else [])
    return found


def reachable(house: World, login: str) -> Iterator[tuple[str, str]]:
    """(address, text) of what this person gets, following the links of the pages."""
    client = house.app.test_client()
    headers = {"Authorization": f"Bearer {access.issue_token(house.runtime, DISTRICT, login, name='reader')}"}
    waiting = deque(["/work", "/instances", "/policies", "/guides", "/results", "/calendar", "/my"])
    waiting.extend(address.format(**objects_of(house)) for address in ANSWERS)
    seen, read = set(waiting), 0
    while waiting and read < MOST_PAGES:
        address = waiting.popleft()
        answer = client.get(address, headers=headers, follow_redirects=True)
        read += 1
        if answer.mimetype not in ("text/html", "application/json", "application/problem+json"):
            continue
        yield address, answer.text
        if answer.mimetype != "text/html":
            continue
        for link in html.fromstring(answer.text).xpath("//a/@href"):
            target = urldefrag(str(link)).url
            if target.startswith("/") and not _SKIPPED.match(target) and target not in seen:
                seen.add(target)
                waiting.append(target)


@pytest.mark.parametrize("login", sorted(PEOPLE))
def test_nobody_reads_personal_values_in_full_by_looking(sampled: World, login: str) -> None:
    secrets = secrets_of(sampled)
    own = sampled.actor(login).organisation

    shown = [
        f"{address} shows {value[:4]}…{value[-2:]}"
        for address, text in reachable(sampled, login)
        for value, owners in secrets.items()
        if value in text and own not in owners
    ]

    assert len(secrets) >= 4
    assert shown == []
