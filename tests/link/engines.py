"""An engine's end of the link without an engine, and what it was told."""

from __future__ import annotations

import threading
from collections.abc import Callable

import msgspec

from inbox.link.client import ours
from inbox.link.protocol import AccountResult, Down, Hello, Sync, Synced, Up
from inbox.link.server import LinkServer
from inbox.locations import Locations


class FakeEngine:
    """Listens where an engine would, keeps what it hears, answers `Sync` at once."""

    def __init__(self, locations: Locations, hello: Hello | None = None) -> None:
        self.heard: list[Down] = []
        self.something = threading.Condition()
        self.server = LinkServer(locations.socket, hello or ours(), self._hear)
        self.server.start()

    def _hear(self, line: Down, answer: Callable[[Up], None]) -> None:
        with self.something:
            self.heard.append(line)
            self.something.notify_all()
        if isinstance(line, Sync):
            results = tuple(AccountResult(name=name, state="ok", new=1) for name in line.accounts)
            answer(Synced(id=line.id, results=results))

    def wait_for(self, line: Down, seconds: float = 5.0) -> bool:
        """Return whether the line was heard in time."""
        with self.something:
            return self.something.wait_for(lambda: line in self.heard, seconds)

    def close(self) -> None:
        """Stop listening."""
        self.server.close()


def older() -> Hello:
    """Return the greeting of an engine of the last version."""
    return replace_hello(version="0.0.1")


def replace_hello(**changes: object) -> Hello:
    """Return our own greeting with changes."""
    return msgspec.structs.replace(ours(), **changes)
