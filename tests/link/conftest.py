"""A home for the link of each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox.locations import Locations
from tests.link.engines import FakeEngine


@pytest.fixture
def locations(tmp_path: Path) -> Locations:
    """Return locations under a folder of the test's own."""
    return Locations.under(tmp_path)


@pytest.fixture
def engine(locations: Locations) -> Iterator[FakeEngine]:
    """Return the engine's end of a link that listens."""
    engine = FakeEngine(locations)
    yield engine
    engine.close()
