"""TinyDB over one SQLite file: its table class, one row for each document.

It stays a true TinyDB: everything that TinyDB promises of `TinyDB`, `Table`
and `where` holds, with documents in the order of their `doc_id`. What differs is
the cost: an operation reads and writes only the rows it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any, cast

from tinydb import TinyDB
from tinydb import table as tinydb_table
from tinydb.queries import QueryLike
from tinydb.table import Document

from inbox.store.narrowing import Narrowed, narrowed
from inbox.store.rows import (
    Fields,
    Patch,
    Rows,
    decoded,
    encoded,
    patch,
    portions,
    quoted,
    rewrite,
    row_of,
    write,
)
from inbox.store.storage import SqliteStorage


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

    def insert(self, document: Mapping[str, Any]) -> int:
        """Write one new document and return its id, which nobody else can take meanwhile."""
        if self._storage.connection.in_transaction:
            return super().insert(document)
        with self._storage.writing():
            return super().insert(document)

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

    def put(
        self, documents: Mapping[int, Fields], before: Mapping[int, bytes] | None = None
    ) -> None:
        """Write whole documents over those of the same ids; what is so already stays untouched.

        `before`: their rows' documents, where the caller has read them in this transaction.
        """
        if not documents:
            return
        with self._storage.writing():
            self._storage.made(self.name)
            rewrite(self._storage.connection, self._layout, documents, before)
        self.clear_cache()

    def patch(self, changes: Sequence[Patch]) -> None:
        """Write these columns and documents of rows there are."""
        if not changes:
            return
        with self._storage.writing():
            patch(self._storage.connection, self._layout, changes)
        self.clear_cache()

    def put_new(
        self, documents: Sequence[Fields], texts: Sequence[bytes] | None = None
    ) -> list[int]:
        """Write new documents at once and return their ids; quicker than TinyDB's own way.

        `texts` are the documents in JSON, where the caller has them: then those given need
        only hold what their hot columns are made of.
        """
        if not documents:
            return []
        with self._storage.writing():
            self._storage.made(self.name)
            first = self._get_next_id()
            self._next_id = first + len(documents)
            doc_ids = list(range(first, self._next_id))
            write(
                self._storage.connection,
                self._layout,
                zip(doc_ids, documents, texts or map(encoded, documents), strict=True),
            )
        self.clear_cache()
        return doc_ids

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
        wanted = sorted({row for row in map(row_of, doc_ids) if row is not None})
        found: list[Document] = []
        for some in portions(wanted):
            rows = self._storage.connection.execute(
                f"SELECT doc_id, doc FROM {self._sql_name}"  # noqa: S608 - quoted
                f" WHERE doc_id IN ({','.join('?' * len(some))}) ORDER BY doc_id",
                some,
            )
            found += [self._document(decoded(raw), doc_id) for doc_id, raw in rows]
        return found

    def _one(self, doc_id: int) -> str | None:
        wanted = row_of(doc_id)
        if wanted is None or not self._made():
            return None
        row = self._storage.connection.execute(
            f"SELECT doc FROM {self._sql_name} WHERE doc_id = ?",  # noqa: S608 - quoted
            (wanted,),
        ).fetchone()
        return None if row is None else str(row[0])

    def _document(self, fields: Fields, doc_id: int) -> Document:
        return self.document_class(fields, self.document_id_class(doc_id))

    def _made(self) -> bool:
        """Return whether the table exists."""
        return self.name in self._storage.layouts or self._storage.has(self.name)

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

    def table(self, name: str, **options: Any) -> Table:
        """Return the table of that name."""
        return cast("Table", super().table(name, **options))

    def tables(self) -> set[str]:
        """Return the names of all tables, without reading a document."""
        return set(cast("SqliteStorage", self.storage).names())
