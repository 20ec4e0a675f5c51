"""Copies of answers given in a marketplace's portal: each in its buyer's conversation.

A copy comes in as a conversation of its own, its home. Whenever one of its
buyer's name comes in or is joined, it is asked anew where the copy belongs
(`inbox.core.copies`), so the order in which messages come in changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import Any

from connectors.values import Message
from inbox.core.copies import Asked, belongs_to, name_of
from inbox.core.model import AccountUid, ConversationUid
from inbox.store import linking, uids
from inbox.store.database import Transaction
from inbox.store.heads import Head
from inbox.store.instants import instant
from inbox.store.rows import portions


def note(tx: Transaction, account: AccountUid, rows: Iterable[tuple[int, Message]]) -> None:
    """Remember under which names messages just stored, given with their doc_ids, are found."""
    tx.sql.executemany(
        "INSERT INTO named (message, account, service, name, copy) VALUES (?, ?, ?, ?, ?)",
        [
            (doc_id, account, message.service, name, bool(message.copy_for))
            for doc_id, message in rows
            if (name := name_of(message))
        ],
    )


def settle(
    tx: Transaction, account: AccountUid, touched: Collection[ConversationUid]
) -> set[ConversationUid]:
    """Put copies where they belong now that these conversations changed; return those changed.

    `derive` is left to the caller, for every conversation named.
    """
    changed: set[ConversationUid] = set()
    for service, name in _names(tx, account, touched):
        changed |= _settle(tx, account, service, name)
    return changed


def _names(
    tx: Transaction, account: AccountUid, touched: Collection[ConversationUid]
) -> list[tuple[str, str]]:
    """Return the names in these conversations under which there are copies, with their services."""
    if not tx.sql.execute("SELECT 1 FROM named WHERE account = ? AND copy", (account,)).fetchone():
        return []
    found: set[tuple[str, str]] = set()
    wanted = sorted(touched)
    for some in portions(wanted):
        found.update(
            tx.sql.execute(
                "SELECT DISTINCT n.service, n.name FROM doc_messages m"  # noqa: S608 - marks only
                " JOIN named n ON n.message = m.doc_id"
                f" WHERE m.conversation IN ({','.join('?' * len(some))})"
                " AND EXISTS (SELECT 1 FROM named c WHERE c.copy AND c.account = n.account"
                " AND c.service = n.service AND c.name = n.name)",
                some,
            )
        )
    return sorted(found)


def _settle(tx: Transaction, account: AccountUid, service: str, name: str) -> set[ConversationUid]:
    """Put each copy for buyers of a name where it belongs; return the conversations changed."""
    copies: list[tuple[int, Head]] = []
    asked: list[Asked] = []
    rows = tx.sql.execute(
        "SELECT message, copy FROM named WHERE account = ? AND service = ? AND name = ?",
        (account, service, name),
    )
    found = dict(rows.fetchall())
    for head in tx.table("messages").get(doc_ids=list(found)):
        if found[head.doc_id]:
            copies.append((head.doc_id, dict(head)))
        else:
            at, order = instant(head["accepted_at"]), _order(head)
            asked.append(Asked(head["conversation"], at, order))
    moved = (
        _move(tx, doc_id, head, belongs_to(instant(head["accepted_at"]), _order(head), asked))
        for doc_id, head in copies
    )
    return set(chain.from_iterable(moved))


def _order(head: Any) -> str:
    ref: str = head.get("order_ref", "")
    return ref.casefold()


def _move(
    tx: Transaction, doc_id: int, head: Head, target: ConversationUid | None
) -> Sequence[ConversationUid]:
    """Put a copy into a conversation, its home for None; return the conversations changed."""
    now: ConversationUid = head["conversation"]
    home: ConversationUid = head.get("home", now)
    there = home if target is None else target
    if there == now or (now == home and _is_worked_with(tx, home)):
        return ()
    tx.table("messages").put({doc_id: {**head, "home": home}})
    linking.carry(tx, doc_id, there)
    tx.sql.execute("DELETE FROM redirects WHERE uid = ?", (home,))
    if there != home:
        tx.sql.execute("DELETE FROM doc_conversations WHERE uid = ?", (home,))
        uids.redirect(tx, home, there)
    return now, there


def _is_worked_with(tx: Transaction, home: ConversationUid) -> bool:
    """Return whether the seller wrote something beside a copy that stands alone."""
    (count,) = tx.sql.execute(
        "SELECT (SELECT count(*) FROM doc_messages WHERE conversation = :home)"
        " + (SELECT count(*) FROM doc_drafts WHERE conversation = :home)",
        {"home": home},
    ).fetchone()
    return bool(count > 1)
