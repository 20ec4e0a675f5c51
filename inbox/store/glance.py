"""What is due, read in one look without TinyDB: a status bar asks every few seconds.

Loads nothing of the store's other modules, opens the file for reading only and
makes none.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from inbox.locations import is_anything
from inbox.store.rules_read import NAME

_SHOWN = 10
"""Conversations that are named; the others are counted."""


class Due(NamedTuple):
    """One conversation that is owed an answer."""

    uid: str
    account: str
    party: str
    subject: str
    rule: str | None
    due_at: int
    """Microseconds since 1970, UTC."""
    soon_at: int


class Checked(NamedTuple):
    """How an account was when it was last looked after."""

    account: str
    state: str
    at: int | None
    """Microseconds since 1970, UTC."""


class Glance(NamedTuple):
    """All of one look."""

    owed: int = 0
    late: int = 0
    soon: int = 0
    first: tuple[Due, ...] = ()
    """The longest late one first, then by due instant."""
    accounts: tuple[Checked, ...] = ()
    version: int = 0
    """The steps that made the store what it is; 0 where there is none."""
    rules_read_from: str = ""
    """See `inbox.store.rules_read`."""


def glance(path: Path, now: int) -> Glance:
    """Return what is due at an instant in microseconds; raises sqlite3.Error.

    Nothing where there is no store yet.
    """
    if not is_anything(path):
        return Glance()
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=1.0)) as sql:
        (version,) = sql.execute("PRAGMA user_version").fetchone()
        if not version:
            if sql.execute("SELECT 1 FROM sqlite_master").fetchone():
                raise sqlite3.DatabaseError("another program's database")
            return Glance()
        sql.execute("BEGIN")  # one snapshot
        owed, late, soon = sql.execute(
            "SELECT count(*), coalesce(sum(due_at < :now), 0),"
            " coalesce(sum(soon_at <= :now AND due_at >= :now), 0)"
            " FROM doc_conversations WHERE owed = 1 AND spam = 0",
            {"now": now},
        ).fetchone()
        first = sql.execute(
            "SELECT due_at, soon_at, doc FROM doc_conversations"
            " WHERE owed = 1 AND spam = 0 AND due_at IS NOT NULL ORDER BY due_at, uid LIMIT ?",
            (_SHOWN,),
        ).fetchall()
        states = sql.execute("SELECT doc FROM doc_account_states").fetchall()
        read_from = sql.execute("SELECT value FROM meta WHERE name = ?", (NAME,)).fetchone()
    return Glance(
        owed=owed,
        late=late,
        soon=soon,
        first=tuple(_due(*row) for row in first),
        accounts=tuple(_checked(json.loads(doc)) for (doc,) in states),
        version=version,
        rules_read_from=str(read_from[0]) if read_from else "",
    )


def _due(due_at: int, soon_at: int, raw: str) -> Due:
    document = json.loads(raw)
    name, address = document["party"]
    return Due(
        uid=document["uid"],
        account=document["account"],
        party=name or address,
        subject=document["subject"],
        rule=document["rule"],
        due_at=due_at,
        soon_at=soon_at,
    )


def _checked(document: dict[str, str | int | None]) -> Checked:
    at = document["checked_at"]
    return Checked(
        str(document["account"]), str(document["state"]), None if at is None else int(at)
    )
