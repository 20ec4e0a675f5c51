"""The same question by mail and by a service's API: one conversation, one clock.

A mail that is a twin of what an API told (`inbox.core.twins`) is marked as
such: it is kept, found and erased with its conversation, and neither shown nor
counted again. Its own conversation becomes part of the API's, where answers go
out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from connectors.values import Message
from inbox.core.model import AccountUid, ConversationUid
from inbox.core.twins import Told, is_mailed, twin_of, words_of
from inbox.store import halves, linking, uids
from inbox.store.database import Transaction
from inbox.store.heads import Head, stored
from inbox.store.rows import portions


def note(tx: Transaction, account: AccountUid, rows: Iterable[tuple[int, Message]]) -> None:
    """Remember by which words messages just stored, given with their doc_ids, find their twins."""
    tx.sql.executemany(
        "INSERT INTO alike (message, account, service, words, mailed) VALUES (?, ?, ?, ?, ?)",
        [
            (doc_id, account, message.service, words, is_mailed(message))
            for doc_id, message in rows
            if (words := words_of(message)) is not None
        ],
    )


def settle(tx: Transaction, touched: Collection[ConversationUid]) -> set[ConversationUid]:
    """Join mail in or beside these conversations with what it is a twin of; return those changed.

    `derive` is left to the caller, for every conversation named.
    """
    changed: set[ConversationUid] = set()
    for service, words in _met(tx, touched):
        changed |= _settle(tx, service, words)
    return changed


def _met(tx: Transaction, touched: Collection[ConversationUid]) -> list[tuple[str, int]]:
    """Return the words, with their services, that came in by both ways."""
    found: set[tuple[str, int]] = set()
    wanted = sorted(touched)
    for some in portions(wanted):
        found.update(
            tx.sql.execute(
                # Each words once: thousands say "thank you".
                "SELECT service, words FROM (SELECT DISTINCT a.service, a.words"  # noqa: S608 - marks only
                " FROM doc_messages m JOIN alike a ON a.message = m.doc_id"
                f" WHERE m.conversation IN ({','.join('?' * len(some))})) AS said"
                " WHERE EXISTS (SELECT 1 FROM alike b WHERE b.service = said.service"
                " AND b.words = said.words AND b.mailed) AND EXISTS (SELECT 1 FROM alike b"
                " WHERE b.service = said.service AND b.words = said.words AND NOT b.mailed)",
                some,
            )
        )
    return sorted(found)


def _settle(tx: Transaction, service: str, words: int) -> set[ConversationUid]:
    """Join the mails of these words with what each is a twin of."""
    rows = tx.sql.execute(
        "SELECT message, mailed FROM alike WHERE service = ? AND words = ?", (service, words)
    )
    mailed = dict(rows.fetchall())
    heads = {doc.doc_id: dict(doc) for doc in tx.table("messages").get(doc_ids=list(mailed))}
    told = [
        Told(head["uid"], head["conversation"], stored(head).message)
        for doc_id, head in heads.items()
        if not mailed[doc_id]
    ]
    changed: set[ConversationUid] = set()
    for doc_id, head in sorted(heads.items()):
        found = twin_of(stored(head).message, told) if mailed[doc_id] else None
        if found is not None and head.get("twin_of") != found.uid:
            changed |= _join(tx, doc_id, found)
    return changed


def _join(tx: Transaction, doc_id: int, found: Told) -> set[ConversationUid]:
    """Mark a mail as a twin; a conversation of mail alone becomes part of the other."""
    head: Head = dict(tx.table("messages").get(doc_id=doc_id))
    head["twin_of"] = found.uid
    tx.table("messages").put({doc_id: head})
    mine: ConversationUid = head["conversation"]
    theirs = uids.current(uids.followed(tx, [found.conversation]), found.conversation)
    if mine != theirs and is_all_mail(tx, mine):
        linking.merge(tx, mine, theirs)
    halves.meet(tx, doc_id)
    return {mine, theirs}


def is_all_mail(tx: Transaction, conversation: ConversationUid) -> bool:
    """Return whether all of a conversation came by mail."""
    row = tx.sql.execute(
        "SELECT 1 FROM doc_messages m JOIN alike a ON a.message = m.doc_id"
        " WHERE m.conversation = ? AND NOT a.mailed",
        (conversation,),
    ).fetchone()
    return row is None
