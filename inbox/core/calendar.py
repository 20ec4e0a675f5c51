"""When somebody is there to answer: weekly hours, exceptions, vacations, holidays. Pure.

An interval belongs to the day on which it begins; a day that is closed as a
whole also cuts what would run into it. What counts is the clock on the wall:
an hour that a clock change takes away is not open, one that it gives twice is
open twice. Everything is reckoned in whole microseconds UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

from connectors.frozen import frozen

HORIZON = timedelta(days=400)
"""Farther ahead no opening is looked for: a target not used up by then is unreachable."""

MINUTES = 24 * 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_DAY = MINUTES * _MINUTE

Span = tuple[int, int]
"""Two instants or two times of a day in microseconds; the second is no longer in it."""

Holidays = Callable[[int], Mapping[date, str]]
"""Returns the names of a year's holidays by their dates."""


def no_holidays(_year: int) -> Mapping[date, str]:
    """Return no holiday."""
    return {}


@frozen
class Hours:
    """One open interval of a day, in minutes since its midnight on the wall."""

    opens: int
    closes: int
    """Above 1440 where it ends on the next day."""


class Why(StrEnum):
    """What decided about a day."""

    WEEK = "week"
    EXCEPTION = "exception"
    VACATION = "vacation"
    HOLIDAY = "holiday"


@frozen(kw_only=True)
class Calendar:
    """Open hours. An exception goes before a vacation, that before a holiday, then the week."""

    name: str
    zone: tzinfo
    zone_name: str = ""
    week: tuple[tuple[Hours, ...], ...]
    """The hours of seven days, Monday's first."""
    exceptions: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    """Other hours on a date; none: closed."""
    vacations: tuple[tuple[date, date], ...] = ()
    """First and last day of each, both closed."""
    country: str = ""
    """Whose holidays are closed: `DE`, or with a region `DE-BE`; "": nobody's."""
    holidays: Holidays = field(default=no_holidays, compare=False, repr=False)
    days: dict[int, tuple[Span, ...]] = field(default_factory=dict, compare=False, repr=False)
    """Remembers each day's open times once they were asked for."""


@frozen
class Day:
    """One date as the calendar has it."""

    date: date
    open: tuple[tuple[datetime, datetime], ...]
    """Aware, UTC."""
    why: Why
    note: str = ""
    """The holiday's name."""


def due_after(calendar: Calendar, start: datetime, target: timedelta) -> datetime | None:
    """Return the instant (UTC) at which `target` of open time has passed since `start`.

    `None` if it has not within `HORIZON`. It may be the very end of an open
    interval, never a closed instant. Linear in the days crossed.
    """
    begin = _micros(start)
    left, horizon = target // _MICROSECOND, begin + HORIZON // _MICROSECOND
    for opens, closes in _open(calendar, begin):
        if opens >= horizon:
            return None
        if closes - opens >= left:
            due = opens + left
            return _instant(due) if due <= horizon else None
        left -= closes - opens
    return None


