"""Leave cleanly when the terminal is gone or the system says so: what is written is kept.

A terminal can vanish without a signal. Textual then reads the end of its input
again and again, with all of a processor, for ever.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic, sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App

    from inbox.screens.key_screen import KeyScreen

_LONGEST = 30.0
"""Seconds that leaving may take; what writes to a terminal that is gone may block for ever."""

_LOOKS_EVERY = 0.5
"""Seconds between two looks whether we have left."""


def watch(app: App[None], pages: Callable[[], Sequence[KeyScreen]], terminal: int = 0) -> None:
    """Leave the app when the terminal goes, or at SIGHUP or SIGTERM.

    To be called in the main thread, inside the loop; `pages` are those that
    stand open. If the process still lives 30 seconds after the terminal went,
    it is ended: nothing lives only in memory.
    """
    loop = asyncio.get_running_loop()

    def leave() -> None:
        open_pages = pages()
        for page in open_pages:
            page.keep()
        if open_pages:
            open_pages[-1].action_quit_now()
        else:
            app.exit()

    for number in (signal.SIGHUP, signal.SIGTERM):
        loop.add_signal_handler(number, leave)
    threading.Thread(target=_wait, args=(terminal, loop, leave), name="hangup", daemon=True).start()


def _wait(terminal: int, loop: asyncio.AbstractEventLoop, leave: Callable[[], None]) -> None:
    """Wait until the other side of the terminal is closed; it costs nothing until then."""
    poll = select.poll()
    poll.register(terminal, 0)
    if not any(event & select.POLLHUP for _fd, event in poll.poll()):
        return  # a system that cannot tell it of a terminal
    begun = threading.Event()

    def begin() -> None:
        begun.set()
        leave()

    with suppress(RuntimeError):  # it is closed: we have left already
        loop.call_soon_threadsafe(begin)
        begun.wait()  # as long as the seller's own editor has the word
    end = monotonic() + _LONGEST
    while not loop.is_closed():
        if monotonic() > end:
            os._exit(128 + signal.SIGHUP)
        sleep(_LOOKS_EVERY)
