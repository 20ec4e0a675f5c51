"""The heavy parts of a message: text, HTML and source, each read only when asked for."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

from inbox.store.database import Transaction
from inbox.store.packing import packed
from inbox.store.rows import portions


def keep_bodies(tx: Transaction, rows: Iterable[tuple[int, str, str | None]]) -> None:
    """Keep text and HTML of messages, given as (doc_id, text, html)."""
    keep_packed_bodies(
        tx,
        [
            (doc_id, text, None if html is None else packed(html.encode()))
            for doc_id, text, html in rows
        ],
    )


def keep_packed_bodies(tx: Transaction, rows: Iterable[tuple[int, str, bytes | None]]) -> None:
    """Keep text and HTML of messages, given as (doc_id, text, packed html)."""
    tx.sql.executemany("INSERT OR REPLACE INTO bodies (message, text, html) VALUES (?, ?, ?)", rows)


def keep_sources(tx: Transaction, rows: Iterable[tuple[int, bytes]]) -> None:
    """Keep the sources of messages, given as (doc_id, source)."""
    keep_packed_sources(tx, [(doc_id, packed(source)) for doc_id, source in rows])


def keep_packed_sources(tx: Transaction, rows: Iterable[tuple[int, bytes]]) -> None:
    """Keep the sources of messages, given as (doc_id, packed source)."""
    tx.sql.executemany("INSERT OR REPLACE INTO sources (message, source) VALUES (?, ?)", rows)


def bodies(tx: Transaction, doc_ids: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    """Return text and HTML of each of these messages that has any."""
    found: dict[int, tuple[str, str | None]] = {}
    for some in portions(doc_ids):
        rows = tx.sql.execute(
            "SELECT message, text, html FROM bodies"  # noqa: S608 - marks only
            f" WHERE message IN ({','.join('?' * len(some))})",
            some,
        )
        for doc_id, text, html in rows:
            found[doc_id] = (text, None if html is None else zlib.decompress(html).decode())
    return found


def source(tx: Transaction, doc_id: int) -> bytes | None:
    """Return a message's source, None where none was kept."""
    row = tx.sql.execute("SELECT source FROM sources WHERE message = ?", (doc_id,)).fetchone()
    return None if row is None else zlib.decompress(row[0])


def forget(tx: Transaction, doc_id: int) -> None:
    """Remove a message's text, HTML, source and files, and what others find it by."""
    tx.sql.execute("DELETE FROM bodies WHERE message = ?", (doc_id,))
    tx.sql.execute("DELETE FROM sources WHERE message = ?", (doc_id,))
    tx.sql.execute("DELETE FROM files WHERE message = ?", (doc_id,))
    tx.sql.execute("DELETE FROM named WHERE message = ?", (doc_id,))
    tx.sql.execute("DELETE FROM alike WHERE message = ?", (doc_id,))
    tx.sql.execute("DELETE FROM matters WHERE message = ?", (doc_id,))
