from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inbox.store.database import Store

Fresh = Callable[[], Store]


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Fresh]:
    """Give what opens one empty store after another."""
    opened: list[Store] = []

    def make() -> Store:
        opened.append(Store.open(tmp_path / f"store{len(opened)}" / "inbox.db", device="bench"))
        return opened[-1]

    yield make
    for store in opened:
        store.close()
