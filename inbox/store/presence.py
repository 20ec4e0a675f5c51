"""Where messages lie at the service: marks that change there, places that empty.

What a service no longer has is gone, not hidden: its message keeps the place
where it lay last, and whatever is owed for it stays owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from connectors.values import FlagChange, Place
from inbox.core.model import AccountUid, ConversationUid
from inbox.store.database import Transaction
from inbox.store.instants import micros


def occupy(tx: Transaction, account: AccountUid, doc_id: int, places: Iterable[Place]) -> None:
    """Note that the message of that doc_id lies at these places."""
    tx.sql.executemany(
        "INSERT OR REPLACE INTO places (account, folder, epoch, id, message)"
        " VALUES (?, ?, ?, ?, ?)",
        [(account, place.folder, place.epoch, place.id, doc_id) for place in places],
    )


def owner_of(tx: Transaction, account: AccountUid, place: Place) -> int | None:
    """Return the doc_id of the message that lies at a place."""
    row = tx.sql.execute(
        "SELECT message FROM places WHERE account = ? AND folder = ? AND epoch = ? AND id = ?",
        (account, place.folder, place.epoch, place.id),
    ).fetchone()
    return None if row is None else int(row[0])


def change(
    tx: Transaction, account: AccountUid, changes: Sequence[FlagChange]
) -> set[ConversationUid]:
    """Note what the marks at the service are now; return the conversations touched."""
    marks: dict[int, FlagChange] = {}
    for each in changes:
        doc_id = owner_of(tx, account, each.place)
        if doc_id is not None:
            marks[doc_id] = each
    changed: dict[int, dict[str, Any]] = {}
    for head in tx.table("messages").get(doc_ids=list(marks)):
        now = marks[head.doc_id]
        if (head.get("seen", False), head.get("answered", False)) != (now.seen, now.answered):
            changed[head.doc_id] = {**head, "seen": now.seen, "answered": now.answered}
    tx.table("messages").put(changed)
    return {head["conversation"] for head in changed.values()}


def leave(
    tx: Transaction, account: AccountUid, places: Sequence[Place], at: datetime
) -> set[ConversationUid]:
    """Note that these places are empty; return the conversations touched."""
    rows = [(each.folder, each.epoch, each.id) for each in places]
    left: dict[int, set[tuple[str, str, str]]] = {}
    for row, place in zip(rows, places, strict=True):
        doc_id = owner_of(tx, account, place)
        if doc_id is not None:
            left.setdefault(doc_id, set()).add(row)
    tx.sql.executemany(
        "DELETE FROM places WHERE account = ? AND folder = ? AND epoch = ? AND id = ?",
        [(account, *row) for row in rows],
    )
    return _left(tx, left, at)


def lapse(
    tx: Transaction, account: AccountUid, lapsed: Sequence[tuple[str, str]], at: datetime
) -> set[ConversationUid]:
    """Note that every place of these (folder, epoch) pairs is void; return those touched."""
    left: dict[int, set[tuple[str, str, str]]] = {}
    for folder, epoch in lapsed:
        key = (account, folder, epoch)
        where = "WHERE account = ? AND folder = ? AND epoch = ?"
        for number, doc_id in tx.sql.execute(f"SELECT id, message FROM places {where}", key):  # noqa: S608 - a fixed text
            left.setdefault(doc_id, set()).add((folder, epoch, number))
        tx.sql.execute(f"DELETE FROM places {where}", key)  # noqa: S608 - a fixed text
    return _left(tx, left, at)


def present(tx: Transaction, account: AccountUid) -> int:
    """Return how many of the account's messages lie anywhere at the service, as far as is known."""
    count: int = tx.sql.execute(
        "SELECT count(DISTINCT message) FROM places WHERE account = ?", (account,)
    ).fetchone()[0]
    return count


def _left(
    tx: Transaction, left: dict[int, set[tuple[str, str, str]]], at: datetime
) -> set[ConversationUid]:
    """Take the places out of the messages' heads; the last one stays, with `gone_at`."""
    table = tx.table("messages")
    changed: dict[int, dict[str, Any]] = {}
    for head in table.get(doc_ids=list(left)):
        kept = [place for place in head["places"] if tuple(place[:3]) not in left[head.doc_id]]
        changed[head.doc_id] = {**head, "places": kept} if kept else {**head, "gone_at": micros(at)}
    table.put(changed)
    return {head["conversation"] for head in changed.values()}
