"""When all that a service says happened at an instant can have been seen.

Services stamp what happens with whole seconds, or with thousandths. Two
messages may bear one stamp, and a list that shows only the last stamp looks
the same before and after the second one. What is read while its stamp is
fresh is therefore read again, until nothing more can come to bear that stamp.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from connectors.doubt import SETTLED_AFTER


def _never_said() -> float | None:
    """Return that the service never said what time it is."""
    return None


@dataclass(frozen=True, slots=True)
class Settling:
    """Judges one service by its own clock; where it shows none, by how long we have known."""

    ahead: Callable[[], float | None] = _never_said
    """By how many seconds its clock is ahead of ours."""
    after: float = SETTLED_AFTER
    """Seconds after which what the service took is there for all to see."""
    clock: Callable[[], float] = time.time
    """Our own clock, in seconds since 1970."""

    def settled(self, stamp: float, known_since: float, asked_at: float) -> bool:
        """Return whether nothing more can come to bear a stamp than what was asked for.

        `stamp` is by the service's clock; `known_since` (when we first saw the
        stamp) and `asked_at` are by ours. A clock of ours that was put back
        ends the wait as one that went on.
        """
        if abs(asked_at - known_since) >= self.after:
            return True
        ahead = self.ahead()
        return ahead is not None and stamp + self.after <= asked_at + ahead
