from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.keeping.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with nothing in it."""
    return Home(tmp_path / "home")
