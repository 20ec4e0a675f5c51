"""A TinyDB storage over one SQLite connection, each table of documents a table of rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from inbox.store.rows import PREFIX, Rows, decoded, name_of, quoted, table_name
from inbox.store.schema import Layout


class SqliteStorage(Storage):
    """A TinyDB storage over a connection (or a path, then a connection of its own)."""

    def __init__(
        self,
        source: sqlite3.Connection | str | Path,
        layouts: Mapping[str, Layout] | None = None,
    ) -> None:
        super().__init__()
        self.connection = (
            source
            if isinstance(source, sqlite3.Connection)
            else sqlite3.connect(source, isolation_level=None)
        )
        self.layouts = layouts or {}
        self.generation = 0
        """Changes whenever what was read before may no longer be so."""
        self._version: int | None = None

    def refresh(self) -> None:
        """Notice whether another connection changed the file since the last look."""
        (version,) = self.connection.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._version = version
            self.generation += 1

    def forget(self) -> None:
        """Hold nothing of what was read so far for true (after a rollback)."""
        self.generation += 1

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return every document of every table; None where there is no table yet."""
        tables = {
            name: {
                str(doc_id): decoded(raw)
                for doc_id, raw in self.connection.execute(
                    f"SELECT doc_id, doc FROM {quoted(name)} ORDER BY doc_id"  # noqa: S608 - quoted
                )
            }
            for name in self.names()
        }
        return tables or None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Make `data` all there is (TinyDB drops tables this way)."""
        with self.writing():
            for name in self.names():
                if name not in data:
                    sql = "DELETE FROM" if name in self.layouts else "DROP TABLE"
                    self.connection.execute(f"{sql} {quoted(name)}")
            for name, documents in data.items():
                self.made(name)
                rows = Rows(self.connection, self.layout(name))
                rows.clear()
                for doc_id, fields in documents.items():
                    rows[int(doc_id)] = fields
                rows.flush()
        self.forget()

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def layout(self, name: str) -> Layout:
        """Return the layout of a table, one without hot columns for a name not declared."""
        return self.layouts.get(name) or Layout(name)

    def made(self, name: str) -> None:
        """Make sure that the rows of this table have somewhere to be."""
        if name not in self.layouts:
            self.connection.execute(
                f"CREATE TABLE IF NOT EXISTS {quoted(name)}"
                " (doc_id INTEGER PRIMARY KEY, doc TEXT NOT NULL)"
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make what is written inside happen wholly or not at all."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            self.refresh()
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            self.forget()
            raise
        self.connection.execute("COMMIT")

    def has(self, name: str) -> bool:
        """Return whether the table of that name exists."""
        found = self.connection.execute(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table_name(name),)
        )
        return found.fetchone() is not None

    def names(self) -> list[str]:
        """Return the names of all tables."""
        return [
            name_of(name)
            for (name,) in self.connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB ?",
                (f"{PREFIX}*",),
            )
        ]
