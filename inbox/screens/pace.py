"""How often the list is read again while much comes in: for a small part of the time only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import thread_time

CALM = 0.25
"""Seconds between two readings at least."""

SHARE = 0.05
"""Part of one core that reading again and again may take."""


class Pace:
    """Knows when the last reading began and what it cost. Instants are seconds of any one clock."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._cost = 0.0

    def begin(self, now: float) -> None:
        """Note that everything is read again now."""
        self._began, self._cost = now, 0.0

    def spend(self, seconds: float) -> None:
        """Note what of the processor one part of this reading took."""
        self._cost += seconds

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Note what of the processor is spent inside, by this thread."""
        before = thread_time()
        try:
            yield
        finally:
            self.spend(thread_time() - before)

    def wait(self, now: float) -> float:
        """Return in how many seconds the next reading may begin; 0: now."""
        if self._began is None:
            return 0.0
        return max(self._began + max(CALM, self._cost / SHARE) - now, 0.0)
