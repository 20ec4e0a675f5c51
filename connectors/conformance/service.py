"""The far side as the suite needs it, and what its tests share."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import NoReturn

import pytest

from connectors.contract import Connector
from connectors.values import (
    Batch,
    Checkpoint,
    FlagChange,
    Mark,
    Message,
    Party,
    Place,
    Quarantined,
    Reply,
    ReplyKey,
)

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A reply as the far side has it."""

    recipients: tuple[str, ...]
    subject: str
    text: str


class Service(ABC):
    """One account at a service, new for each test. Override what the service has."""

    secret = "correct-horse-battery-staple"  # noqa: S105 - invented
    """The account's password: it must show up nowhere."""
    buyer = Party("Ann Buyer", "ann@buyer.example")
    seller = Party("The Shop", "shop@example.com")
    own_loggers: tuple[str, ...] = ()
    """Loggers of the far side itself, where it runs in the test's process."""
    long_ago = datetime(2026, 3, 1, tzinfo=UTC)
    """An instant of which the service still tells."""
    many = 130
    """Messages that do not fit into one batch, nor into two."""
    settled_after = 0.0
    """Seconds after which a new connector believes that the service shows all that it took."""

    @abstractmethod
    def connect(self, *, secret: str | None = None, patience: float = 20.0) -> Connector:
        """Return a new connector to the account, as after a restart.

        `secret` is what it logs in with (the right one if None), `patience`
        the seconds it waits for an answer.
        """

    @abstractmethod
    def deliver(self, subject: str, text: str, accepted_at: datetime | None = None) -> None:
        """Let the buyer write; the service takes it at that instant (now if None)."""

    @abstractmethod
    def answer_elsewhere(self, subject: str, text: str) -> None:
        """Let the seller answer the buyer from a phone or a portal."""

    @abstractmethod
    def arrived(self) -> list[Arrived]:
        """Return the replies that reached the buyer's side, the first first."""

    @abstractmethod
    def close(self) -> None:
        """Take the service away."""

    def subject_of(self, message: Message) -> str:
        """Return the subject a message was delivered with, where a service shows it elsewhere."""
        return message.subject

    def text_of(self, message: Message) -> str:
        """Return the text a message was delivered with, where a service adds to it."""
        return message.text

    def conversation(self) -> str | None:
        """Return the service's id of a conversation that a reply to no message goes to."""
        return None

    def stands(self, subject: str, mark: Mark) -> bool:
        """Return whether the far side has the mark on the message."""
        self.without(f"a way to see the mark {mark}")

    def nothing_yet(self) -> Pulled:
        """Return what was pulled before the first pull."""
        return Pulled(None, subject_of=self.subject_of)

    def pulled(self, connector: Connector, since: Checkpoint | None = None) -> Pulled:
        """Return all that a pull gives."""
        found = Pulled(since, subject_of=self.subject_of)
        for batch in connector.pull(since):
            found.add(batch)
        return found

    def deliver_attachment(self, subject: str, name: str, data: bytes) -> None:
        """Let the buyer write with a file."""
        self.without("attachments")

    def deliver_unreadable(self) -> None:
        """Let something come that cannot be read as a message."""
        self.without("messages that cannot be read")

    def read_elsewhere(self, subject: str) -> None:
        """Let the seller read the message on a phone."""
        self.without("marks")

    def remove(self, subject: str) -> None:
        """Let the seller delete the message at the service."""
        self.without("messages that go")

    def deliver_more(self, text: str, accepted_at: datetime) -> None:
        """Let the buyer write again in the conversation of the last message."""
        self.without("conversations that are listed by an instant")

    def lose_checkpoints(self) -> None:
        """Make every place in the stream given out so far mean nothing."""
        self.without("places in its stream that can be lost")

    def be_busy(self, seconds: float) -> None:
        """Answer every request with "ask again in so many seconds"."""
        self.without("an answer that asks for a pause")

    def go_away(self) -> None:
        """Stop answering: nobody listens any more."""
        self.without("a way to be gone")

    def come_back(self) -> None:
        """Answer again, with all that was there."""
        self.without("a way to come back")

    def refuse_replies(self) -> None:
        """Refuse the next reply for good."""
        self.without("a way to refuse a reply")

    def take_silently(self) -> None:
        """Take the next reply and hang up without a word."""
        self.without("a way to take a reply silently")

    def cut_after(self, count: int) -> None:
        """Hang up after so many bytes of each connection's answers."""
        self.without("a wire")

    def garble_after(self, count: int) -> None:
        """Spoil every byte after so many of each connection's answers."""
        self.without("a wire")

    def fall_silent_after(self, count: int) -> None:
        """Say nothing more after so many bytes of each connection's answers."""
        self.without("a wire")

    def mend(self) -> None:
        """Take back `cut_after`, `garble_after` and `fall_silent_after`."""
        self.without("a wire")

    def without(self, what: str) -> NoReturn:
        """Skip the test: the service has no such thing."""
        pytest.skip(f"{type(self).__name__} has no such thing: {what}")


