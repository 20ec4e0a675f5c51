"""Mail that comes in by the thousand delays no key: engine and screen are two processes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.memory import MemoryService
from connectors.memory_service import SELLER, Kept
from connectors.memory_service import now as memory_now
from connectors.values import Party
from inbox.store.database import Store
from tests.benchmarks.terminal import Terminal
from tests.fakes.ports import wait_until
from tests.sync.test_command import Seller

FIRST, MORE = 20, 6000
_LIMIT = 60.0
"""Seconds for anything on a busy machine."""


def deliver(service: MemoryService, start: int, count: int) -> None:
    """Let so many buyers write, at once."""
    with service.changing() as contents:
        for number in range(start, start + count):
            kept = Kept(
                id=contents.new_id(),
                outgoing=False,
                sender=Party(f"Buyer {number}", f"b{number}@buyer.example"),
                recipients=(SELLER,),
                subject=f"Where is parcel {number}",
                text=f"Hello, where is parcel number {number}? " * 30,
                accepted_at=memory_now() - timedelta(seconds=start + number),
            )
            contents.add(kept)


@contextmanager
def counting(path: Path) -> Iterator[Store]:
    """Give the store, opened by this process as well."""
    with closing(Store.open(path)) as store:
        yield store


def stored(store: Store) -> int:
    """Return how many messages are in the store."""
    with store.read() as tx:
        count: int = tx.sql.execute("SELECT count(*) FROM doc_messages").fetchone()[0]
    return count


def painted(terminal: Terminal, key: bytes, sign: bytes) -> None:
    """Press a key and wait until what it brings stands on the screen."""
    terminal.seen = b""
    os.write(terminal.master, key)
    terminal.until(sign, time.perf_counter() - terminal.started + _LIMIT)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_every_key_is_answered_while_thousands_come_in(tmp_path: Path) -> None:
    """Pages open and close while the engine works; none waits for the mail to be in."""
    seller = Seller(tmp_path / "home")
    service = seller.account("shop")
    deliver(service, 0, FIRST)
    seller.sync()
    answered_within: list[int] = []
    words = [sys.executable, "-m", "inbox"]
    with (
        counting(seller.locations.store_file) as store,
        Terminal(words, {"INBOX_HOME": str(seller.home), "TMPDIR": str(tmp_path)}) as terminal,
    ):
        assert stored(store) == FIRST
        terminal.until(b"parcel", _LIMIT)
        terminal.settle()
        deliver(service, FIRST, MORE)
        until = time.monotonic() + _LIMIT
        while (count := stored(store)) < FIRST + MORE and time.monotonic() < until:
            painted(terminal, b"?", b"Keys of the list")
            painted(terminal, b"q", b"parcel")
            if count > FIRST:
                answered_within.append(stored(store))
        assert stored(store) == FIRST + MORE
    during = [each for each in answered_within if each < FIRST + MORE]
    assert during  # how many fit in says how busy the machine is
    assert during == sorted(during)
    wait_until(lambda: not seller.locations.socket.exists(), "the engine's end", _LIMIT)
