"""Allegro's answers as they are written; fields that nothing here needs are not read.

Source: Allegro REST API, Message Center (public.v1) and Post Purchase Issues
(beta.v1). The latter requires no field at all: what we cannot do without is
asked for here, so that a row without it is put aside by itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from connectors.instants import read


class Threads(msgspec.Struct):
    """A page of threads; each row is read by itself, so that one bad row spoils no other."""

    threads: list[msgspec.Raw]


class Messages(msgspec.Struct):
    """A page of one thread's messages."""

    messages: list[msgspec.Raw]


class Login(msgspec.Struct):
    """Who somebody is at Allegro."""

    login: str | None = None


class Thread(msgspec.Struct, rename="camel"):
    """A thread as the list shows it."""

    id: str
    read: bool
    last_message_date_time: datetime | None = None
    interlocutor: Login | None = None


class Author(msgspec.Struct, rename="camel"):
    """Who wrote a message."""

    login: str
    is_interlocutor: bool


class Named(msgspec.Struct):
    """Something that has an id."""

    id: str | None = None


class Related(msgspec.Struct):
    """What a message is about."""

    offer: Named | None = None
    order: Named | None = None


class File(msgspec.Struct, rename="camel"):
    """A file of a message or of an issue, which says neither its type nor its state."""

    file_name: str | None = None
    mime_type: str | None = None
    url: str | None = None
    status: str | None = None


class Extra(msgspec.Struct):
    """What a buyer of car parts gives beside the words."""

    vin: str | None = None


class Said(msgspec.Struct, rename="camel"):
    """One message of a thread."""

    id: str
    created_at: datetime
    author: Author
    text: str | None = None
    status: str = "DELIVERED"
    type: str = ""
    subject: str | None = None
    relates_to: Related | None = None
    has_additional_attachments: bool = False
    attachments: list[File] | None = None
    additional_information: Extra | None = None


class Sent(msgspec.Struct, rename="camel"):
    """What Allegro answers to a message of ours, in a thread or an issue."""

    id: str
    created_at: datetime


class Declared(msgspec.Struct):
    """What Allegro answers to a file that is announced."""

    id: str


class Me(msgspec.Struct):
    """Whose account it is."""

    login: str | None = None


class Issues(msgspec.Struct):
    """A page of issues."""

    issues: list[msgspec.Raw] | None = None


class Buyer(msgspec.Struct):
    """Who opened an issue."""

    id: str | None = None
    login: str | None = None


class State(msgspec.Struct, rename="camel"):
    """How an issue stands."""

    status: str
    status_due_date: str | None = None
    return_required: bool | None = None
    chat_active: bool = True

    def __post_init__(self) -> None:
        """Refuse an instant that cannot be read: a claim without its instant looks harmless."""
        self.due_at()

    def due_at(self) -> datetime | None:
        """Return until when the seller must act."""
        return read(self.status_due_date) if self.status_due_date else None


class Last(msgspec.Struct, rename="camel"):
    """Who wrote last in an issue, and when."""

    status: str | None = None
    created_at: datetime | None = None


class Chat(msgspec.Struct, rename="camel"):
    """What an issue says of its messages."""

    last_message: Last | None = None
    messages_count: int | None = None


class Sum(msgspec.Struct):
    """Money as Allegro writes it."""

    amount: str | None = None
    currency: str | None = None


class Expectation(msgspec.Struct):
    """What the buyer wants."""

    name: str | None = None
    refund: Sum | None = None


class Reason(msgspec.Struct):
    """Why an issue was opened."""

    type: str | None = None
    description: str | None = None


class Issue(msgspec.Struct, rename="camel"):
    """A dispute or a claim."""

    id: str
    type: str
    opened_date: str
    current_state: State
    decision_due_date: str | None = None
    reference_number: str | None = None
    subject: str | None = None
    buyer: Buyer | None = None
    checkout_form: Named | None = None
    chat: Chat | None = None
    expectations: list[Expectation] | None = None
    description: str | None = None
    offer: Named | None = None
    reason: Reason | None = None
    right: str | None = None
    attachments: list[File] | None = None

    def __post_init__(self) -> None:
        """Refuse an instant that cannot be read: Allegro's own examples hold such."""
        self.opened_at()
        self.decided_by()

    def opened_at(self) -> datetime:
        """Return when it was opened, or opened again."""
        return read(self.opened_date)

    def decided_by(self) -> datetime | None:
        """Return until when a claim must be decided."""
        return read(self.decision_due_date) if self.decision_due_date else None


class Chats(msgspec.Struct):
    """A page of an issue's messages."""

    chat: list[msgspec.Raw] | None = None


class Writer(msgspec.Struct):
    """Who wrote in an issue; Allegro's own people have no login."""

    login: str | None = None
    role: str | None = None


class Spoken(msgspec.Struct, rename="camel"):
    """One message of an issue."""

    id: str
    created_at: datetime
    text: str | None = None
    author: Writer | None = None
    attachments: list[File] | None = None


class Problem(msgspec.Struct):
    """An error's body: of the API, or of its login."""

    errors: list[dict[str, Any]] = []
    error_description: str = ""
