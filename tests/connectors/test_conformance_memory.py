"""The service in a file keeps every promise: so the suite can be kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from connectors.conformance import Arrived, ConnectorConformance, Service
from connectors.contract import Account
from connectors.memory import MAX_REPLY_CHARS, MemoryConnector, MemoryService


class FileService(Service):
    """The far side is a file."""

    many = 50

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = MemoryService(path)
        with self.file.changing() as contents:
            contents.password = self.secret

    def connect(self, *, secret: str | None = None, patience: float = 20.0) -> MemoryConnector:
        """Return a new connector to the file."""
        password = self.secret if secret is None else secret
        return MemoryConnector(Account("uid", "file", {"path": str(self.path)}, lambda _: password))

    def deliver(self, subject: str, text: str, accepted_at: datetime | None = None) -> None:
        """Let the buyer write."""
        self.file.deliver(subject, text, sender=self.buyer, accepted_at=accepted_at)

    def answer_elsewhere(self, subject: str, text: str) -> None:
        """Let the seller answer from a phone."""
        self.file.answer_elsewhere(subject, text, to=self.buyer)

    def arrived(self) -> list[Arrived]:
        """Return what was sent by a connector."""
        return [
            Arrived(tuple(party.address for party in kept.recipients), kept.subject, kept.text)
            for kept in self.file.sent()
        ]

    def id_of(self, subject: str) -> str:
        """Return the id of the message with that subject."""
        return next(kept.id for kept in self.file.read().kept if kept.subject == subject)

    def deliver_attachment(self, subject: str, name: str, data: bytes) -> None:
        """Let the buyer write with a file."""
        self.file.deliver(subject, sender=self.buyer, attached={name: data})

    def deliver_unreadable(self) -> None:
        """Let something come that cannot be read."""
        self.file.deliver("?", broken=True)

    def read_elsewhere(self, subject: str) -> None:
        """Let a phone read the message."""
        self.file.mark(self.id_of(subject), seen=True)

    def remove(self, subject: str) -> None:
        """Let a phone delete the message."""
        self.file.remove(self.id_of(subject))

    def lose_checkpoints(self) -> None:
        """Begin the stream anew."""
        self.file.forget_checkpoints()

    def be_busy(self, seconds: float) -> None:
        """Ask for a pause."""
        with self.file.changing() as contents:
            contents.busy_seconds = seconds

    def go_away(self) -> None:
        """Answer nobody."""
        with self.file.changing() as contents:
            contents.down = True

    def come_back(self) -> None:
        """Answer again."""
        with self.file.changing() as contents:
            contents.down = False

    def refuse_replies(self) -> None:
        """Take no reply."""
        with self.file.changing() as contents:
            contents.refusal = "The buyer blocked the shop."

    def take_silently(self) -> None:
        """Take the next reply and say nothing."""
        with self.file.changing() as contents:
            contents.silent_replies = 1

    def close(self) -> None:
        """Leave the file to the test's folder."""


class TestMemoryConnector(ConnectorConformance):
    @pytest.fixture
    def service(self, tmp_path: Path) -> Iterator[FileService]:
        service = FileService(tmp_path / "service.json")
        yield service
        service.close()

    def test_the_longest_reply_is_taken(self, service: Service) -> None:
        """The limit is a limit, not one too few."""
        assert service.connect().capabilities.max_reply_chars == MAX_REPLY_CHARS
