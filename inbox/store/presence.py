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
from inbox.core.stated import Subject
from inbox.store import halves, untold
from inbox.store.database import Transaction
from inbox.store.instants import micros
from inbox.store.rows import portions

Spot = tuple[str, str, str]
"""A place without its role: folder, epoch and id."""


def occupy(tx: Transaction, rows: Iterable[tuple[AccountUid, Place, int]]) -> None:
    """Note that messages lie at places, given as (account, place, doc_id)."""
    tx.sql.executemany(
        "INSERT OR REPLACE INTO places (account, folder, epoch, id, message)"
        " VALUES (?, ?, ?, ?, ?)",
        [(account, each.folder, each.epoch, each.id, doc_id) for account, each, doc_id in rows],
    )


def owners(tx: Transaction, account: AccountUid, places: Iterable[Place]) -> dict[Spot, int]:
    """Return the doc_id of the message at each of these places where one is known to lie."""
    folders: dict[tuple[str, str], set[str]] = {}
    for place in places:
        folders.setdefault((place.folder, place.epoch), set()).add(place.id)
    found: dict[Spot, int] = {}
    for (folder, epoch), numbers in folders.items():
        wanted = sorted(numbers)
        for some in portions(wanted):
            rows = tx.sql.execute(
                "SELECT id, message FROM places WHERE account = ? AND folder = ? AND epoch = ?"  # noqa: S608 - marks only
                f" AND id IN ({','.join('?' * len(some))})",
                (account, folder, epoch, *some),
            )
            found.update(((folder, epoch, number), doc_id) for number, doc_id in rows)
    return found


def spot(place: Place) -> Spot:
    """Return what tells a place from others of its account."""
    return (place.folder, place.epoch, place.id)


def change(
    tx: Transaction, account: AccountUid, changes: Sequence[FlagChange], at: datetime
) -> set[ConversationUid]:
    """Note what the marks at the service are now, at `at`; return the conversations touched."""
    lying = owners(tx, account, (each.place for each in changes))
    marks = {lying[spot(each.place)]: each for each in changes if spot(each.place) in lying}
    changed: dict[int, dict[str, Any]] = {}
    read: list[dict[str, Any]] = []
    for head in tx.table("messages").get(doc_ids=list(marks)):
        now = marks[head.doc_id]
        seen = now.seen
        turned = head.get("seen", False) != seen
        if turned and Subject.SEEN in untold.pending(tx, head["conversation"], account):
            seen = not seen  # the seller's word here has not reached the service: it is the newer
        if (head.get("seen", False), head.get("answered", False)) != (seen, now.answered):
            changed[head.doc_id] = {**head, "seen": seen, "answered": now.answered}
            if head.get("seen", False) != seen:
                read.append(changed[head.doc_id])
    tx.table("messages").put(changed)
    return {head["conversation"] for head in changed.values()} | halves.follow(tx, read, at)


def leave(
    tx: Transaction, account: AccountUid, places: Sequence[Place], at: datetime
) -> set[ConversationUid]:
    """Note that these places are empty; return the conversations touched."""
    left: dict[int, set[Spot]] = {}
    for where, doc_id in owners(tx, account, places).items():
        left.setdefault(doc_id, set()).add(where)
    tx.sql.executemany(
        "DELETE FROM places WHERE account = ? AND folder = ? AND epoch = ? AND id = ?",
        [(account, *spot(place)) for place in places],
    )
    return _left(tx, left, at)


def lapse(
    tx: Transaction, account: AccountUid, lapsed: Sequence[tuple[str, str]], at: datetime
) -> set[ConversationUid]:
    """Note that every place of these (folder, epoch) pairs is void; return those touched."""
    left: dict[int, set[Spot]] = {}
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


def _left(tx: Transaction, left: dict[int, set[Spot]], at: datetime) -> set[ConversationUid]:
    """Take the places out of the messages' heads; the last one stays, with `gone_at`."""
    table = tx.table("messages")
    changed: dict[int, dict[str, Any]] = {}
    for head in table.get(doc_ids=list(left)):
        kept = [place for place in head["places"] if tuple(place[:3]) not in left[head.doc_id]]
        changed[head.doc_id] = {**head, "places": kept} if kept else {**head, "gone_at": micros(at)}
    table.put(changed)
    return {head["conversation"] for head in changed.values()}
