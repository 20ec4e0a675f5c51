"""The connector to a service in one file: as small as the contract allows, and all of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from mimetypes import guess_type
from pathlib import Path
from typing import ClassVar

import msgspec

from connectors.contract import (
    Account,
    CheckpointLost,
    Connector,
    LoginRefused,
    Rejected,
    Temporary,
    Unsure,
)
from connectors.memory_service import SELLER, Contents, Kept, MemoryService, now
from connectors.steps import reached
from connectors.values import (
    Attachment,
    Batch,
    Capabilities,
    Checkpoint,
    Direction,
    Findings,
    FlagChange,
    Mark,
    Message,
    Place,
    Quarantined,
    Receipt,
    RemoteId,
    Reply,
    ReplyKey,
    Role,
    Setting,
)

__all__ = ["MemoryConnector", "MemoryService"]

BATCH = 20
"""Messages in one batch."""
MAX_REPLY_CHARS = 30_000
_LOOK_SECONDS = 0.02


def _nothing() -> None:
    """Do nothing."""


@dataclass(slots=True)
class _Place:
    """Our place in the service's stream."""

    epoch: int
    changes: int
    """Every change up to this count was delivered."""
    ids: set[str]
    """Messages delivered that are still there."""

    @classmethod
    def read(cls, checkpoint: Checkpoint | None, epoch: int) -> _Place:
        """Return the place a checkpoint names; raises CheckpointLost."""
        if checkpoint is None:
            return cls(epoch, 0, set())
        try:
            place = msgspec.json.decode(checkpoint, type=cls)
        except msgspec.DecodeError as broken:
            raise CheckpointLost("The place in the stream cannot be read.") from broken
        if place.epoch != epoch:
            raise CheckpointLost("The service has begun its stream anew.")
        return place

    def written(self) -> Checkpoint:
        """Return the checkpoint that says this."""
        return Checkpoint(msgspec.json.encode(self).decode())


