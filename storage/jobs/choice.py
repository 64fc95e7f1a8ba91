"""Which backend an installation uses: decided once, when the service starts."""

from __future__ import annotations

from sqlalchemy import make_url

from processes.clock import Clock
from storage.jobs.backend import JobBackend
from storage.jobs.distributed import ProcrastinateJobs
from storage.jobs.embedded import EmbeddedJobs


def backend_for(database_url: str, *, clock: Clock, shifted_clock: bool = False) -> JobBackend:
    """procrastinate on PostgreSQL, else the table `jobs`.

    `shifted_clock` (demo mode, tests with a clock of their own) keeps PostgreSQL on the table too, because
    procrastinate follows the database server's clock and would not notice the shift. Raises ValueError for any
    other database.
    """
    kind = make_url(database_url).get_backend_name()
    if kind not in {"sqlite", "postgresql"}:
        raise ValueError(f"数据库“{kind}”不受支持；请把 ZHIDA_DATABASE_URL 设为 sqlite 或 postgresql+psycopg 地址。")
    if kind == "postgresql" and not shifted_clock:
        return ProcrastinateJobs()
    return EmbeddedJobs(clock)
