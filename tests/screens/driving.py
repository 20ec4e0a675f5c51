"""Use the screen as a person does: press keys, wait for what they see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic

from textual import events
from textual.pilot import Pilot

from inbox.app import InboxApp
from inbox.screens.key_screen import KeyScreen

_PATIENCE = 20.0
"""Seconds after which something that should be seen will never be."""

_NAMES = {
    ";": "semicolon",
    "?": "question_mark",
    "!": "exclamation_mark",
    "*": "asterisk",
    "/": "slash",
    ":": "colon",
    " ": "space",
}


class Hands:
    """A person at the keyboard."""

    def __init__(self, app: InboxApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    def seen(self) -> str:
        """Return what stands on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        lines = ["".join(segment.text for segment in strip).rstrip() for strip in strips]
        return "\n".join(lines)

    async def press(self, *keys: str) -> None:
        """Press keys one after the other and let them be read."""
        for key in keys:
            self.burst(key)
            await self.pilot.pause()

    def burst(self, *keys: str) -> None:
        """Let keys come in at once, as from a slow line."""
        for key in keys:
            character = key if len(key) == 1 else None
            self.app.post_message(events.Key(_NAMES.get(key, key), character))

    async def write(self, words: str) -> None:
        """Type text."""
        self.burst(*words)
        await self.pilot.pause()

    async def tick(self) -> None:
        """Let the second pass that the screen waits for."""
        self.app._tick()
        await self.pilot.pause()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; fail with the screen's text if it never does."""
        end = monotonic() + _PATIENCE
        while not holds():
            assert monotonic() < end, f"never came about:\n{self.seen()}"
            await self.pilot.pause()
            await asyncio.sleep(0.005)

    async def see(self, *words: str) -> None:
        """Wait until all these words stand on the screen."""
        await self.until(lambda: all(each in self.seen() for each in words))

    async def on(self, page: type[KeyScreen]) -> None:
        """Wait until that page is there and takes keys."""
        await self.until(lambda: takes_keys(self.app, page))


def takes_keys(app: InboxApp, page: type[KeyScreen]) -> bool:
    """Return whether a page of that kind is on top and reads what is typed now."""
    shown = app.screen
    return isinstance(shown, page) and shown.ready and not shown.desk.typing.holding


@asynccontextmanager
async def hands_on(app: InboxApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Hands]:
    """Yield hands on a running app, its first rows painted."""
    async with app.run_test(size=size) as pilot:
        hands = Hands(app, pilot)
        await hands.on(KeyScreen)
        yield hands
