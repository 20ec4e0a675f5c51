"""Write down that answers of ours came back: they count as not sent, and are owed again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from connectors.values import Bounce, Direction, Message, ReplyKey
from inbox.core.model import ConversationUid, Delivery, OutboxItem, StoredMessage, Verb
from inbox.core.obligations import Book
from inbox.store import conversations, derive, journal, messages, outbox, uids
from inbox.store.database import Transaction

_GONE_OUT: Final = frozenset({None, Delivery.ACCEPTED, Delivery.SENDING, Delivery.UNSURE})


def notice_bounces(
    tx: Transaction,
    arrived: Sequence[Message],
    ingested: Sequence[messages.Ingested],
    *,
    now: datetime,
    book: Book,
) -> None:
    """Let the answers that came back be refused; only a notice that is new says so.

    An old notice read again must not refuse what the seller has sent anew since.
    """
    for message, known in zip(arrived, ingested, strict=True):
        if message.bounce is None or not known.new:
            continue
        for head in _returned(tx, message.bounce, known.conversation):
            _refuse(tx, head, message.bounce, now=now, book=book)


def came_back(item: OutboxItem) -> bool:
    """Return whether an item is refused because it came back: it had left."""
    return item.state is Delivery.REFUSED and item.left


def _returned(
    tx: Transaction, bounce: Bounce, conversation: ConversationUid
) -> Iterable[StoredMessage]:
    """Return the messages of ours that a notice names: there where it is linked, or our replies."""
    names = set(bounce.names)
    found = {
        head.uid: head
        for head in messages.heads(tx, conversation)
        if head.message.direction is Direction.OUT
        and names & {head.message.message_id, head.message.key, head.message.remote_id}
    }
    for name in bounce.names:
        try:
            item = outbox.get(tx, ReplyKey(name))
        except uids.UnknownId:
            continue
        found.setdefault(item.message, messages.get(tx, item.message))
    return [head for head in found.values() if head.delivery in _GONE_OUT]


def _refuse(
    tx: Transaction, head: StoredMessage, bounce: Bounce, *, now: datetime, book: Book
) -> None:
    """Make a message of ours one that did not arrive, and its conversation owed again."""
    messages.set_delivery(tx, head.uid, Delivery.REFUSED)
    for item in outbox.of_conversation(tx, head.conversation):
        if item.message == head.uid:
            outbox.put(tx, _refused(item, bounce))
            _take_back(tx, item, now)
    derive.derive(tx, [head.conversation], book)
    if conversations.get(tx, head.conversation).done_at is not None:
        journal.add(tx, at=now, verb=Verb.REOPEN, conversation=head.conversation)
        derive.derive(tx, [head.conversation], book)


def _refused(item: OutboxItem, bounce: Bounce) -> OutboxItem:
    """Return the item as the seller has to decide on it."""
    return replace(
        item,
        state=Delivery.REFUSED,
        left=True,
        settled=False,
        next_attempt_at=None,
        error=bounce.reason,
    )


def _take_back(tx: Transaction, item: OutboxItem, now: datetime) -> None:
    """Undo what was asked for "once sent": it was not."""
    if any(item.after.values()):
        arguments = {"group": f"after:{item.key}"}
        journal.add(tx, at=now, verb=Verb.UNDO, conversation=item.conversation, arguments=arguments)
