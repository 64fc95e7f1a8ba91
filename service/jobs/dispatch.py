"""From the name of a job to the function that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from processes.errors import ProcessError
from storage.jobs import ClaimedJob

RuntimeT = TypeVar("RuntimeT")

#: What a job does: (runtime, district_id, args). It makes its own transactions and must be idempotent.
JobFunction = Callable[[RuntimeT, str, Mapping[str, Any]], None]


class UnknownJob(ProcessError):
    """No function is registered under this name (an older worker meets a newer job, or a renamed one)."""

    code = "UNKNOWN_JOB"


class Dispatcher(Generic[RuntimeT]):
    """Runs claimed jobs with the functions of one table."""

    def __init__(self, runtime: RuntimeT, jobs: Mapping[str, JobFunction[RuntimeT]]) -> None:
        self._runtime = runtime
        self._jobs = dict(jobs)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all jobs this process can do."""
        return tuple(self._jobs)

    def run(self, claimed: ClaimedJob) -> None:
        """Do the job. Raises UnknownJob, or whatever the function raises."""
        function = self._jobs.get(claimed.job)
        if function is None:
            raise UnknownJob(
                f"没有名为“{claimed.job}”的后台作业；请确认所有工作进程已升级到同一版本，然后在事件页面重试。",
                job=claimed.job,
            )
        function(self._runtime, claimed.district_id, claimed.args)
