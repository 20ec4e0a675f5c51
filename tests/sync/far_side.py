"""A service of the far side in memory, with the faults of a real one, and its connector.

The service outlives connectors and "power cuts", as a real one does. What it
did with a reply and what it said about it are two things, scripted apart.
"""

from __future__ import annotations

import json
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from connectors.contract import (
    Account,
    CheckpointLost,
    Connector,
    LoginRefused,
    Rejected,
    Temporary,
    Unsure,
)
from connectors.steps import reached
from connectors.values import (
    Batch,
    Capabilities,
    Checkpoint,
    Direction,
    Findings,
    Message,
    Party,
    Place,
    Quarantined,
    Receipt,
    RemoteId,
    Reply,
    ReplyKey,
    Role,
    Setting,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
US = Party("Shop", "shop@example.com")
BUYER = Party("Anna", "anna@buyers.example")


class Fate(StrEnum):
    """What becomes of one `send`."""

    TAKEN = "taken"
    BUSY_BEFORE = "busy before"
    """Temporary, surely not sent."""
    BUSY_AFTER = "busy after"
    """A clear "later" after the request left."""
    REFUSED = "refused"
    """The service read it and does not take it."""
    LOGIN = "login"
    CUT_TAKEN = "cut taken"
    """It arrived, and the answer did not."""
    CUT_LOST = "cut lost"
    """Neither arrived."""
    CUT_UNTOLD = "cut untold"
    """It arrived, the answer did not, and the connector never said that it leaves."""
    BUG_BEFORE = "bug before"
    BUG_AFTER = "bug after"
    """It arrived."""


@dataclass
class FarSide:
    """What the service has, and how it will behave next."""

    mails: list[Message] = field(default_factory=list)
    gone: list[Place] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    arrived: Counter[ReplyKey] = field(default_factory=Counter)
    """How often each reply reached the buyer."""
    sent_folder: Counter[ReplyKey] = field(default_factory=Counter)
    fates: deque[Fate] = field(default_factory=deque)
    settle_fates: deque[Exception] = field(default_factory=deque)
    look_fates: deque[Exception] = field(default_factory=deque)
    pull_fates: deque[Exception] = field(default_factory=deque)
    can_tell: bool = True
    """Whether `look` knows what arrived."""
    busy_for: float | None = None
    opened: int = 0
    pulls: list[Checkpoint | None] = field(default_factory=list)
    lacks: str = ""
    """What its connector cannot read, a sentence."""
    batch_size: int = 3
    between_batches: Callable[[], None] = lambda: None
    now: datetime = NOON

    def write(self, subject: str, *, text: str = "When will it arrive?", **more: Any) -> Message:
        """Let the buyer write a mail, an hour after the last one; return it."""
        number = len(self.mails)
        message = Message(
            remote_id=RemoteId(f"r{number}"),
            direction=Direction.IN,
            accepted_at=NOON + timedelta(hours=number),
            sender=BUYER,
            recipients=(US,),
            subject=subject,
            text=text,
            message_id=f"m{number}@buyers.example",
            places=(Place("INBOX", "1", str(number), Role.INBOX),),
            source=text.encode("utf-8", "backslashreplace"),
            body_digest=f"d{number}",
        )
        message = replace(message, **more)
        self.mails.append(message)
        return message

    def keep_in_sent(self, reply: Reply) -> None:
        """Put a copy of the reply into Sent, as another mail that a pull brings."""
        self.sent_folder[reply.key] += 1
        number = len(self.mails)
        self.mails.append(
            Message(
                remote_id=RemoteId(f"sent-{reply.key}"),
                direction=Direction.OUT,
                accepted_at=self.now,
                sender=reply.sender,
                recipients=reply.recipients,
                subject=reply.subject,
                text=reply.text,
                message_id=reply.key,
                key=reply.key,
                places=(Place("Sent", "1", str(number), Role.SENT),),
                body_digest=f"sent-{reply.key}",
            )
        )


class FarConnector(Connector):
    """The connector of that service."""

    kind = "far"
    SETTINGS: ClassVar[tuple[Setting, ...]] = ()
    poll_every = 60.0

    def __init__(self, account: Account, far: FarSide) -> None:
        super().__init__(account)
        self.far = far
        self.closed = threading.Event()
        self._nudged = threading.Event()
        far.opened += 1

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return Capabilities()

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Yield what the checkpoint does not name, newest first."""
        far = self.far
        far.pulls.append(since)
        self.lacks = far.lacks
        if far.pull_fates:
            raise far.pull_fates.popleft()
        known: dict[str, Any] = {"mails": [], "gone": 0, "quarantined": 0}
        known |= json.loads(since) if since else {}
        if known.get("lost"):
            raise CheckpointLost("start over")
        todo = [number for number in range(len(far.mails)) if number not in known["mails"]][::-1]
        gone = tuple(far.gone[known["gone"] :])
        aside = tuple(far.quarantined[known["quarantined"] :])
        if gone or aside:
            known = {**known, "gone": len(far.gone), "quarantined": len(far.quarantined)}
            yield Batch(
                checkpoint=Checkpoint(json.dumps(known)),
                gone=gone,
                quarantined=aside,
                remaining=len(todo),
            )
        for numbers in in_parts(todo, far.batch_size):
            known = {**known, "mails": [*known["mails"], *numbers]}
            todo = todo[len(numbers) :]
            yield Batch(
                checkpoint=Checkpoint(json.dumps(known)),
                messages=tuple(far.mails[number] for number in numbers),
                remaining=len(todo),
            )
            far.between_batches()

    def send(self, reply: Reply, leaving: Callable[[], None] = lambda: None) -> Receipt:
        """Take the reply, or do as the script says."""
        far = self.far
        fate = far.fates.popleft() if far.fates else Fate.TAKEN
        match fate:
            case Fate.BUSY_BEFORE:
                raise Temporary("try later", far.busy_for)
            case Fate.LOGIN:
                raise LoginRefused("wrong password")
            case Fate.BUG_BEFORE:
                raise KeyError("bug")
        if fate is not Fate.CUT_UNTOLD:
            leaving()
        if fate in {Fate.TAKEN, Fate.CUT_TAKEN, Fate.CUT_UNTOLD, Fate.BUG_AFTER}:
            far.arrived[reply.key] += 1
        match fate:
            case Fate.REFUSED:
                raise Rejected("no such buyer")
            case Fate.BUSY_AFTER:
                raise Temporary("greylisted", far.busy_for)
            case Fate.CUT_TAKEN | Fate.CUT_LOST | Fate.CUT_UNTOLD:
                raise Unsure("the line was cut")
            case Fate.BUG_AFTER:
                raise KeyError("bug")
        return self._receipt(reply)

    def look(self, reply: Reply) -> Receipt | None:
        """Say what became of a reply, if the service can tell."""
        if self.far.look_fates:
            raise self.far.look_fates.popleft()
        if not self.far.can_tell:
            raise Unsure("the service cannot tell")
        return self._receipt(reply) if self.far.arrived[reply.key] else None

    def settle(self, reply: Reply) -> None:
        """Save a copy to Sent, if none is there."""
        if self.far.settle_fates:
            raise self.far.settle_fates.popleft()
        if not self.far.sent_folder[reply.key]:
            reached("settle.before_append")
            self.far.keep_in_sent(reply)
            reached("settle.appended")
        reached("settle.before_answered")

    def check(self) -> Findings:
        """Find nothing."""
        return Findings(())

    def wait(self, timeout: float) -> bool:
        """Wait for a nudge."""
        nudged = self._nudged.wait(timeout)
        self._nudged.clear()
        return nudged

    def nudge(self) -> None:
        """End a wait."""
        self._nudged.set()

    def close(self) -> None:
        """Note the end."""
        self.closed.set()
        self._nudged.set()

    def _receipt(self, reply: Reply) -> Receipt:
        return Receipt(accepted_at=self.far.now, remote_id=RemoteId(f"sent-{reply.key}"))


def in_parts(numbers: Sequence[int], size: int) -> Iterator[list[int]]:
    """Yield the numbers in their order, `size` at a time."""
    for start in range(0, len(numbers), size):
        yield list(numbers[start : start + size])
