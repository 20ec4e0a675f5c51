"""The full-text index made anew, by a migration that changes how texts are folded."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from inbox.store import search
from inbox.store.database import Transaction
from inbox.store.documents import DocumentDB
from inbox.store.schema import TABLES


def add_form(sql: sqlite3.Connection) -> None:
    """Let a row of the index say in which form it is, if it does not yet: 0, the first one."""
    if not any(name == "form" for _, name, *_ in sql.execute("PRAGMA table_info(stretches)")):
        sql.execute("ALTER TABLE stretches ADD COLUMN form INTEGER NOT NULL DEFAULT 0")


def rebuild_index(
    sql: sqlite3.Connection, tell: Callable[[float], None] = lambda _part: None
) -> None:
    """Index every message, inside the transaction that is open; `tell` is told how far it is."""
    add_form(sql)  # what indexes now notes it
    search.rebuild(Transaction(sql, DocumentDB(sql, TABLES), ""), tell)
