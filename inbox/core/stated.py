"""What a service says of a whole conversation, and what clocks hear of it. Pure.

A word that was taken back before anybody asked again was never said. A word
like the seller's own (archived, closed) ends nothing that was unread at the
service when it was said: nobody had seen it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from connectors.frozen import frozen
from connectors.values import Direction, StatedDeadline
from inbox.core.events import Event, EventKind, is_history, stated_event
from inbox.core.model import AccountTerms

if TYPE_CHECKING:
    from inbox.core.heads import Head

_NEVER = datetime.min.replace(tzinfo=UTC)


class Subject(StrEnum):
    """What a service's word is about."""

    SEEN = "seen"
    ARCHIVED = "archived"
    CLOSED = "closed"
    REPLY_NEEDED = "reply_needed"
    NEEDED_SINCE = "needed_since"
    DEADLINE = "deadline"


@frozen(kw_only=True)
class Said:
    """One word of a service on a conversation, as it was heard."""

    subject: Subject
    value: bool
    """Whether it is so; of a deadline: whether it stands."""
    at: datetime
    """When we heard it."""
    stands_at: datetime | None = None
    """The newest message we had then; None: the conversation was not known yet."""
    seen_until: datetime | None = None
    """The newest message that was ours or read then; None: there was none."""
    deadline: StatedDeadline | None = None
    since: datetime | None = None
    """Of NEEDED_SINCE: when the service's clock began."""


def events_said(
    said: Sequence[Said], heads: Sequence[Head], terms: AccountTerms
) -> tuple[Event, ...]:
    """Return what clocks hear of a service's words (`said` in the order heard)."""
    asked = sorted(
        head.message.accepted_at
        for head in heads
        if head.message.direction is Direction.IN and not head.message.automatic
    )
    found: list[Event] = []
    for subject in Subject:
        words = [each for each in said if each.subject is subject]
        for number, word in enumerate(words):
            after = words[number + 1] if number + 1 < len(words) else None
            if word.deadline is not None:
                found.append(stated_event(word.deadline, word.at))
            elif after is None or _asked_between(asked, word, after):
                found += _events(word, heads, terms)
    return tuple(found)


def is_closed(said: Iterable[Said], asked_at: datetime) -> bool:
    """Return whether the last word is that it is closed, and no question came after that word."""
    words = [each for each in said if each.subject is Subject.CLOSED]
    return bool(words) and words[-1].value and asked_at <= _end_of(words[-1])


def _asked_between(asked: Sequence[datetime], word: Said, after: Said) -> bool:
    """Return whether a person wrote after a word was said and before the next."""
    start, end = word.stands_at or word.at, after.stands_at or after.at
    return any(start < at <= end for at in asked)


def _events(word: Said, heads: Sequence[Head], terms: AccountTerms) -> list[Event]:
    """Return what one word means to clocks."""
    settled = Event(at=word.at, kind=EventKind.SETTLED, order_at=word.stands_at)
    match word.subject, word.value:
        case (Subject.ARCHIVED, True):
            return [_word(word, EventKind.DONE)]
        case (Subject.CLOSED, True):
            return [settled, _word(word, EventKind.NO_REPLY_NEEDED)]
        case (Subject.REPLY_NEEDED, False):
            return [settled]
        case (Subject.REPLY_NEEDED, True):
            return _needed(word, heads, terms)
        case (Subject.NEEDED_SINCE, True) if word.since is not None:
            return [Event(at=word.since, kind=EventKind.STARTED, order_at=_end_of(word))]
        case _:
            return []


def _word(word: Said, kind: EventKind) -> Event:
    """Return what counts as the seller's own word, behind what was read when it was said."""
    return Event(at=word.at, kind=kind, order_at=word.seen_until or _NEVER)


def _needed(word: Said, heads: Sequence[Head], terms: AccountTerms) -> list[Event]:
    """Return that an answer is asked for, where no message of a person already asks."""
    known = [head.message for head in heads if head.message.accepted_at <= _end_of(word)]
    newest = max(known, key=lambda message: message.accepted_at, default=None)
    if newest is None or is_history(newest, terms):
        return []
    incoming = newest.direction is Direction.IN
    if incoming and not newest.automatic:
        return []
    at = newest.accepted_at if incoming else word.at
    return [Event(at=at, kind=EventKind.ASKED, about=newest.kind)]


def _end_of(word: Said) -> datetime:
    """Return up to which instant messages were known when a word was heard."""
    return word.stands_at or word.at
