"""Screen, engine and command line on one store: nobody waits for anybody but the one writer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from inbox.core.query import parse
from inbox.store import connections, conversations
from inbox.store.database import Store
from tests.store.making import ACCOUNT, NOON, assert_whole, question, take

INGEST = """
import sys
from contextlib import closing
from pathlib import Path
from inbox.store.database import Store
from tests.store.making import question, take

with closing(Store.open(Path(sys.argv[1]))) as store:
    for number in range(1000, 1020):
        take(store, [question(number)])
print("done")
"""
READ = """
import sys
from contextlib import closing
from pathlib import Path
from inbox.store.database import Store
from tests.store.making import listed

with closing(Store.open(Path(sys.argv[1]))) as store:
    print(len(listed(store)))
"""
WRITE = """
import sys
from contextlib import closing
from pathlib import Path
from inbox.store.database import Store

with closing(Store.open(Path(sys.argv[1]))) as store:
    print("ready", flush=True)
    with store.write(durable=True) as tx:
        tx.table("drafts").insert({"conversation": "late", "text": "x"})
print("written")
"""


def test_who_waits_for_long_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that stands still for half a minute looks broken, and is ended in the middle."""
    monkeypatch.setattr(connections, "_QUIET", 0.01)
    path = tmp_path / "inbox.db"
    with closing(Store.open(path)) as one, closing(Store.open(path)) as two, ExitStack() as writing:
        writing.enter_context(one.write())
        told: list[str] = []

        def end_the_other() -> None:
            told.append("waiting")
            writing.close()

        two.waiting = end_the_other

        with two.write() as tx:
            tx.table("drafts").insert({"conversation": "late", "text": "x"})

        assert told == ["waiting"]


def said_by(script: str, path: Path) -> str:
    """Run a child to its end and return what it printed; it must print nothing else."""
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


@contextmanager
def search_that_never_ends(store: Store) -> Iterator[None]:
    """Stand in the middle of reading the results of a search."""
    with store.read() as tx:
        rows = tx.sql.execute("SELECT doc FROM doc_conversations")
        assert rows.fetchone() is not None
        yield
        # What it began with is what it goes on with.
        assert len(rows.fetchall()) == 4
        assert len(conversations.ids(tx, parse(""), NOON)) == 5


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with five conversations."""
    take(store, [question(number) for number in range(5)])
    return store


def test_a_long_search_delays_no_ingest(filled: Store) -> None:
    """Twenty batches are taken while one search stands still; none of them waits for it."""
    with search_that_never_ends(filled):
        assert said_by(INGEST, filled.path) == "done"

    assert_whole(filled)
    with filled.read() as tx:
        assert len(conversations.ids(tx, parse(""), NOON)) == 25


def test_a_batch_in_the_middle_of_being_written_delays_no_reader(filled: Store) -> None:
    """The list is painted from what was committed last, whatever the engine is at."""
    with filled.write() as tx:
        tx.sql.execute("UPDATE doc_conversations SET spam = spam")
        tx.table("checkpoints").insert({"account": ACCOUNT, "checkpoint": "half"})
        assert said_by(READ, filled.path) == "5"


def test_who_writes_second_waits_and_is_not_turned_away(filled: Store) -> None:
    """A seller who pressed a key is never told that the database is locked."""
    with filled.write() as tx:
        tx.table("drafts").insert({"conversation": "early", "text": "x"})
        child = subprocess.Popen(
            [sys.executable, "-c", WRITE, str(filled.path)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    with child:
        rest = child.stdout.read()

    assert (rest, child.returncode) == ("written\n", 0)
    with closing(Store.open(filled.path)) as again, again.read() as tx:
        order = [each["conversation"] for each in tx.table("drafts")]
    assert order == ["early", "late"]
