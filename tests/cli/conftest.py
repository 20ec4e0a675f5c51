from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shop import Shop


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Shop]:
    """A home in which nothing has happened yet."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as environment:
        for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
            environment.setenv(name, "C")
        environment.setenv("TZ", "America/New_York")
        yield Shop(home)
    time.tzset()  # the zone may have been read: the tests after these have their own


@pytest.fixture
def shop(empty: Shop) -> Shop:
    """A home with one account and no mail."""
    empty.add_account()
    return empty