def open_spans(
    calendar: Calendar, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield what is open between the two, as pairs of instants (UTC), adjoining ones as one."""
    last = _micros(end)
    held: Span | None = None
    for opens, closes in _open(calendar, _micros(start), last):
        if held and held[1] == opens:
            held = (held[0], min(closes, last))
            continue
        if held:
            yield _instant(held[0]), _instant(held[1])
        held = (opens, min(closes, last)) if opens < last else None
    if held:
        yield _instant(held[0]), _instant(held[1])


def next_open(calendar: Calendar, at: datetime) -> datetime | None:
    """Return the first open instant (UTC), `at` itself if it is open; None beyond `HORIZON`."""
    found = next(_open(calendar, _micros(at)), None)
    return _instant(found[0]) if found else None


def days_of(calendar: Calendar, first: date, count: int) -> tuple[Day, ...]:
    """Return that many dates from `first` on, as the calendar has them."""
    return tuple(_day(calendar, first + timedelta(days=each)) for each in range(count))


def closed_days(calendar: Calendar, start: datetime, end: datetime) -> tuple[Day, ...]:
    """Return the dates between the two on which nothing at all is open."""
    first = start.astimezone(calendar.zone).date()
    last = end.astimezone(calendar.zone).date()
    found = days_of(calendar, first, (last - first).days + 1)
    return tuple(day for day in found if not day.open)


def ever_open(calendar: Calendar) -> bool:
    """Return whether any hour of the week or of an exception is open; holidays aside."""
    return any(calendar.week) or any(calendar.exceptions.values())


def told(calendar: Calendar) -> str:
    """Return all that a due instant hangs on, as one text that two equal calendars share."""
    week = [[(each.opens, each.closes) for each in day] for day in calendar.week]
    exceptions = [
        (on.isoformat(), [(each.opens, each.closes) for each in hours])
        for on, hours in sorted(calendar.exceptions.items())
    ]
    vacations = [(first.isoformat(), last.isoformat()) for first, last in calendar.vacations]
    parts = (calendar.zone_name or str(calendar.zone), week, exceptions, vacations)
    return repr((*parts, calendar.country))


def hours_on(calendar: Calendar, on: date) -> tuple[tuple[Hours, ...], Why, str]:
    """Return a date's own hours, what decided them, and the holiday's name."""
    if on in calendar.exceptions:
        return calendar.exceptions[on], Why.EXCEPTION, ""
    if any(first <= on <= last for first, last in calendar.vacations):
        return (), Why.VACATION, ""
    if calendar.country and (name := calendar.holidays(on.year).get(on)):
        return (), Why.HOLIDAY, name
    return calendar.week[on.weekday()], Why.WEEK, ""


def _day(calendar: Calendar, on: date) -> Day:
    """Return one date as the calendar has it."""
    _hours, why, note = hours_on(calendar, on)
    day = on.toordinal() - _EPOCH_DAY
    found = list[Span]()
    for begin, end, wall in _pieces(calendar.zone, day * _DAY - _DAY):
        if wall // _DAY > day:
            break
        if wall // _DAY == day:
            found += _of_piece(calendar, begin, end, wall)
    return Day(on, tuple((_instant(a), _instant(b)) for a, b in found), why, note)


def _open(calendar: Calendar, start: int, end: int | None = None) -> Iterator[Span]:
    """Yield the open spans from `start` on, until `end` or the horizon."""
    last = start + HORIZON // _MICROSECOND if end is None else end
    for begin, until, wall in _pieces(calendar.zone, start):
        if begin > last:
            return
        yield from _of_piece(calendar, begin, until, wall)


def _of_piece(calendar: Calendar, begin: int, end: int, wall: int) -> Iterator[Span]:
    """Yield what is open of a piece of one date without a clock change."""
    day, time = divmod(wall, _DAY)
    shift = begin - time
    for opens, closes in _times(calendar, day):
        first, last = max(shift + opens, begin), min(shift + closes, end)
        if first < last:
            yield first, last


def _times(calendar: Calendar, day: int) -> tuple[Span, ...]:
    """Return the open times of a date (a count of days), in order, none touching another."""
    known = calendar.days.get(day)
    if known is None:
        known = calendar.days[day] = _times_of(calendar, date.fromordinal(day + _EPOCH_DAY))
    return known


def _times_of(calendar: Calendar, on: date) -> tuple[Span, ...]:
    hours, why, _note = hours_on(calendar, on)
    if not hours and why is not Why.WEEK:
        return ()
    before, _why, _note = hours_on(calendar, on - timedelta(days=1))
    spans = [(0, each.closes - MINUTES) for each in before if each.closes > MINUTES]
    spans += [(each.opens, min(each.closes, MINUTES)) for each in hours]
    joined = list[Span]()
    for opens, closes in sorted(spans):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return tuple((opens * _MINUTE, closes * _MINUTE) for opens, closes in joined)


def _pieces(zone: tzinfo, start: int) -> Iterator[tuple[int, int, int]]:
    """Yield the time from `start` on, cut at each midnight and clock change.

    Each piece is (begin, end, what a clock on the wall shows at begin, as if UTC).
    No zone changes its clocks twice between two midnights.
    """
    at, offset = start, _offset(zone, start)
    while True:
        wall = at + offset
        midnight = at + _DAY - wall % _DAY
        following = _offset(zone, midnight)
        end = midnight if following == offset else _change(zone, at, midnight, offset)
        yield at, end, wall
        at, offset = end, following if end == midnight else _offset(zone, end)


def _change(zone: tzinfo, before: int, after: int, offset: int) -> int:
    """Return the instant at which the zone leaves `offset`, after `before`, at most `after`."""
    low, high = before // _SECOND, after // _SECOND
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle * _SECOND) == offset:
            low = middle
        else:
            high = middle
    return high * _SECOND


def _offset(zone: tzinfo, at: int) -> int:
    """Return how far the zone is ahead of UTC at that instant, in microseconds."""
    ahead = datetime.fromtimestamp(at // _SECOND, zone).utcoffset() or timedelta()
    return ahead // _MICROSECOND


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _instant(at: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at)
