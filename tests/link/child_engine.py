"""A process that answers on the link like an engine: `python -m tests.link.child_engine HOME`."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from inbox.link.client import ours
from inbox.link.protocol import Down, Leave, Up
from inbox.link.server import LinkServer
from inbox.locations import Locations


def main() -> None:
    """Answer until told to leave, or until the last screen is gone (a minute at most)."""
    ending = threading.Event()

    def hear(line: Down, _answer: Callable[[Up], None]) -> None:
        if isinstance(line, Leave):
            ending.set()

    server = LinkServer(Locations.under(Path(sys.argv[1])).socket, ours(), hear)
    server.start()
    end = time.monotonic() + 60
    while not ending.wait(0.02) and time.monotonic() < end:
        if server.had_screen and not server.screens:
            break
    server.close()


if __name__ == "__main__":
    main()
