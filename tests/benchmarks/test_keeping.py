"""How long backups, restoring, compacting and forgetting take, and what a writer feels meanwhile.

Beside them, in the same run: the bare copy of the file and gzip of it, which is
what a backup cannot be faster than.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Self

import pytest

from connectors.email.mime import parse
from connectors.values import Place, Role
from inbox.locations import Locations
from inbox.store.database import Store
from inbox.store.keeping import forget as forgetting
from inbox.store.keeping.backup import make_backup
from inbox.store.keeping.compact import compact
from inbox.store.keeping.restore import restore
from inbox.triage.forgetting import forget
from tests.benchmarks.mailbox import mails
from tests.benchmarks.terminal import median, p95
from tests.store.making import BOOK, NOON, question, take

COUNT = int(os.environ.get("BENCHMARK_STORED", "300000"))
_AT_ONCE = 1000


def fill(store: Store, count: int) -> str:
    """Put so many mails of real sizes into a store; return the address of one buyer."""
    lot = []
    address = ""
    for number, (raw, at) in enumerate(mails(count, NOON)):
        message = parse(raw, place=Place("INBOX", "1", str(number), Role.INBOX), accepted_at=at)
        lot.append(message)
        if len(lot) == _AT_ONCE or number == count - 1:
            take(store, lot)
            lot = []
        address = message.sender.address
    return address


def timed(what: str, does: Callable[[], object]) -> float:
    """Do it and print how long it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    does()
    seconds = time.perf_counter() - wall
    print(f"{what:34} {seconds:8.2f} s  (CPU {time.process_time() - cpu:.2f} s)")  # noqa: T201 - its purpose
    return seconds


class Writer:
    """Takes one message after the other in a thread and notes how long each took."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.took: list[float] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        number = 10_000_000
        with closing(Store.open(self._path)) as store:
            while not self._ending.wait(0.02):
                number += 1
                message = question(number, accepted_at=NOON + timedelta(days=1))
                started = time.perf_counter()
                take(store, [message])
                self.took.append(time.perf_counter() - started)


@pytest.mark.benchmark
@pytest.mark.timeout(3600)
def test_keeping_a_large_store(tmp_path: Path) -> None:
    """The daily backup of a busy seller must not be felt."""
    where = Locations.under(tmp_path / "home")
    where.prepare()
    with closing(Store.open(where.store_file)) as store:
        timed(f"fill with {COUNT} mails", lambda: fill(store, COUNT))
    print(f"store: {where.store_file.stat().st_size / 1e6:.0f} MB")  # noqa: T201 - its purpose

    bare = tmp_path / "copy.db"
    timed("cp", lambda: shutil.copyfile(where.store_file, bare))
    timed("gzip -1", lambda: subprocess.run(["gzip", "-1", str(bare)], check=True))
    target = tmp_path / "mine.backup"
    timed("inbox backup", lambda: make_backup(where, target, NOON))
    print(f"backup: {target.stat().st_size / 1e6:.0f} MB")  # noqa: T201 - its purpose

    with Writer(where.store_file) as alone:
        time.sleep(5.0)  # a sample of what writing costs by itself
    with Writer(where.store_file) as beside:
        timed(
            "the daily one, mail coming in",
            lambda: make_backup(where, tmp_path / "daily.backup", NOON, pause=0.005),
        )
    for name, writer in (("alone", alone), ("beside the backup", beside)):
        ms = [1000 * each for each in writer.took]
        told = f"median {median(ms):.1f} ms, p95 {p95(ms):.1f}, max {max(ms):.0f}"
        print(f"a message, {name}: {told}")  # noqa: T201 - its purpose

    with closing(Store.open(where.store_file)) as store:
        with store.read() as tx:
            row = tx.sql.execute("SELECT doc ->> '$.party[1]' FROM doc_conversations").fetchone()
        found = None

        def look() -> None:
            nonlocal found
            with store.read() as tx:
                found = forgetting.find(tx, row[0])

        timed("forget: look for what is theirs", look)
        assert found is not None
        theirs = found
        timed(
            "forget: erase, in steps",
            lambda: forget(store, theirs, where=where, folder=tmp_path, book=BOOK, now=NOON),
        )
    timed("inbox compact", lambda: compact(where))
    timed("inbox restore", lambda: restore(where, target, NOON))
    with closing(Store.open(where.store_file)) as store, store.read() as tx:
        (count,) = tx.sql.execute("SELECT count(*) FROM doc_messages").fetchone()
    assert 0 < count <= COUNT
