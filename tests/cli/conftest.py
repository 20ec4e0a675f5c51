from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shop import Shop


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A home in which nothing has happened yet."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "C")
    monkeypatch.setenv("TZ", "America/New_York")
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return Shop(home)


@pytest.fixture
def shop(empty: Shop) -> Shop:
    """A home with one account and no mail."""
    empty.add_account()
    return empty
