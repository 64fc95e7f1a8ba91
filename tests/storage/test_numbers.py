"""Readable numbers: in order, without gaps, never twice, per district."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from storage.db import WRITE
from storage.numbers import next_in_series, next_number

DAY = date(2026, 8, 17)


def test_numbers_count_by_year_or_day_and_are_padded(engine: Engine) -> None:
    with Session(engine) as session:
        assert next_number(session, "220193", "ZC", on=DAY, width=4) == "ZC-2026-0001"
        assert next_number(session, "220193", "ZC", on=DAY, width=4) == "ZC-2026-0002"
        assert next_number(session, "220193", "BZ", on=DAY) == "BZ-2026-1"
        assert next_number(session, "220193", "ZC", on=date(2027, 1, 1), width=4) == "ZC-2027-0001"
        assert next_number(session, "220193", "SB", on=DAY, width=5, per="day") == "SB-20260817-00001"


def test_districts_count_apart(engine: Engine) -> None:
    with Session(engine) as session:
        assert next_number(session, "220193", "ZC", on=DAY, width=4) == "ZC-2026-0001"
        assert next_number(session, "220104", "ZC", on=DAY, width=4) == "ZC-2026-0001"


def test_a_transaction_that_fails_gives_its_number_back(engine: Engine) -> None:
    with Session(engine) as session:
        next_in_series(session, "220193", "SX-ZC-2026-0001")
        session.rollback()
        assert next_in_series(session, "220193", "SX-ZC-2026-0001") == 1


def test_many_at_once_never_get_the_same_number(engine: Engine) -> None:
    def take(_: int) -> str:
        with Session(engine) as session:
            session.connection(execution_options={WRITE: True})
            number = next_number(session, "220193", "ZC", on=DAY, width=4)
            session.commit()
            return number

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(take, range(40)))
    assert sorted(numbers) == [f"ZC-2026-{number:04d}" for number in range(1, 41)]
