"""Conversation documents made anew from messages, facts and the book of rules.

Whatever changes a message or writes a fact calls `derive` for the
conversations it touched, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tinydb import where
from tinydb.table import Document

from connectors.values import Direction
from inbox.core.conversations import summarise
from inbox.core.model import (
    Conversation,
    ConversationUid,
    Delivery,
    Fact,
    StoredMessage,
)
from inbox.core.obligations import Book, terms_for
from inbox.store import conversations, heads, journal, uids
from inbox.store.database import Store, Transaction

_AT_ONCE = 500
_WORST = (Delivery.REFUSED, Delivery.UNSURE, Delivery.SENDING, Delivery.QUEUED)


@dataclass(frozen=True, slots=True)
class _Making:
    """What one conversation's document is made of."""

    heads: list[StoredMessage] = field(default_factory=list)
    snippets: list[str] = field(default_factory=list)
    facts: Sequence[Fact] = ()


def derive(tx: Transaction, touched: Iterable[ConversationUid], book: Book) -> None:
    """Write the documents of these conversations as their messages and facts now say.

    A merged one's is made where it is now; one without a message left is
    forgotten.
    """
    wanted = _current(tx, touched)
    no_buyers = journal.not_buyers(tx)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        makings = _makings(tx, some)
        made = [
            _made(uid, making, book, no_buyers) for uid, making in makings.items() if making.heads
        ]
        conversations.put(tx, made)
        conversations.forget(tx, [uid for uid, making in makings.items() if not making.heads])


def recompute(tx: Transaction, uid: ConversationUid, book: Book) -> Conversation:
    """Return what `derive` would write for a conversation, writing nothing.

    Raises UnknownId where it has no message.
    """
    (current,) = _current(tx, [uid])
    making = _makings(tx, [current])[current]
    if not making.heads:
        raise uids.UnknownId(uid)
    return _made(current, making, book, journal.not_buyers(tx))


def recompute_every(
    tx: Transaction, wanted: Sequence[ConversationUid], book: Book
) -> dict[ConversationUid, Conversation]:
    """Return what `derive` would write for each of these that has a message."""
    no_buyers = journal.not_buyers(tx)
    return {
        uid: _made(uid, making, book, no_buyers)
        for uid, making in _makings(tx, wanted).items()
        if making.heads
    }


def stale(tx: Transaction, book: Book) -> list[ConversationUid]:
    """Return the conversations whose verdict was made under another book."""
    rows = tx.sql.execute(
        "SELECT uid FROM doc_conversations WHERE rule_hash < :hash"
        " UNION ALL SELECT uid FROM doc_conversations WHERE rule_hash > :hash",
        {"hash": book.hash},
    )
    return [ConversationUid(uid) for (uid,) in rows]


def refresh(store: Store, book: Book) -> int:
    """Derive again what was derived under another book; return how many those were.

    In short transactions, so that nobody waits long for the store.
    """
    with store.read() as tx:
        old = stale(tx, book)
    for start in range(0, len(old), _AT_ONCE):
        with store.write() as tx:
            derive(tx, old[start : start + _AT_ONCE], book)
    return len(old)


def _current(tx: Transaction, wanted: Iterable[ConversationUid]) -> list[ConversationUid]:
    """Return each of these once, merges followed."""
    every = list(dict.fromkeys(wanted))
    moved = uids.followed(tx, every)
    return list(dict.fromkeys(uids.current(moved, uid) for uid in every))


def _makings(tx: Transaction, wanted: Sequence[ConversationUid]) -> dict[ConversationUid, _Making]:
    facts = journal.of_conversations(tx, wanted)
    makings = {uid: _Making(facts=facts.get(uid, ())) for uid in wanted}
    for document in _heads_of(tx, wanted):
        making = makings[document["conversation"]]
        making.heads.append(heads.stored(document))
        making.snippets.append(document.get("snippet", ""))
    return makings


def _heads_of(tx: Transaction, wanted: Sequence[ConversationUid]) -> list[Document]:
    found = tx.table("messages").search(where("conversation").one_of(list(wanted)))
    return sorted(found, key=lambda head: (head["accepted_at"], head["uid"]))


def _made(
    uid: ConversationUid, making: _Making, book: Book, no_buyers: frozenset[str]
) -> Conversation:
    account = making.heads[0].account
    terms = terms_for(book, account)
    return summarise(
        uid,
        making.heads,
        making.facts,
        terms,
        book,
        no_buyers,
        _snippet(making),
        _unsent(making.heads),
    )


def _snippet(making: _Making) -> str:
    """Return the beginning of the newest message that says anything."""
    return next((snippet for snippet in reversed(making.snippets) if snippet), "")


def _unsent(messages: Iterable[StoredMessage]) -> Delivery | None:
    """Return the worst state of a reply that was not accepted."""
    states: set[Any] = {
        each.delivery for each in messages if each.message.direction is Direction.OUT
    }
    return next((state for state in _WORST if state in states), None)
