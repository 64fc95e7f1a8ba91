"""Browsers without a screen: test clients that signed in through the sign-in page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from service.seed.people import DEMO_PASSWORD
from tests.world import World


class Visitor:
    """One person's browser: follows forms with the token of the page, as a browser without script does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.answer: TestResponse | None = None

    def get(self, address: str) -> TestResponse:
        self.answer = self.client.get(address, follow_redirects=True)
        return self.answer

    def post(self, address: str, data: dict[str, Any] | None = None) -> TestResponse:
        """Send a form with the anti-forgery token that the last page carried, and follow to where it leads."""
        assert self.answer is not None
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.answer.text)
        assert found is not None
        values = {"csrf_token": found.group(1), **(data or {})}
        self.answer = self.client.post(address, data=values, follow_redirects=True, content_type="multipart/form-data")
        return self.answer

    def sign_in(self, login: str) -> Visitor:
        self.get("/sign-in")
        self.post("/sign-in", {"login": login, "password": DEMO_PASSWORD})
        return self

    def part(self, address: str, data: dict[str, Any]) -> str:
        """What a script of the page gets when it sends the form: a part of the page."""
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.page)
        assert found is not None
        headers = {"HX-Request": "true", "X-CSRFToken": found.group(1)}
        return self.client.post(address, data=data, headers=headers).text

    @property
    def page(self) -> str:
        """The page as it came."""
        assert self.answer is not None
        return self.answer.text

    @property
    def address(self) -> str:
        """Where the browser stands after following."""
        assert self.answer is not None
        return self.answer.request.path

    @property
    def text(self) -> str:
        """What the page says, without its markup."""
        assert self.answer is not None
        return " ".join(html.fromstring(self.answer.text).xpath("//main")[0].text_content().split())


@pytest.fixture
def visitor(world: World) -> Callable[[], Visitor]:
    return lambda: Visitor(world.app.test_client())


@pytest.fixture
def signed_in(world: World) -> Callable[[str], Visitor]:
    """A browser in which this person is signed in."""
    return lambda login: Visitor(world.app.test_client()).sign_in(login)
