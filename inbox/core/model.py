"""The values the product works with. Ids are NewTypes, instants aware UTC, everything frozen.

A message is `connectors.values.Message`: there is one Message type, and
`StoredMessage` is that plus what the store knows of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from connectors.frozen import frozen
from connectors.values import Kind, Message, Party, RemoteId, Reply, ReplyKey

AccountUid = NewType("AccountUid", str)
ConversationUid = NewType("ConversationUid", str)
MessageUid = NewType("MessageUid", str)
FactUid = NewType("FactUid", str)


class State(StrEnum):
    """Whose turn it is. `OPEN`: ours; `WAITING`: theirs."""

    OPEN = "open"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    DONE = "done"
    SPAM = "spam"


class DueState(StrEnum):
    """How near the due instant is."""

    NONE = "none"
    OK = "ok"
    SOON = "soon"
    LATE = "late"
    UNREACHABLE = "unreachable"
    """The calendar never opens: there is no due instant to show."""


class Delivery(StrEnum):
    """Where a reply of ours stands. Only `ACCEPTED` stops a clock."""

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNSURE = "unsure"


class Held(StrEnum):
    """Why a scheduled answer does not leave at its time."""

    THEY_WROTE = "they-wrote"
    """They wrote again after it was scheduled."""
    ANSWERED = "answered"
    """An answer went out from elsewhere."""


class Verb(StrEnum):
    """What a seller can do to a conversation; each is a fact in the journal."""

    DONE = "done"
    REOPEN = "reopen"
    CLOSE = "close"
    """Done, and closed at the service."""
    NO_REPLY_NEEDED = "no-reply-needed"
    NOT_A_BUYER = "not-a-buyer"
    SPAM = "spam"
    NOT_SPAM = "not-spam"
    TRASH = "trash"
    UNTRASH = "untrash"
    TAG = "tag"
    UNTAG = "untag"
    STAR = "star"
    UNSTAR = "unstar"
    READ = "read"
    UNREAD = "unread"
    SNOOZE = "snooze"
    WAKE = "wake"
    HAPPENED = "happened"
    REPLY = "reply"
    DISCARD = "discard"
    """What was begun is thrown away."""
    UNDO = "undo"
    REDO = "redo"
    STOW = "stow"
    """Old conversations went into a file; of no conversation, and never undone."""
    UNSTOW = "unstow"
    """Brought back from a file by the seller's word, never undone."""


@frozen(kw_only=True, quick=True)
class Fact:
    """One line of the journal. State is derived from facts; an undo is a fact too."""

    uid: FactUid
    device: str
    at: datetime
    verb: Verb
    conversation: ConversationUid | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    """tag: {name}; snooze: {until: ISO instant}; not-a-buyer: {pattern: "a@b" or "@domain"};
    happened: {topic, at: ISO instant, where it was not now};
    reply: {key}; undo and redo: {group}; stow: {conversations: how many, before: ISO instant};
    done, reopen, close, no-reply-needed, spam, trash,
    untrash and snooze may carry {known: ISO instant}, see `obligations.known`;
    what held already is said with {said_before: "1"}, see `undo.said_before`."""
    group: str = ""
    """Facts made by one keypress share a group and are undone together."""


@frozen(kw_only=True)
class StoredMessage:
    """A message as the store has it."""

    uid: MessageUid
    account: AccountUid
    conversation: ConversationUid
    message: Message
    """From `heads` without text, html and source; from `of_conversation` with text."""
    gone_at: datetime | None = None
    delivery: Delivery | None = None
    """For replies written here; None for everything a service delivered."""
    claimed_due: datetime | None = None
    """The instant the service itself states for an answer."""
    language: str = ""
    """The language of its new words (`de`), "" where that is not sure or nobody asks (ours)."""
    notice_of: MessageUid | None = None
    """What an API told that this mail, a service's notice, says again in other words."""


