"""The store's file and how SQLite is told to treat it: made, refused, opened, written."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from inbox.store import faults, migrations
from inbox.store.wal import log_is_damaged

_PATIENCE = 60.0
"""Seconds to wait for another writer: far longer than any transaction of ours takes."""
_NAP = 0.002
"""Seconds between two tries to become the writer; SQLite itself would wait up to 0.1."""
_QUIET = 3.0
"""Seconds of waiting after which whoever waits is told."""
READING = ("PRAGMA query_only = ON", "PRAGMA cache_size = -10000")
"""For a connection that only reads: it needs less room than one that writes an index."""
SELDOM = "PRAGMA wal_autocheckpoint = 16000"
"""For a process that does nothing but write much: each time the log is copied into the file, both
are brought to the disk. 64 MB, which is what the log may keep."""
OVERWRITE = "PRAGMA secure_delete = ON"
"""What is removed is overwritten, not left in the file; for every connection that writes."""
GIVES_BACK = 2
"""`auto_vacuum = INCREMENTAL`: free pages can be given back in small steps."""
_SETTINGS = (
    "PRAGMA foreign_keys = OFF",
    "PRAGMA temp_store = MEMORY",  # nothing of a store lies in a shared temporary folder
    "PRAGMA cache_size = -16000",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA wal_autocheckpoint = 4000",
)

# Python searches in vain for how to pass on each of these that is bound, which takes it twice as
# long as to be told: as they are.
sqlite3.register_adapter(bytes, bytes)
sqlite3.register_adapter(bool, int)
sqlite3.register_adapter(type(None), lambda none: none)


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Return a connection in autocommit: every BEGIN is ours."""
    sql = sqlite3.connect(
        f"{path.as_uri()}?mode={mode}",
        uri=True,
        timeout=_PATIENCE,
        isolation_level=None,
        check_same_thread=False,  # close() comes from another thread
    )
    try:
        for setting in _SETTINGS:
            sql.execute(setting)
    except BaseException:
        sql.close()
        raise
    return sql


def make_file(path: Path) -> None:
    """Make the file (0600) and its folders (0700) where they are missing; raises StoreNoFile."""
    faults.refuse_no_file(path)
    missing = [folder for folder in path.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def begin_file(sql: sqlite3.Connection) -> None:
    """Settle for a file without a page yet what later could only be changed by writing it anew."""
    (pages,) = sql.execute("PRAGMA page_count").fetchone()
    if not pages:
        sql.execute(f"PRAGMA auto_vacuum = {GIVES_BACK}")


def refuse_what_is_not_ours(path: Path) -> None:
    """Raise StoreTooNew, StoreDamaged or StoreNoFile for what we must not write."""
    faults.refuse_no_file(path)
    if path.stat().st_size == 0:
        return
    if log_is_damaged(path):
        raise faults.StoreDamaged(path, "its log cannot be read")
    sql = connect(path, "ro")
    try:
        (version,) = sql.execute("PRAGMA user_version").fetchone()
        (owner,) = sql.execute("PRAGMA application_id").fetchone()
        (tables,) = sql.execute("SELECT count(*) FROM sqlite_master").fetchone()
    finally:
        sql.close()
    if tables and owner != migrations.APPLICATION_ID:
        raise faults.StoreDamaged(path, "another program's database")
    if version > migrations.VERSION:
        raise faults.StoreTooNew(path, f"version {version}")


def use_wal(sql: sqlite3.Connection) -> None:
    """Let readers and a writer work side by side (a property of the file)."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            (mode,) = sql.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as exc:
            # SQLite does not wait here by itself when two processes open a new file at once.
            if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_NAP)
        else:
            if mode != "wal":
                raise sqlite3.OperationalError("the file system does not offer what WAL needs")
            return


def begin_writing(sql: sqlite3.Connection, waiting: Callable[[], object] = lambda: None) -> None:
    """Begin a transaction that may write, as soon as nobody else does.

    `waiting` is called once where that takes long.
    """
    tells = time.monotonic() + _QUIET
    until = time.monotonic() + _PATIENCE
    sql.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                sql.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as exc:
                if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                if time.monotonic() > tells:
                    tells = until
                    waiting()
                time.sleep(_NAP)
            else:
                return
    finally:
        sql.execute(f"PRAGMA busy_timeout = {int(_PATIENCE * 1000)}")
