"""A house in which the sample policies have been lived through: cases, batches and results to look at.

Registered as a plugin by `tests/conftest.py`. Seeding takes a while, so it is done once per test process and
copied; on SQLite only, because what these tests ask (who sees what, how pages look) does not depend on it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, update

import processes
from processes.clock import SHANGHAI, FixedClock
from processes.vocabulary import DefinitionKind
from service.app import create_app
from service.orchestration import tasks
from service.orchestration.deployments import deploy
from service.orchestration.drafts import Place, save_draft
from service.orchestration.migrating import start_migration
from service.orchestration.publication_requests import Wish, ask_for_drafts
from service.samples.seeding import seed_policies
from storage.db import db, prepare_engine
from storage.definitions import get_definition
from storage.models.applications import Application
from storage.models.disbursements import DisbursementBatch, Publicity
from storage.models.guides import QrCode
from storage.models.instance_migrations import InstanceMigration
from storage.models.instances import Task
from storage.models.items import PolicyItem
from storage.models.people import Membership
from storage.models.policies import Policy
from storage.models.publication_requests import PublicationRequest
from storage.models.records import Attachment
from storage.schema import migrate
from tests.world import DISTRICT, World, furnish, settings_for

#: The item for which the first enterprise has begun an application.
DRAFTED = "育儿补贴"
DIAGRAMS = Path(processes.__file__).parent / "bpmn"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)


def _sample(url: str, data_dir: Path) -> None:
    app = create_app(settings_for(url, data_dir), FixedClock(NOW))
    with app.app_context():
        session = db.session()
        session.execute(update(Membership).values(valid_from=date(2026, 1, 1)))
        session.commit()
    seed_policies(settings_for(url, data_dir), now=NOW)
    house = World(create_app(settings_for(url, data_dir), FixedClock(NOW)), FixedClock(NOW))
    with house.app.app_context():
        for login, element_id in (("maker_ind", "write_assessment"), ("window_clerk", "accept_at_window")):
            tasks.claim_task(house.runtime, house.task(element_id).id, by=house.actor(login))
        item = house.session.scalars(select(PolicyItem.id).where(PolicyItem.name == DRAFTED)).one()
        house.start("application", by="applicant", variables={"item_id": str(item)})
        _rehearse(house)
        _ask_for_publication(house)
        db.session.remove()
        db.engine.dispose()


def _rehearse(house: World) -> None:
    """A second version of a stage in which something runs, and a rehearsal of moving that: nothing else changes."""
    name = "pre_assessment.bpmn"
    content = (DIAGRAMS / name).read_bytes().replace("审签评估报告".encode(), "审签并盖章".encode())
    deploy(house.runtime, {name: content}, by=house.actor("publisher"), comment="审签时一并盖章", override="示例")
    start_migration(house.runtime, "pre_assessment", 2, [1], {}, by=house.actor("admin"), rehearsal=True)
    house.drain()


def _ask_for_publication(house: World) -> None:
    """A process owner's draft of `review` that a publisher has not looked at yet."""
    owner = house.actor("process_owner")
    place = Place(DefinitionKind.PROCESS, "review")
    stored = get_definition(house.session, DISTRICT, place.kind, place.key)
    changed = stored.content.replace("初审".encode(), "初步审查".encode())
    save_draft(house.runtime, place, changed, base_version=stored.version, revision=0, by=owner)
    strict = replace(house.runtime, second_person=True)
    ask_for_drafts(strict, [place], Wish("环节名称与方案一致", "“初审”改称“初步审查”，办法不变。"), by=owner)


@pytest.fixture(scope="session")
def sampled_folder(furnished_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sampled database and its files."""
    folder = tmp_path_factory.mktemp("sampled")
    shutil.copyfile(furnished_sqlite, folder / "zhida.sqlite3")
    _sample(f"sqlite:///{folder / 'zhida.sqlite3'}", folder)
    return folder


def make_sampled(folder: Path) -> None:
    """The sampled database and its files in an empty folder, without the fixtures."""
    file = folder / "zhida.sqlite3"
    engine = create_engine(f"sqlite:///{file}")
    prepare_engine(engine)
    migrate(engine)
    engine.dispose()
    furnish(f"sqlite:///{file}", folder)
    _sample(f"sqlite:///{file}", folder)


def open_house(folder: Path) -> World:
    """The application on a sampled folder, at the moment the samples end. The caller opens an app context."""
    clock = FixedClock(NOW)
    return World(create_app(settings_for(f"sqlite:///{folder / 'zhida.sqlite3'}", folder), clock), clock)


@pytest.fixture
def sampled(sampled_folder: Path, tmp_path: Path) -> Iterator[World]:
    """A copy of the sampled house."""
    folder = tmp_path / "house"
    shutil.copytree(sampled_folder, folder)
    house = open_house(folder)
    with house.app.app_context():
        yield house
        db.session.remove()
        db.engine.dispose()


def objects_of(house: World) -> dict[str, str]:
    """Ids of the things the sampled house is asked about, by the names that addresses use in braces."""
    session = house.session

    def one(query: object) -> str:
        return str(session.scalars(query).first())  # type: ignore[call-overload]  # any single-column select

    own = select(Application).where(Application.district_id == DISTRICT).order_by(Application.number)
    in_review = session.scalars(own.where(Application.status == "复审")).one()
    resident = session.scalars(own.where(Application.typed_for_them)).one()
    item = session.get(PolicyItem, (DISTRICT, in_review.item_id))
    assert item is not None
    return {
        "application": str(in_review.id),
        "instance": str(in_review.instance_id),
        "resident_application": str(resident.id),
        "resident_instance": str(resident.instance_id),
        "item": str(item.id),
        "policy": str(item.policy_id),
        "draft": one(own.with_only_columns(Application.id).where(Application.status == "草稿")),
        "code": one(select(QrCode.code).where(QrCode.item_id == item.id)),
        "draft_policy": one(select(Policy.id).where(Policy.status == "评估中")),
        "task": one(select(Task.id).where(Task.element_id == "review_second", Task.state.in_(("ready", "claimed")))),
        "own_task": one(select(Task.id).where(Task.element_id == "write_assessment", Task.state == "claimed")),
        "window_task": one(select(Task.id).where(Task.element_id == "accept_at_window", Task.state == "claimed")),
        "window_application": one(
            select(Application.id)
            .join(Task, Task.instance_id == Application.instance_id)
            .where(Task.element_id == "accept_at_window", Task.state == "claimed")
        ),
        "publication": one(select(PublicationRequest.id).order_by(PublicationRequest.asked_at)),
        "batch": one(select(DisbursementBatch.id).order_by(DisbursementBatch.id)),
        "migration": one(select(InstanceMigration.id)),
        "publicity": one(select(Publicity.id).order_by(Publicity.id)),
        "material": one(
            select(Attachment.id).where(Attachment.root_id == in_review.root_id).order_by(Attachment.uploaded_at)
        ),
    }
