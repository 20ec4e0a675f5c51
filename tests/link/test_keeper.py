"""A screen keeps an engine, whatever happens to it."""

from __future__ import annotations

import os
import queue
import signal
import socket
import stat
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox.core.model import AccountUid
from inbox.link import keeper as keeping
from inbox.link.keeper import EngineKeeper, EngineStatus
from inbox.link.protocol import PROTOCOL, Leave, Nudge, StoreChanged, Up, version
from inbox.locations import Locations
from tests.fakes.ports import wait_until
from tests.link.engines import FakeEngine, older, replace_hello

A1 = AccountUid("a1")


class Screen:
    """What a screen hears from its keeper."""

    def __init__(self, locations: Locations) -> None:
        self.locations = locations
        self.facts: queue.Queue[Up] = queue.Queue()
        self.statuses: queue.Queue[EngineStatus] = queue.Queue()
        self.keeper = EngineKeeper(
            locations,
            facts=self.facts.put,
            status=self.statuses.put,
            command=[sys.executable, "-m", "tests.link.child_engine", str(locations.home)],
        )

    def hears(self, *expected: EngineStatus) -> bool:
        """Return whether these are the next statuses."""
        return [self.statuses.get(timeout=20) for _ in expected] == list(expected)


def engine_process(locations: Locations) -> int:
    """Return the process that listens on the link."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(str(locations.socket))
        raw = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        process: int = struct.unpack("3i", raw)[0]
        return process


def gone(locations: Locations) -> bool:
    """Return whether nobody listens any more."""
    try:
        engine_process(locations)
    except OSError:
        return True
    return False


@pytest.fixture
def screen(locations: Locations, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """Return a screen whose keeper waits only moments before it starts another engine."""
    monkeypatch.setattr(keeping, "FIRST_WAIT", 0.05)
    screen = Screen(locations)
    yield screen
    screen.keeper.stop()
    wait_until(lambda: gone(locations), "the engine to end")


def test_an_engine_is_started_when_none_runs(screen: Screen) -> None:
    """Opening the screen is all a seller has to do to get mail."""
    screen.keeper.start()

    assert screen.hears(EngineStatus.STARTING, EngineStatus.RUNNING)
    assert screen.keeper.nudge(A1)
    words = screen.locations.log_file.with_name("engine.out")
    assert stat.S_IMODE(words.stat().st_mode) == 0o600


def test_an_engine_that_died_is_followed_by_another(screen: Screen) -> None:
    """A stranger's connector that crashes the engine takes no screen with it."""
    screen.keeper.start()
    assert screen.hears(EngineStatus.STARTING, EngineStatus.RUNNING)
    first = engine_process(screen.locations)

    os.kill(first, signal.SIGKILL)

    assert screen.hears(EngineStatus.LOST, EngineStatus.STARTING, EngineStatus.RUNNING)
    assert engine_process(screen.locations) != first


def test_the_engine_that_runs_is_used(screen: Screen) -> None:
    """A second screen, or a user service, shares one engine: two would send twice."""
    engine = FakeEngine(screen.locations)
    screen.keeper.start()
    assert screen.hears(EngineStatus.STARTING, EngineStatus.RUNNING)

    assert engine_process(screen.locations) == os.getpid()
    engine.server.tell(StoreChanged(9))
    assert screen.facts.get(timeout=5) == StoreChanged(9)
    screen.keeper.nudge(A1)
    assert engine.wait_for(Nudge("a1"))
    screen.keeper.stop()
    engine.close()


def test_an_older_engine_leaves_and_a_new_one_comes(screen: Screen) -> None:
    """After an update the seller restarts the screen, and that is enough."""
    engine = FakeEngine(screen.locations, older())
    screen.keeper.start()
    assert engine.wait_for(Leave(version()))
    engine.close()

    assert screen.hears(EngineStatus.STARTING, EngineStatus.RUNNING)
    assert engine_process(screen.locations) != os.getpid()


def test_a_newer_engine_is_not_fought(screen: Screen) -> None:
    """A screen left open over an update says that it is old and starts nothing."""
    engine = FakeEngine(screen.locations, replace_hello(protocol=PROTOCOL + 1))
    screen.keeper.start()

    assert screen.hears(EngineStatus.STARTING, EngineStatus.NEWER)
    assert engine.heard == []
    screen.keeper.stop()
    engine.close()


def test_closing_the_screen_waits_for_nobody(screen: Screen) -> None:
    """Quitting is instant; the engine ends by itself when it has nothing to do."""
    screen.keeper.start()
    assert screen.hears(EngineStatus.STARTING, EngineStatus.RUNNING)

    before = time.monotonic()
    screen.keeper.stop()

    assert time.monotonic() - before < 2
    assert screen.keeper.nudge(A1) is False


def test_an_engine_that_ends_at_once_is_not_started_in_a_hurry(
    locations: Locations, tmp_path: Path
) -> None:
    """A mistake in the configuration must not keep the machine busy starting engines."""
    starts = tmp_path / "starts"
    script = f"open({str(starts)!r}, 'a').write('x'); raise SystemExit(1)"
    statuses: queue.Queue[EngineStatus] = queue.Queue()
    keeper = EngineKeeper(
        locations,
        facts=lambda _fact: None,
        status=statuses.put,
        command=[sys.executable, "-c", script],
    )
    keeper.start()

    heard = [statuses.get(timeout=10) for _ in range(2)]

    assert heard == [EngineStatus.STARTING, EngineStatus.LOST]
    assert starts.read_text() == "x"
    keeper.stop()


def test_an_engine_that_cannot_start_is_told_and_tried_again(
    locations: Locations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken installation shows in the strip; the screen goes on without an engine."""
    monkeypatch.setattr(keeping, "FIRST_WAIT", 0.05)
    statuses: queue.Queue[EngineStatus] = queue.Queue()
    keeper = EngineKeeper(
        locations,
        facts=lambda _fact: None,
        status=statuses.put,
        command=[str(locations.data / "no-such-program")],
    )
    keeper.start()

    heard = [statuses.get(timeout=10) for _ in range(3)]

    assert heard == [EngineStatus.STARTING, EngineStatus.LOST, EngineStatus.STARTING]
    keeper.stop()
