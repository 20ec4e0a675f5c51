"""A consistent copy of the store's file while others read and write it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from inbox.store import faults
from inbox.store.connections import connect, make_file
from inbox.store.keeping.refusals import Stopped

_PAGES = 2000
"""So many pages (4 KiB each) are copied at once; between two lots others have their turn."""
_STEPS = 100_000
"""Of SQLite's machine, some milliseconds: so often a check asks whether to go on."""


def snapshot(
    source: Path,
    target: Path,
    *,
    go_on: Callable[[], bool] = lambda: True,
    pause: float = 0.0,
) -> None:
    """Write the store as it is now into the new file `target` (0600), one file without a log.

    A read transaction held open all the while makes it one instant's state,
    however long it takes and whoever writes. `pause`: seconds between two lots
    of pages. Raises Stopped when `go_on` says so, StoreError.
    """

    def step(_status: int, _remaining: int, _total: int) -> None:
        if not go_on():
            raise Stopped
        if pause:
            time.sleep(pause)

    make_file(target)
    with faults.named(source), closing(connect(source, "rw")) as live:
        live.execute("BEGIN")
        live.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            copy.execute("PRAGMA synchronous = OFF")
            live.backup(copy, pages=_PAGES, progress=step)
            make_single(copy)
        live.execute("ROLLBACK")


def make_single(sql: sqlite3.Connection) -> None:
    """Fold the log into the file, so that it is whole by itself; raises sqlite3.Error.

    SQLite refuses while any other connection has the file open.
    """
    sql.execute("PRAGMA journal_mode = DELETE").fetchone()


def is_sound(path: Path, go_on: Callable[[], bool] = lambda: True) -> str:
    """Return "" for a store's file that SQLite finds sound, else what it says; raises Stopped."""
    try:
        with closing(connect(path, "ro")) as sql:
            sql.set_progress_handler(lambda: not go_on(), _STEPS)
            (said,) = sql.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as exc:
        if exc.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise Stopped from exc
        return str(exc)
    return "" if said == "ok" else str(said)


def size_of(path: Path) -> int:
    """Return how many bytes a store takes, its log included; 0 where there is none."""
    log = path.with_name(path.name + "-wal")
    return sum(each.stat().st_size for each in (path, log) if each.exists())
