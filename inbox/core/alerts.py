"""What a seller is told when answers become due soon or late: pure.

One change is told once. What changed a moment ago is told by itself; what
changed while nobody could be told (the machine slept, quiet hours) is told
together, in one sentence that says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta, tzinfo

from connectors.frozen import frozen
from inbox.core.countdown import countdown
from inbox.core.model import AccountUid, ConversationUid
from inbox.core.plaintext import clean
from inbox.i18n import gettext as _
from inbox.i18n import ngettext

SOON, LATE, HELD, SUMMARY = "soon", "late", "held", "summary"

FRESH = timedelta(minutes=3)
"""What changed longer ago was missed when it happened."""

MOST_SINGLE = 3
"""More at once are told together."""

_INTERVAL = re.compile(r"\s*(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)\s*")


@frozen(kw_only=True)
class Change:
    """A conversation that became due soon, or late, or whose scheduled answer is held back."""

    conversation: ConversationUid
    account: AccountUid
    party: str
    subject: str
    state: str
    """SOON, LATE or HELD."""
    due_at: datetime
    """Of HELD: when the service took what holds it."""
    since: datetime
    """When it became so."""


@frozen(kw_only=True)
class Alert:
    """One thing to tell."""

    state: str
    """SOON, LATE, HELD or SUMMARY."""
    text: str
    """One line, harmless."""
    late: int
    soon: int
    change: Change | None = None
    """None for a summary."""


def alerts(changes: Sequence[Change], now: datetime) -> tuple[Alert, ...]:
    """Return what to tell of changes that nobody was told of yet, the summary first."""
    missed = [each for each in changes if now - each.since > FRESH]
    fresh = [each for each in changes if now - each.since <= FRESH]
    if len(fresh) > MOST_SINGLE:
        missed, fresh = list(changes), []
    single = tuple(_single(each, now) for each in sorted(fresh, key=lambda each: each.due_at))
    if not missed:
        return single
    if len(missed) == 1:
        return (_single(missed[0], now), *single)
    return (_summary(missed, now), *single)


def _single(change: Change, now: datetime) -> Alert:
    """Return what to tell of one change."""
    who, left = _who(change), countdown(change.due_at, now)
    if change.state == HELD:
        said = _("A scheduled answer is held, something new came: {who}").format(who=who)
    elif change.state == LATE:
        said = _("Late by {age}: {who}").format(age=left.lstrip("-"), who=who)
    else:
        said = _("Due in {left}: {who}").format(left=left, who=who)
    late, soon = change.state == LATE, change.state == SOON
    return Alert(state=change.state, text=said, late=int(late), soon=int(soon), change=change)


def _summary(missed: Sequence[Change], now: datetime) -> Alert:
    """Return one sentence about all that was missed."""
    late = [each for each in missed if each.state == LATE]
    soon = [each for each in missed if each.state == SOON]
    parts = []
    if late:
        oldest = min(late, key=lambda each: each.due_at)
        said = ngettext("{n} answer is late", "{n} answers are late", len(late))
        age = countdown(oldest.due_at, now).lstrip("-")
        oldest_said = _("the oldest by {age}: {who}").format(age=age, who=_who(oldest))
        parts.append(f"{said.format(n=len(late))} ({oldest_said})")
    if soon:
        first = min(soon, key=lambda each: each.due_at)
        said = ngettext("{n} is due soon", "{n} are due soon", len(soon))
        in_said = _("the first in {left}").format(left=countdown(first.due_at, now))
        parts.append(f"{said.format(n=len(soon))} ({in_said})")
    held = [each for each in missed if each.state == HELD]
    if held:
        said = ngettext("{n} scheduled answer is held", "{n} scheduled answers are held", len(held))
        parts.append(f"{said.format(n=len(held))} ({_who(held[0])})")
    said = _("Not told until now: {what}.").format(what="; ".join(parts))
    return Alert(state=SUMMARY, text=said, late=len(late), soon=len(soon))


def _who(change: Change) -> str:
    """Return whom it is about, on one harmless line."""
    parts = (clean(part, one_line=True).strip() for part in (change.party, change.subject))
    return " · ".join(part for part in parts if part)


@frozen
class Quiet:
    """The hours in which nothing is told, by the seller's clock."""

    intervals: tuple[tuple[time, time], ...] = ()
    """Each from, to; over midnight where `to` is the earlier one."""
    told: frozenset[str] = frozenset()
    """What is told all the same: SOON, LATE."""

    def now(self, now: datetime, zone: tzinfo | None) -> bool:
        """Return whether it is quiet at that instant."""
        clock = now.astimezone(zone).time()
        return any(
            begins <= clock < ends if begins < ends else clock >= begins or clock < ends
            for begins, ends in self.intervals
        )


def intervals_of(text: str) -> tuple[tuple[time, time], ...]:
    """Return the intervals of `22:00-07:00, 12:30-13:00`; raises ValueError."""
    found = []
    for part in text.split(",") if text.strip() else ():
        read = _INTERVAL.fullmatch(part)
        if read is None:
            raise ValueError(part)
        hours = tuple(int(number) for number in read.groups())
        begins, ends = time(hours[0], hours[1]), time(hours[2] % 24, hours[3])
        if begins == ends:
            raise ValueError(part)
        found.append((begins, ends))
    return tuple(found)
