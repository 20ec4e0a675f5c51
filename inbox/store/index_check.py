"""Whether the full-text index says what the messages say.

The words of every row are indexed a second time, in memory, and both
vocabularies compared: each word with the number of rows and of places it
stands in. In a large store that is done for a sample, row by row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress

from inbox.store import search
from inbox.store.database import Store, Transaction
from inbox.store.folding import folded
from inbox.store.rows import portions

_CANNOT_ASK = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
}
_WHOLE = 20_000
"""Up to so many rows the whole vocabulary is compared."""
_SAMPLE = 500


class _TakenBack(Exception):
    """Leave a transaction without keeping anything of it."""


def is_sound(store: Store) -> bool:
    """Return whether the index's own structure is sound.

    FTS5 takes the question as a write, so it is asked in a transaction that
    is then taken back. Raises StoreReadOnly, StoreFull and StoreBusy.
    """
    sound = True
    with suppress(_TakenBack), store.write() as tx:
        try:
            tx.sql.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        except sqlite3.DatabaseError as exc:
            # The lowest byte is the primary code; these say nothing of the index.
            if exc.sqlite_errorcode & 0xFF in _CANNOT_ASK:
                raise
            sound = False
        raise _TakenBack
    return sound


def unindexed(tx: Transaction) -> int:
    """Return how many messages are not in the index, or in it without being there."""
    known = [doc_id for (doc_id,) in tx.sql.execute("SELECT doc_id FROM doc_messages")]
    found = [
        int(doc_id)
        for (messages,) in tx.sql.execute("SELECT messages FROM stretches")
        for doc_id in messages.split()
    ]
    twice = len(found) - len(set(found))
    (astray,) = tx.sql.execute(
        "SELECT (SELECT count(*) FROM stretches WHERE row NOT IN (SELECT id FROM words_docsize))"
        " + (SELECT count(*) FROM words_docsize WHERE id NOT IN (SELECT row FROM stretches))"
        " + (SELECT count(*) FROM stretches JOIN redirects ON uid = conversation)"
    ).fetchone()
    return len(set(known) ^ set(found)) + twice + int(astray)


def misfits(tx: Transaction) -> int:
    """Return for how many words (of a large store: sampled rows) the index is wrong."""
    (count,) = tx.sql.execute("SELECT count(*) FROM stretches").fetchone()
    return _misfit_words(tx) if count <= _WHOLE else _misfit_rows(tx, max(1, count // _SAMPLE))


def _misfit_words(tx: Transaction) -> int:
    again = sqlite3.connect(":memory:", isolation_level=None)
    try:
        (definition,) = tx.sql.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'words'"
        ).fetchone()
        again.execute(definition)
        again.execute("CREATE VIRTUAL TABLE words_vocabulary USING fts5vocab(words, row)")
        again.execute("BEGIN")
        again.executemany(
            "INSERT INTO words (rowid, subject, body, party, reference) VALUES (?, ?, ?, ?, ?)",
            _folded(tx, "1"),
        )
        again.execute("COMMIT")
        vocabulary = "SELECT term, doc, cnt FROM words_vocabulary"
        stored = set(tx.sql.execute(vocabulary))
        return len({row[0] for row in stored ^ set(again.execute(vocabulary))})
    finally:
        again.close()


def _misfit_rows(tx: Transaction, step: int) -> int:
    """Return how many of every `step`-th row are not found by all of their first words."""
    wrong = 0
    for row, *texts in _folded(tx, f"rowid % {step} = 0"):
        asked = [f'"{word}"' for text in texts for word in text.replace('"', " ").split()[:5]]
        found = tx.sql.execute(
            "SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?", (" AND ".join(asked), row)
        )
        wrong += bool(asked) and found.fetchone() is None
    return wrong


def _folded(tx: Transaction, condition: str) -> Iterator[tuple[int, str, str, str, str]]:
    """Yield rows of the index as they should be."""
    rows = tx.sql.execute(
        f"SELECT row, conversation, messages FROM stretches WHERE {condition} ORDER BY row"  # noqa: S608 - ours
    ).fetchall()
    for lot in portions(rows):
        some = [search.stretch_of(*row) for row in lot]
        texts = search.words_in(tx, some)
        for each in some:
            known = [texts[doc_id] for doc_id in each.messages if doc_id in texts]
            yield (each.row, *folded(known))
