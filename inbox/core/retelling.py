"""What happened in a conversation as short plain values, to be judged anew without its messages.

Pure. A change of rules changes nothing of it; whatever does writes it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from connectors.values import Kind
from inbox.core.events import Event, EventKind

Course = tuple[tuple[object, ...], ...]
"""Each event: microseconds, kind, message, then what differs from `_USUAL`, in its order."""

LONGEST = 12
"""Events of a longer conversation are read from its messages: its row stays small."""

_USUAL = (False, Kind.MESSAGE.value, "", None, True, "")
"""Automatic, about, excluded, order_at (microseconds), answerable, topic."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_KINDS = {each.value: each for each in EventKind}
_ABOUT = {each.value: each for each in Kind}


def told(events: Sequence[Event]) -> Course:
    """Return the events so, nothing where they are too many or a service stated something."""
    if len(events) > LONGEST:
        return ()
    for event in events:  # a loop, since all conversations are asked about at once
        if event.stated is not None:
            return ()
    return tuple([_told(event) for event in events])


def retold(course: Iterable[Sequence[object]]) -> tuple[Event, ...]:
    """Return the events that were told so."""
    return tuple([_retold(*each) for each in course])  # type: ignore[arg-type] # as `_told` has them


def _told(event: Event) -> tuple[object, ...]:
    """Return one event as plain values."""
    order_at = event.order_at
    more = (
        event.automatic,
        event.about,
        event.excluded,
        None if order_at is None else (order_at - _EPOCH) // _MICROSECOND,
        event.answerable,
        event.topic,
    )
    head = ((event.at - _EPOCH) // _MICROSECOND, event.kind, event.message)
    if more == _USUAL:
        return head
    last = max(place for place, each in enumerate(more) if each != _USUAL[place])
    return head + more[: last + 1]


def _retold(  # noqa: PLR0917 - the values in their order
    at: int,
    kind: str,
    message: str | None,
    automatic: bool = False,  # noqa: FBT001, FBT002 - one of the values
    about: str = "message",
    excluded: str = "",
    order_at: int | None = None,
    answerable: bool = True,  # noqa: FBT001, FBT002 - one of the values
    topic: str = "",
) -> Event:
    """Return one event."""
    return Event(
        at=_EPOCH + timedelta(0, 0, at),
        kind=_KINDS[kind],
        automatic=automatic,
        message=message,  # type: ignore[arg-type] # a NewType
        about=_ABOUT[about],
        excluded=excluded,
        order_at=None if order_at is None else _EPOCH + timedelta(0, 0, order_at),
        answerable=answerable,
        topic=topic,
    )
