"""Instants as documents hold them: integer microseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Return an aware instant in microseconds, exactly."""
    return (at - _EPOCH) // _MICROSECOND


def maybe_micros(at: datetime | None) -> int | None:
    """Return an instant in microseconds, None as None."""
    return None if at is None else (at - _EPOCH) // _MICROSECOND


def instant(number: int) -> datetime:
    """Return the aware UTC instant."""
    seconds, rest = divmod(number, 1_000_000)
    at = datetime.fromtimestamp(seconds, UTC)  # half the time of adding a timedelta
    return at.replace(microsecond=rest) if rest else at


def maybe_instant(number: int | None) -> datetime | None:
    """Return the aware UTC instant, None as None."""
    return None if number is None else instant(number)
