"""One message by two ways: what is read by one of them is read by the other, and told there.

Mail read on a phone is read at the marketplace, and what is read there is no
longer unread in the mailbox; what is answered there is marked as answered.
Only a change is passed on, so nothing goes in circles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from inbox.core.model import ConversationUid, OutboxItem
from inbox.store import untold
from inbox.store.database import Transaction
from inbox.store.heads import Head, places_document
from inbox.store.instants import instant
from inbox.store.rows import decoded

_HALVES = ("twin_of", "notice_of")


def follow(
    tx: Transaction, read: Iterable[Mapping[str, Any]], at: datetime
) -> set[ConversationUid]:
    """Let the other halves of these heads be as read as they are now; return those touched."""
    touched: set[ConversationUid] = set()
    for head in read:
        seen: bool = head.get("seen", False)
        changed = {
            doc_id: {**other, "seen": seen}
            for doc_id, other in _others(tx, head).items()
            if other.get("seen", False) != seen
        }
        if changed:
            tx.table("messages").put(changed)
            untold.seen_elsewhere(tx, changed.values(), at, seen=seen)
            touched.update(other["conversation"] for other in changed.values())
    return touched


def answered(tx: Transaction, item: OutboxItem, at: datetime) -> None:
    """Let the mails of what an accepted reply answers be marked as answered in their mailbox."""
    where = places_document(item.reply.answers)
    rows = tx.sql.execute(
        "SELECT doc FROM doc_messages WHERE conversation = ? AND account = ?",
        (item.conversation, item.account),
    )
    heads = (decoded(raw) for (raw,) in rows.fetchall())
    for head in [each for each in heads if where and each["places"] == where]:
        untold.answered_elsewhere(tx, _others(tx, head).values(), at)


def _others(tx: Transaction, head: Mapping[str, Any]) -> dict[int, Head]:
    """Return the other halves of a message, in its conversation: what a mail is about, or mails."""
    about = [head[name] for name in _HALVES if name in head]
    if head["service"] == "email" and not about:
        return {}
    rows = tx.sql.execute(
        "SELECT doc_id, doc FROM doc_messages WHERE conversation = ? AND account <> ?",
        (head["conversation"], head["account"]),
    )
    every = ((doc_id, decoded(raw)) for doc_id, raw in rows.fetchall())
    return {
        doc_id: other
        for doc_id, other in every
        if other["uid"] in about or head["uid"] in {other.get(name) for name in _HALVES}
    }


def meet(tx: Transaction, doc_id: int) -> None:
    """Let a mail that has just found its other half, and that half, be read if one of them is."""
    head = dict(tx.table("messages").get(doc_id=doc_id))
    every = {doc_id: head, **_others(tx, head)}
    unread = {key: each for key, each in every.items() if not each.get("seen", False)}
    if not unread or len(unread) == len(every):
        return
    read = {key: {**each, "seen": True} for key, each in unread.items()}
    tx.table("messages").put(read)
    at = instant(max(each["accepted_at"] for each in every.values()))
    untold.seen_elsewhere(tx, read.values(), at, seen=True)
