"""A conversation as it is read: messages with their quotations folded apart, and what is owed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.values import Attachment, Direction, Origin, Party, ReplyKey
from inbox.core.insertions import Heard, unfolded
from inbox.core.links import Misleading, misleading
from inbox.core.model import (
    AccountTerms,
    Conversation,
    ConversationUid,
    Delivery,
    MessageUid,
    OutboxItem,
    Schedule,
    StoredMessage,
)
from inbox.core.obligations import Book, Obligation, events_of, obligations, rules_for
from inbox.core.quoting import Part, hides_more_than_it_shows, split
from inbox.core.stated import events_said
from inbox.core.undo import effective
from inbox.store import conversations, drafts, journal, messages, outbox, stated, verdicts
from inbox.store.database import Transaction
from inbox.view.panel import buyer_json, order_json, panel
from inbox.view.rows import account_name, as_json
from inbox.view.tasks import tasks_json

_HEARD = 50
"""Messages before a quote that it may be of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One message as it is read."""

    uid: MessageUid
    direction: Direction
    sender: Party
    recipients: tuple[Party, ...]
    accepted_at: datetime
    subject: str
    parts: tuple[Part, ...]
    """The whole text in its order, quoted parts marked."""
    attachments: tuple[Attachment, ...]
    automatic: bool
    claims_to_be_us: bool
    gone: bool
    """Whether the service no longer has it."""
    delivery: Delivery | None
    """None for what a service delivered."""
    key: ReplyKey | None
    error: str
    """Why a reply of ours is not out yet, in the service's words; else empty."""
    send_after: datetime | None
    """When the undo window of a queued reply ends."""
    schedule: Schedule | None = None
    """Of a queued reply that leaves at a time of the seller's."""
    origin: Origin = Origin.UNKNOWN
    """Whether the sender is proven, unknown or likely forged."""
    not_needed_page: str = ""
    """Where the seller tells the service that no answer is needed; "": nowhere."""
    interim: bool = False
    """Whether it is ours and only says that an answer will follow."""
    notice_of: MessageUid | None = None
    """What the service's API told that this mail, a notice of the service, says again."""
    misleading_links: tuple[Misleading, ...] = ()
    """Links of theirs that say one place and lead to another."""

    @property
    def text(self) -> str:
        """The new words, without what is quoted."""
        return "\n".join(part.text for part in self.parts if not part.quoted).strip()

    @property
    def hides_much(self) -> bool:
        """Whether more words are folded away than are seen."""
        return hides_more_than_it_shows(self.parts)

    @property
    def quoted(self) -> str:
        """What is quoted, as it came."""
        return "\n".join(part.text for part in self.parts if part.quoted).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A conversation, opened."""

    conversation: Conversation
    account_name: str
    messages: tuple[MessageView, ...]
    """Oldest first."""
    obligations: tuple[Obligation, ...]
    draft: str
    """What was written and not sent; empty if nothing was."""


def reading(tx: Transaction, uid: ConversationUid, book: Book) -> Reading:
    """Return a conversation with all its messages; raises UnknownId."""
    conversation = conversations.get(tx, uid)
    stored = messages.of_conversation(tx, conversation.uid)
    waiting = {item.message: item for item in outbox.of_conversation(tx, conversation.uid)}
    draft = drafts.get(tx, conversation.uid)
    known = _addresses_of(stored, book.accounts.get(conversation.account))
    return Reading(
        conversation=conversation,
        account_name=account_name(book, conversation),
        messages=tuple(
            _message(each, waiting.get(each.uid), parts)
            for each, parts in zip(stored, _parts(stored, known), strict=True)
        ),
        obligations=obligations_of(tx, conversation, book),
        draft=draft.text if draft else "",
    )


def obligations_of(
    tx: Transaction, conversation: Conversation, book: Book
) -> tuple[Obligation, ...]:
    """Return every obligation of a conversation, met ones included, oldest first."""
    terms = book.accounts.get(conversation.account)
    if terms is None:
        return ()
    heads = messages.heads(tx, conversation.uid)
    events = events_of(
        heads,
        effective(journal.of_conversation(tx, conversation.uid)),
        terms,
        journal.not_buyers(tx),
        events_said(stated.of_conversation(tx, conversation.uid), heads, terms),
    )
    rules = rules_for(book, conversation.account, conversation.service, conversation.storefront)
    return obligations(events, rules, verdicts.given(tx, conversation.uid))


def shown(tx: Transaction, uid: ConversationUid, book: Book, now: datetime) -> dict[str, object]:
    """Return what `inbox show --json` prints; instants are aware datetimes."""
    opened = reading(tx, uid, book)
    beside = panel(tx, uid, book, now)
    return {
        **as_json(opened.conversation, book, now),
        "order": order_json(beside.kept),
        "page": beside.page or None,
        "tasks": tasks_json(beside.tasks),
        "buyer": buyer_json(beside),
        "messages": [_message_json(each) for each in opened.messages],
        "obligations": [_obligation_json(each) for each in opened.obligations],
    }


def _addresses_of(stored: Iterable[StoredMessage], terms: AccountTerms | None) -> frozenset[str]:
    """Return the addresses of those who talk here, ours included, in lower case."""
    parties = (
        party
        for each in stored
        for party in (each.message.sender, *each.message.recipients, *each.message.reply_to)
    )
    ours = terms.addresses if terms else frozenset[str]()
    return ours | {party.address.lower() for party in parties}


def _parts(stored: Sequence[StoredMessage], known: frozenset[str]) -> Iterator[tuple[Part, ...]]:
    """Yield what is new and what is folded of each message, in the light of those before it."""
    heard = Heard()
    waiting: list[tuple[Part, ...]] = []
    for each in stored:
        message = each.message
        parts = split(message.text, subject=message.subject, known=known)
        if message.direction is Direction.IN and any(part.quoted for part in parts):
            for before in waiting[-_HEARD:]:
                heard.hear_message(before)
            waiting.clear()
            parts = unfolded(parts, heard)
        waiting.append(parts)
        yield parts


def _message(
    stored: StoredMessage, item: OutboxItem | None, parts: tuple[Part, ...]
) -> MessageView:
    message = stored.message
    return MessageView(
        uid=stored.uid,
        direction=message.direction,
        sender=message.sender,
        recipients=message.recipients,
        accepted_at=message.accepted_at,
        subject=message.subject,
        parts=parts,
        attachments=message.attachments,
        misleading_links=misleading(message.text) if message.direction is Direction.IN else (),
        automatic=message.automatic,
        claims_to_be_us=message.claims_to_be_us,
        origin=message.origin,
        not_needed_page=message.not_needed_page,
        interim=message.interim,
        notice_of=stored.notice_of,
        gone=stored.gone_at is not None,
        delivery=stored.delivery,
        key=item.key if item else None,
        error=item.error if item else "",
        send_after=item.send_after if item and item.state is Delivery.QUEUED else None,
        schedule=item.schedule if item and item.state is Delivery.QUEUED else None,
    )


def _message_json(message: MessageView) -> dict[str, object]:
    return {
        "id": message.uid,
        "direction": message.direction.value,
        "sender": {"name": message.sender.name, "address": message.sender.address},
        "accepted_at": message.accepted_at,
        "subject": message.subject,
        "text": message.text,
        "quoted": message.quoted or None,
        "attachments": [
            {"name": each.name, "media_type": each.media_type, "size": each.size}
            for each in message.attachments
        ],
        "delivery": message.delivery.value if message.delivery else None,
        "interim": message.interim,
        "notice_of": message.notice_of,
        "origin": message.origin.value,
        "not_needed_page": message.not_needed_page or None,
        "misleading_links": [
            {"says": each.said, "leads_to": each.target} for each in message.misleading_links
        ],
    }


def _obligation_json(obligation: Obligation) -> dict[str, object]:
    return {
        "rule": obligation.rule.id,
        "owner": obligation.rule.owner.value,
        "opened_by": obligation.opened_by,
        "opened_at": obligation.opened_at,
        "due_at": obligation.due_at,
        "met_at": obligation.met_at,
        "met_by": obligation.met_by,
    }
