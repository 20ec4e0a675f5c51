"""What becomes late before the seller is back at the desk, and when to begin each answer. Pure.

Answers are taken in the order in which they fall due, each takes the same time,
and all are put as late as the open hours allow: a start is the last moment at
which this answer and all after it can still be in time. What the open hours
before its due instant cannot hold must be answered away from the desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from connectors.frozen import frozen
from inbox.core.calendar import Calendar, next_open, open_spans
from inbox.core.model import ConversationUid

Span = tuple[datetime, datetime]


class When(StrEnum):
    """When an answer is to be begun."""

    LATE = "late"
    """It is late already."""
    BEFORE_LEAVING = "before_leaving"
    """At the desk, and there is no time for it after the next leaving."""
    AWAY = "away"
    """Its time runs out with no open hours left for it."""
    LATER = "later"
    """At the desk, after coming back."""


@frozen(kw_only=True)
class Item:
    """One answer that is owed."""

    conversation: ConversationUid
    due_at: datetime
    start_by: datetime
    """The last moment to begin; `now` where that has passed."""
    when: When


@frozen(kw_only=True)
class Absence:
    """When the seller leaves the desk next (`now` if away already) and is back."""

    leaves_at: datetime
    back_at: datetime | None
    """None: the calendar does not open again."""

    def away(self, now: datetime) -> bool:
        """Return whether the seller is away at that instant."""
        return self.leaves_at <= now


def absence(calendar: Calendar, now: datetime) -> Absence:
    """Return the next time away from the desk, by the calendar."""
    opens = next_open(calendar, now)
    if opens is None or opens > now:
        return Absence(leaves_at=now, back_at=opens)
    horizon = now + timedelta(days=8)
    _opens, leaves_at = next(iter(open_spans(calendar, now, horizon)))
    return Absence(leaves_at=leaves_at, back_at=next_open(calendar, leaves_at))


def forecast(
    owed: Sequence[tuple[ConversationUid, datetime]],
    calendar: Calendar,
    absent: Absence,
    now: datetime,
    effort: timedelta,
) -> tuple[Item, ...]:
    """Return what is to be begun when, in the order in which it falls due.

    `owed` are conversations with their due instants; `effort` is what one
    answer takes. No open hour between leaving and being back is counted.
    """
    ordered = sorted(owed, key=lambda each: (each[1], each[0]))
    spans = _at_desk(calendar, absent, now, max((due for _uid, due in ordered), default=now))
    found: list[Item] = []
    desk_limit, limit = None, None
    for uid, due_at in reversed(ordered):
        if due_at < now:
            found.append(Item(conversation=uid, due_at=due_at, start_by=now, when=When.LATE))
            continue
        start = _latest(spans, min(due_at, desk_limit or due_at), effort)
        fits = start is not None
        if start is not None:
            desk_limit = start
        else:
            limit = start = min(due_at, limit or due_at) - effort
        here = not absent.away(now) and start < absent.leaves_at
        when = When.BEFORE_LEAVING if here else When.LATER if fits else When.AWAY
        found.append(Item(conversation=uid, due_at=due_at, start_by=max(start, now), when=when))
    return tuple(reversed(found))


def _at_desk(calendar: Calendar, absent: Absence, now: datetime, until: datetime) -> list[Span]:
    """Return the open spans from now on in which the seller is at the desk."""
    found: list[Span] = []
    for opens, closes in open_spans(calendar, now, max(until, now)):
        if opens < absent.leaves_at:
            found.append((opens, min(closes, absent.leaves_at)))
        if absent.back_at is not None and closes > absent.back_at:
            found.append((max(opens, absent.back_at), closes))
    return found


def _latest(spans: Sequence[Span], end: datetime, effort: timedelta) -> datetime | None:
    """Return the last instant from which `effort` of open time is left until `end`, else None."""
    left = effort
    for opens, closes in reversed(spans):
        closes = min(closes, end)  # noqa: PLW2901 - the rest of the span does not count
        if closes <= opens:
            continue
        if closes - opens >= left:
            return closes - left
        left -= closes - opens
    return None
