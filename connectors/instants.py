"""Instants as services write them, made aware and UTC. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec

_BEGINNING = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?=\.)")


def utc(when: datetime) -> datetime:
    """Return an instant in UTC; one without an offset is read as UTC, whatever zone we are in.

    Raises ValueError for one that no calendar in UTC holds.
    """
    if when.tzinfo is None:
        return when.replace(tzinfo=UTC)
    try:
        return when.astimezone(UTC)
    except OverflowError as beyond:
        raise ValueError(str(beyond)) from beyond


def maybe_utc(when: datetime | None) -> datetime | None:
    """Return an instant in UTC; None where there is none, or none that can be."""
    if when is None:
        return None
    try:
        return utc(when)
    except ValueError:
        return None


def read(text: str) -> datetime:
    """Return an instant (aware, UTC) that was written badly, to the second; raises ValueError.

    For what matters more than its fraction: `18:12:12.000.019Z` is in UTC
    and has one point too many.
    """
    try:
        return utc(msgspec.convert(text, datetime))
    except msgspec.ValidationError:
        begun = _BEGINNING.match(text)
        if begun is None or not text.endswith(("Z", "z")):
            raise
        return utc(datetime.fromisoformat(begun.group()))
