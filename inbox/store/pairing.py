"""Notices by mail in the conversation of what an API told of the same matter.

Which belong together is `inbox.core.pairing`'s. A buyer's mail brings its whole
conversation along; a service's notice comes alone, since its other notices may
be about other cases. A notice that says no more than what the API told says so
of itself (`notice_of`): it is shown, and asks nothing as long as that does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from connectors.values import Message
from inbox.core.model import ConversationUid
from inbox.core.pairing import is_notice, matter_of, names_of, says_the_same
from inbox.core.twins import Told, is_mailed
from inbox.store import halves, linking, twins, uids
from inbox.store.database import Transaction
from inbox.store.heads import Head, stored
from inbox.store.rows import portions

_NEAREST = 20
"""So many of what an API told under one name are looked at, the nearest in time."""


def note(tx: Transaction, rows: Iterable[tuple[int, Message]]) -> None:
    """Remember under which names messages just stored, given with their doc_ids, are found."""
    tx.sql.executemany(
        "INSERT INTO matters (message, service, name, mailed) VALUES (?, ?, ?, ?)",
        [
            (doc_id, service, name, is_mailed(message))
            for doc_id, message in rows
            for service, name in names_of(message)
        ],
    )


def settle(tx: Transaction, touched: Collection[ConversationUid]) -> set[ConversationUid]:
    """Put mail where its matter is, now that these conversations changed; return those changed.

    `derive` is left to the caller, for every conversation named.
    """
    changed: set[ConversationUid] = set()
    for doc_id in _met(tx, touched):
        head: Head = dict(tx.table("messages").get(doc_id=doc_id))
        if "twin_of" not in head:
            changed |= _settle(tx, doc_id, head)
    return changed


def _met(tx: Transaction, touched: Collection[ConversationUid]) -> list[int]:
    """Return the mails of matters that came in by both ways."""
    names: set[tuple[str, str]] = set()
    for some in portions(sorted(touched)):
        names.update(
            tx.sql.execute(
                "SELECT service, name FROM (SELECT DISTINCT s.service, s.name"  # noqa: S608 - marks only
                " FROM doc_messages m JOIN matters s ON s.message = m.doc_id"
                f" WHERE m.conversation IN ({','.join('?' * len(some))})) AS about"
                " WHERE EXISTS (SELECT 1 FROM matters o WHERE o.service = about.service"
                " AND o.name = about.name AND o.mailed = 1)"
                " AND EXISTS (SELECT 1 FROM matters o WHERE o.service = about.service"
                " AND o.name = about.name AND o.mailed = 0)",
                some,
            )
        )
    found: set[int] = set()
    for service, name in names:
        rows = tx.sql.execute(
            "SELECT message FROM matters WHERE service = ? AND name = ? AND mailed = 1",
            (service, name),
        )
        found.update(doc_id for (doc_id,) in rows)
    return sorted(found)


def _settle(tx: Transaction, doc_id: int, head: Head) -> set[ConversationUid]:
    """Put one mail into the conversation of its matter, where there is one."""
    mail = stored(head).message
    found = matter_of(mail, _told(tx, doc_id, head["accepted_at"]))
    if found is None:
        return set()
    mine: ConversationUid = head["conversation"]
    theirs = uids.current(uids.followed(tx, [found.conversation]), found.conversation)
    moved = mine != theirs and _bring(tx, doc_id, mine, theirs, alone=is_notice(mail))
    says = found.uid if says_the_same(mail, found.message) else None
    if not moved and head.get("notice_of") == says:
        return set()
    now: Head = dict(tx.table("messages").get(doc_id=doc_id))
    now.pop("notice_of", None)
    if says is not None:
        now["notice_of"] = says
    tx.table("messages").put({doc_id: now})
    if says is not None:
        halves.meet(tx, doc_id)
    return {mine, theirs}


def _told(tx: Transaction, doc_id: int, at: int) -> list[Told]:
    """Return what APIs told under the names of a mail, of each name the nearest to an instant."""
    rows = tx.sql.execute(
        "SELECT service, name FROM matters WHERE message = ?", (doc_id,)
    ).fetchall()
    near: set[int] = set()
    for service, name in rows:
        near.update(
            told
            for (told,) in tx.sql.execute(
                "SELECT o.message FROM matters o JOIN doc_messages m ON m.doc_id = o.message"
                " WHERE o.service = ? AND o.name = ? AND o.mailed = 0"
                " ORDER BY abs(m.accepted_at - ?), m.uid LIMIT ?",
                (service, name, at, _NEAREST),
            )
        )
    heads = tx.table("messages").get(doc_ids=sorted(near))
    return [Told(head["uid"], head["conversation"], stored(head).message) for head in heads]


def _bring(
    tx: Transaction,
    doc_id: int,
    mine: ConversationUid,
    theirs: ConversationUid,
    *,
    alone: bool,
) -> bool:
    """Bring a mail to its matter, with its conversation or alone; return whether it came."""
    (count,) = tx.sql.execute(
        "SELECT count(*) FROM doc_messages WHERE conversation = ?", (mine,)
    ).fetchone()
    if alone and count > 1:
        linking.carry(tx, doc_id, theirs)
        return True
    if count > 1 and not twins.is_all_mail(tx, mine):
        return False
    linking.merge(tx, mine, theirs)
    return True
