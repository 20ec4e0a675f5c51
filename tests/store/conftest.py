"""A store in a temporary folder, and small makers of what goes into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox.store.database import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give a fresh store."""
    opened = Store.open(tmp_path / "store" / "inbox.db", device="bench")
    yield opened
    opened.close()


@pytest.fixture
def other_store(tmp_path: Path) -> Iterator[Store]:
    """Give a second fresh store, to compare the first with."""
    opened = Store.open(tmp_path / "other" / "inbox.db", device="bench")
    yield opened
    opened.close()
