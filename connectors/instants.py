"""Instants as services write them, made aware and UTC. Pure."""

from __future__ import annotations

from datetime import UTC, datetime


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
