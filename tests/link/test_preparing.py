"""The first start after an update says what it is doing: minutes of silence look like a fault."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from inbox.link.preparing import told
from inbox.link.way import open_store
from inbox.locations import Locations
from inbox.store.database import Store
from tests.store.past import load


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


@pytest.mark.parametrize("version", [2, 10])
def test_an_update_tells_how_far_it_is(tmp_path: Path, version: int) -> None:
    """It only ever grows, and ends when it is done."""
    path = tmp_path / "inbox.db"
    load(version, path)
    parts: list[float] = []

    Store.open(path, progress=parts.append).close()

    assert parts == sorted(parts)
    assert len(set(parts)) > 1
    assert parts[-1] == pytest.approx(1.0)


def test_the_first_start_after_an_update_says_so_on_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On one line that is gone when the screen comes; the next start says nothing."""
    where = Locations.under(tmp_path)
    where.prepare()
    load(2, where.store_file)
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)

    open_store(where).close()

    said = terminal.getvalue()
    numbers = [
        int(each) for each in re.findall(r"Preparing the store after an update… (\d+) %", said)
    ]
    assert numbers[0] == 0
    assert numbers[-1] == 100
    assert said.endswith("\r\x1b[K")
    open_store(where).close()
    assert terminal.getvalue() == said


def test_who_is_no_terminal_is_told_nothing() -> None:
    """A script's log needs no percentages."""
    out = io.StringIO()

    with told(out) as progress:
        progress(0.5)

    assert out.getvalue() == ""
