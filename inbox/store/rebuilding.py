"""The full-text index made anew, by a migration that changes how texts are folded."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from inbox.store import search
from inbox.store.database import Transaction
from inbox.store.documents import DocumentDB
from inbox.store.schema import TABLES


def rebuild_index(
    sql: sqlite3.Connection, tell: Callable[[float], None] = lambda _part: None
) -> None:
    """Index every message, inside the transaction that is open; `tell` is told how far it is."""
    search.rebuild(Transaction(sql, DocumentDB(sql, TABLES), ""), tell)
