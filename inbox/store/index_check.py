"""Whether the full-text index says what the messages say.

The words of every message are indexed a second time, in memory, and both
vocabularies compared: each word with the number of messages and of places it
stands in. In a large store that is done for a sample, message by message.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress

from inbox.store import contents
from inbox.store.database import Store, Transaction
from inbox.store.heads import words_of
from inbox.store.search import Words, folded

_WHOLE = 20_000
"""Up to so many messages the whole vocabulary is compared."""
_SAMPLE = 500
_AT_ONCE = 500


class _TakenBack(Exception):
    """Leave a transaction without keeping anything of it."""


def is_sound(store: Store) -> bool:
    """Return whether the index's own structure is sound.

    FTS5 takes the question as a write, so it is asked in a transaction that
    is then taken back.
    """
    sound = True
    with suppress(_TakenBack), store.write() as tx:
        try:
            tx.sql.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        except sqlite3.DatabaseError:
            sound = False
        raise _TakenBack
    return sound


def unindexed(tx: Transaction) -> int:
    """Return how many messages are not in the index, or in it without being there."""
    (count,) = tx.sql.execute(
        "SELECT (SELECT count(*) FROM doc_messages"
        " WHERE doc_id NOT IN (SELECT id FROM words_docsize))"
        " + (SELECT count(*) FROM words_docsize"
        " WHERE id NOT IN (SELECT doc_id FROM doc_messages))"
    ).fetchone()
    return int(count)


def misfits(tx: Transaction) -> int:
    """Return for how many words (of a large store: sampled messages) the index is wrong."""
    (count,) = tx.sql.execute("SELECT count(*) FROM doc_messages").fetchone()
    return _misfit_words(tx) if count <= _WHOLE else _misfit_messages(tx, max(1, count // _SAMPLE))


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
            folded(_every_words(tx)),
        )
        again.execute("COMMIT")
        vocabulary = "SELECT term, doc, cnt FROM words_vocabulary"
        stored = set(tx.sql.execute(vocabulary))
        return len({row[0] for row in stored ^ set(again.execute(vocabulary))})
    finally:
        again.close()


def _misfit_messages(tx: Transaction, step: int) -> int:
    """Return how many of every `step`-th message are not found by all of their first words."""
    rows = tx.sql.execute("SELECT doc_id FROM doc_messages WHERE doc_id % ? = 0", (step,))
    wrong = 0
    for _doc_id, *texts in folded(_words(tx, [doc_id for (doc_id,) in rows])):
        asked = [f'"{word}"' for text in texts for word in text.replace('"', " ").split()[:5]]
        found = tx.sql.execute(
            "SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?", (" AND ".join(asked), _doc_id)
        )
        wrong += bool(asked) and found.fetchone() is None
    return wrong


def _every_words(tx: Transaction) -> Iterator[Words]:
    doc_ids = [doc_id for (doc_id,) in tx.sql.execute("SELECT doc_id FROM doc_messages")]
    for start in range(0, len(doc_ids), _AT_ONCE):
        yield from _words(tx, doc_ids[start : start + _AT_ONCE])


def _words(tx: Transaction, doc_ids: list[int]) -> Iterator[Words]:
    bodies = contents.bodies(tx, doc_ids)
    for head in tx.table("messages").get(doc_ids=doc_ids):
        text, _html = bodies.get(head.doc_id, ("", None))
        yield words_of(head.doc_id, head, text)
