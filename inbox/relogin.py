"""Let the seller log in to an account again on this terminal, while the screen stands aside."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys

from inbox.i18n import gettext as _
from inbox.locations import Locations


def log_in(name: str, locations: Locations) -> bool:
    """Return whether `inbox accounts login NAME` worked, after the seller has read what it said."""
    home = {} if locations.home is None else {"INBOX_HOME": str(locations.home)}
    words = [sys.executable, "-m", "inbox", "accounts", "login", name]
    # ctrl+c is for the login alone: a handler of ours is not handed on to the child.
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        done = subprocess.run(words, check=False, env={**os.environ, **home})  # noqa: S603 - our own command
        with contextlib.suppress(EOFError):
            input(_("Press Enter to go back to the list."))
    finally:
        signal.signal(signal.SIGINT, before)
    return done.returncode == 0
