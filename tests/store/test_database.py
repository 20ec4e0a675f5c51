"""The file, its transactions, and many hands on it at once."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tinydb import where

from inbox.store import migrations, uids
from inbox.store.database import Store, Transaction
from inbox.store.faults import StoreReadOnly
from inbox.store.schema import TABLES

COUNT_UP = """
import sys
from pathlib import Path
from inbox.store.database import Store, Transaction

store = Store.open(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    with store.write(durable=number % 2 == 0) as tx:
        table = tx.table("canned_uses")
        (document,) = table.all() or [None]
        if document is None:
            table.insert({"name": "hello", "count": 1, "last_at": 0})
        else:
            table.update({"count": document["count"] + 1}, doc_ids=[document.doc_id])
store.close()
"""


def test_what_is_written_is_the_sellers_alone(tmp_path: Path) -> None:
    """Buyers' words and addresses are nobody else's on the machine."""
    path = tmp_path / "new" / "folder" / "inbox.db"
    store = Store.open(path)
    with store.write() as tx:
        tx.table("drafts").insert({"conversation": "c", "text": "hello"})
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    store.close()

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700
    assert modes == {"inbox.db": 0o600, "inbox.db-wal": 0o600, "inbox.db-shm": 0o600}


def test_a_store_keeps_its_uid_and_its_content(tmp_path: Path) -> None:
    """The uid names the secrets of its accounts: another one would lose every password."""
    with_one = Store.open(tmp_path / "inbox.db")
    with with_one.write(durable=True) as tx:
        tx.table("drafts").insert({"conversation": "c", "text": "hello"})
    with_one.close()

    again = Store.open(tmp_path / "inbox.db")
    assert again.uid == with_one.uid
    assert len(again.uid) == 12
    with again.read() as tx:
        assert tx.table("drafts").all() == [{"conversation": "c", "text": "hello"}]
    again.close()


def test_a_transaction_happens_wholly_or_not_at_all(store: Store) -> None:
    """A message without its checkpoint, or a reply without its key, must never be."""

    def half() -> None:
        with store.write() as tx:
            tx.table("drafts").insert({"conversation": "c", "text": "hello"})
            assert len(tx.table("drafts")) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()

    with store.write() as tx:
        assert len(tx.table("drafts")) == 0
        assert tx.table("drafts").insert({"conversation": "d"}) == 1


def test_a_savepoint_takes_back_its_own_part_only(store: Store) -> None:
    """One poisoned message must not take those beside it along."""

    def poisoned(tx: Transaction) -> None:
        with tx.savepoint():
            tx.table("drafts").insert({"conversation": "taken back"})
            raise ZeroDivisionError

    with store.write() as tx:
        tx.table("drafts").insert({"conversation": "kept"})
        with pytest.raises(ZeroDivisionError):
            poisoned(tx)
        with tx.savepoint():
            tx.table("drafts").insert({"conversation": "kept too"})

    with store.read() as tx:
        assert [each["conversation"] for each in tx.table("drafts")] == ["kept", "kept too"]


def test_the_revision_counts_what_changed_and_nothing_else(store: Store) -> None:
    """Every screen looks again at each count: an idle engine must not keep them busy."""
    before = store.revision()
    with store.write() as tx:
        tx.table("drafts").all()
    assert store.revision() == before

    with store.write(durable=True) as tx:
        tx.table("drafts").insert({"conversation": "c"})
    assert store.revision() == before + 1


def test_a_reader_sees_one_moment(store: Store) -> None:
    """A screen painted half before and half after a batch would show what never was."""

    def write(name: str) -> None:
        with store.write() as tx:
            tx.table("drafts").insert({"conversation": name})

    with ThreadPoolExecutor(1) as other:
        other.submit(write, "before").result()
        with store.read() as tx:
            assert len(tx.table("drafts").search(where("conversation").exists())) == 1
            other.submit(write, "meanwhile").result()
            with store.read() as nested:
                assert len(nested.table("drafts").search(where("conversation").exists())) == 1
        with store.read() as tx:
            assert len(tx.table("drafts").search(where("conversation").exists())) == 2


def test_what_the_seller_made_outlasts_a_power_cut(store: Store) -> None:
    """A reply that was said to be queued must not be forgotten by the disk."""
    with store.write() as tx:
        assert tx.sql.execute("PRAGMA synchronous").fetchone() == (1,)
    with store.write(durable=True) as tx:
        assert tx.sql.execute("PRAGMA synchronous").fetchone() == (2,)
        assert tx.sql.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_reader_cannot_write(store: Store) -> None:
    """What only looks can be run beside anything."""
    with pytest.raises(StoreReadOnly), store.read() as tx:
        tx.table("drafts").insert({"conversation": "c"})


def test_a_thread_that_would_wait_for_itself_is_told(store: Store) -> None:
    """Better a traceback in a test than a program that stands still for a minute."""
    with store.write(), pytest.raises(RuntimeError), store.write(durable=True):
        pass


def test_connections_of_threads_that_ended_are_closed(store: Store) -> None:
    """A day's worth of worker threads must not use up the file handles."""
    for _ in range(20):
        thread = threading.Thread(target=store.revision)
        thread.start()
        thread.join()
    store.revision()

    assert len(store._sessions) <= 2


def test_nothing_is_done_after_closing(store: Store) -> None:
    """A thread that is late must not open the file again behind the one that put it away."""
    store.revision()
    store.close()

    with pytest.raises(RuntimeError):
        store.revision()


def test_closing_waits_for_what_another_thread_reads(store: Store) -> None:
    """SQLite crashes the whole process when a connection is closed under a query."""
    inside, closing = threading.Event(), threading.Event()
    count = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000)"
        " SELECT max(i) FROM n"
    )
    told: list[int] = []

    def read() -> None:
        with store.read() as tx:
            inside.set()
            assert closing.wait(20)
            told.extend(tx.sql.execute(count).fetchone())

    reading = threading.Thread(target=read)
    reading.start()
    assert inside.wait(20)
    ending = threading.Thread(target=store.close)
    ending.start()
    closing.set()
    ending.join(20)

    assert told == [300_000]
    reading.join(20)
    with pytest.raises(RuntimeError):
        store.revision()


