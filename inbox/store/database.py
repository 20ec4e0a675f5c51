"""The store's file, its connections and its transactions.

One writer at a time, for as short as can be; any number of readers, each on its
own snapshot. Connections belong to a thread. Two are for writing: what a
service can give again is committed without waiting for the disk
(`synchronous=NORMAL`), what the seller made is not (`FULL`).
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import current_thread
from time import monotonic, sleep
from typing import TYPE_CHECKING

from inbox.store import faults, migrations
from inbox.store.connections import (
    OVERWRITE,
    READING,
    SELDOM,
    begin_file,
    begin_writing,
    connect,
    make_file,
    refuse_what_is_not_ours,
    use_wal,
)
from inbox.store.documents import DocumentDB, Table
from inbox.store.schema import TABLES
from inbox.store.storage import SqliteStorage

if TYPE_CHECKING:
    from inbox.store.before_migrating import Progress


_ENDS_WITHIN = 5.0
"""Seconds that `close` waits for the transactions of other threads, all together."""
_LOOKS_EVERY = 0.002
"""Seconds between two looks whether one has ended."""


class Transaction:
    """What the functions of this package are given. Not to be kept after its `with` block."""

    __slots__ = ("_documents", "device", "sql")

    def __init__(self, sql: sqlite3.Connection, documents: DocumentDB, device: str) -> None:
        self.sql = sql
        self.device = device
        """Where the seller is at work; written into every fact."""
        self._documents = documents

    def table(self, name: str) -> Table:
        """Return the TinyDB table of that name."""
        return self._documents.table(name)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Take back what was written inside if it raises, and only that; the error goes on."""
        self.sql.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            if self.sql.in_transaction:
                self.sql.execute("ROLLBACK TO part")
                self.sql.execute("RELEASE part")
            _storage(self._documents).forget()
            raise
        self.sql.execute("RELEASE part")


class _Session:
    """One connection with its TinyDB; used by one thread."""

    def __init__(self, path: Path, role: str, device: str, *, much: bool) -> None:
        self.path = path
        self.thread = threading.current_thread()
        self.open = False
        self.sql = connect(path, "rw")
        try:
            self.sql.execute(f"PRAGMA synchronous = {'FULL' if role == 'durable' else 'NORMAL'}")
            for setting in READING if role == "read" else (OVERWRITE,):
                self.sql.execute(setting)
            if much:
                self.sql.execute(SELDOM)
        except BaseException:
            self.sql.close()
            raise
        self.documents = DocumentDB(self.sql, TABLES)
        self.transaction = Transaction(self.sql, self.documents, device)

    @property
    def busy(self) -> bool:
        """Whether another thread is inside a transaction."""
        return self.open and self.thread.is_alive() and self.thread is not current_thread()

    def begun(self) -> None:
        """Forget what others have changed since the last transaction: another one began.

        Raises StoreTooNew if one of them was a newer version, which migrated it.
        """
        storage = _storage(self.documents)
        known = storage.generation
        storage.refresh()
        if storage.generation != known:
            (version,) = self.sql.execute("PRAGMA user_version").fetchone()
            if version > migrations.VERSION:
                raise faults.StoreTooNew(self.path, f"version {version}")

    def commit(self) -> None:
        """End the transaction."""
        self.sql.execute("COMMIT")
        self.open = False

    def abandon(self) -> None:
        """Take back what was written, if SQLite has not done so already."""
        self.open = False
        _storage(self.documents).forget()
        if self.sql.in_transaction:
            with suppress(sqlite3.Error):  # the error that led here is the one to tell
                self.sql.execute("ROLLBACK")


