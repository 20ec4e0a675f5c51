"""How many messages a second are taken in, beside plain sqlite3 and notmuch over the same mails.

`BENCHMARK_MESSAGES=1000000` runs it once at the size of ten years of a busy shop.
"""

from __future__ import annotations

import gc
import os
import resource
import shutil
import sqlite3
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from connectors.contract import Account
from connectors.email.mime import parse
from connectors.memory import MemoryConnector
from connectors.values import Batch, Checkpoint, Message, Place, Role
from inbox.store.database import Store
from inbox.store.prepared import Ready
from inbox.sync.collecting import expect_batches
from inbox.sync.ingest import ingest, prepare
from inbox.sync.pulling import Pulled, pull
from tests.benchmarks.bytecode import compile_all
from tests.benchmarks.mailbox import fill_maildir, mails
from tests.store.making import ACCOUNT, BOOK, ME

MESSAGES = int(os.environ.get("BENCHMARK_MESSAGES", "100000"))
AT_ONCE = 1000
OWN = BOOK.addresses_at(ACCOUNT)
PULLED = 20_000
"""Messages of the long pull: they are all in memory before it begins."""
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def batches() -> Iterator[tuple[Message, ...]]:
    """Yield the mails as a connector delivers them, a batch at a time."""
    numbered = enumerate(mails(MESSAGES, NOW), start=1)
    while some := list(islice(numbered, AT_ONCE)):
        yield tuple(
            parse(
                raw,
                place=Place("INBOX", "1", str(number), Role.INBOX),
                accepted_at=taken,
                own=frozenset({ME.address}),
            )
            for number, (raw, taken) in reversed(some)
        )


def timed(work: Callable[[tuple[Message, ...]], object]) -> tuple[float, float]:
    """Return seconds of processor and of the wall that `work` takes for all batches."""
    busy = wall = 0.0
    for batch in batches():
        began, began_at = time.process_time(), time.perf_counter()
        work(batch)
        busy += time.process_time() - began
        wall += time.perf_counter() - began_at
    return busy, wall


def ours(store: Store) -> dict[str, tuple[float, float]]:
    """Return what ingest takes: cleaned, threaded, judged, indexed, committed; whole and in parts.

    While much is to come, the parts are the work of two processes.
    """
    halves = {"seller-inbox, preparing": [0.0, 0.0], "seller-inbox, storing": [0.0, 0.0]}
    preparing, storing = halves.values()

    def take(batch: tuple[Message, ...]) -> None:
        moments = [(time.process_time(), time.perf_counter())]
        taken, made = prepare(Batch(checkpoint=Checkpoint("{}"), messages=batch), OWN)
        moments.append((time.process_time(), time.perf_counter()))
        ready = Ready(zip(taken.messages, made, strict=True))
        assert ingest(store, ACCOUNT, taken, BOOK, lambda: NOW, ready=ready).new == len(batch)
        moments.append((time.process_time(), time.perf_counter()))
        for half, before, after in zip((preparing, storing), moments, moments[1:], strict=False):
            half[0] += after[0] - before[0]
            half[1] += after[1] - before[1]

    whole = timed(take)
    return {"seller-inbox": whole, **{name: (half[0], half[1]) for name, half in halves.items()}}


class _Read(MemoryConnector):
    """A service whose mails are read already: what is left of a long pull is taking them in."""

    def __init__(self, ready: list[Batch]) -> None:
        super().__init__(Account(ACCOUNT, "shop", {}, str))
        self._ready = ready

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Yield the batches, newest first."""
        del since
        yield from self._ready


def long_pull(path: Path) -> tuple[int, float]:
    """Return how many messages a long pull takes in, and its seconds by the clock.

    As when years of mail come in: one process prepares, another one stores, the
    start of that one included.
    """
    left = min(MESSAGES, PULLED)
    ready: list[Batch] = []
    for messages in batches():
        left -= len(messages)
        ready.append(
            Batch(checkpoint=Checkpoint(str(left)), messages=messages, remaining=max(left, 0))
        )
        if left <= 0:
            break
    pulled, store = Pulled(), Store.open(path)
    gc.freeze()
    try:
        began = time.perf_counter()
        pull(
            *(store, _Read(ready), ACCOUNT, pulled),
            book=BOOK,
            clock=lambda: NOW,
            accept_gone=False,
            between=lambda: True,
            beginning=lambda: None,
        )
        return pulled.new, time.perf_counter() - began
    finally:
        store.close()


def plain(path: Path, index: str) -> tuple[float, float]:
    """Return what sqlite3 alone takes for sender, subject, text and source, and the same index."""
    with closing(sqlite3.connect(path, isolation_level=None)) as sql:
        sql.execute("PRAGMA journal_mode = WAL")
        sql.execute("PRAGMA synchronous = NORMAL")
        sql.execute("CREATE TABLE mail (id INTEGER PRIMARY KEY, party, subject, text, source)")
        sql.execute(index)
        count = 0

        def take(batch: tuple[Message, ...]) -> None:
            nonlocal count
            rows = [
                (count + number, each.sender.address, each.subject, each.text, each.source or b"")
                for number, each in enumerate(batch)
            ]
            count += len(rows)
            sql.execute("BEGIN IMMEDIATE")
            sql.executemany(
                "INSERT INTO mail VALUES (?, ?, ?, ?, ?)",
                [(*row[:4], zlib.compress(row[4], 1)) for row in rows],
            )
            sql.executemany(
                "INSERT INTO words (rowid, party, subject, body) VALUES (?, ?, ?, ?)",
                [row[:4] for row in rows],
            )
            sql.execute("COMMIT")

        return timed(take)


def notmuch(folder: Path) -> tuple[float, float] | None:
    """Return what notmuch takes to index the mails from a Maildir, None if it is not installed."""
    if shutil.which("notmuch") is None:
        return None
    fill_maildir(folder / "mail", MESSAGES, NOW)
    config = folder / "config"
    config.write_text(f"[database]\npath={folder}\n[user]\nprimary_email={ME.address}\n")
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        ["notmuch", "--config", str(config), "new", "--quiet"], check=True, capture_output=True
    )
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


@pytest.mark.benchmark
@pytest.mark.timeout(7200)
def test_messages_a_second(tmp_path: Path) -> None:
    """A shop with ten years of mail must not wait a night for its first list."""
    expect_batches()
    store = Store.open(tmp_path / "store" / "inbox.db")
    try:
        figures = ours(store)
        with store.read() as tx:
            (index,) = tx.sql.execute(
                "SELECT sql FROM sqlite_master WHERE name = 'words'"
            ).fetchone()
    finally:
        store.close()
    figures["sqlite3 and its index"] = plain(tmp_path / "plain.db", index)
    indexed = notmuch(tmp_path / "notmuch")
    if indexed is not None:
        figures["notmuch new"] = indexed

    compile_all()
    new, seconds = long_pull(tmp_path / "pulled" / "inbox.db")

    print(f"\n{MESSAGES} messages: a second of the processor, a second of the wall")  # noqa: T201 - a benchmark's product
    for name, (busy, wall) in figures.items():
        print(f"{name:24} {MESSAGES / busy:8.0f} {MESSAGES / wall:8.0f}")  # noqa: T201 - as above
    print(f"{'two processes':24} {'':8} {new / seconds:8.0f} (of {new} messages)")  # noqa: T201 - as above
