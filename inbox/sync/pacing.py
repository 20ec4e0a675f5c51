"""How long an account rests between two rounds. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from inbox.sync.backoff import Backoff

LINE: Final = Backoff(first=5.0, cap=120.0)
"""For a line that is down: two minutes after the network is back, the mail is too."""

FAULT: Final = Backoff(first=30.0, cap=900.0)
"""For a connector that is broken."""

ASKS_EVERY: Final = 300.0
"""Seconds between attempts when only the seller can mend it; a nudge comes sooner."""

LOOKED_ENOUGH: Final = timedelta(minutes=5)
"""So long a scheduled reply waits for a pull, which begins with the newest, to end."""

NOT_KNOWN: Final = 60.0
"""Seconds between rounds while no connector says how often it wants them."""

NOT_SOONER: Final = 1.0
"""Seconds; an instant in the past never makes a round follow a round at once."""


def pause(
    state: str,
    *,
    poll_every: float | None,
    failures: int,
    retry_after: float | None,
    line: Backoff = LINE,
) -> float:
    """Return the seconds until the next round, were there no outbox.

    `poll_every` is None when the last round did not get all there was.
    """
    if poll_every is not None:
        return poll_every
    if state == "offline":
        return line.delay(failures, retry_after)
    return FAULT.delay(failures) if state == "broken" else ASKS_EVERY


def not_after(
    seconds: float, state: str, waiting: Iterable[datetime | None], now: datetime
) -> float:
    """Return `seconds`, or fewer if something that waits to be sent or told is due before."""
    at = min((each for each in waiting if each is not None), default=None)
    if at is None or state in {"login", "broken"}:
        return seconds
    until = (at - now).total_seconds()
    return min(seconds, until if until > 0 else NOT_SOONER)
