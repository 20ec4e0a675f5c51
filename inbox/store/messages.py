"""Messages: how they come in, how ours get in, and how they are read.

Functions that change anything leave the conversation documents to
`inbox.store.derive`: call it with the conversations they name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tinydb import where
from tinydb.table import Document

from connectors.frozen import replaced
from connectors.values import (
    Direction,
    FlagChange,
    Message,
    Place,
    Quarantined,
    RemoteId,
    Reply,
)
from inbox.core.model import (
    AccountUid,
    ConversationUid,
    Delivery,
    FileHead,
    MessageUid,
    StoredMessage,
)
from inbox.core.obligations import Book
from inbox.store import contents, copies, held_back, outgoing, pairing, presence, twins, uids
from inbox.store.database import Transaction
from inbox.store.derive import derive
from inbox.store.heads import of_owner, owner_of, places_of, stored, with_body, without_twins
from inbox.store.instants import micros
from inbox.store.intake import Ingested, Intake, remove

if TYPE_CHECKING:
    from inbox.store.prepared import Ready

__all__ = [
    "Ingested",
    "add_outgoing",
    "anything",
    "get",
    "heads",
    "ingest_changes",
    "ingest_gone",
    "ingest_lapsed",
    "ingest_messages",
    "mark_seen",
    "newest_in",
    "of_conversation",
    "present",
    "quarantine",
    "remove_outgoing",
    "set_delivery",
    "source",
]


def ingest_messages(
    tx: Transaction,
    account: AccountUid,
    arrived: Sequence[Message],
    book: Book,
    ready: Ready | None = None,
) -> list[Ingested]:
    """Store messages of one account and return what became of each, in their order.

    Idempotent by (account, remote_id, body digest). Their strings must be
    clean already; `ready` knows what was made of them before. `derive` is left
    to the caller, for every conversation named.
    """
    from inbox.store import previews  # the screen takes in nothing before it is painted
    from inbox.store.stowed import bringing

    intake = Intake(tx, account, arrived, book.addresses_at(account), ready)
    taken = intake.take_all()
    touched = {each.conversation for each in taken}
    intake.touched |= copies.settle(tx, account, touched) | twins.settle(tx, touched)
    intake.touched |= pairing.settle(tx, touched | intake.touched)
    intake.touched |= bringing.joined(tx, touched | intake.touched)
    moved = uids.followed(tx, list(dict.fromkeys(each.conversation for each in taken)))
    if moved:
        taken = [
            replaced(each, conversation=uids.current(moved, each.conversation)) for each in taken
        ]
    previews.settle(tx, zip(arrived, taken, strict=True))
    unnamed = intake.touched - {each.conversation for each in taken}
    if unnamed:
        derive(tx, unnamed, book)
    return taken


def ingest_changes(
    tx: Transaction, account: AccountUid, changes: Sequence[FlagChange], at: datetime
) -> set[ConversationUid]:
    """Note what the marks at the service are now, at `at`; return the conversations touched."""
    return presence.change(tx, account, changes, at)


def ingest_gone(
    tx: Transaction, account: AccountUid, gone: Sequence[Place], at: datetime
) -> set[ConversationUid]:
    """Note that places are empty since `at`; return the conversations touched.

    A message without any place left is gone: still shown, still owed.
    """
    return presence.leave(tx, account, gone, at)


def ingest_lapsed(
    tx: Transaction, account: AccountUid, lapsed: Sequence[tuple[str, str]], at: datetime
) -> set[ConversationUid]:
    """Note that every place of these (folder, epoch) pairs is void; return those touched."""
    return presence.lapse(tx, account, lapsed, at)


def anything(tx: Transaction) -> bool:
    """Return whether any message is stored."""
    return bool(len(tx.table("messages")))


def present(tx: Transaction, account: AccountUid) -> int:
    """Return how many of the account's messages lie at the service, as far as is known."""
    return presence.present(tx, account)


def quarantine(tx: Transaction, account: AccountUid, item: Quarantined) -> bool:
    """Keep a message aside, source and all; return whether it was not there yet."""
    return held_back.put(tx, account, item)


def get(tx: Transaction, uid: MessageUid) -> StoredMessage:
    """Return a message with text and HTML; raises UnknownId."""
    return _whole(tx, [_document(tx, uid)])[0]


