"""The store's file, its connections and its transactions.

One writer at a time, for as short as can be; any number of readers, each on its
own snapshot. Connections belong to a thread. Two are for writing: what a
service can give again is committed without waiting for the disk
(`synchronous=NORMAL`), what the seller made is not (`FULL`).
"""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from inbox.store import faults, migrations
from inbox.store.documents import DocumentDB, SqliteStorage, Table
from inbox.store.schema import TABLES

_PATIENCE = 60.0
"""Seconds to wait for another writer: far longer than any transaction of ours takes."""
_NAP = 0.002
"""Seconds between two tries to become the writer; SQLite itself would wait up to 0.1."""
_SETTINGS = (
    "PRAGMA foreign_keys = OFF",
    "PRAGMA temp_store = MEMORY",  # nothing of a store lies in a shared temporary folder
    "PRAGMA cache_size = -16000",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA wal_autocheckpoint = 4000",
)


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
        table = self._documents.table(name)
        assert isinstance(table, Table)  # noqa: S101 - DocumentDB makes no other
        return table

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

    def __init__(self, path: Path, role: str, device: str) -> None:
        self.thread = threading.current_thread()
        self.open = False
        self.sql = _connect(path, "rw")
        try:
            self.sql.execute(f"PRAGMA synchronous = {'FULL' if role == 'durable' else 'NORMAL'}")
            if role == "read":
                self.sql.execute("PRAGMA query_only = ON")
        except BaseException:
            self.sql.close()
            raise
        self.documents = DocumentDB(self.sql, TABLES)
        self.transaction = Transaction(self.sql, self.documents, device)

    def begin(self, statement: str) -> None:
        """Begin a transaction and forget what another connection has changed since the last."""
        self.sql.execute(statement)
        self.open = True
        _storage(self.documents).refresh()

    def end(self, statement: str) -> None:
        """End the transaction."""
        self.sql.execute(statement)
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

    @classmethod
    def open(cls, path: Path, *, device: str | None = None) -> Store:
        """Return the store at `path`, made or brought up to date where needed.

        A new file is 0600, a new folder 0700. Raises StoreTooNew, StoreDamaged
        (in both cases the file was not touched), StoreReadOnly, StoreFull,
        StoreBusy.
        """
        path = path.absolute()
        with faults.named(path), faults.named_by_the_system(path):
            _make_file(path)
            _refuse_what_is_not_ours(path)
            sql = _connect(path, "rw")
            try:
                _use_wal(sql)
                migrations.migrate(sql)
                (uid,) = sql.execute("SELECT value FROM meta WHERE name = 'uid'").fetchone()
            finally:
                sql.close()
        return cls(path, uid, device or socket.gethostname())

    def __repr__(self) -> str:
        """Name the store and nothing that it holds."""
        return f"Store({str(self.path)!r})"

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Give a snapshot: nothing that others write is seen inside. Nested ones are one."""
        with faults.named(self.path):
            session = self._session("read")
            if session.open:
                yield session.transaction
                return
            session.begin("BEGIN")
            try:
                yield session.transaction
                session.end("COMMIT")
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
            if any(self._session(role).open for role in ("write", "durable")):
                raise RuntimeError("a thread writes in one transaction at a time")
            session = self._session("durable" if durable else "write")
            _become_the_writer(session)
            try:
                before = session.sql.total_changes
                yield session.transaction
                if session.sql.total_changes != before:
                    session.sql.execute("UPDATE meta SET value = value + 1 WHERE name = 'revision'")
                session.end("COMMIT")
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
        """Close the connections of all threads; none may be inside a transaction."""
        with self._lock:
            self._closed = True
            sessions, self._sessions = self._sessions, []
        for session in sessions:
            session.documents.close()

    def _session(self, role: str) -> _Session:
        """Return this thread's connection of that role."""
        mine: dict[str, _Session] | None = getattr(self._local, "sessions", None)
        if mine is None:
            mine = self._local.sessions = {}
        if role not in mine:
            session = _Session(self.path, role, self._device)
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


def _connect(path: Path, mode: str) -> sqlite3.Connection:
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


def _make_file(path: Path) -> None:
    """Make the file (0600) and its folders (0700) where they are missing."""
    missing = [folder for folder in path.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _refuse_what_is_not_ours(path: Path) -> None:
    """Raise StoreTooNew or StoreDamaged for a file that we must not write, having only read it."""
    if path.stat().st_size == 0:
        return
    sql = _connect(path, "ro")
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


def _use_wal(sql: sqlite3.Connection) -> None:
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


def _become_the_writer(session: _Session) -> None:
    """Begin a transaction that may write, as soon as nobody else does."""
    until = time.monotonic() + _PATIENCE
    session.sql.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                session.begin("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as exc:
                if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(_NAP)
            else:
                return
    finally:
        session.sql.execute(f"PRAGMA busy_timeout = {int(_PATIENCE * 1000)}")
