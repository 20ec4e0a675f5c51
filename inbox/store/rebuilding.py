"""The full-text index made anew, by a migration that changes how texts are folded."""

from __future__ import annotations

import sqlite3

from inbox.store import search
from inbox.store.database import Transaction
from inbox.store.documents import DocumentDB
from inbox.store.schema import TABLES


def rebuild_index(sql: sqlite3.Connection) -> None:
    """Index every message, inside the transaction that is open."""
    search.rebuild(Transaction(sql, DocumentDB(sql, TABLES), ""))