class Store:
    """One store. Usable from any thread; other processes may use the same file."""

    def __init__(self, path: Path, uid: str, device: str) -> None:
        self.path = path
        self.uid = uid
        """Names this store for ever, in the keyring for one."""
        self._device = device
        self._local = threading.local()
        self._lock = threading.Lock()
        self._sessions: list[_Session] = []
        self._closed = False
        self._much = False
        self.waiting: Callable[[], object] = lambda: None
        """Called once by a transaction that has waited for another process for seconds."""

    @classmethod
    def open(
        cls, path: Path, *, device: str | None = None, progress: Progress | None = None
    ) -> Store:
        """Return the store at `path`, made or brought up to date where needed.

        `progress` is told how far that is, from 0 to 1.
        A new file is 0600, a new folder 0700. Raises StoreTooNew, StoreDamaged
        (in both cases the file was not touched), StoreReadOnly, StoreFull,
        StoreBusy, StoreNoFile.
        """
        path = path.absolute()
        with faults.named(path), faults.named_by_the_system(path):
            make_file(path)
            refuse_what_is_not_ours(path)
            sql = connect(path, "rw")
            try:
                begin_file(sql)
                use_wal(sql)
                if migrations.is_due(sql):
                    from inbox.store import before_migrating

                    before_migrating.bring_up_to_date(path, sql, progress)
                (uid,) = sql.execute("SELECT value FROM meta WHERE name = 'uid'").fetchone()
            finally:
                sql.close()
        return cls(path, uid, device or os.uname().nodename)

    def __repr__(self) -> str:
        """Name the store and nothing that it holds."""
        return f"Store({str(self.path)!r})"

    def expect_much(self) -> None:
        """Write on for long without bringing it to the disk; before the first transaction."""
        self._much = True

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Give a snapshot: nothing that others write is seen inside. Nested ones are one."""
        with faults.named(self.path):
            session = self._session("read")
            if session.open:
                yield session.transaction
                return
            try:
                session.open = True
                session.sql.execute("BEGIN")
                session.begun()
                yield session.transaction
                session.commit()
            except BaseException:
                session.abandon()
                raise

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Transaction]:
        """Give the one transaction that may write now; it is committed at the end, or not at all.

        `durable`: it outlasts a power cut as soon as this returns. A commit that
        changed something counts the revision up.
        """
        with faults.named(self.path):
            if any(role != "read" and one.open for role, one in self._mine().items()):
                raise RuntimeError("a thread writes in one transaction at a time")
            session = self._session("durable" if durable else "write")
            try:
                session.open = True
                begin_writing(session.sql, self.waiting)
                session.begun()
                before = session.sql.total_changes
                yield session.transaction
                if session.sql.total_changes != before:
                    session.sql.execute("UPDATE meta SET value = value + 1 WHERE name = 'revision'")
                session.commit()
            except BaseException:
                session.abandon()
                raise

    def revision(self) -> int:
        """Return the number that every transaction which changed something counts up."""
        with self.read() as tx:
            revision: int = tx.sql.execute(
                "SELECT value FROM meta WHERE name = 'revision'"
            ).fetchone()[0]
        return revision

    def close(self) -> None:
        """Close the connections of all threads, once their transactions have ended.

        One that does not end within 5 seconds keeps its connection: to close
        that under a query would crash the process.
        """
        with self._lock:
            self._closed = True
            sessions, self._sessions = self._sessions, []
        end = monotonic() + _ENDS_WITHIN
        for session in sessions:
            while session.busy and monotonic() < end:
                sleep(_LOOKS_EVERY)
            if not session.busy:
                session.documents.close()

    def _mine(self) -> dict[str, _Session]:
        """Return this thread's connections by role; raises RuntimeError after `close`."""
        if self._closed:
            raise RuntimeError("the store was closed")
        mine: dict[str, _Session] | None = getattr(self._local, "sessions", None)
        if mine is None:
            mine = self._local.sessions = {}
        return mine

    def _session(self, role: str) -> _Session:
        """Return this thread's connection of that role; closes those of threads that ended."""
        mine = self._mine()
        if role not in mine:
            session = _Session(self.path, role, self._device, much=self._much)
            with self._lock:
                if self._closed:
                    session.documents.close()
                    raise RuntimeError("the store was closed")
                left = [one for one in self._sessions if not one.thread.is_alive()]
                for one in left:
                    self._sessions.remove(one)
                self._sessions.append(session)
            for one in left:
                one.documents.close()
            mine[role] = session
        return mine[role]


def _storage(documents: DocumentDB) -> SqliteStorage:
    storage = documents.storage
    assert isinstance(storage, SqliteStorage)  # noqa: S101 - DocumentDB is given no other
    return storage
