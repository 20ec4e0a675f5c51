"""What is owed, when and why: pure. See docs/deadlines.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from inbox.core.model import AccountTerms, AccountUid, MessageUid


class Clock(StrEnum):
    """What a rule counts."""

    ELAPSED = "elapsed"


class Anchor(StrEnum):
    """Which message starts the clock."""

    FIRST_UNANSWERED = "first_unanswered"


class Owner(StrEnum):
    """Whose rule it is: a service's clock does not stop for done."""

    SERVICE = "service"
    SELLER = "seller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A deadline as data, read from `deadlines.toml`, a pack or the seller's configuration."""

    id: str
    owner: Owner
    service: str
    """The service it applies to; "*" for all."""
    clock: Clock
    target: timedelta
    anchor: Anchor
    account: AccountUid | None = None
    """Only this account; None for all."""
    auto_reply_counts: bool = False
    no_reply_needed_counts: bool = False
    source: str = ""
    """Where the rule was read: a URL, or the configuration's file and key."""
    checked: str = ""
    """ISO date of that reading."""
    confidence: str = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All rules in force and the terms of every account; `hash` changes with any of them."""

    rules: tuple[Rule, ...] = ()
    accounts: Mapping[AccountUid, AccountTerms] = field(default_factory=dict)
    hash: str = ""


class EventKind(StrEnum):
    """What happened in a conversation, as far as clocks care."""

    ASKED = "asked"
    ANSWERED = "answered"
    DONE = "done"
    REOPENED = "reopened"
    NO_REPLY_NEEDED = "no_reply_needed"
    SPAM = "spam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened, at the service's time."""

    at: datetime
    kind: EventKind
    automatic: bool = False
    message: MessageUid | None = None
    excluded: str = ""
    """Why this message opens nothing (a word for i18n: history, not_a_buyer, junk, automatic)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """Something owed: open (`met_at` None) or met."""

    rule: Rule
    opened_by: MessageUid | None
    opened_at: datetime
    due_at: datetime | None
    """None: unreachable."""
    met_at: datetime | None = None
    met_by: MessageUid | None = None

    @property
    def open(self) -> bool:
        """Whether it is still owed."""
        return self.met_at is None


def obligations(events: Sequence[Event], rules: Sequence[Rule]) -> tuple[Obligation, ...]:
    """Return every obligation the events opened, oldest first, met ones included."""
    raise RuntimeError
