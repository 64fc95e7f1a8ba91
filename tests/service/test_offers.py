"""What a work list offers: separation of duties as an SQL condition, over linked cases, through the real door."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import Session

from benchmarks.house import DISTRICT, ROUNDS, House, furnish, house
from processes.actors import Actor
from processes.errors import SeparationOfDuties
from service import permissions
from service.orchestration import tasks
from storage.db import new_id
from storage.history import performed
from storage.models.instances import CaseLink, ProcessInstance, Task
from storage.models.people import Membership


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[House]:
    """Two people hold both posts of the diagram; only the history of a case keeps them apart."""
    furnish(database_url, tmp_path)
    with house(database_url, tmp_path) as opened:
        session, since = opened.session(), opened.runtime.clock.now().date()
        for login, role in (("maker", "maker_head"), ("maker_head", "maker")):
            person = opened.actor(login)
            session.add(
                Membership(
                    district_id=DISTRICT,
                    id=new_id(),
                    user_id=person.id,
                    role=role,
                    organisation="STB",
                    valid_from=since,
                )
            )
        session.commit()
        yield opened


def written_by(office: House, login: str) -> UUID:
    """A case whose first element this person completed; the second one is open."""
    instance_id = office.start(ROUNDS, {"round_no": 0})
    task = office.open_tasks(instance_id)[0]
    tasks.complete_task(office.runtime, task.id, {"amount": 1}, by=office.actor(login))
    return instance_id


def link(office: House, root_id: UUID, linked_root_id: UUID) -> None:
    session = office.session()
    session.add(CaseLink(district_id=DISTRICT, id=new_id(), root_id=root_id, linked_root_id=linked_root_id))
    session.commit()


def offered_cases(office: House, actor: Actor) -> set[UUID]:
    return set(office.session().scalars(select(Task.root_id).where(permissions.offered(actor))))


def test_who_wrote_is_not_offered_the_check_of_the_same_case(office: House) -> None:
    own, other = written_by(office, "maker"), written_by(office, "maker_head")

    assert offered_cases(office, office.actor("maker")) == {other}
    assert offered_cases(office, office.actor("maker_head")) == {own}


@pytest.mark.parametrize("backwards", [False, True], ids=["there", "back"])
def test_a_linked_case_counts_and_no_other(office: House, backwards: bool) -> None:
    own, linked, free = (written_by(office, login) for login in ("maker", "maker_head", "maker_head"))
    link(office, *((own, linked) if backwards else (linked, own)))

    offered = offered_cases(office, office.actor("maker"))

    assert offered == {free}


def test_completing_judges_as_the_list_does(office: House) -> None:
    own, linked = written_by(office, "maker"), written_by(office, "maker_head")
    link(office, own, linked)
    task = office.open_tasks(linked)[0]

    with pytest.raises(SeparationOfDuties):
        tasks.complete_task(office.runtime, task.id, {"again": False}, by=office.actor("maker"))

    row = office.session().get(ProcessInstance, (DISTRICT, linked))
    assert row is not None
    assert row.state == "running"


def test_who_did_what_is_looked_up_in_the_case_and_never_in_the_history_of_the_whole_district(sqlite_url: str) -> None:
    """SQLite plans without statistics: left to itself it searches all of the district's history each time."""
    engine = create_engine(sqlite_url)
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    with Session(engine) as session:
        assert performed(session, DISTRICT, uuid4(), ["accept_at_window", "accept_online"]) == {}
        statement, parameters = asked[0]
        explained = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        plan = [row.detail for row in explained]
    engine.dispose()

    by_case = "SEARCH history USING INDEX ix_history_root_kind (district_id=? AND root_id=? AND kind=?"
    searched = [line for line in plan if "history" in line]
    assert searched and all(line.startswith(by_case) for line in searched)
    assert all("root_id=?" in line for line in plan if "case_links" in line)
