"""Something owed, as a value, and the verdict on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from connectors.frozen import frozen
from inbox.core.events import Event, EventKind
from inbox.core.model import MessageUid
from inbox.core.rulebook import Clock, Duty, Rule


class Verdict(StrEnum):
    """What became of an obligation. Missed is missed at the due instant, answered later or not."""

    OPEN = "open"
    MET = "met"
    MISSED = "missed"


@frozen(kw_only=True, quick=True)
class Given:
    """The terms under which an obligation was reckoned before."""

    rule_hash: str
    due_at: datetime | None
    final: bool
    """Whether it was met or fell due under them: then no other rule changes them."""


GivenTerms = Mapping[tuple[str, str], Given]
"""Terms by rule id and what opened it (`Obligation.anchor`)."""


class Findings:
    """What was found in one conversation, for whoever keeps verdicts; filled by `summarise`."""

    stands: bool = False
    """Whether the verdict that stood was not asked about again: nothing else is told then."""
    obligations: tuple[Obligation, ...] = ()
    events: Sequence[Event] = ()
    """What happened there."""
    rules: Sequence[Rule] = ()
    """The versions of rules that ran."""

    def asks(self, message: str) -> bool:
        """Return whether a message can open something."""
        return any(
            event.message == message and event.kind is EventKind.ASKED and not event.excluded
            for event in self.events
        )

    def ran(self, rule_hash: str) -> bool:
        """Return whether a version of a rule ran."""
        return any(rule.hash == rule_hash for rule in self.rules)


@frozen(kw_only=True, quick=True)
class Obligation:
    """Something owed: open (`met_at` None) or met."""

    rule: Rule
    opened_by: MessageUid | None
    """The message that started the clock; None where none did."""
    opened_at: datetime
    due_at: datetime | None
    """None: unreachable, the calendar does not open long enough."""
    met_at: datetime | None = None
    met_by: MessageUid | None = None
    rule_hash: str = ""
    """The hash of the rule's version under which `due_at` was reckoned."""
    ref: str = ""
    """The service's own name for what it stated; "" where we reckoned."""
    said: str = ""
    """What must be done, where the service says it."""
    page: str = ""
    """The address where it is done, where the service gives one."""
    counted: tuple[Event, ...] = field(default=(), compare=False)
    """What this verdict rests on, the anchor first: questions, and what ended it."""
    ignored: tuple[Event, ...] = field(default=(), compare=False)
    """What happened meanwhile and changed nothing under this rule."""

    @property
    def open(self) -> bool:
        """Whether it is still owed, late or not."""
        return self.met_at is None

    @property
    def met_late(self) -> bool:
        """Whether it was met after its due instant; at that instant is in time."""
        return self.met_at is not None and self.due_at is not None and self.met_at > self.due_at

    @property
    def kind(self) -> Duty:
        """What is due: a reply, a window that closes, an appeal."""
        return self.rule.kind

    @property
    def anchor(self) -> str:
        """What opened it, as one name that stays, in its account: a message, or a service's word.

        A service calls many things by one ref: "seller response" in every dispute.
        """
        if self.opened_by:
            return self.opened_by
        said = next((each.stated for each in self.counted if each.stated is not None), None)
        word = f"{said.conversation_ref} {self.ref}" if said is not None else self.ref
        return word or self.opened_at.isoformat()

    @property
    def target(self) -> timedelta:
        """The time there was for it, by the rule; where it is stated, from its opening."""
        if self.rule.clock is Clock.STATED and self.due_at is not None:
            return max(self.due_at - self.opened_at, timedelta())
        return self.rule.target

    def verdict(self, now: datetime) -> Verdict:
        """Return what became of it by `now`. An answer at the due instant is in time."""
        if self.due_at is not None and (self.met_at or now) > self.due_at:
            return Verdict.MISSED
        return Verdict.OPEN if self.met_at is None else Verdict.MET


@frozen(quick=True)
class Owing:
    """What of a conversation's document hangs on rules."""

    rule_hash: str
    owed: bool = False
    due_at: datetime | None = None
    target: timedelta | None = None
    rule: str | None = None
    unreachable: bool = False


class Standing(Protocol):
    """A verdict that was given on a conversation, and what had happened there."""

    @property
    def course(self) -> Sequence[Sequence[object]]:
        """See `retelling`."""

    @property
    def rule_hash(self) -> str:
        """What it is known by."""

    def owing(self, rule_hash: str) -> Owing:
        """Return the verdict, known by that hash from now on."""
