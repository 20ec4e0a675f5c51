"""Stand aside for the shell, as Ctrl+Z does in other programs of a terminal.

Textual's own way stops this process alone, also where no shell waits to wake
it: then the terminal would be dead for good.
"""

from __future__ import annotations

import os
import signal
import sys
import termios
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from inbox.i18n import gettext as _

if TYPE_CHECKING:
    from inbox.screens.key_screen import KeyScreen


def stand_aside(screen: KeyScreen) -> None:
    """Give the terminal back and stop until the shell's `fg`; say so where there is no shell.

    What sends and fetches is another process, in a session of its own: it goes on.
    """
    try:
        if not _has_shell():
            raise SuspendNotSupported  # noqa: TRY301 - the same end as where Textual cannot
        with screen.app.suspend():
            _stop()
    except SuspendNotSupported:
        screen.say(_("There is no shell here to go back to. Ctrl+Q leaves."))
        return
    screen.app.refresh(layout=True)


def _has_shell() -> bool:
    """Return whether somebody set our process group up as a job, so that it can be woken."""
    return os.name == "posix" and sys.stdin.isatty() and os.getsid(0) != os.getpgrp()


def _stop() -> None:
    """Stop all of our job until it is in the foreground again: `bg` alone gives no terminal."""
    os.killpg(os.getpgrp(), signal.SIGTSTP)
    # Whoever sets a terminal (to what it is) in the background is stopped by the system itself, so
    # no `fg` comes between looking and stopping. Where the shell has ended meanwhile, that fails.
    with suppress(termios.error):
        terminal = sys.stdin.fileno()
        termios.tcsetattr(terminal, termios.TCSANOW, termios.tcgetattr(terminal))