@frozen(kw_only=True, quick=True)
class Conversation:
    """The small document a row of the list is made from; never holds a body."""

    uid: ConversationUid
    account: AccountUid
    service: str
    storefront: str = ""
    """Country code of the storefront; "" where it is not told."""
    kind: Kind = Kind.MESSAGE
    party: Party
    subject: str
    order_ref: str | None = None
    last_at: datetime
    """When the newest message was accepted."""
    snippet: str = ""
    """The beginning of the newest message's new words, one line, at most 160 characters."""
    message_count: int = 0
    unread: bool = False
    gone: bool = False
    """It was thrown away, or the service has none of its messages any more."""
    attached: bool = False
    """A file came with one of its messages."""
    language: str = ""
    """The language they wrote in last (`de`, `zh`), "" where that is not sure."""
    starred: bool = False
    spam: bool = False
    tags: tuple[str, ...] = ()
    done_at: datetime | None = None
    snoozed_until: datetime | None = None
    their_turn: bool = False
    """We spoke last, or nobody asked anything."""
    owed: bool = False
    """There is an obligation that nothing has met yet."""
    due_at: datetime | None = None
    """The earliest due instant of the open obligations."""
    target: timedelta | None = None
    """The target of the rule behind `due_at`, for `soon`."""
    rule: str | None = None
    rule_hash: str = ""
    """What the verdict hangs on, see `rulebook.Choice`."""
    course: tuple[tuple[object, ...], ...] = ()
    """What happened, see `retelling`; empty where no rule finds anything, or in long ones."""
    unreachable: bool = False
    unsent: Delivery | None = None
    """The worst state of a reply not accepted yet (refused > unsure > sending > queued)."""
    leaves_at: datetime | None = None
    """When the next scheduled reply leaves; None where there is none, or only by their word."""
    held: Held | None = None
    """Why a scheduled reply is held back."""


@frozen
class FileHead:
    """A file that leaves with a reply, without its bytes."""

    name: str
    media_type: str
    size: int
    coming: bool = False
    """Whether its bytes are not here yet: a file of a message that is passed on."""
    error: str = ""
    """Why they cannot be had, in the service's words."""


@frozen(kw_only=True)
class Schedule:
    """When the seller wants a reply to leave, and what stands against it. See `scheduling`."""

    at: datetime
    """The instant wished for."""
    lead: timedelta | None
    """It leaves at the latest so long before it is due; None: at its time, whatever is due."""
    said: str
    """As the seller typed it."""
    knew: datetime | None
    """Up to when the seller had seen what the service has."""
    earliest: datetime
    """End of the undo window."""
    held: Held | None = None
    held_at: datetime | None = None
    """When the service took what holds it."""
    waits: bool = False
    """Held for good: it leaves by the seller's word only."""


@frozen(kw_only=True)
class OutboxItem:
    """A reply on its way. `left` says whether the point of no return was reached."""

    key: ReplyKey
    account: AccountUid
    conversation: ConversationUid
    message: MessageUid
    """The stored OUT message that shows this reply in its conversation."""
    reply: Reply
    state: Delivery
    created_at: datetime
    send_after: datetime
    """End of the undo window, or when a scheduled one leaves."""
    attempts: int = 0
    next_attempt_at: datetime | None = None
    error: str = ""
    left: bool = False
    accepted_at: datetime | None = None
    remote_id: RemoteId | None = None
    settled: bool = False
    """Whether the Sent copy and `\\Answered` are done, after acceptance."""
    settle_attempts: int = 0
    after: Mapping[str, str] = field(default_factory=dict)
    """What a canned response asked for once accepted: {done: "true", tag: "a,b"}."""
    schedule: Schedule | None = None
    """None: it leaves as soon as it can no longer be undone."""
    awaits: tuple[tuple[MessageUid, str], ...] = ()
    """Files of messages that go along and are not here yet: the message, and the file's ref."""


@frozen(kw_only=True)
class AccountState:
    """How an account is, for the strip and `sync --json`."""

    account: AccountUid
    state: str
    """new, ok, partial, syncing, offline, login, broken, asking."""
    error: str = ""
    """A sentence for the seller; empty when all is well."""
    checked_at: datetime | None = None
    remaining: int = 0


@frozen(kw_only=True)
class AccountTerms:
    """What rules and verbs need to know of an account, from the configuration."""

    uid: AccountUid
    name: str
    kind: str
    addresses: frozenset[str] = frozenset()
    """Our own addresses there, lower case; the first of `address_order` is the main one."""
    address_order: tuple[str, ...] = ()
    display_name: str = ""
    signature: str = ""
    shop_name: str = ""
    """What the shop is called in answers; "": as `display_name`."""
    shop_url: str = ""
    return_address: str = ""
    owed_since: datetime | None = None
    """Messages accepted before open no obligation; None: all open one."""
    reply_within: timedelta | None = None
    """The seller's own target for this account; None: the connector's default rule."""
    quote_below: bool = False
    on_done: str = "keep"
    """What its service is told of "done": keep (nothing), archive, close."""
    storefront: str = ""
    """Country code of the storefront, where its messages do not name one."""
    html_part: bool = False
    """Whether a mail from there says the same as a simple page too."""
