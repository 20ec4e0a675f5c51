"""How fast a service may be asked: its documented rates, and what its answers say is left."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LEFT = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")
_RESET = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")
_EPOCH = 1_000_000_000
"""A reset above this is an instant in seconds since 1970, below it a number of seconds."""
_LONGEST = 86_400.0
"""Seconds; a service that asks for more is asked again after a day."""


def _now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` requests in any `seconds`."""

    count: int
    seconds: float


class Pace:
    """Counts what was asked, so that a documented rate is never broken. For any thread."""

    def __init__(
        self,
        *rates: Rate,
        monotonic: Callable[[], float] = time.monotonic,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._rates = rates
        self._asked: deque[float] = deque(maxlen=max((rate.count for rate in rates), default=1))
        self._shut_until = 0.0
        self._monotonic = monotonic
        self._clock = clock
        self._lock = threading.Lock()

    def take(self) -> float:
        """Return 0.0 and count a request, or the seconds to wait before asking here again."""
        with self._lock:
            now = self._monotonic()
            wait = max([self._shut_until - now, *(self._full(rate, now) for rate in self._rates)])
            if wait > 0:
                return wait
            self._asked.append(now)
            return 0.0

    def note(self, headers: Mapping[str, str]) -> None:
        """Remember what an answer's headers (lower-case names) say: none left until the reset."""
        left = next((headers[name] for name in _LEFT if name in headers), None)
        reset = next((headers[name] for name in _RESET if name in headers), None)
        if left is None or reset is None or left.strip() != "0":
            return
        seconds = _seconds(reset, self._clock())
        if seconds is not None:
            self.shut(seconds)

    def shut(self, seconds: float) -> None:
        """Let no request leave for so many seconds."""
        with self._lock:
            self._shut_until = max(self._shut_until, self._monotonic() + seconds)

    def _full(self, rate: Rate, now: float) -> float:
        """Return for how many seconds the rate is used up."""
        if len(self._asked) < rate.count:
            return 0.0
        return self._asked[-rate.count] + rate.seconds - now


def _seconds(reset: str, now: datetime) -> float | None:
    """Return the seconds until a reset given as seconds or as an instant."""
    try:
        value = float(reset)
    except ValueError:
        return None
    if value != value:  # noqa: PLR0124 - NaN is the one number that is not itself
        return None
    wait = value - now.timestamp() if value > _EPOCH else value
    return min(max(wait, 0.0), _LONGEST)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds of a Retry-After header (seconds or a date, RFC 9110 10.2.3)."""
    if not value:
        return None
    if (seconds := _seconds(value, now)) is not None:
        return seconds
    then = http_date(value)
    return None if then is None else min(max((then - now).total_seconds(), 0.0), _LONGEST)


def http_date(value: str) -> datetime | None:
    """Return the instant of a date as headers write it (UTC), None if it is none."""
    try:
        then = parsedate_to_datetime(value)
        return (then if then.tzinfo else then.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
