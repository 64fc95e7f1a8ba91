"""The demo: a policy goes through all nine stages over HTTP, and what happened can be read and verified."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from service.demo.run import run_demo


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, world_database: str) -> Iterator[str | None]:
    """An empty database of the asked kind; None lets the demo make its own SQLite file."""
    if world_database == "sqlite":
        yield None
        return
    server = request.getfixturevalue("postgres_server")
    name = f"zhida_demo_{uuid4().hex}"
    server.administer(f"CREATE DATABASE {name}")
    yield server.url(name)
    server.administer(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_demo_goes_through_all_nine_stages_and_leaves_a_case_file(
    empty_database: str | None, tmp_path: Path
) -> None:
    told: list[str] = []
    assert run_demo(told.append, folder=tmp_path, database_url=empty_database) == 0, "\n".join(told[-5:])

    whole = json.loads((tmp_path / "case.json").read_text(encoding="utf-8"))
    assert list(whole) == ["政策全生命周期", "第一件申报", "第二件申报", "第三件申报", "兑现批次"]
    ends = {name: instances[0]["end_element_id"] for name, instances in whole.items()}
    assert ends == {
        "政策全生命周期": "policy_archived",
        "第一件申报": "application_finished",
        "第二件申报": "application_refused",
        "第三件申报": "application_withdrawn",
        "兑现批次": "batch_paid",
    }
    stages = {instance["process_key"] for instances in whole.values() for instance in instances}
    assert stages >= {
        "pre_assessment",
        "opinion_consultation",
        "standardization_review",
        "launch",
        "training",
        "application",
        "review",
        "disbursement_filing",
        "post_evaluation",
    }
    assert "（create_batch）" in "\n".join(told)
