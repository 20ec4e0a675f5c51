"""How a seller stands by a platform's own measure: the share in time, and what may still be missed.

Our count, not the platform's: it sees what was stored here, and may leave out
what the platform counts or count what it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from connectors.frozen import frozen

_PER_CENT = 100
_YEAR = 12


@frozen(kw_only=True)
class Measure:
    """What a platform measures of the answers under a rule, and over which time."""

    days: tuple[int, ...] = ()
    """Rolling windows."""
    months: int = 0
    """A window of so many calendar months in UTC, the present one included; 0: none."""
    at_least: Fraction | None = None
    """The share, in per cent, that is good enough; None where none is known."""
    above: bool = False
    """Whether the share must be above it, not only reach it."""
    source: str = ""
    checked: str = ""
    note: str = ""


@frozen(kw_only=True)
class Counted:
    """One obligation that the measure looks at."""

    opened_at: datetime
    due_at: datetime
    in_time: bool | None
    """None while it is open and not late: not counted yet."""


@frozen(kw_only=True)
class Budget:
    """How the seller stands over one window."""

    days: int
    """0 for a window of calendar months."""
    begins: datetime
    ends: datetime | None
    """None for a rolling window."""
    total: int
    in_time: int
    waiting: int
    """Open and not late yet."""
    at_least: Fraction | None
    can_miss: int | None
    """How many more may be missed, were nothing else counted; below 0: the target is missed.
    None where no target is known, or nothing was counted."""
    needed: int
    """How many must be in time in a row to reach the target; 0 where it is reached."""
    until: datetime | None
    """When this changes by itself: the oldest miss leaves the window, or the window ends."""

    @property
    def share(self) -> Fraction | None:
        """The share in time, in per cent; None where nothing was counted."""
        return Fraction(self.in_time * _PER_CENT, self.total) if self.total else None


def budgets(counted: Sequence[Counted], measure: Measure, now: datetime) -> tuple[Budget, ...]:
    """Return how the seller stands over each window of the measure, the shortest first."""
    found = [_budget(counted, measure, now, days) for days in sorted(measure.days)]
    if measure.months:
        found.append(_budget(counted, measure, now, 0))
    return tuple(found)


def begins(measure: Measure, now: datetime) -> datetime:
    """Return the beginning of the longest window."""
    return min(
        [now - timedelta(days=days) for days in measure.days]
        + ([_months(measure.months, now)[0]] if measure.months else []),
        default=now,
    )


def _budget(counted: Sequence[Counted], measure: Measure, now: datetime, days: int) -> Budget:
    """Return how the seller stands over one window; `days` 0 is that of calendar months."""
    if days:
        start, end = now - timedelta(days=days), None
    else:
        start, end = _months(measure.months, now)
    inside = [each for each in counted if start <= each.opened_at <= now]
    decided = [each for each in inside if each.in_time is not None]
    total, in_time = len(decided), sum(each.in_time is True for each in decided)
    missed = [each for each in decided if not each.in_time]
    can_miss = _can_miss(total, in_time, measure)
    leaves = min((each.opened_at for each in missed), default=None)
    return Budget(
        days=days,
        begins=start,
        ends=end,
        total=total,
        in_time=in_time,
        waiting=len(inside) - total,
        at_least=measure.at_least,
        can_miss=can_miss,
        needed=_needed(total, in_time, measure) if can_miss is not None and can_miss < 0 else 0,
        until=end or (leaves + timedelta(days=days) if leaves is not None else None),
    )


def _months(count: int, now: datetime) -> tuple[datetime, datetime]:
    """Return the first instant of so many calendar months and that after the present one."""
    local = now.astimezone(UTC)
    number = local.year * _YEAR + local.month - 1
    first, last = number - count + 1, number + 1
    return _first_of(first), _first_of(last)


def _first_of(number: int) -> datetime:
    return datetime(number // _YEAR, number % _YEAR + 1, 1, tzinfo=UTC)


def _good(total: int, in_time: int, measure: Measure) -> bool:
    """Return whether that many in time of so many reach the target."""
    assert measure.at_least is not None  # noqa: S101 - asked only where there is a target
    share = Fraction(in_time * _PER_CENT, total)
    return share > measure.at_least if measure.above else share >= measure.at_least


def _can_miss(total: int, in_time: int, measure: Measure) -> int | None:
    """Return how many more may be missed; below 0 by as many as are missed too often."""
    if measure.at_least is None or measure.at_least <= 0 or not total:
        return None
    whole = in_time * _PER_CENT / measure.at_least
    most = whole.numerator // whole.denominator
    if measure.above and most * measure.at_least == in_time * _PER_CENT:
        most -= 1
    return most - total


def _needed(total: int, in_time: int, measure: Measure) -> int:
    """Return how many in time in a row reach the target; 0 where none can (a target of 100)."""
    assert measure.at_least is not None  # noqa: S101 - asked only where there is a target
    if measure.at_least >= _PER_CENT:
        return 0
    exact = (measure.at_least * total - in_time * _PER_CENT) / (_PER_CENT - measure.at_least)
    more = -(-exact.numerator // exact.denominator)
    return more if _good(total + more, in_time + more, measure) else more + 1


def worst(found: Iterable[Budget]) -> Budget | None:
    """Return the window with the least left to miss; None where no target is known."""
    known = [each for each in found if each.can_miss is not None]
    return min(known, key=lambda each: (each.can_miss or 0, each.days), default=None)
