"""Personal data over HTTP: whoever may see a case sees phones, accounts and names of people masked only."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import update

from storage.models.records import Attachment
from tests.journeys import applying_route as route
from tests.service.api.client import Program
from tests.world import World

Programs = Callable[[str | None], Program]
#: What the enterprise wrote into its form (tests/applying.py).
PERSONAL = ("13800000001", "6222000011112222", "申小明")


@pytest.fixture
def case(world: World) -> UUID:
    """An application up to its approval; the root of its case."""
    return route.approve(world, route.open_item(world).id)


@pytest.mark.parametrize("login", ["admin", "analyst", "auditor", "reviewer1", "window_clerk", "applicant"])
def test_no_answer_carries_personal_values_in_full(case: UUID, world: World, program: Programs, login: str) -> None:
    own = program(login)
    application = route.application(world, case)
    listed = own.get("/api/v1/process-instances", root_id=str(case)).get_json()["items"]
    addresses = [
        "/api/v1/process-instances",
        f"/api/v1/tasks?root_id={case}",
        "/api/v1/applications",
        f"/api/v1/applications/{application.id}",
        *(f"/api/v1/process-instances/{each['id']}{part}" for each in listed for part in ("", "/history")),
        *(f"/api/v1/tasks/{task['id']}" for task in own.get("/api/v1/tasks", root_id=str(case)).get_json()["items"]),
    ]

    shown = {address: own.call(address).get_data(as_text=True) for address in addresses}

    # The applicant's own name is also the name of the user who acted: only there it stands in full.
    told = {address: text.replace('"actor":"申小明"', "") for address, text in shown.items()}
    assert [(address, value) for address, text in told.items() for value in PERSONAL if value in text] == []


def test_the_history_shows_what_was_written_masked(case: UUID, admin: Program) -> None:
    text = admin.get(f"/api/v1/process-instances/{case}/history").get_data(as_text=True)

    assert "138****0001" in text


def test_the_applicant_sees_the_own_application_and_another_enterprise_does_not(
    case: UUID, world: World, program: Programs
) -> None:
    application = route.application(world, case)

    own = program("applicant").get(f"/api/v1/applications/{application.id}")
    foreign = program("applicant2").get(f"/api/v1/applications/{application.id}")

    assert own.get_json()["applicant"]["phone"] != ""
    assert foreign.status_code == 404
    assert program("applicant2").get("/api/v1/applications").get_json()["total"] == 0
    assert program("applicant2").get(f"/api/v1/process-instances/{case}").status_code == 404
    withdrawn = program("applicant2").post(f"/api/v1/applications/{application.id}/withdrawal", {"reason": "想撤"})
    assert withdrawn.status_code == 404


def test_the_applicant_learns_the_department_of_a_reviewer_and_not_the_name(case: UUID, program: Programs) -> None:
    def actors(login: str) -> set[str]:
        own = program(login)
        listed = own.get("/api/v1/process-instances", root_id=str(case)).get_json()["items"]
        return {
            row["actor"]
            for each in listed
            for row in own.get(f"/api/v1/process-instances/{each['id']}/history").get_json()["items"]
        }

    inside, outside = actors("reviewer1"), actors("applicant")
    assert {"平受理", "初审言"} & inside
    assert outside & inside <= {"申小明", "系统"}
    assert "STB" in outside

    own = program("applicant")
    for instance in own.get("/api/v1/process-instances", root_id=str(case)).get_json()["items"]:
        assert instance["parent_id"] is None or instance["variables"] == {}
    for task in own.get("/api/v1/tasks", root_id=str(case)).get_json()["items"]:
        assert {task["assignee"], task["completed_by"]} <= {None, "applicant"}


def test_the_applicant_reads_the_own_files_of_a_case_and_not_those_of_the_reviewers(
    case: UUID, world: World, program: Programs
) -> None:
    kept = {login: UUID(world.attach(login, f"{login}.pdf", b"%PDF-1.4 note")) for login in ("applicant", "reviewer1")}
    session = world.session
    session.execute(update(Attachment).where(Attachment.id.in_(kept.values())).values(root_id=case))
    session.commit()

    def status(reader: str, owner: str) -> int:
        return program(reader).get(f"/api/v1/attachments/{kept[owner]}").status_code

    assert (status("applicant", "applicant"), status("applicant", "reviewer1")) == (200, 404)
    assert (status("reviewer1", "applicant"), status("reviewer1", "reviewer1")) == (200, 200)
    assert status("applicant2", "applicant") == 404
