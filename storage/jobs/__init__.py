"""Background work, written by the transaction that makes it necessary. Two backends behind one interface."""

from storage.jobs.backend import ClaimedJob, JobAbandoned, JobBackend, LeaseLost, NewJob, guard, running
from storage.jobs.choice import backend_for
from storage.jobs.distributed import ProcrastinateJobs, install_procrastinate, procrastinate_schema_sql
from storage.jobs.embedded import EmbeddedJobs
from storage.jobs.retry import RetryRule

__all__ = [
    "ClaimedJob",
    "EmbeddedJobs",
    "JobAbandoned",
    "JobBackend",
    "LeaseLost",
    "NewJob",
    "ProcrastinateJobs",
    "RetryRule",
    "backend_for",
    "guard",
    "install_procrastinate",
    "procrastinate_schema_sql",
    "running",
]
