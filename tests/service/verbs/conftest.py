"""The desk: a house in which the diagrams of this folder are published."""

from __future__ import annotations

import pytest

from tests.service.verbs.stage import deploy_desk
from tests.world import World


@pytest.fixture
def desk(world: World) -> World:
    """A world with the desk's diagrams."""
    deploy_desk(world)
    return world
