"""A desk for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors import steps
from tests.sync.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a desk on a store of the test's own."""
    desk = Desk(tmp_path)
    yield desk
    steps.hook = lambda _name: None
    desk.store.close()
