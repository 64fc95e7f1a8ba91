"""How many random diagrams the engine is held against."""

from __future__ import annotations

import pytest


@pytest.fixture
def engine_diagrams(request: pytest.FixtureRequest) -> int:
    """The number of the option `--engine-diagrams`."""
    return int(request.config.getoption("--engine-diagrams"))
