"""Stowed conversations back into the store: by the seller's word, or because somebody writes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from connectors.values import Message
from inbox.core.model import AccountUid, ConversationUid, Verb
from inbox.core.obligations import Book
from inbox.store import journal, uids
from inbox.store.database import Store, Transaction
from inbox.store.derive import derive
from inbox.store.rows import portions
from inbox.store.stowed import catalogue, filing
from inbox.store.stowed.filing import StowDamaged
from inbox.store.stowed.lines import put_back

log = logging.getLogger(__name__)

_AT_ONCE = 10
"""Conversations of one transaction."""


def bring_back(tx: Transaction, wanted: Sequence[ConversationUid]) -> set[ConversationUid]:
    """Write those of these conversations back that are stowed; return where each is now.

    `derive` is the caller's. Raises StowDamaged: then the one that cannot be read is as before.
    """
    folder = catalogue.folder_of(tx)
    brought: set[ConversationUid] = set()
    for spot in catalogue.spots(tx, wanted):
        with tx.savepoint():
            uid = spot.conversation
            heads = put_back(tx, uid, filing.read(folder, spot))
            catalogue.forget(tx, uid, heads)
            brought.add(uids.current(uids.followed(tx, [uid]), uid))
    return brought


def unstow(
    store: Store, wanted: Sequence[ConversationUid], book: Book, now: datetime
) -> set[ConversationUid]:
    """Bring these conversations back by the seller's word and return where each is now.

    A few at a time. The word counts as something done in each: they are not
    stowed again before they have been silent for as long. Raises StowDamaged,
    StoreError: what came back before stays.
    """
    every: set[ConversationUid] = set()
    for some in portions(wanted, _AT_ONCE):
        with store.write(durable=True) as tx:
            brought = bring_back(tx, some)
            for uid in sorted(brought):
                journal.add(tx, at=now, verb=Verb.UNSTOW, conversation=uid)
            derive(tx, brought, book)
        every |= brought
    return every


def come_back(tx: Transaction, account: AccountUid, keys: Iterable[str]) -> set[ConversationUid]:
    """Bring back the conversations that messages with these keys go on with; return them.

    One whose file cannot be read does not keep a message from coming in: its
    keys lead to it all the same, so that both meet when the file is there again.
    """
    found = catalogue.keyed(tx, account, keys)
    brought: set[ConversationUid] = set()
    for uid in dict.fromkeys(found.values()):
        try:
            brought |= bring_back(tx, [uid])
        except StowDamaged:
            log.exception("a stowed conversation cannot be read; its new message comes in alone")
            tx.sql.executemany(
                'INSERT OR IGNORE INTO thread_keys (account, "key", conversation) VALUES (?, ?, ?)',
                [(account, key, uid) for key, led in found.items() if led == uid],
            )
    return brought


def joined(tx: Transaction, touched: Iterable[ConversationUid]) -> set[ConversationUid]:
    """Bring back those of these conversations that something else led to; return them.

    A service's copy, or the same question told in another way, is found by names.
    """
    found = catalogue.spots(tx, sorted(touched))
    return {uid for spot in found for uid in try_back(tx, spot.conversation)}


def try_back(tx: Transaction, uid: ConversationUid) -> set[ConversationUid]:
    """Bring a conversation back if it is stowed and can be read; return where it is now."""
    try:
        return bring_back(tx, [uid])
    except StowDamaged:
        log.exception("a stowed conversation cannot be read; what is news of it is kept")
        return set()


def passing(tx: Transaction, account: AccountUid, arrived: Sequence[Message]) -> list[Message]:
    """Return the messages that are not stowed: those come in again with every new beginning."""
    known = catalogue.known(tx, account, arrived)
    return [each for each in arrived if (each.remote_id, each.body_digest) not in known]
