"""Makers of messages, replies and books for the store's tests, all invented."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.values import Direction, Message, Party, Place, RemoteId, Reply, ReplyKey, Role
from inbox.core.model import (
    AccountTerms,
    AccountUid,
    Conversation,
    ConversationUid,
    Delivery,
    OutboxItem,
)
from inbox.core.obligations import Anchor, Book, Clock, Owner, Rule, make_book
from inbox.core.query import parse
from inbox.store import conversations, derive, doctor, messages, outbox
from inbox.store.database import Store, Transaction
from inbox.store.messages import Ingested

ACCOUNT = AccountUid("shop00000001")
OTHER = AccountUid("shop00000002")
ME = Party("Lamp Shop", "shop@lamps.example")
ANNA = Party("Anna Nowak", "anna@buyers.example")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OWED_SINCE = NOON - timedelta(days=14)
HOUR = timedelta(hours=1)
TERMS = AccountTerms(
    uid=ACCOUNT,
    name="shop",
    kind="email",
    addresses=frozenset({ME.address}),
    address_order=(ME.address,),
    owed_since=OWED_SINCE,
)
RULE = Rule(
    id="email.24h",
    owner=Owner.SELLER,
    service="*",
    clock=Clock.ELAPSED,
    target=timedelta(hours=24),
    anchor=Anchor.FIRST_UNANSWERED,
)
BOOK = make_book([RULE], [TERMS, replace(TERMS, uid=OTHER, name="other")])


class TakenBack(Exception):
    """Leave the store as it was, for the next example."""


def inbox_place(number: int | str, role: Role = Role.INBOX) -> Place:
    """Return a place in the folder of that role."""
    return Place(role.value.upper(), "1", str(number), role)


def question(number: int, **changes: Any) -> Message:
    """Return a message of Anna's; `number` makes it and its time its own."""
    made = Message(
        remote_id=RemoteId(f"remote-{number}"),
        direction=Direction.IN,
        accepted_at=NOON + timedelta(minutes=number),
        sender=ANNA,
        recipients=(ME,),
        subject=f"About lamp {number}",
        text=f"Is lamp number {number} still there?",
        message_id=f"q{number}@buyers.example",
        places=(inbox_place(number),),
        source=f"source of {number}".encode(),
        body_digest=f"digest-{number}",
    )
    return replace(made, **changes)


def answer(number: int, to: Message, **changes: Any) -> Message:
    """Return our answer to a message as it comes in from the Sent folder."""
    made = Message(
        remote_id=RemoteId(f"sent-{number}"),
        direction=Direction.OUT,
        accepted_at=to.accepted_at + HOUR,
        sender=ME,
        recipients=(to.sender,),
        subject=f"Re: {to.subject}",
        text="Yes, it is.",
        message_id=f"a{number}@lamps.example",
        in_reply_to=(to.message_id,),
        references=(to.message_id,),
        places=(inbox_place(number, Role.SENT),),
        body_digest=f"sent-digest-{number}",
        seen=True,
    )
    return replace(made, **changes)


def reply_to(message: Message, key: str = "k1@lamps.example", text: str = "Yes.") -> Reply:
    """Return a reply written here."""
    return Reply(
        key=ReplyKey(key),
        created_at=message.accepted_at + HOUR,
        sender=ME,
        recipients=(message.sender,),
        subject=f"Re: {message.subject}",
        text=text,
        in_reply_to=message.message_id,
        references=(message.message_id,),
        answers=message.places,
    )


def take(
    store: Store,
    arrived: Iterable[Message],
    *,
    account: AccountUid = ACCOUNT,
    book: Book = BOOK,
) -> list[Ingested]:
    """Ingest in one transaction, verdicts included."""
    with store.write() as tx:
        taken = messages.ingest_messages(tx, account, list(arrived), book)
        derive.derive(tx, [each.conversation for each in taken], book)
    return taken


def queue(
    tx: Transaction, conversation: ConversationUid, reply: Reply, state: Delivery = Delivery.QUEUED
) -> OutboxItem:
    """Put a reply into the outbox and its conversation."""
    message = messages.add_outgoing(tx, ACCOUNT, conversation, reply, state)
    item = OutboxItem(
        key=reply.key,
        account=ACCOUNT,
        conversation=conversation,
        message=message,
        reply=reply,
        state=state,
        created_at=reply.created_at,
        send_after=reply.created_at + timedelta(seconds=10),
    )
    outbox.add(tx, item)
    derive.derive(tx, [conversation], BOOK)
    return item


def stored_counts(tx: Transaction, account: AccountUid) -> tuple[int, int]:
    """Return how many messages and conversations of an account are stored."""
    row = tx.sql.execute(
        "SELECT (SELECT count(*) FROM doc_messages WHERE account = :account),"
        " (SELECT count(*) FROM doc_conversations WHERE account = :account)",
        {"account": account},
    ).fetchone()
    return row[0], row[1]


def listed(store: Store, query: str = "", now: datetime = NOON) -> list[Conversation]:
    """Return the conversations that answer a query, in list order."""
    with store.read() as tx:
        return conversations.page(tx, conversations.ids(tx, parse(query), now))


def assert_whole(store: Store, book: Book = BOOK) -> None:
    """Assert that the doctor finds nothing."""
    assert doctor.examine(store, book) == []


def partition(store: Store, account: AccountUid = ACCOUNT) -> set[frozenset[str]]:
    """Return which messages stand together, by their remote ids."""
    with store.read() as tx:
        uids: Sequence[ConversationUid] = conversations.ids(tx, parse(""), NOON)
        return {
            frozenset(
                str(head.message.remote_id)
                for head in messages.heads(tx, uid)
                if head.account == account
            )
            for uid in uids
        } - {frozenset()}
