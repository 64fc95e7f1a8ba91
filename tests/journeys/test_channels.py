"""Publication on channels outside the house: carried by an adapter where one is set up, by hand where not (G10)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from processes.opening_words import Channel, PublicationSubject, SyncState
from service.app import create_app
from service.settings import SettingsRefused, from_environment
from storage.db import db
from storage.models.publications import PublicationRecord
from tests import launching
from tests.journeys import launching_route as route
from tests.world import World


class Portal:
    """A portal as the adapter meets it: it takes what it is given, or is down."""

    def __init__(self) -> None:
        self.down = False
        self.taken: list[tuple[str, dict[str, Any]]] = []
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(503 if portal.down else 200)
                self.end_headers()
                if not portal.down:
                    portal.taken.append((self.headers["Idempotency-Key"], body))
                    answer = {"url": f"https://portal.example/{body['item_no']}"}
                    self.wfile.write(json.dumps(answer).encode())

            def log_message(self, format: str, *args: Any) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/publications"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def portal() -> Iterator[Portal]:
    portal = Portal()
    yield portal
    portal.close()


@contextmanager
def connected(world: World, portal: Portal) -> Iterator[World]:
    """The same house with an adapter for the portal."""
    settings = replace(world.zhida.settings, channel_addresses={Channel.PORTAL: portal.address})
    app = create_app(settings, world.clock)
    with app.app_context():
        yield World(app, world.clock)
        db.session.remove()
        db.engine.dispose()


def _record(world: World, channel: Channel = Channel.PORTAL) -> PublicationRecord:
    found: PublicationRecord = world.one(PublicationRecord, channel=channel, subject=PublicationSubject.GUIDE)
    return found


def _to_publication(world: World) -> Any:
    """A launch just confirmed: the channels are being published to."""
    root = route.issue(world)
    route.fill(world, root)
    route.guide(world, root)
    world.do("dsb_approver", "confirm_launch", launching.launch(), root)
    return root


def test_without_an_adapter_the_channel_waits_for_a_person_and_nothing_pretends_to_be_done(world: World) -> None:
    root = _to_publication(world)

    assert _record(world).state == SyncState.PENDING
    assert sorted(task.item for task in world.open_tasks(root)) == ["政务公开专栏", "门户网站"]


def test_an_adapter_carries_the_guide_and_a_person_checks_the_address(world: World, portal: Portal) -> None:
    with connected(world, portal) as house:
        root = _to_publication(house)

        sent = _record(house)
        assert (sent.state, sent.url) == (SyncState.SENT, "https://portal.example/SX-ZC-2026-0001-01")
        key, body = portal.taken[0]
        assert key == str(sent.id)
        assert (body["doc_no"], len(body["guide"]["elements"])) == ("长新党政办发〔2026〕18号", 20)

        answers = launching.publication("2026-08-03") | {"items": [{"url": sent.url}]}
        house.do("dsb_operator", "publish_by_hand", answers, root, item="门户网站")

        assert _record(house).state == SyncState.SYNCED


def test_a_portal_that_is_down_is_tried_again_with_the_same_key(world: World, portal: Portal) -> None:
    with connected(world, portal) as house:
        portal.down = True
        root = _to_publication(house)
        failed = _record(house)
        assert (failed.state, failed.attempts) == (SyncState.FAILED, 1)
        assert "HTTP 503" in failed.note

        portal.down = False
        house.advance(minutes=5)

        assert _record(house).state == SyncState.SENT
        assert [key for key, _ in portal.taken] == [str(failed.id)]
        assert any(task.item == "门户网站" for task in house.open_tasks(root))


def test_a_publication_vouched_for_by_hand_is_not_sent_again(world: World, portal: Portal) -> None:
    with connected(world, portal) as house:
        portal.down = True
        root = _to_publication(house)
        house.do("dsb_operator", "publish_by_hand", launching.publication("2026-08-03"), root, item="门户网站")

        portal.down = False
        house.advance(hours=5)

        assert portal.taken == []
        assert _record(house).state == SyncState.BY_HAND


def test_a_channel_address_that_is_none_stops_the_start() -> None:
    with pytest.raises(SettingsRefused) as refused:
        from_environment({"ZHIDA_DEMO": "1", "ZHIDA_CHANNEL_PORTAL": "portal"})

    assert "ZHIDA_CHANNEL_PORTAL" in str(refused.value)