def test_many_threads_and_processes_write_and_none_is_turned_away(tmp_path: Path) -> None:
    """Screen, engine and command line run together; "database is locked" reaches nobody."""
    path = tmp_path / "inbox.db"
    command = [sys.executable, "-c", COUNT_UP, str(path), "60"]
    children = [subprocess.Popen(command) for _ in range(2)]
    store = Store.open(path)

    def count(number: int) -> None:
        with store.write() as tx:
            tx.table("drafts").insert({"conversation": f"c{number}"})

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(count, range(60)))
    endings = [child.wait(timeout=50) for child in children]

    assert endings == [0, 0]
    with store.read() as tx:
        assert [each["count"] for each in tx.table("canned_uses")] == [120]
        assert len(tx.table("drafts")) == 60
    store.close()


def test_the_migrations_make_what_the_schema_declares(store: Store) -> None:
    """A column that is declared and not there would fail on the first message."""
    with store.read() as tx:
        made = {
            name: [row[1] for row in tx.sql.execute(f"PRAGMA table_info(doc_{name})")]
            for name in TABLES
        }
        version = tx.sql.execute("PRAGMA user_version").fetchone()[0]

    assert made == {name: ["doc_id", *layout.columns, "doc"] for name, layout in TABLES.items()}
    assert version == migrations.VERSION


def test_uids_are_short_and_readable() -> None:
    """They are typed by hand: no letter that looks like another."""
    made = {uids.new_uid() for _ in range(500)}

    assert len(made) == 500
    assert {len(uid) for uid in made} == {12}
    assert set("".join(made)) <= set(uids.ALPHABET)
