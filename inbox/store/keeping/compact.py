"""Make the store's file small, and make sure that nothing removed is left in it.

The index is merged into one piece, every page is written anew, and the log is
emptied. SQLite does it in one transaction: a kill leaves the file as it was.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inbox.locations import Locations
from inbox.store import faults
from inbox.store.connections import begin_writing, connect
from inbox.store.keeping.snapshot import size_of
from inbox.store.keeping.workplace import need_room, workplace

_EMPTIED_WITHIN: Final = 20.0
"""Seconds to wait for readers before the log can be emptied."""
_NAP: Final = 0.05


@dataclass(frozen=True, slots=True)
class Won:
    """What it brought, in bytes, the log included."""

    before: int
    after: int
    emptied: bool
    """Whether the log is empty; a reader who stays for long keeps what it held alive."""


def compact(where: Locations) -> Won:
    """Make the store small and return what that brought.

    Others may read meanwhile; who writes waits. Raises KeepingBusy, NoRoom, StoreError.
    """
    with workplace(where.data) as folder:
        before = size_of(where.store_file)
        need_room(folder, 2 * before)
        emptied = rewrite(where.store_file, folder)
    return Won(before=before, after=size_of(where.store_file), emptied=emptied)


def rewrite(store: Path, folder: Path) -> bool:
    """Write every page of the store anew, its work in `folder`; return whether the log is empty."""
    with faults.named(store), closing(connect(store, "rw")) as sql:
        sql.execute("PRAGMA secure_delete = ON")
        begin_writing(sql)
        sql.execute("INSERT INTO words (words) VALUES ('optimize')")
        sql.execute("COMMIT")
        with _working_in(sql, folder):
            sql.execute("VACUUM")
        return _emptied(sql)


@contextmanager
def _working_in(sql: sqlite3.Connection, folder: Path) -> Iterator[None]:
    """Let SQLite put its copy into our folder: in memory it would take as much as the store."""
    sql.execute("PRAGMA temp_store = FILE")
    name = str(folder).replace("'", "''")
    sql.execute(f"PRAGMA temp_store_directory = '{name}'")
    try:
        yield
    finally:
        sql.execute("PRAGMA temp_store_directory = ''")
        sql.execute("PRAGMA temp_store = MEMORY")


def _emptied(sql: sqlite3.Connection) -> bool:
    """Return whether the log could be folded into the file and cut to nothing."""
    end = time.monotonic() + _EMPTIED_WITHIN
    sql.execute("PRAGMA busy_timeout = 200")
    while True:
        (busy, *_rest) = sql.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return True
        if time.monotonic() > end:
            return False
        time.sleep(_NAP)
