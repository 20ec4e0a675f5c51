"""One table's rows as TinyDB's updaters want to see them, and how a document becomes a row."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from inbox.store.narrowing import LARGEST, column_value
from inbox.store.schema import Layout, Scalar

Fields = dict[str, Any]
PREFIX = "doc_"
"""What the SQL name of every table of documents begins with."""
Value = TypeVar("Value")
Patch = tuple[int, Mapping[str, Scalar], bytes]
"""A row's id, its columns that differ, its document."""
_NUMBER = re.compile("0|-?[1-9][0-9]{0,17}")
_CAPITAL = re.compile("[A-Z^]")
AT_ONCE = 500
"""How many values one statement binds: each distinct number of them is a statement to prepare."""
_AS_IT_IS = frozenset({str, bool, type(None)})
"""Types of values that a column holds as a document does."""
encoded = msgspec.json.Encoder().encode
decoded = cast("Callable[[str | bytes], Fields]", msgspec.json.Decoder(Fields).decode)


class Rows(MutableMapping[int, Fields]):
    """A table as TinyDB's updaters want to see it: a dict that reads rows as they are asked for.

    Nothing is written before `flush`, and nothing at all if one document
    cannot be.
    """

    def __init__(self, connection: sqlite3.Connection, layout: Layout) -> None:
        self._sql = connection
        self._layout = layout
        self._table = quoted(layout.name)
        self._read: dict[int, str] = {}
        self._held: dict[int, Fields] = {}
        self._gone: set[int] = set()
        self._cleared = False

    def __contains__(self, doc_id: object) -> bool:
        if doc_id in self._held:
            return True
        if self._cleared or doc_id in self._gone or not _is_row(doc_id):
            return False
        found = self._sql.execute(
            f"SELECT 1 FROM {self._table} WHERE doc_id = ?",  # noqa: S608 - quoted
            (doc_id,),
        )
        return found.fetchone() is not None

    def __getitem__(self, doc_id: int) -> Fields:
        if doc_id in self._held:
            return self._held[doc_id]
        if not self._cleared and doc_id not in self._gone and _is_row(doc_id):
            row = self._sql.execute(
                f"SELECT doc FROM {self._table} WHERE doc_id = ?",  # noqa: S608 - quoted
                (doc_id,),
            ).fetchone()
            if row is not None:
                self._read[doc_id] = row[0]
                self._held[doc_id] = decoded(row[0])
                return self._held[doc_id]
        raise KeyError(doc_id)

    def __setitem__(self, doc_id: int, fields: Fields) -> None:
        number = int(str(doc_id))  # as TinyDB reads the ids of its file, with its error
        self._held[number] = fields
        self._gone.discard(number)

    def __delitem__(self, doc_id: int) -> None:
        if doc_id not in self:
            raise KeyError(doc_id)
        self._held.pop(doc_id, None)
        self._read.pop(doc_id, None)
        self._gone.add(doc_id)

    def __iter__(self) -> Iterator[int]:
        stored: Iterable[int] = ()
        if not self._cleared:
            stored = [
                doc_id
                for (doc_id,) in self._sql.execute(
                    f"SELECT doc_id FROM {self._table} ORDER BY doc_id"  # noqa: S608 - quoted
                )
                if doc_id not in self._gone
            ]
        known = set(stored)
        yield from stored
        yield from [doc_id for doc_id in self._held if doc_id not in known]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Hold no document any more."""
        self._cleared = True
        self._held.clear()
        self._read.clear()
        self._gone.clear()

    def flush(self) -> None:
        """Write what changed."""
        changed = []
        values_of = hot_reader(self._layout)
        for doc_id, fields in self._held.items():
            raw = strictly_in_json(fields)
            if self._read.get(doc_id) != raw:
                changed.append((doc_id, *values_of(fields), raw))
        if self._cleared:
            self._sql.execute(f"DELETE FROM {self._table}")  # noqa: S608 - quoted
        if self._gone:
            self._sql.executemany(
                f"DELETE FROM {self._table} WHERE doc_id = ?",  # noqa: S608 - quoted
                [(doc_id,) for doc_id in self._gone],
            )
        if changed:
            self._sql.executemany(_upsert(self._layout.name, self._layout.columns), changed)


def portions(every: Sequence[Value], size: int = AT_ONCE) -> Iterator[list[Value]]:
    """Yield the values in their order, in lists of at most `size`."""
    for start in range(0, len(every), size):
        yield list(every[start : start + size])


def table_name(name: str) -> str:
    """Return the name of the SQL table that holds the documents of this name.

    SQLite takes a capital for its small letter, TinyDB does not: "^" stands
    before each, and before itself.
    """
    return PREFIX + _CAPITAL.sub(r"^\g<0>", name)


def name_of(table: str) -> str:
    """Return the name of the documents that an SQL table holds."""
    return re.sub(r"\^(.)", r"\1", table.removeprefix(PREFIX))


@cache
def quoted(name: str) -> str:
    """Return the SQL name of the table that holds the documents of this name, in quotes."""
    return '"' + table_name(name).replace('"', '""') + '"'


def hot_reader(layout: Layout) -> Callable[[Mapping[str, Any]], list[Scalar]]:
    """Return what makes of a document what stands in the hot columns of its row, in their order."""
    columns = layout.columns
    made = [(place, hot.derived) for place, hot in enumerate(layout.hot) if hot.derived is not None]

    def values_of(fields: Mapping[str, Any]) -> list[Scalar]:
        values: list[Any] = list(map(fields.get, columns))
        for place, derived in made:
            values[place] = derived(fields)
        return [
            each
            if (kind := type(each)) in _AS_IT_IS or (kind is int and -LARGEST <= each <= LARGEST)
            else column_value(each)
            for each in values
        ]

    return values_of


def strictly_in_json(fields: Fields) -> str:
    """Return a document of anybody's making as it is stored.

    Raises the TypeError of TinyDB's own storage for what JSON has not: our encoder
    would make a text of a date. ValueError for NaN and the infinities.
    """
    try:
        text = encoded(fields).decode()
        if decoded(text) == fields:
            return text
    except TypeError:  # a key that is no text
        pass
    return json.dumps(fields, allow_nan=False, ensure_ascii=False)


def row_of(doc_id: object) -> int | None:
    """Return the row that a document's id means, None where there can be none.

    TinyDB compares ids as they are written: "1" is 1, but True and 1.0 are not.
    """
    if type(doc_id) is int:
        return doc_id if _is_row(doc_id) else None
    text = str(doc_id)
    return int(text) if _NUMBER.fullmatch(text) else None


def _is_row(doc_id: object) -> bool:
    """Return whether a row can be asked for by this id: SQLite takes no larger integer."""
    return isinstance(doc_id, int | float) and -LARGEST <= doc_id <= LARGEST


def write(
    connection: sqlite3.Connection, layout: Layout, documents: Iterable[tuple[int, Fields, bytes]]
) -> None:
    """Write new rows, given as doc_id, document and the document in JSON."""
    values_of = hot_reader(layout)
    connection.executemany(
        _insert(layout.name, layout.columns),
        [(doc_id, *values_of(fields), raw) for doc_id, fields, raw in documents],
    )


def rewrite(
    connection: sqlite3.Connection,
    layout: Layout,
    documents: Mapping[int, Fields],
    before: Mapping[int, bytes] | None = None,
) -> None:
    """Write whole documents over those of the same ids, new or not.

    What is so already stays untouched, and of a row that changed only the
    columns that did are written: each other index stays as it is. `before` is
    what `stored_bytes` says, where the caller has read it already.
    """
    after = {doc_id: encoded(fields) for doc_id, fields in documents.items()}
    if before is None:
        before = stored_bytes(connection, layout, list(documents))
    new = [
        (doc_id, documents[doc_id], after[doc_id]) for doc_id in documents if doc_id not in before
    ]
    if new:
        write(connection, layout, new)
    changed = [doc_id for doc_id, raw in before.items() if raw != after[doc_id]]
    for some in portions(changed):
        _rewrite_columns(connection, layout, {each: documents[each] for each in some}, after)


def stored_bytes(
    connection: sqlite3.Connection, layout: Layout, doc_ids: Sequence[int]
) -> dict[int, bytes]:
    """Return the documents of these ids, those there are, as they are stored."""
    found: dict[int, bytes] = {}
    for some in portions(doc_ids):
        found.update(
            connection.execute(
                f"SELECT doc_id, CAST(doc AS BLOB) FROM {quoted(layout.name)}"  # noqa: S608 - quoted
                f" WHERE doc_id IN ({','.join('?' * len(some))})",
                some,
            )
        )
    return found


def patch(connection: sqlite3.Connection, layout: Layout, changes: Iterable[Patch]) -> None:
    """Write the documents of rows there are, and of their columns only those named."""
    alike: dict[tuple[str, ...], list[tuple[Scalar | bytes, ...]]] = {}
    for doc_id, columns, raw in changes:
        values = (*columns.values(), raw, doc_id)
        alike.setdefault(tuple(columns), []).append(values)
    for names, values_of in alike.items():
        connection.executemany(_update(layout.name, names), values_of)


def _rewrite_columns(
    connection: sqlite3.Connection,
    layout: Layout,
    documents: Mapping[int, Fields],
    raws: Mapping[int, bytes],
) -> None:
    """Write these documents, at most AT_ONCE, over their rows with the columns that differ."""
    columns = layout.columns
    named = ", ".join(["doc_id", *(f'"{column}"' for column in columns)])
    rows = connection.execute(
        f"SELECT {named} FROM {quoted(layout.name)}"  # noqa: S608 - quoted
        f" WHERE doc_id IN ({','.join('?' * len(documents))})",
        list(documents),
    ).fetchall()
    changes: list[Patch] = []
    values_of = hot_reader(layout)
    for doc_id, *old in rows:
        new = values_of(documents[doc_id])
        differ = {
            column: value
            for column, value, was in zip(columns, new, old, strict=True)
            if value != was
        }
        changes.append((doc_id, differ, raws[doc_id]))
    patch(connection, layout, changes)


@cache
def _update(name: str, columns: tuple[str, ...]) -> str:
    """Return the statement that writes these columns and the document of one row."""
    changes = "".join(f'"{column}" = ?, ' for column in columns)
    return f"UPDATE {quoted(name)} SET {changes}doc = CAST(? AS TEXT) WHERE doc_id = ?"  # noqa: S608 - quoted


@cache
def _upsert(name: str, hot: tuple[str, ...]) -> str:
    """Return the statement that writes one row, new or not."""
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in (*hot, "doc"))
    return f"{_insert(name, hot)} ON CONFLICT (doc_id) DO UPDATE SET {changes}"


@cache
def _insert(name: str, hot: tuple[str, ...]) -> str:
    """Return the statement that writes one new row."""
    names = ", ".join(f'"{name}"' for name in (*hot, "doc"))
    return (
        f"INSERT INTO {quoted(name)} (doc_id, {names})"  # noqa: S608 - quoted
        f" VALUES (?, {'?, ' * len(hot)}CAST(? AS TEXT))"
    )
