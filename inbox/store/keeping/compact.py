"""Make the store's file small, and make sure that nothing removed is left in it.

Both in short steps, each a transaction of its own: the index is merged into one
piece, and what is free goes from the file's end, so that whoever writes or reads
meanwhile waits for no more than a step. A file of an older kind, which cannot give
room back, is written anew once. A kill leaves a whole store at any moment.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inbox.locations import Locations
from inbox.store import faults
from inbox.store.connections import GIVES_BACK, OVERWRITE, begin_writing, connect
from inbox.store.keeping.snapshot import size_of
from inbox.store.keeping.workplace import need_room, workplace

MERGED: Final = 200
"""Pages of the index (4 kB each) that one step merges: some 50 ms of work."""
FREED: Final = 1000
"""Pages that one step gives back."""
_LET_GO: Final = 0.01
"""Seconds between two steps: who waits to write looks every two milliseconds."""
Rest = Callable[[], None]
_EMPTIED_WITHIN: Final = 20.0
"""Seconds to wait for readers before the log can be emptied."""
_NAP: Final = 0.05


def let_go() -> None:
    """Let those who wait have the store; what is done between two steps."""
    time.sleep(_LET_GO)


@dataclass(frozen=True, slots=True)
class Won:
    """What it brought, in bytes, the log included."""

    before: int
    after: int
    emptied: bool
    """Whether the log is empty; a reader who stays for long keeps what it held alive."""


def compact(where: Locations, *, rest: Rest = let_go) -> Won:
    """Make the store small and return what that brought.

    Others may read and write meanwhile, except where the file is of an older
    kind: then who writes waits, once. Raises KeepingBusy, NoRoom, StoreError.
    """
    store = where.store_file
    with workplace(where.data) as folder:
        before = size_of(store)
        need_room(folder, 2 * before)
        emptied = in_steps(store, rest) if gives_back(store) else rewrite(store, folder)
    return Won(before=before, after=size_of(store), emptied=emptied)


def gives_back(store: Path) -> bool:
    """Return whether the file can give room back without being written anew."""
    with faults.named(store), closing(connect(store, "rw")) as sql:
        (kind,) = sql.execute("PRAGMA auto_vacuum").fetchone()
    return bool(kind == GIVES_BACK)


def in_steps(store: Path, rest: Rest = let_go) -> bool:
    """Merge the index, give back what is free, empty the log; return whether it is empty."""
    with faults.named(store), closing(connect(store, "rw")) as sql:
        sql.execute(OVERWRITE)
        _merge(sql, rest)
        _free(sql, rest)
        return _emptied(sql)


def merge(store: Path, rest: Rest = let_go) -> bool:
    """Merge the index, so that no word taken out is left in it; return whether the log is empty."""
    with faults.named(store), closing(connect(store, "rw")) as sql:
        sql.execute(OVERWRITE)
        _merge(sql, rest)
        return _emptied(sql)


def rewrite(store: Path, folder: Path) -> bool:
    """Write every page of the store anew, its work in `folder`; return whether the log is empty.

    Who writes waits for all of it.
    """
    with faults.named(store), closing(connect(store, "rw")) as sql:
        sql.execute(OVERWRITE)
        begin_writing(sql)
        sql.execute("INSERT INTO words (words) VALUES ('optimize')")
        sql.execute("COMMIT")
        sql.execute(f"PRAGMA auto_vacuum = {GIVES_BACK}")
        with _working_in(sql, folder):
            sql.execute("VACUUM")
        return _emptied(sql)


def _merge(sql: sqlite3.Connection, rest: Rest) -> None:
    """Merge the index into one piece: FTS5 begins with a negative number, goes on with others.

    What comes in meanwhile makes new pieces; of those some may be left.
    """
    (pieces,) = sql.execute("SELECT count(*) FROM words_data").fetchone()
    amount, left = -MERGED, 100 + 4 * pieces // MERGED
    while left:
        before = sql.total_changes
        begin_writing(sql)
        sql.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (amount,))
        sql.execute("COMMIT")
        done = sql.total_changes - before < 2  # noqa: PLR2004 - what FTS5 says when it has nothing to do
        if done:
            return
        rest()
        amount, left = MERGED, left - 1


def _free(sql: sqlite3.Connection, rest: Rest) -> None:
    """Let the file end behind what is used; moves a page of the end into each free one."""
    while True:
        # As a script: `execute` would take one page of them and stop.
        sql.executescript(f"PRAGMA incremental_vacuum({FREED})")
        (free,) = sql.execute("PRAGMA freelist_count").fetchone()
        if not free:
            return
        rest()


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
        sql.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()  # most of it, and nobody waits
        (busy, *_rest) = sql.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return True
        if time.monotonic() > end:
            return False
        time.sleep(_NAP)
