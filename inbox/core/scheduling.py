"""When a scheduled answer leaves: what is typed, the latest instant, what holds it back. Pure.

    2h · tomorrow 9:00 · mon 14:30 · 30m before due          as in `inbox.core.snooze`
    9:00 their time                                          by the buyer's clock
    tomorrow 9 but at latest 30 min before due               never so late that it is late

An answer leaves at the time that was wished for, or sooner where it may not be
later than so long before it is due. What they write after it was scheduled
holds it back, until the seller has decided or half an hour before it is due;
an answer sent from elsewhere holds it back until the seller has decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from connectors.frozen import frozen
from connectors.values import Direction, Kind
from inbox.core import snooze
from inbox.core.events import set_aside_by
from inbox.core.model import Delivery, Held, OutboxItem, Schedule
from inbox.core.snooze import SnoozeError
from inbox.i18n import gettext as _

if TYPE_CHECKING:
    from inbox.core.heads import Head

LEAD = timedelta(minutes=30)
"""How long before due an answer leaves at the latest, where that is not said."""

_CAP = re.compile(
    r"(?P<wish>.*?) ?(?:but )?(?:at )?(?:the )?(?:latest|no later than) ?(?P<lead>.*?) ?before due"
)
_THEIRS = re.compile(r"\b(?:their|the buyer'?s) time\b")
_OURS = re.compile(r"\b(?:my|our) time\b")
_BEFORE_DUE = re.compile(r"(?P<lead>.*?) ?before due")


@frozen(kw_only=True)
class Wish:
    """When the seller wants an answer to leave."""

    at: datetime
    """Aware, UTC."""
    lead: timedelta | None
    """It leaves at the latest so long before it is due; None: at its time, whatever is due."""
    said: str
    """As it was typed."""
    theirs: bool = False
    """Whether the time was meant by the buyer's clock."""


def wish_of(
    phrase: str,
    now: datetime,
    ours: tzinfo | None = None,
    theirs: tzinfo | None = None,
    due_at: datetime | None = None,
) -> Wish:
    """Return what a phrase asks for; raises SnoozeError.

    `ours` is the seller's zone (None: the machine's own), `theirs` the buyer's
    where it is known (None: ours is taken). `due_at` is when the answer is due.
    """
    words = " ".join(phrase.casefold().replace(",", " ").split())
    if not words:
        raise SnoozeError(_("When? For example: 2h, tomorrow 9:00, 9:00 their time."))
    cap = _CAP.fullmatch(words)
    lead = None if cap is None else _lead(cap["lead"], phrase)
    wished = words if cap is None else cap["wish"]
    by_theirs = _THEIRS.search(wished) is not None
    wished = " ".join(_OURS.sub("", _THEIRS.sub("", wished)).split())
    before = _BEFORE_DUE.fullmatch(wished) if wished else None
    if before is not None or not wished:
        own = lead if before is None else _lead(before["lead"], phrase)
        at, lead = _before(due_at, own), lead if lead is not None else own
    else:
        at = snooze.until(wished, now, theirs if by_theirs and theirs else ours, due_at)
    return Wish(at=at, lead=lead, said=phrase.strip(), theirs=by_theirs)


def phrase_of(wish: Wish, now: datetime, ours: tzinfo | None = None) -> str:
    """Return what to type for the same instant later on; "" where it has passed."""
    if wish.at <= now:
        return ""
    said = f"{wish.at.astimezone(ours):%Y-%m-%d %H:%M}"
    if wish.lead is None:
        return said
    return f"{said}, but at latest {int(wish.lead.total_seconds() // 60)} min before due"


def leaves_at(
    at: datetime, lead: timedelta | None, due_at: datetime | None, held: Held | None = None
) -> datetime | None:
    """Return when an answer leaves that is wanted at `at`; None: only by the seller's word.

    Held back because they wrote again, it leaves half an hour (or `lead`)
    before it is due, so that it is not late for it; one that is wanted after
    that leaves as it is wanted.
    """
    if held is Held.ANSWERED:
        return None
    cap = None if due_at is None else due_at - (LEAD if lead is None else lead)
    if held is Held.THEY_WROTE:
        return cap if cap is None or lead is not None else max(at, cap)
    return at if lead is None or cap is None else min(at, cap)


def held_by(schedule: Schedule, heads: Iterable[Head]) -> tuple[Held, datetime] | None:
    """Return why an answer is older than what came since, and since when; None if it is not.

    An answer of ours that a service delivered was written elsewhere, and goes before.
    """
    found = [
        (_holds(head), head.message.accepted_at)
        for head in heads
        if schedule.knew is None or head.message.accepted_at > schedule.knew
    ]
    for kind in (Held.ANSWERED, Held.THEY_WROTE):
        since = [at for held, at in found if held is kind]
        if since:
            return kind, min(since)
    return None


def planned(item: OutboxItem, due_at: datetime | None, heads: Sequence[Head]) -> OutboxItem:
    """Return the item as it is to leave, by what is due now and what came in meanwhile."""
    schedule = item.schedule
    if schedule is None or item.state is not Delivery.QUEUED:
        return item
    held, since = held_by(schedule, heads) or (None, None)
    at = leaves_at(schedule.at, schedule.lead, due_at, held)
    return replace(
        item,
        schedule=replace(schedule, held=held, held_at=since, waits=at is None),
        send_after=item.send_after if at is None else max(at, schedule.earliest),
    )


def known_by(heads: Iterable[Head]) -> datetime | None:
    """Return up to when what a service has was seen by whoever schedules now."""
    return max(
        (head.message.accepted_at for head in heads if head.delivery is None),
        default=None,
    )


def _holds(head: Head) -> Held | None:
    """Return whether, and as what, a message that came since holds an answer back."""
    message = head.message
    if message.automatic or message.kind is Kind.NOTICE:
        return None
    if message.direction is Direction.IN:
        return None if set_aside_by(message.places) else Held.THEY_WROTE
    return Held.ANSWERED if message.direction is Direction.OUT and head.delivery is None else None


def _before(due_at: datetime | None, lead: timedelta | None) -> datetime:
    """Return that long before it is due; raises SnoozeError where nothing is."""
    if due_at is None:
        raise SnoozeError(_("Nothing is due here."))
    return due_at.astimezone(UTC) - (lead or LEAD)


def _lead(words: str, phrase: str) -> timedelta:
    """Return how long before due is meant; raises SnoozeError."""
    if not words:
        return LEAD
    found = snooze.span_of(words)
    if found is None:
        said = _("This is no time: {words}. For example: 9:00, but at latest 30 min before due.")
        raise SnoozeError(said.format(words=phrase.strip()))
    if found > snooze.FARTHEST:
        raise SnoozeError(_("That is more than two years ahead."))
    return found
