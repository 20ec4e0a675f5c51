"""Keys typed while a page opens: held, and given to that page, in the order they were typed.

Without it the first letters of a quick answer would act on the list below.
"""

from __future__ import annotations

from time import monotonic

from textual import events
from textual.message import Message

from inbox.commands.values import QUIT_ALWAYS

_LONGEST = 5.0
"""Seconds after which held keys are let go whatever happens."""


class KeysFreed(Message):
    """What keys were held for is there."""


class TypingAhead:
    """Holds keys from the stroke that opens something until it is there."""

    def __init__(self) -> None:
        self._held: list[events.Key] = []
        self._since = 0.0
        self._holders = 0

    @property
    def holding(self) -> bool:
        """Whether keys are to be held now."""
        return self._holders > 0 and monotonic() - self._since < _LONGEST

    def hold(self) -> None:
        """Begin to hold keys, once more if they are held already."""
        if not self.holding:
            self._holders = 0
        self._holders += 1
        self._since = monotonic()

    def kept(self, event: events.Key) -> bool:
        """Hold a key if keys are to be held, and return whether it was; leaving is never held."""
        if not self.holding or event.key == QUIT_ALWAYS:
            return False
        self._held.append(events.Key(event.key, event.character))
        self._held[-1].time = event.time
        return True

    def release(self) -> None:
        """Stop one holding; after the last of them `taken` gives the keys."""
        self._holders = max(self._holders - 1, 0)

    def taken(self) -> list[events.Key]:
        """Return the keys to be read now, oldest first; none while they are held."""
        if self.holding:
            return []
        held, self._held = sorted(self._held, key=lambda event: event.time), []
        return held
