"""One rule's way through what happened in a conversation: what it opened, and what became of it.

Called by `obligations`; nothing else needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from inbox.core.calendar import due_after
from inbox.core.events import Event, EventKind
from inbox.core.model import MessageUid
from inbox.core.obligation import Given, GivenTerms, Obligation
from inbox.core.rulebook import Anchor, Clock, Duty, Owner, Rule, SatisfiedBy

_BEGUN = ("", "history")
"""A question left out for one of these still was the first of its conversation."""

# Asked for thousands of times a second; through its class a member takes three times as long.
_ASKED = EventKind.ASKED
_ANSWERED = EventKind.ANSWERED
_HAPPENED = EventKind.HAPPENED
_REOPENED = EventKind.REOPENED
_STARTED = EventKind.STARTED
_ELAPSED = Clock.ELAPSED
_FIRST = Anchor.FIRST_OF_CONVERSATION


def due_under(rule: Rule, opened_at: datetime) -> datetime | None:
    """Return when what opened then is due under a rule (UTC); None: unreachable."""
    if rule.clock is _ELAPSED:
        return opened_at + rule.target
    if rule.clock is Clock.BUSINESS and rule.hours is not None:
        return due_after(rule.hours, opened_at, rule.target)
    return None


class _Begun(NamedTuple):
    """An obligation while it is open."""

    rule: Rule
    opened_by: MessageUid | None
    opened_at: datetime
    due_at: datetime | None
    rule_hash: str


class Course:
    """The versions of one rule, newest last, through the events."""

    __slots__ = (
        *("always", "begun", "counted", "current", "given", "ignored", "past", "rule"),
        *("set_aside", "silenced", "versions"),
    )

    def __init__(self, versions: Sequence[Rule], given: GivenTerms) -> None:
        self.versions = versions
        self.rule = versions[-1]
        self.always = self.rule.valid_from is None
        """Whether even the newest version was in force from ever."""
        self.given = given
        self.past: list[Obligation] = []
        self.current: _Begun | None = None
        self.counted: list[Event] = []
        self.ignored: list[Event] = []
        self.set_aside = False
        """Whether the last of `past` was ended by the seller's word alone, so can come back."""
        self.silenced = False
        self.begun = False
        """Whether the first of the conversation is behind us."""

    def run(self, events: Iterable[Event]) -> list[Obligation]:
        """Return what was opened, in order."""
        for event in events:
            if event.kind is _ASKED:
                self._asked(event)
            else:
                self._take(event)
        if self.current is not None:
            self.past.append(self._obligation(self.current))
        return self.past

    def _take(self, event: Event) -> None:
        """Apply one event that is no question."""
        kind = event.kind
        if kind is _HAPPENED:
            if self.rule.starts and event.topic == self.rule.starts:
                self._start(event)
        elif kind is _REOPENED:
            self._reopened(event)
        elif kind is _STARTED:
            self._started(event)
        elif self._ends(event):
            self._met(event)
        elif self.current:
            self.ignored.append(event)
        if kind is _ANSWERED and not event.automatic:
            self.begun = True

    def _ends(self, event: Event) -> bool:
        """Return whether an event ends what this rule asks for."""
        rule, ours = self.rule, self.rule.owner is Owner.SELLER
        match event.kind:
            case EventKind.ANSWERED:
                counts = not event.automatic or rule.auto_reply_counts
                return counts and not event.excluded and rule.satisfied_by is SatisfiedBy.REPLY
            case EventKind.NO_REPLY_NEEDED:
                return ours or rule.no_reply_needed_counts
            case EventKind.DONE | EventKind.TRASHED:
                return ours
            case EventKind.SPAM:
                return ours or rule.spam_counts
            case EventKind.SETTLED:
                return not ours
            case _:
                return False

    def _asked(self, event: Event) -> None:
        """Open the clock, restart it where the rule says so, else let it run."""
        plain = not event.excluded and not event.automatic
        opens = plain and self._opens(event)
        if plain or (event.excluded in _BEGUN and not event.automatic):
            self.begun = True
        if opens:
            self._start(event)
        elif self.current and plain:
            self.counted.append(event)
        elif self.current:
            self.ignored.append(event)

    def _opens(self, event: Event) -> bool:
        """Return whether a person's question starts the clock of this rule."""
        rule = self.rule
        if self.silenced or rule.starts:
            return False
        if rule.about and event.about not in rule.about:
            return False
        if rule.anchor is _FIRST:
            return not self.begun
        return self.current is None or self._restarts(event)

    def _restarts(self, event: Event) -> bool:
        """Return whether asking again begins anew. What is late already stays late."""
        if self.rule.anchor is not Anchor.EVERY_MESSAGE or self.current is None:
            return False
        due_at = self.current.due_at
        return self.rule.kind is Duty.WINDOW or due_at is None or event.at <= due_at

    def _start(self, event: Event) -> None:
        """Open an obligation under the version valid now; under none, none is opened."""
        at = _utc(event.at)
        rule = self.rule if self.always else self._version(at)
        given = self._given(event.message, at, rule) if self.given else None
        if given is not None and (given.final or rule is None):
            rule = rule or self.rule
            due_at, rule_hash = given.due_at, given.rule_hash
        elif rule is not None:
            due_at, rule_hash = due_under(rule, at), rule.hash
        else:
            return
        self.set_aside = False
        if self.current:
            self.counted.append(event)
        else:
            self.counted, self.ignored = [event], []
        self.current = _Begun(rule, event.message, at, due_at, rule_hash)

    def _version(self, at: datetime) -> Rule | None:
        """Return the version in force then, the newest; None if none was."""
        for each in reversed(self.versions):
            if each.valid_from is None or each.valid_from <= at:
                return each
        return None

    def _given(
        self, message: MessageUid | None, at: datetime, rule: Rule | None = None
    ) -> Given | None:
        """Return the terms of what began so under the rule, where it was reckoned before."""
        return self.given.get(((rule or self.rule).id, message or at.isoformat()))

    def _started(self, event: Event) -> None:
        """Count from when the service says that its clock began; a verdict given stays."""
        begun = self.current
        if begun is None or self.rule.owner is Owner.SELLER:
            return
        self.counted.append(event)
        at = _utc(event.at)
        due_at, rule_hash = due_under(begun.rule, at), begun.rule_hash
        given = self._given(begun.opened_by, at, begun.rule)
        if given is not None and given.final:
            due_at, rule_hash = given.due_at, given.rule_hash
        self.current = begun._replace(opened_at=at, due_at=due_at, rule_hash=rule_hash)

    def _met(self, event: Event) -> None:
        """Close what is open; a real answer also settles what a word had set aside."""
        by_word = event.kind not in (EventKind.ANSWERED, EventKind.SETTLED)
        if self.current:
            self.counted.append(event)
            self.past.append(self._obligation(self.current, event))
            self.current, self.counted, self.ignored = None, [], []
            self.set_aside = by_word
        elif not by_word:
            self.set_aside = False
        self.silenced |= event.kind is EventKind.SPAM

    def _reopened(self, event: Event) -> None:
        """Take back what the seller's word had ended, with its first clock."""
        if not self.set_aside or self.silenced:
            return
        last = self.past.pop()
        self.counted, self.ignored = [*last.counted, event], [*last.ignored]
        self.current = _Begun(
            last.rule, last.opened_by, last.opened_at, last.due_at, last.rule_hash
        )
        self.set_aside = False

    def _obligation(self, begun: _Begun, met: Event | None = None) -> Obligation:
        """Return what was begun with what counted for it and what did not, met or open."""
        return Obligation(
            rule=begun.rule,
            opened_by=begun.opened_by,
            opened_at=begun.opened_at,
            due_at=begun.due_at,
            met_at=None if met is None else _utc(met.at),
            met_by=None if met is None else met.message,
            rule_hash=begun.rule_hash,
            counted=tuple(self.counted),
            ignored=tuple(self.ignored),
        )


def _utc(at: datetime) -> datetime:
    """Return the instant in UTC; nearly all are so already."""
    return at if at.tzinfo is UTC else at.astimezone(UTC)