def heads(tx: Transaction, conversation: ConversationUid) -> list[StoredMessage]:
    """Return a conversation's messages, oldest first, without text, HTML and source."""
    return [stored(document) for document in _documents(tx, conversation)]


def of_conversation(tx: Transaction, conversation: ConversationUid) -> list[StoredMessage]:
    """Return a conversation's messages with text and HTML, oldest first."""
    return _whole(tx, _documents(tx, conversation))


def newest_in(tx: Transaction, conversation: ConversationUid) -> StoredMessage | None:
    """Return the last message that came in, with text and HTML; None where none did."""
    came = [
        document
        for document in of_owner(_documents(tx, conversation))
        if document["direction"] == Direction.IN.value
    ]
    return _whole(tx, came[-1:])[0] if came else None


def source(tx: Transaction, uid: MessageUid) -> bytes | None:
    """Return a message's source, None where none was kept; raises UnknownId."""
    return contents.source(tx, _document(tx, uid).doc_id)


def add_outgoing(
    tx: Transaction,
    account: AccountUid,
    conversation: ConversationUid,
    reply: Reply,
    delivery: Delivery,
    *,
    coming: Sequence[FileHead] = (),
) -> MessageUid:
    """Show a reply in its conversation before any service has it; return the message's uid.

    `coming` are files that go along and are not here yet. When its copy comes
    in from the service it becomes this message.
    """
    return outgoing.add(tx, account, conversation, reply, delivery, coming=coming)


def set_delivery(
    tx: Transaction,
    uid: MessageUid,
    delivery: Delivery,
    accepted_at: datetime | None = None,
    remote_id: RemoteId | None = None,
) -> None:
    """Note where a reply of ours stands, when the service took it and what it calls it."""
    changes: dict[str, Any] = {"delivery": delivery.value}
    if accepted_at is not None:
        changes["accepted_at"] = micros(accepted_at)
    if remote_id is not None:
        changes["remote_id"] = remote_id
    tx.table("messages").update(changes, doc_ids=[_document(tx, uid).doc_id])


def remove_outgoing(tx: Transaction, uid: MessageUid) -> None:
    """Take a reply that was never sent out of its conversation; raises UnknownId.

    Raises ValueError for any other message: those are never removed.
    """
    document = _document(tx, uid)
    if "outgoing" not in document or document["delivery"] == Delivery.ACCEPTED.value:
        raise ValueError("only a reply that was not accepted can be taken back")
    remove(tx, document.doc_id, document)


def mark_seen(tx: Transaction, conversation: ConversationUid, seen: bool) -> list[Place]:  # noqa: FBT001 - a claim, said at every call
    """Mark what came in as seen or not; return the places whose service should learn it."""
    changed: dict[int, dict[str, Any]] = {}
    places: list[Place] = []
    documents = _every_document(tx, conversation)
    owner = owner_of(without_twins(documents)) if documents else None
    for document in documents:
        came = document["direction"] == Direction.IN.value
        if came and document.get("seen", False) != seen:
            changed[document.doc_id] = {**document, "seen": seen}
            if "gone_at" not in document and document["account"] == owner:
                places += places_of(document)
    tx.table("messages").put(changed)
    return places


def _document(tx: Transaction, uid: MessageUid) -> Document:
    """Return a message's document; raises UnknownId."""
    table = tx.table("messages")
    found: Document | None = table.get(where("uid") == uid)
    if found is None:
        now = uids.current(uids.followed(tx, [uid]), uid)
        found = table.get(where("uid") == now)
    if found is None:
        raise uids.UnknownId(uid)
    return found


def _documents(tx: Transaction, conversation: ConversationUid) -> list[Document]:
    """Return the documents of a conversation's messages, merges followed, oldest first."""
    return without_twins(_every_document(tx, conversation))


def _every_document(tx: Transaction, conversation: ConversationUid) -> list[Document]:
    """Return the same with the mails of what an API told as well."""
    now = uids.current(uids.followed(tx, [conversation]), conversation)
    found = tx.table("messages").search(where("conversation") == now)
    return sorted(found, key=lambda document: (document["accepted_at"], document["uid"]))


def _whole(tx: Transaction, documents: Sequence[Document]) -> list[StoredMessage]:
    bodies = contents.bodies(tx, [document.doc_id for document in documents])
    nothing = ("", None)
    return [
        with_body(stored(document), *bodies.get(document.doc_id, nothing)) for document in documents
    ]
