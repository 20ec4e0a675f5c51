"""Make a whole store of what can be read of a damaged one, which is set aside.

Never by itself, and never while anyone has the store open. What the seller
made comes first: outbox, drafts, journal. What the services still have comes
in again with the next sync, because their checkpoints are left out.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from inbox.core.obligations import Book
from inbox.i18n import gettext as _
from inbox.locations import Locations
from inbox.store import doctor, mending, migrations, salvage
from inbox.store.connections import connect
from inbox.store.database import Store, Transaction
from inbox.store.faults import UNFIT, StoreDamaged
from inbox.store.instants import instant
from inbox.store.keeping.refusals import KeepingRefused, StoreInUse
from inbox.store.keeping.restore import replace_store
from inbox.store.keeping.snapshot import make_single, size_of
from inbox.store.keeping.workplace import need_room, workplace
from inbox.store.legible import check
from inbox.store.salvage import Reading
from inbox.store.schema import TABLES
from inbox.store.wal import log_is_damaged

_FIRST = ("meta", "doc_outbox", "doc_drafts", "doc_journal", "doc_messages", "bodies")
_LEFT_OUT = ("doc_checkpoints", "places", "stretches")
"""Made again: by the next sync, and of the messages."""
_SHM_IN_USE = 128
"""The byte of the -shm file on which every process that has the store open holds a lock."""


class NothingReadable(KeepingRefused):
    """There is nothing to make a store of."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            _("Nothing of the damaged store can be read: {}.").format(path),
            _(
                'Nothing was changed. Bring a backup back: "inbox restore". Without one, move the'
                " file away: a new store fetches what your services still have."
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What a repair did."""

    aside: tuple[Path, ...] = ()
    """Where the damaged files lie now."""
    recovered: dict[str, int] = field(default_factory=dict)
    """Rows by table."""
    unread: dict[str, int] = field(default_factory=dict)
    """Rows by table that could not be read, at most so many."""
    log_lost: bool = False
    """Whether the newest changes could not be read at all."""
    mended: mending.Mended = field(default_factory=mending.Mended)


def is_open(path: Path) -> bool:
    """Return whether any other process has the store open; to be asked without one of ours open."""
    try:
        number = os.open(path.with_name(path.name + "-shm"), os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.lockf(number, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _SHM_IN_USE)
    except OSError:
        return True
    finally:
        os.close(number)
    return False


def is_damaged(path: Path, book: Book) -> bool:
    """Return whether there is anything to repair."""
    try:
        with closing(Store.open(path)) as store:
            return any(found.severity == "error" for found in doctor.examine(store, book))
    except StoreDamaged:
        return True


def repair(where: Locations, book: Book, now: datetime) -> Repaired:
    """Put a whole store in place of a damaged one and return what was done.

    Only for the holder of the engine's lock. Raises StoreInUse, KeepingBusy,
    NoRoom, NothingReadable, StoreError, OSError: then nothing was changed.
    """
    store = where.store_file
    if is_open(store):
        raise StoreInUse
    with workplace(where.data) as folder:
        need_room(folder, 3 * size_of(store))
        fresh = folder / "fresh.db"
        Store.open(fresh).close()
        try:
            with closing(salvage.opened(store, folder, fresh)) as damaged:
                recovered, unread = _copy(damaged, fresh)
        except sqlite3.DatabaseError as exc:
            raise NothingReadable(store) from exc
        if not recovered.keys() & {"doc_messages", "doc_outbox", "doc_drafts", "doc_journal"}:
            raise NothingReadable(store)
        log_lost = log_is_damaged(store)
        with closing(Store.open(fresh)) as made:
            mended = mending.mend(made, book, doubtful=log_lost or "doc_outbox" in unread)
        with closing(connect(fresh, "rw")) as sql:
            make_single(sql)
        stamp = f"damaged-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        aside = replace_store(fresh, store, stamp)
    return Repaired(
        aside=tuple(aside),
        recovered=dict(recovered),
        unread=dict(unread),
        log_lost=log_lost,
        mended=mended,
    )


def _copy(damaged: sqlite3.Connection, fresh: Path) -> tuple[Counter[str], Counter[str]]:
    """Copy all rows that can be read; return how many of each table, and how many cannot."""
    recovered: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    (version,) = damaged.execute("PRAGMA user_version").fetchone()
    # A table that an older version did not have is not missing.
    is_of_today = version == migrations.VERSION
    with closing(Store.open(fresh)) as store, store.write() as tx:
        for table in _tables(tx):
            columns, key = _columns(damaged, tx, table)
            if not columns:
                unread[table] += is_of_today
                continue
            reading = Reading(damaged, table, columns)
            rows = reading.by_key(key[0]) if len(key) == 1 else reading.from_both_ends(key)
            bad = 0
            for row in rows:
                try:
                    recovered[table] += _write(tx, table, columns, row)
                except (*UNFIT, sqlite3.DatabaseError):
                    bad += 1  # a part of it is no longer what it was
            unread[table] += reading.unread + bad
    # Conversations are made anew of their messages.
    for counted in (recovered, unread):
        del counted["doc_conversations"]
    return +recovered, +unread


def _tables(tx: Transaction) -> Iterator[str]:
    """Yield the tables that are copied row by row, what the seller made first."""
    found = [
        name
        for (name,) in tx.sql.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'words%'"
            " AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        if name not in _LEFT_OUT
    ]
    yield from sorted(found, key=lambda name: (name not in _FIRST, found.index(name)))


def _columns(
    damaged: sqlite3.Connection, tx: Transaction, table: str
) -> tuple[list[str], list[str]]:
    """Return the columns that both stores have, and those of the table's key."""
    try:
        there = {row[1] for row in damaged.execute(f"PRAGMA table_info({table})")}
    except sqlite3.DatabaseError:
        there = set()
    known = tx.sql.execute(f"PRAGMA table_info({table})").fetchall()
    columns = [row[1] for row in known if row[1] in there]
    key = [row[1] for row in sorted(known, key=lambda row: row[5]) if row[5]]
    numbered = len(key) == 1 and any(row[5] and row[2] == "INTEGER" for row in known)
    # A single key that is no number makes two: both ends are tried for it as well.
    return columns, key if numbered or len(key) > 1 else [*key, *key]


def _write(tx: Transaction, table: str, columns: list[str], row: tuple[object, ...]) -> int:
    """Write one row and return 1; 0 if one of its keys is taken. Raises for one that is broken."""
    if table == "meta":
        return _write_meta(tx, str(row[0]), row[1])
    values = dict(zip(columns, row, strict=True))
    name = table.removeprefix("doc_")
    if table.startswith("doc_") and name in TABLES:
        document = check(name, str(values["doc"]))
        # Its columns are made anew of the document.
        with suppress(sqlite3.IntegrityError):
            tx.table(name).put({int(str(values["doc_id"])): document})
            return 1
        return 0
    if values.get("doc") is not None:
        check(table, str(values["doc"]))
    for column, value in values.items():
        if column.endswith("_at") and value is not None:
            instant(int(str(value)))  # raises for what is none any more
    names = ", ".join(f'"{column}"' for column in columns)
    done = tx.sql.execute(
        f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})",  # noqa: S608 - names of ours
        row,
    )
    return done.rowcount


def _write_meta(tx: Transaction, name: str, value: object) -> int:
    """Keep the store's uid, which names its secrets, and count its revision on."""
    if name == "revision" and not isinstance(value, int):
        raise ValueError(name)
    tx.sql.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))
    return 1
