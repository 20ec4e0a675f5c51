"""End a demo so that nothing of it stays: its engine first, then its folder."""

from __future__ import annotations

import contextlib
import shutil
import time
from pathlib import Path

from inbox.locations import Locations

ENGINE_SECONDS = 5.0
"""How long the engine may take to leave."""
_TRIES = 40
_PAUSE = 0.05


def remove(home: Path) -> None:
    """Ask an engine that works in the home to leave, then remove the home and all in it."""
    if not home.exists():
        return
    locations = Locations.under(home)
    with contextlib.suppress(Exception):
        _end_engine(locations)
    for _ in range(_TRIES):
        shutil.rmtree(home, ignore_errors=True)
        # Where the home's path is too long for a socket, the socket lies elsewhere.
        shutil.rmtree(locations.runtime, ignore_errors=True)
        if not home.exists():
            return
        time.sleep(_PAUSE)


def _end_engine(locations: Locations) -> None:
    """Ask the home's engine to leave and wait until it did."""
    if not locations.socket.exists():
        return
    from inbox.link.client import connect

    link = connect(locations)
    if link is None:
        return
    try:
        link.listen()
        link.leave()
        link.wait_lost(ENGINE_SECONDS)
    finally:
        link.close()
