"""Who updates while an engine runs: the old one leaves, then the store is migrated."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from inbox.cli.session import Session
from inbox.link import way
from inbox.link.protocol import version
from inbox.locations import Locations
from inbox.store import migrations
from inbox.store.database import Store
from inbox.store.faults import StoreBusy
from tests.fakes.ports import wait_until
from tests.store.past import load


def version_of(locations: Locations) -> int:
    """Return the version that the store's file is of."""
    with closing(sqlite3.connect(locations.store_file)) as sql:
        (found,) = sql.execute("PRAGMA user_version").fetchone()
    return int(found)


@pytest.mark.slow
def test_an_older_engine_leaves_before_the_store_is_migrated(locations: Locations) -> None:
    """It would write rows without the columns that it does not know."""
    past = migrations.VERSION - 1
    command = [sys.executable, "-m", "tests.link.past_engine", str(locations.home), str(past)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as engine:
        wait_until(locations.socket.exists, "the older engine", 20)
        assert version_of(locations) == past

        session = Session(locations)
        uid = session.store.uid
        session.close()
        said, _ = engine.communicate(timeout=20)

    assert said == f"version {version()} wants the store\n"
    assert engine.returncode == 0
    assert version_of(locations) == migrations.VERSION
    with closing(Store.open(locations.store_file)) as store:
        assert store.uid == uid


def test_a_store_that_an_older_engine_does_not_leave_is_not_touched(
    locations: Locations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that hangs may still be writing: better no screen than two that disagree."""
    locations.prepare()
    load(1, locations.store_file)
    monkeypatch.setattr("inbox.link.client.make_way", lambda _locations: False)

    with pytest.raises(StoreBusy):
        way.open_store(locations)

    assert version_of(locations) == 1
