"""How long to wait before trying again. Pure: chance is handed in."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that double from `first` to `cap` seconds, each shortened by chance by up to half."""

    first: float = 5.0
    cap: float = 900.0
    chance: Callable[[], float] = random.random
    """Return a number from 0 (shortest) to 1 (longest)."""

    def delay(self, attempts: int, retry_after: float | None = None) -> float:
        """Return the seconds to wait after `attempts` failures in a row (1 or more).

        Never sooner than the service asked for: two thousand sellers who come
        back at the same second are why it is not exactly then either.
        """
        # The exponent is bounded so that a year offline does not overflow.
        doubled = min(self.cap, self.first * 2.0 ** min(max(attempts, 1) - 1, 30))
        ours = doubled * (0.5 + 0.5 * self.chance())
        if retry_after is None:
            return ours
        return max(ours, retry_after + min(ours, 1.0))
