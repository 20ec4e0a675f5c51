"""Read what can still be read of a damaged store's file, row by row.

Works on a copy and never on the store itself. A page that cannot be read costs
the rows on it and no others.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from inbox.store.wal import log_is_damaged

_PAGE = 4096
_HEAD = 100
_INNER = 5
"""The type of a page of a table that has pages below it."""
_PAGES_SAID = slice(28, 32)
_ROWS_A_PAGE = 8
"""Assumed where the end of a table cannot be found: a little more than there are."""


def opened(path: Path, folder: Path, sound: Path) -> sqlite3.Connection:
    """Return a connection to a copy of the damaged file, made readable as far as it can be.

    `sound` is an empty store of today, of which a lost head is taken. Raises
    sqlite3.DatabaseError when no table can be found in it.
    """
    copy = folder / "damaged.db"
    shutil.copyfile(path, copy)
    log = path.with_name(path.name + "-wal")
    if log.exists() and not log_is_damaged(path):
        shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
    _pad(copy)
    failure: sqlite3.DatabaseError | None = None
    for borrowed in (_nothing, _head, _schema):
        borrowed(copy, sound)
        sql = sqlite3.connect(copy, isolation_level=None)
        try:
            sql.execute("PRAGMA writable_schema = ON")  # one broken table hides no other
            sql.execute("PRAGMA cell_size_check = ON")
            (known,) = sql.execute(
                "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name GLOB 'doc_*'"
            ).fetchone()
        except sqlite3.DatabaseError as exc:
            failure = exc
        else:
            if known:
                return sql
        sql.close()
    raise failure or sqlite3.DatabaseError("there is no table in it")


def _pad(copy: Path) -> None:
    """Make a file that was cut as long as it says it was; what is missing reads as empty."""
    with copy.open("r+b") as file:
        pages = int.from_bytes(file.read(_HEAD)[_PAGES_SAID])
        if os.fstat(file.fileno()).st_size < pages * _PAGE < 1 << 40:
            file.truncate(pages * _PAGE)


def _nothing(_copy: Path, _sound: Path) -> None:
    """Try it as it is."""


def _head(copy: Path, sound: Path) -> None:
    """Put the first bytes of a sound store in place of the damaged ones."""
    with sound.open("rb") as other, copy.open("r+b") as file:
        head = bytearray(other.read(_HEAD))
        head[_PAGES_SAID] = (os.fstat(file.fileno()).st_size // _PAGE).to_bytes(4)
        file.write(head)


def _schema(copy: Path, sound: Path) -> None:
    """Put the pages that say which tables there are in place of the damaged ones.

    They lie in the same places in every store that was made by the same steps
    and never compacted; in another one the tables are not found, or some.
    """
    content = sound.read_bytes()
    waiting = [1]
    with copy.open("r+b") as file:
        while waiting:
            number = waiting.pop()
            page = content[(number - 1) * _PAGE : number * _PAGE]
            file.seek((number - 1) * _PAGE)
            file.write(page)
            waiting += _children(page[_HEAD:] if number == 1 else page, page)
    _head(copy, sound)


def _children(head: bytes, page: bytes) -> list[int]:
    """Return the pages below an inner page of a table, given what stands behind its offset."""
    if head[0] != _INNER:
        return []
    cells = [
        int.from_bytes(head[12 + 2 * n : 14 + 2 * n]) for n in range(int.from_bytes(head[3:5]))
    ]
    return [
        *(int.from_bytes(page[start : start + 4]) for start in cells),
        int.from_bytes(head[8:12]),
    ]


class Reading:
    """The rows of one table of a damaged file."""

    def __init__(self, sql: sqlite3.Connection, table: str, columns: Sequence[str]) -> None:
        self._sql = sql
        self._table = table
        self._columns = ", ".join(f'"{column}"' for column in columns)
        self.unread = 0
        """How many rows at most could not be read."""

    def by_key(self, key: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a table that is numbered by `key`, what cannot be read left out."""
        seen: set[int] = set()
        # What is left to read, as ranges of keys, the first last.
        ranges = [(1, self._last(key))]
        while ranges:
            low, high = ranges.pop()
            # Pages may stand where others belong: then keys do not ascend, and come again.
            for row in self._until_it_fails(key, low, high):
                if row[0] not in seen:
                    seen.add(row[0])
                    yield row[1:]
            if not self._failed:
                continue
            if low >= high:
                self.unread += low not in seen
            else:
                # By halves of the range, never by what was read: else it might never end.
                middle = (low + high) // 2
                ranges += [(middle + 1, high), (low, middle)]
        # An index that is sound knows how many there were.
        self.unread = max(self.unread, self._asked("count(*)", "") - len(seen))

    def _last(self, key: str) -> int:
        """Return the last key there may be: the table's own or an index's, else a guess."""
        found = max(self._asked(f"max({key})", "NOT INDEXED"), self._asked(f"max(+{key})", ""))
        if found < 0:
            (pages,) = self._sql.execute("PRAGMA page_count").fetchone()
            return int(pages) * _ROWS_A_PAGE
        return found

    def _asked(self, what: str, how: str) -> int:
        """Return a number about the whole table, -1 if it cannot be had."""
        try:
            (number,) = self._sql.execute(
                f"SELECT {what} FROM {self._table} {how}"  # noqa: S608 - names of ours
            ).fetchone()
        except sqlite3.DatabaseError:
            return -1
        return number or 0

    def _until_it_fails(self, key: str, low: int, high: int) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a range, each behind its key; `_failed`: it ended early."""
        self._failed = False
        try:
            yield from self._sql.execute(
                f"SELECT {key}, {self._columns} FROM {self._table} NOT INDEXED"  # noqa: S608 - names of ours
                f" WHERE {key} BETWEEN ? AND ? ORDER BY {key}",
                (low, high),
            )
        except sqlite3.DatabaseError:
            self._failed = True

    def from_both_ends(self, keys: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a table without numbers, from each end to where it breaks."""
        for direction in ("ASC", "DESC"):
            order = ", ".join(f'"{key}" {direction}' for key in keys)
            with suppress(sqlite3.DatabaseError):
                yield from self._sql.execute(
                    f"SELECT {self._columns} FROM {self._table} ORDER BY {order}"  # noqa: S608 - names of ours
                )
                return
        self.unread += 1
