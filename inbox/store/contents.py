"""The heavy parts of a message: text, HTML and source, each read only when asked for."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from inbox.store.database import Transaction
from inbox.store.packing import packed
from inbox.store.rows import portions

_PACKED = (
    ("bodies", "message", "html"),
    ("sources", "message", "source"),
    ("quarantine_sources", "item", "source"),
)
"""Tables with something compressed, by what its rows are known, and the column."""


def keep_bodies(tx: Transaction, rows: Iterable[tuple[int, str, str | None]]) -> None:
    """Keep text and HTML of messages, given as (doc_id, text, html)."""
    keep_packed_bodies(
        tx,
        [
            (doc_id, text, None if html is None else packed(html.encode()))
            for doc_id, text, html in rows
        ],
    )


def keep_packed_bodies(
    tx: Transaction, rows: Iterable[tuple[int, str | bytes, bytes | None]]
) -> None:
    """Keep text and HTML of messages, given as (doc_id, text or its UTF-8, packed html)."""
    tx.sql.executemany(
        "INSERT OR REPLACE INTO bodies (message, text, html) VALUES (?, CAST(? AS TEXT), ?)", rows
    )


def keep_sources(tx: Transaction, rows: Iterable[tuple[int, bytes]]) -> None:
    """Keep the sources of messages, given as (doc_id, source)."""
    keep_packed_sources(tx, [(doc_id, packed(source)) for doc_id, source in rows])


def keep_packed_sources(tx: Transaction, rows: Iterable[tuple[int, bytes]]) -> None:
    """Keep the sources of messages, given as (doc_id, packed source)."""
    tx.sql.executemany("INSERT OR REPLACE INTO sources (message, source) VALUES (?, ?)", rows)


def bodies(tx: Transaction, doc_ids: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    """Return text and HTML of each of these messages that has any.

    HTML that rotted on the disk is none: the text is there to be read.
    """
    found: dict[int, tuple[str, str | None]] = {}
    for some in portions(doc_ids):
        rows = tx.sql.execute(
            "SELECT message, text, html FROM bodies"  # noqa: S608 - marks only
            f" WHERE message IN ({','.join('?' * len(some))})",
            some,
        )
        for doc_id, text, html in rows:
            page = None if html is None else unpacked(html)
            found[doc_id] = (text, None if page is None else page.decode())
    return found


def unpacked(raw: Any) -> bytes | None:
    """Return what was packed, None if it rotted on the disk."""
    try:
        return zlib.decompress(raw)
    except (zlib.error, TypeError):  # a byte that rotted may also say that it is a number
        return None


def drop_rotten(tx: Transaction) -> int:
    """Remove what is not what it was or cannot be unpacked; return of how many messages.

    A text is removed with all that stands beside it, and not counted.
    """
    tx.sql.execute("DELETE FROM bodies WHERE typeof(text) <> 'text'")
    rotten: set[int] = set()
    for table, key, column in _PACKED:
        asked = f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608 - fixed names
        found = [number for number, raw in tx.sql.execute(asked) if unpacked(raw) is None]
        remove = (
            f"UPDATE {table} SET {column} = NULL" if table == "bodies" else f"DELETE FROM {table}"  # noqa: S608 - fixed names
        )
        tx.sql.executemany(f"{remove} WHERE {key} = ?", [(number,) for number in found])
        if key == "message":
            rotten.update(found)
    return len(rotten)


def source(tx: Transaction, doc_id: int) -> bytes | None:
    """Return a message's source, None where none was kept or it rotted on the disk."""
    row = tx.sql.execute("SELECT source FROM sources WHERE message = ?", (doc_id,)).fetchone()
    return None if row is None else unpacked(row[0])


def forget(tx: Transaction, doc_id: int) -> None:
    """Remove a message's text, HTML, source and files, and what others find it by."""
    tx.sql.execute("DELETE FROM bodies WHERE message = ?", (doc_id,))
    tx.sql.execute("DELETE FROM sources WHERE message = ?", (doc_id,))
    tx.sql.execute("DELETE FROM files WHERE message = ?", (doc_id,))
    tx.sql.execute("DELETE FROM named WHERE message = ?", (doc_id,))
    tx.sql.execute("DELETE FROM alike WHERE message = ?", (doc_id,))
    tx.sql.execute("DELETE FROM matters WHERE message = ?", (doc_id,))