class MemoryConnector(Connector):
    """An account at a MemoryService."""

    kind: ClassVar[str] = "memory"
    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Setting(key="path", title="File", help="Where the service keeps all it has."),
        Setting(key="password", title="Password", help="Any word.", secret=True, default=""),
        Setting(
            key="password_command",
            title="Password command",
            help="A command that prints the password.",
            default="",
        ),
    )
    poll_every = 5.0

    def __init__(self, account: Account, clock: Callable[[], datetime] = now) -> None:
        super().__init__(account)
        self._clock = clock
        self._lock = threading.Condition()
        self._nudged = False
        self._closed = False
        self._looked = 0

    @property
    def capabilities(self) -> Capabilities:
        """What the service can do."""
        return Capabilities(
            marks=frozenset({Mark.SEEN, Mark.UNSEEN, Mark.ANSWERED}),
            attachments=True,
            max_reply_chars=MAX_REPLY_CHARS,
            max_files=3,
            max_file_bytes=1_000_000,
            file_types=frozenset({"image/jpeg", "image/png", "application/pdf"}),
            idempotent_send=True,
            push=True,
            can_start=True,
        )

    @contextmanager
    def _talking(self, *, save: bool = True) -> Iterator[Contents]:
        """Lend the service's contents, once it let us in."""
        service = MemoryService(Path(self.account.text("path")), self._clock)
        with service.changing(save=save) as contents:
            if contents.down:
                raise Temporary("The service does not answer.")
            if contents.busy_seconds is not None:
                raise Temporary("The service is busy.", retry_after=contents.busy_seconds)
            if self.account.secret("password") != contents.password:
                raise LoginRefused("The service does not know this password.")
            yield contents

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Yield what changed since the checkpoint, the newest messages first."""
        with self._talking(save=False) as contents:
            place = _Place.read(since, contents.epoch)
        self._looked = contents.changes
        changed = [kept for kept in contents.kept if kept.changed > place.changes]
        old = [kept for kept in changed if kept.id in place.ids]
        fresh = [kept for kept in changed if kept.id not in place.ids and not kept.gone][::-1]
        gone = tuple(_place(kept) for kept in old if kept.gone)
        changes = tuple(
            FlagChange(_place(kept), seen=kept.seen, answered=kept.answered)
            for kept in old
            if not kept.gone
        )
        place.ids -= {kept.id for kept in old if kept.gone}
        parts = [fresh[start : start + BATCH] for start in range(0, len(fresh), BATCH)]
        if not parts and place.changes != contents.changes:
            parts = [[]]
        for number, part in enumerate(parts, 1):
            place.ids |= {kept.id for kept in part}
            if number == len(parts):
                place.changes = contents.changes
            yield Batch(
                checkpoint=place.written(),
                messages=tuple(_message(kept) for kept in part if not kept.broken),
                quarantined=tuple(_quarantined(kept) for kept in part if kept.broken),
                changes=changes,
                gone=gone,
                remaining=max(0, len(fresh) - number * BATCH),
            )
            changes, gone = (), ()

    def send(self, reply: Reply, leaving: Callable[[], None] = _nothing) -> Receipt:
        """Give the reply to the service; the same key twice is one reply."""
        if len(reply.text) > MAX_REPLY_CHARS:
            raise Rejected(f"The reply is longer than the {MAX_REPLY_CHARS} letters it takes.")
        with self._talking(save=False) as contents:
            if contents.refusal:
                raise Rejected(contents.refusal)
        leaving()
        with self._talking() as contents:
            kept = contents.by_key(reply.key)
            if kept is None:
                kept = _kept(reply, contents.new_id(), self._clock())
                contents.add(kept)
            silent = contents.silent_replies > 0
            contents.silent_replies -= silent
        if silent:
            raise Unsure("The service hung up before it said whether it took the reply.")
        return Receipt(accepted_at=kept.accepted_at, remote_id=RemoteId(kept.id))

    def look(self, reply: Reply) -> Receipt | None:
        """Return the receipt of that key; the service knows surely what it took."""
        with self._talking(save=False) as contents:
            kept = contents.by_key(reply.key)
        if kept is None:
            return None
        return Receipt(accepted_at=kept.accepted_at, remote_id=RemoteId(kept.id))

    def settle(self, reply: Reply) -> None:
        """Put the reply among the sent ones, and mark what it answers."""
        reached("settle.before_append")
        with self._talking() as contents:
            kept = contents.by_key(reply.key)
            if kept is not None:
                kept.saved = True
        reached("settle.appended")
        reached("settle.before_answered")
        self.mark(reply.answers, Mark.ANSWERED)

    def mark(self, places: Sequence[Place], mark: Mark) -> None:
        """Mark messages; those that are there no more are passed over."""
        wanted = {place.id for place in places}
        with self._talking() as contents:
            for kept in contents.kept:
                if kept.id not in wanted or kept.gone:
                    continue
                if mark is Mark.ANSWERED:
                    kept.answered = True
                else:
                    kept.seen = mark is Mark.SEEN
                contents.touch(kept)

    def attachment(self, place: Place, ref: str) -> bytes:
        """Return the bytes of the file of that name."""
        with self._talking(save=False) as contents:
            try:
                return contents.find(place.id).attached[ref]
            except KeyError as missing:
                raise Rejected("The service does not have this attachment any more.") from missing

    def source(self, place: Place) -> bytes:
        """Return a message as the service has it, in JSON."""
        with self._talking(save=False) as contents:
            try:
                return msgspec.json.encode(contents.find(place.id))
            except KeyError as missing:
                raise Rejected("The service does not have this message any more.") from missing

    def check(self) -> Findings:
        """Say what is in the file."""
        with self._talking(save=False) as contents:
            there = sum(not kept.gone for kept in contents.kept)
        path = self.account.text("path")
        return Findings((f"Opened {path}.", f"It holds {there} message{'s' * (there != 1)}."))

    def wait(self, timeout: float) -> bool:
        """Return True as soon as the file tells of a change, False after the timeout."""
        deadline = time.monotonic() + timeout
        with self._lock:
            while True:
                if self._nudged:
                    self._nudged = self._closed
                    return True
                with self._talking(save=False) as contents:
                    if contents.changes != self._looked:
                        return True
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._lock.wait(min(left, _LOOK_SECONDS))

    def nudge(self) -> None:
        """End a wait now, or the next one."""
        with self._lock:
            self._nudged = True
            self._lock.notify_all()

    def close(self) -> None:
        """End whatever waits, for good."""
        self._closed = True
        self.nudge()


def _place(kept: Kept) -> Place:
    """Return where a message lies."""
    return Place("sent" if kept.outgoing else "inbox", "1", kept.id, _role(kept))


def _role(kept: Kept) -> Role:
    """Return what its place is for."""
    return Role.SENT if kept.outgoing else Role.INBOX


def _message(kept: Kept) -> Message:
    """Return a message as the contract has it."""
    return Message(
        remote_id=RemoteId(kept.id),
        direction=Direction.OUT if kept.outgoing else Direction.IN,
        accepted_at=kept.accepted_at,
        sender=kept.sender,
        recipients=kept.recipients,
        subject=kept.subject,
        text=kept.text,
        attachments=tuple(
            Attachment(name, name, guess_type(name)[0] or "application/octet-stream", len(data))
            for name, data in kept.attached.items()
        ),
        seen=kept.seen,
        answered=kept.answered,
        message_id=kept.key or f"{kept.id}@memory.example",
        in_reply_to=kept.in_reply_to,
        key=ReplyKey(kept.key) if kept.key else None,
        service="memory",
        places=(_place(kept),),
        source=msgspec.json.encode(kept),
    )


def _quarantined(kept: Kept) -> Quarantined:
    """Return a message that cannot be read."""
    source = msgspec.json.encode(kept)
    return Quarantined(_place(kept), "Its words cannot be read.", source, kept.accepted_at)


def _kept(reply: Reply, id: str, accepted_at: datetime) -> Kept:  # noqa: A002 - the service's word
    """Return a reply as the service has it."""
    return Kept(
        id=id,
        outgoing=True,
        sender=reply.sender if reply.sender.address else SELLER,
        recipients=reply.recipients,
        subject=reply.subject,
        text=reply.text,
        accepted_at=accepted_at,
        in_reply_to=(reply.in_reply_to,) if reply.in_reply_to else (),
        key=reply.key,
        attached={file.name: file.content for file in reply.files},
        seen=True,
    )
