"""What time it is: the one place that asks the machine. Everything else is handed a `Clock`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns now, aware and UTC."""


def utc_now() -> datetime:
    """Return now, aware and UTC."""
    return datetime.now(UTC)