def _subject_of(message: Message) -> str:
    """Return a message's own subject."""
    return message.subject


@dataclass(slots=True)
class Pulled:
    """What a pull gave, all batches together."""

    checkpoint: Checkpoint | None
    batches: list[Batch] = field(default_factory=list)
    subject_of: Callable[[Message], str] = _subject_of

    @property
    def messages(self) -> list[Message]:
        """Return the messages in the order they came in."""
        return [message for batch in self.batches for message in batch.messages]

    @property
    def subjects(self) -> list[str]:
        """Return the messages' subjects in the order they came in."""
        return [self.subject_of(message) for message in self.messages]

    @property
    def changes(self) -> list[FlagChange]:
        """Return the marks that changed."""
        return [change for batch in self.batches for change in batch.changes]

    @property
    def gone(self) -> list[Place]:
        """Return the places that are empty now."""
        return [place for batch in self.batches for place in batch.gone]

    @property
    def quarantined(self) -> list[Quarantined]:
        """Return what could not be read."""
        return [item for batch in self.batches for item in batch.quarantined]

    def add(self, batch: Batch) -> None:
        """Take a batch, as a store would."""
        self.batches.append(batch)
        self.checkpoint = batch.checkpoint

    @property
    def only(self) -> Message:
        """Return the one message that came."""
        (message,) = self.messages
        return message


def pull_all(connector: Connector, since: Checkpoint | None = None) -> Pulled:
    """Return all that a pull gives."""
    pulled = Pulled(since)
    for batch in connector.pull(since):
        pulled.add(batch)
    return pulled


def reply_to(
    service: Service, message: Message | None = None, text: str = "It is on its way."
) -> Reply:
    """Return a new reply of the seller to the buyer."""
    return Reply(
        key=ReplyKey(f"reply-{next(_numbers)}.{time.time_ns()}@example.com"),
        created_at=datetime.now(UTC).replace(microsecond=0),
        sender=service.seller,
        recipients=(service.buyer,),
        subject=f"Re: {service.subject_of(message)}" if message else "Your order",
        text=text,
        in_reply_to=message.message_id if message else "",
        references=(message.message_id,) if message else (),
        answers=message.places if message else (),
        conversation_ref=message.conversation_ref if message else service.conversation(),
    )


def offered(connector: Connector, mark: Mark) -> Mark:
    """Return the mark; skip the test where the service does not offer it."""
    if mark not in connector.capabilities.marks:
        pytest.skip(f"{connector.kind} does not offer the mark {mark}")
    return mark


def eventually(condition: Callable[[], bool], what: str, seconds: float = 10.0) -> None:
    """Return once the condition holds; fail naming `what` after the seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:g} s for {what}")
        time.sleep(0.01)
