"""The full-text index made anew, by a migration that changes how texts are folded."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from inbox.store import search
from inbox.store.database import Transaction
from inbox.store.documents import DocumentDB
from inbox.store.schema import TABLES

STATEMENTS = (
    "DROP TABLE words_vocabulary",
    "DROP TABLE words",
    "DELETE FROM stretches",
    "ALTER TABLE stretches DROP COLUMN form",
    # Beginnings of four letters took a fifth of its room and of the time to index a message.
    """CREATE VIRTUAL TABLE words USING fts5 (
        subject, body, party, reference, content = '',
        tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'",
        prefix = '1 2 3')""",
    "CREATE VIRTUAL TABLE words_vocabulary USING fts5vocab(words, row)",
    "INSERT INTO words (words, rank) VALUES ('automerge', 16)",
    "INSERT INTO words (words, rank) VALUES ('crisismerge', 64)",
    # A batch's words fit: they are written out once, when it is committed.
    "INSERT INTO words (words, rank) VALUES ('hashsize', 8388608)",
)
"""What takes the index away and makes it again, empty."""


def rebuild_index(
    sql: sqlite3.Connection, tell: Callable[[float], None] = lambda _part: None
) -> None:
    """Index every message, inside the transaction that is open; `tell` is told how far it is."""
    search.rebuild(Transaction(sql, DocumentDB(sql, TABLES), ""), tell)
