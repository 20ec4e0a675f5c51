"""A service in one file: the far side of the memory connector, which it imports nothing of.

The file outlives the process, so that kills and restarts can be tried. Who
can read the file can read it all: it is for trying things on, and for tests.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from connectors.values import Party

BUYER = Party("Ann Buyer", "ann@buyer.example")
SELLER = Party("", "shop@example.com")


@dataclass(slots=True)
class Kept:
    """One message as the service has it."""

    id: str
    outgoing: bool
    sender: Party
    recipients: tuple[Party, ...]
    subject: str
    text: str
    accepted_at: datetime
    in_reply_to: tuple[str, ...] = ()
    key: str | None = None
    """What the seller's program called it, if that sent it."""
    seen: bool = False
    answered: bool = False
    saved: bool = False
    """Whether a reply was put among the sent ones, which the service leaves to us."""
    gone: bool = False
    broken: bool = False
    """Whether its words cannot be read."""
    attached: dict[str, bytes] = field(default_factory=dict)
    changed: int = 0
    """The service's count of changes when it came or was changed last."""


@dataclass(slots=True)
class Contents:
    """All that the service has, and how it behaves."""

    epoch: int = 1
    changes: int = 0
    password: str = "secret"  # noqa: S105 - invented
    down: bool = False
    busy_seconds: float | None = None
    """Seconds it asks callers to wait; None: it does not."""
    silent_replies: int = 0
    """How many more replies it takes without saying so."""
    refusal: str = ""
    """Why it takes no reply; empty: it does."""
    kept: list[Kept] = field(default_factory=list)

    def touch(self, kept: Kept) -> None:
        """Count a change of the message."""
        self.changes += 1
        kept.changed = self.changes

    def add(self, kept: Kept) -> None:
        """Take a new message."""
        self.kept.append(kept)
        self.touch(kept)

    def new_id(self) -> str:
        """Return an id that no message has."""
        return f"m{len(self.kept) + 1}"

    def find(self, id: str) -> Kept:  # noqa: A002 - the service's word
        """Return the message with that id; raises KeyError."""
        for kept in self.kept:
            if kept.id == id:
                return kept
        raise KeyError(id)

    def by_key(self, key: str) -> Kept | None:
        """Return the reply with that key, None if it never came."""
        return next((kept for kept in self.kept if kept.key == key), None)


def now() -> datetime:
    """Return the time, aware and UTC."""
    return datetime.now(UTC)


class MemoryService:
    """The service itself: what happens at the far side."""

    def __init__(self, path: Path, clock: Callable[[], datetime] = now) -> None:
        self.path = path
        self._clock = clock

    @contextmanager
    def changing(self, *, save: bool = True) -> Iterator[Contents]:
        """Lend the contents for a change nobody interrupts; kept if it ends without an error."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            contents = self._loaded()
            yield contents
            if save:
                # Replaced whole: a kill leaves the old file or the new one.
                fresh = self.path.with_suffix(".new")
                fresh.write_bytes(msgspec.json.encode(contents))
                fresh.replace(self.path)

    def _loaded(self) -> Contents:
        """Return what the file holds; nothing if there is none."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=Contents)
        except FileNotFoundError:
            return Contents()

    def read(self) -> Contents:
        """Return what the service has now."""
        with self.changing(save=False) as contents:
            return contents

    def deliver(
        self,
        subject: str = "Where is my parcel?",
        text: str = "Hello, where is it?",
        *,
        sender: Party = BUYER,
        accepted_at: datetime | None = None,
        in_reply_to: Sequence[str] = (),
        attached: Mapping[str, bytes] | None = None,
        broken: bool = False,
    ) -> str:
        """Let a buyer write; return the message's id."""
        with self.changing() as contents:
            kept = Kept(
                id=contents.new_id(),
                outgoing=False,
                sender=sender,
                recipients=(SELLER,),
                subject=subject,
                text=text,
                accepted_at=accepted_at or self._clock(),
                in_reply_to=tuple(in_reply_to),
                broken=broken,
                attached=dict(attached or {}),
            )
            contents.add(kept)
            return kept.id

    def answer_elsewhere(
        self, subject: str, text: str, *, to: Party = BUYER, in_reply_to: Sequence[str] = ()
    ) -> str:
        """Let the seller answer from a phone; return the message's id."""
        with self.changing() as contents:
            kept = Kept(
                id=contents.new_id(),
                outgoing=True,
                sender=SELLER,
                recipients=(to,),
                subject=subject,
                text=text,
                accepted_at=self._clock(),
                in_reply_to=tuple(in_reply_to),
                seen=True,
            )
            contents.add(kept)
            return kept.id

    def remove(self, id: str) -> None:  # noqa: A002 - the service's word
        """Let the seller delete a message at the service."""
        with self.changing() as contents:
            kept = contents.find(id)
            kept.gone = True
            contents.touch(kept)

    def mark(self, id: str, *, seen: bool) -> None:  # noqa: A002 - the service's word
        """Let the seller read a message elsewhere."""
        with self.changing() as contents:
            kept = contents.find(id)
            kept.seen = seen
            contents.touch(kept)

    def sent(self) -> list[Kept]:
        """Return the replies it took from the seller's program, the first first."""
        return [kept for kept in self.read().kept if kept.key is not None]

    def forget_checkpoints(self) -> None:
        """Make every place in the stream that was given out mean nothing."""
        with self.changing() as contents:
            contents.epoch += 1
