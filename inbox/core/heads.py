"""What of a message its conversation is made from: for type checkers, no value is one of these.

A `StoredMessage` has all of it; so has what the store reads to derive thousands of
conversations anew, which is no whole message and costs a fraction of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from connectors.values import Direction, Kind, Party, RemoteId, Role
from inbox.core.model import AccountUid, Delivery, MessageUid


class Lying(Protocol):
    """Where one copy of a message lies."""

    @property
    def role(self) -> Role:
        """What the place is for."""


class Told(Protocol):
    """Who is at the ends of a message, as a `connectors.values.Message` says it."""

    @property
    def direction(self) -> Direction:
        """From them or from us."""

    @property
    def automatic(self) -> bool:
        """Written by no person."""

    @property
    def sender(self) -> Party:
        """Who wrote it."""

    @property
    def recipients(self) -> Sequence[Party]:
        """To and Cc."""

    @property
    def reply_to(self) -> Sequence[Party]:
        """Whom an answer goes to, when it is not the sender."""


class Spoken(Told, Protocol):
    """A message without its words, as a `connectors.values.Message` has it."""

    @property
    def remote_id(self) -> RemoteId:
        """The service's own id of it."""

    @property
    def accepted_at(self) -> datetime:
        """When the service took it."""

    @property
    def subject(self) -> str:
        """What it says it is about."""

    @property
    def attachments(self) -> Sequence[object]:
        """Anything where files came with it."""

    @property
    def seen(self) -> bool:
        """Whether it was read."""

    @property
    def message_id(self) -> str:
        """Its Message-ID."""

    @property
    def in_reply_to(self) -> Sequence[str]:
        """What it says it answers."""

    @property
    def service(self) -> str:
        """Where it comes from."""

    @property
    def kind(self) -> Kind:
        """What it is about."""

    @property
    def order_ref(self) -> str | None:
        """The order it names."""

    @property
    def storefront(self) -> str:
        """Where the order was placed."""

    @property
    def answerable(self) -> bool:
        """Whether it can be answered from here at all."""

    @property
    def interim(self) -> bool:
        """Whether it is ours and only says that an answer will follow."""

    @property
    def places(self) -> Sequence[Lying]:
        """Where its copies lie."""


class Head(Protocol):
    """A message as the store has it, see `inbox.core.model.StoredMessage`."""

    @property
    def uid(self) -> MessageUid:
        """Our name for it."""

    @property
    def account(self) -> AccountUid:
        """Where it came in."""

    @property
    def message(self) -> Spoken:
        """What the service has of it."""

    @property
    def gone_at(self) -> object:
        """None while the service has it."""

    @property
    def delivery(self) -> Delivery | None:
        """Where a reply of ours stands."""

    @property
    def language(self) -> str:
        """The language of its words."""

    @property
    def notice_of(self) -> MessageUid | None:
        """What it says again in other words."""
