"""What is owed, when and why: pure. See docs/deadlines.md.

Facts and messages become events, events and rules become obligations. A
verdict is computed anew each time; nothing here remembers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from connectors.frozen import frozen
from inbox.core.events import (
    EXCLUDED,
    Event,
    EventKind,
    events_of,
    is_history,
    known,
    known_until,
    set_aside_by,
)
from inbox.core.model import DueState, MessageUid
from inbox.core.rulebook import (
    Anchor,
    Book,
    Clock,
    Owner,
    Rule,
    make_book,
    rules_for,
    terms_for,
)

__all__ = [
    "EXCLUDED",
    "Anchor",
    "Book",
    "Clock",
    "Event",
    "EventKind",
    "Obligation",
    "Owner",
    "Rule",
    "due_state",
    "events_of",
    "is_history",
    "known",
    "known_until",
    "make_book",
    "obligations",
    "rules_for",
    "set_aside_by",
    "soon_from",
    "terms_for",
]

SOON_AT_LEAST = timedelta(hours=2)
SOON_SHARE = 5
"""Soon is the last fifth of the target, or the last two hours where that is more."""


@frozen(kw_only=True)
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

    @property
    def met_late(self) -> bool:
        """Whether it was met after its due instant; at that instant is in time."""
        return self.met_at is not None and self.due_at is not None and self.met_at > self.due_at


def obligations(events: Sequence[Event], rules: Sequence[Rule]) -> tuple[Obligation, ...]:
    """Return every obligation the events opened, oldest first, met ones included.

    Events of one instant count in the order given (`events_of` knows it).
    """
    ordered = sorted(events, key=_stands_at)
    found = [obligation for rule in rules for obligation in _Course(rule).run(ordered)]
    return tuple(sorted(found, key=lambda each: (each.opened_at, each.rule.id)))


def _stands_at(event: Event) -> datetime:
    """Return the instant by which an event is ordered."""
    return event.order_at or event.at


class _Course:
    """One rule's way through the events."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.past: list[Obligation] = []
        self.current: Obligation | None = None
        self.set_aside = False
        """Whether the last of `past` was ended by the seller's word alone, so can come back."""
        self.silenced = False

    def run(self, events: Iterable[Event]) -> list[Obligation]:
        """Return what was opened, in order."""
        for event in events:
            self._take(event)
        return self.past + ([self.current] if self.current else [])

    def _take(self, event: Event) -> None:
        """Apply one event."""
        match event.kind:
            case EventKind.ASKED:
                self._asked(event)
            case EventKind.ANSWERED:
                if not event.automatic or self.rule.auto_reply_counts:
                    self._met(event, by_word=False)
            case EventKind.NO_REPLY_NEEDED:
                if self._ours or self.rule.no_reply_needed_counts:
                    self._met(event, by_word=True)
            case EventKind.DONE | EventKind.SPAM:
                if self._ours:
                    self._met(event, by_word=True)
                    self.silenced |= event.kind is EventKind.SPAM
            case EventKind.REOPENED:
                if self.set_aside and not self.silenced:
                    self.current = replace(self.past.pop(), met_at=None, met_by=None)
                    self.set_aside = False

    @property
    def _ours(self) -> bool:
        """Whether the promise is the seller's own, who may end it by a word."""
        return self.rule.owner is Owner.SELLER

    def _asked(self, event: Event) -> None:
        """Open the clock, unless it runs already: asking again does not buy us more time."""
        if event.excluded or event.automatic or self.current or self.silenced:
            return
        opened = event.at.astimezone(UTC)
        self.set_aside = False
        self.current = Obligation(
            rule=self.rule,
            opened_by=event.message,
            opened_at=opened,
            due_at=opened + self.rule.target,
        )

    def _met(self, event: Event, *, by_word: bool) -> None:
        """Close what is open; a real answer also settles what a word had set aside."""
        if self.current:
            at = event.at.astimezone(UTC)
            self.past.append(replace(self.current, met_at=at, met_by=event.message))
            self.current = None
            self.set_aside = by_word
        elif not by_word:
            self.set_aside = False


def soon_from(due_at: datetime, target: timedelta | None) -> datetime:
    """Return the instant from which something due is due soon."""
    share = (target or timedelta()) / SOON_SHARE
    return due_at - max(share, SOON_AT_LEAST)


def due_state(
    due_at: datetime | None,
    target: timedelta | None,
    now: datetime,
    unreachable: bool = False,  # noqa: FBT001, FBT002 - the document's own field, passed on
) -> DueState:
    """Return how near the due instant is; the instant itself is not late yet."""
    if due_at is None:
        return DueState.UNREACHABLE if unreachable else DueState.NONE
    if now > due_at:
        return DueState.LATE
    return DueState.SOON if now >= soon_from(due_at, target) else DueState.OK
