"""TinyDB over one SQLite file: a storage and a table class, one row for each document.

It stays a true TinyDB: everything that TinyDB promises of `TinyDB`, `Table`
and `where` holds, with documents in the order of their `doc_id`. What differs is
the cost: an operation reads and writes only the rows it is about.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from tinydb import TinyDB
from tinydb import table as tinydb_table
from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Document

from inbox.store.narrowing import Narrowed, narrowed
from inbox.store.rows import AT_ONCE, PREFIX, Fields, Rows, decoded, quoted
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
            for name in self._names()
        }
        return tables or None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Make `data` all there is (TinyDB drops tables this way)."""
        with self.writing():
            for name in self._names():
                if name not in data:
                    sql = "DELETE FROM" if name in self.layouts else "DROP TABLE"
                    self.connection.execute(f"{sql} {quoted(name)}")
            for name, documents in data.items():
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
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            self.forget()
            raise
        self.connection.execute("COMMIT")

    def _names(self) -> list[str]:
        return [
            name.removeprefix(PREFIX)
            for (name,) in self.connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB ?",
                (f"{PREFIX}*",),
            )
        ]


class Table(tinydb_table.Table):
    """A TinyDB table whose documents are rows."""

    _storage: SqliteStorage
    _next_id: int | None  # type: ignore[assignment] # TinyDB leaves it untyped

    def __init__(
        self,
        storage: SqliteStorage,
        name: str,
        cache_size: int = tinydb_table.Table.default_query_cache_capacity,
        persist_empty: bool = False,  # noqa: FBT001, FBT002 - TinyDB's signature
    ) -> None:
        self._layout = storage.layout(name)
        self._plain = frozenset(hot.name for hot in self._layout.hot if hot.derived is None)
        self._sql_name = quoted(name)
        self._generation = storage.generation
        super().__init__(storage, name, cache_size, persist_empty)

    def search(self, cond: QueryLike) -> list[Document]:
        """Return the documents that fulfil the condition, by the hot columns where they help."""
        self._fresh()
        cached = self._query_cache.get(cond)
        if cached is not None:
            return cached[:]
        found = [self._document(fields, doc_id) for doc_id, fields in self._matching(cond)]
        is_cacheable: Callable[[], bool] = getattr(cond, "is_cacheable", lambda: True)
        if is_cacheable():
            self._query_cache[cond] = found[:]
        return found

    def get(
        self,
        cond: QueryLike | None = None,
        doc_id: int | None = None,
        doc_ids: list[int] | None = None,
    ) -> Any:
        """Return one document, None without a match; with `doc_ids` a list of those there are."""
        if doc_id is not None:
            row = self._one(doc_id)
            return None if row is None else self._document(decoded(row), doc_id)
        if doc_ids is not None:
            return self._several(doc_ids)
        if cond is not None:
            for found_id, fields in self._matching(cond):
                return self._document(fields, found_id)
            return None
        raise RuntimeError("You have to pass either cond or doc_id or doc_ids")

    def update(
        self,
        fields: Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None],
        cond: QueryLike | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> list[int]:
        """Change all matching documents and return their ids."""
        if cond is None or doc_ids is not None:
            return super().update(fields, cond, doc_ids)
        with self._storage.writing():
            return super().update(fields, doc_ids=[found for found, _ in self._matching(cond)])

    def remove(
        self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None
    ) -> list[int]:
        """Remove all matching documents and return their ids."""
        if cond is None or doc_ids is not None:
            return super().remove(cond, doc_ids)
        with self._storage.writing():
            return super().remove(doc_ids=[found for found, _ in self._matching(cond)])

    def put(self, documents: Mapping[int, Fields]) -> None:
        """Write whole documents over those of the same ids; what is so already stays untouched."""

        def replace(table: dict[int, Mapping[str, Any]]) -> None:
            cast("Rows", table).look_up(documents)
            table.update(documents)

        if documents:
            self._update_table(replace)

    def __len__(self) -> int:
        if not self._made():
            return 0
        count: int = self._storage.connection.execute(
            f"SELECT count(*) FROM {self._sql_name}"  # noqa: S608 - quoted
        ).fetchone()[0]
        return count

    def _get_next_id(self) -> int:
        self._fresh()
        if self._next_id is None:
            self._next_id = 1
            if self._made():
                (newest,) = self._storage.connection.execute(
                    f"SELECT max(doc_id) FROM {self._sql_name}"  # noqa: S608 - quoted
                ).fetchone()
                self._next_id = 1 + (newest or 0)
        self._next_id += 1
        return self.document_id_class(self._next_id - 1)

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return {str(doc_id): fields for doc_id, fields in self._every(None)}

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        with self._storage.writing():
            self._storage.made(self.name)
            rows = Rows(self._storage.connection, self._layout)
            updater(cast("dict[int, Mapping[str, Any]]", rows))
            rows.flush()
        self.clear_cache()

    def _matching(self, cond: QueryLike) -> Iterator[tuple[int, Fields]]:
        """Yield the documents that fulfil the condition, in the order of their ids."""
        condition = narrowed(getattr(cond, "_hash", None), self._plain)
        for doc_id, fields in self._every(condition):
            if cond(fields):
                yield doc_id, fields

    def _every(self, condition: Narrowed | None) -> Iterator[tuple[int, Fields]]:
        if not self._made():
            return
        # "+" keeps SQLite from walking the table for the order of its ids.
        sql = (
            f"SELECT doc_id, doc FROM {self._sql_name} WHERE {condition.sql} ORDER BY +doc_id"  # noqa: S608 - columns quoted, values bound
            if condition
            else f"SELECT doc_id, doc FROM {self._sql_name} ORDER BY doc_id"  # noqa: S608 - quoted
        )
        values = condition.values if condition else ()
        # All rows now: the caller may write while it walks.
        for doc_id, raw in self._storage.connection.execute(sql, values).fetchall():
            yield doc_id, decoded(raw)

    def _several(self, doc_ids: Iterable[int]) -> list[Document]:
        if not self._made():
            return []
        wanted = sorted(set(doc_ids))
        found: list[Document] = []
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            rows = self._storage.connection.execute(
                f"SELECT doc_id, doc FROM {self._sql_name}"  # noqa: S608 - quoted
                f" WHERE doc_id IN ({','.join('?' * len(some))}) ORDER BY doc_id",
                some,
            )
            found += [self._document(decoded(raw), doc_id) for doc_id, raw in rows]
        return found

    def _one(self, doc_id: int) -> str | None:
        if not self._made():
            return None
        row = self._storage.connection.execute(
            f"SELECT doc FROM {self._sql_name} WHERE doc_id = ?",  # noqa: S608 - quoted
            (doc_id,),
        ).fetchone()
        return None if row is None else str(row[0])

    def _document(self, fields: Fields, doc_id: int) -> Document:
        return self.document_class(fields, self.document_id_class(doc_id))

    def _made(self) -> bool:
        """Return whether the table exists."""
        if self.name in self._storage.layouts:
            return True
        found = self._storage.connection.execute(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (PREFIX + self.name,)
        )
        return found.fetchone() is not None

    def _fresh(self) -> None:
        """Drop what was remembered if the file was changed by someone else."""
        if not self._storage.connection.in_transaction:
            self._storage.refresh()
        if self._generation != self._storage.generation:
            self._generation = self._storage.generation
            self._next_id = None
            self.clear_cache()


class DocumentDB(TinyDB):
    """A TinyDB whose storage is SQLite."""

    table_class = Table  # type: ignore[assignment] # TinyDB means any table class
    default_storage_class = SqliteStorage  # type: ignore[assignment] # and any storage class

    def tables(self) -> set[str]:
        """Return the names of all tables, without reading a document."""
        return set(cast("SqliteStorage", self.storage)._names())  # noqa: SLF001 - same module
