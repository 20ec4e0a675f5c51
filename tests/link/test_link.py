"""Both ends of the link over a real socket."""

from __future__ import annotations

import queue
import socket
import stat
import threading
from pathlib import Path

import pytest

from inbox.core.model import AccountUid
from inbox.link import server as serving
from inbox.link.client import (
    EngineGone,
    EngineNewer,
    EngineOlder,
    connect,
    make_way,
)
from inbox.link.protocol import (
    LINE_LIMIT,
    PROTOCOL,
    AccountResult,
    Leave,
    Nudge,
    ReloadConfig,
    StoreChanged,
    Up,
    encode,
    version,
)
from inbox.locations import Locations, NotPrivate
from tests.fakes.ports import wait_until
from tests.link.engines import FakeEngine, older, replace_hello

A1 = AccountUid("a1")


def test_without_an_engine_there_is_no_link(locations: Locations) -> None:
    """A command must go on by itself, not fail, when no engine runs."""
    assert connect(locations) is None


def test_a_socket_left_by_a_dead_engine_is_no_link(locations: Locations) -> None:
    """A kill leaves the socket's file: it must keep nobody from starting an engine."""
    dead = FakeEngine(locations)
    dead.close()
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(locations.socket))
    left.close()

    assert connect(locations) is None
    engine = FakeEngine(locations)
    link = connect(locations)
    assert link is not None
    link.close()
    engine.close()


@pytest.mark.usefixtures("engine")
def test_only_this_user_can_reach_the_socket(locations: Locations) -> None:
    """The link moves the seller's mail: nobody else on the machine may use it."""
    assert stat.S_IMODE(locations.socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(locations.socket.parent.stat().st_mode) == 0o700


def test_a_folder_that_others_may_write_is_closed_to_them_first(locations: Locations) -> None:
    """A runtime folder made with a lax umask does not stay open."""
    locations.runtime.mkdir(parents=True)
    locations.runtime.chmod(0o777)
    engine = FakeEngine(locations)

    assert stat.S_IMODE(locations.runtime.stat().st_mode) == 0o700
    engine.close()


def test_a_link_in_place_of_the_folder_is_refused(locations: Locations, tmp_path: Path) -> None:
    """In a shared temporary folder somebody may have put a link there before us."""
    (tmp_path / "elsewhere").mkdir()
    locations.runtime.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(NotPrivate):
        FakeEngine(locations)


def test_facts_reach_every_screen(engine: FakeEngine, locations: Locations) -> None:
    """Two screens of one seller both show what comes in."""
    heard: list[queue.Queue[Up]] = [queue.Queue(), queue.Queue()]
    links = [connect(locations, screen=True) for _ in heard]
    for link, box in zip(links, heard, strict=True):
        assert link is not None
        link.listen(box.put)
    wait_until(lambda: engine.server.screens == 2, "two screens")

    engine.server.tell(StoreChanged(5))

    assert [box.get(timeout=5) for box in heard] == [StoreChanged(5), StoreChanged(5)]
    for link in links:
        assert link is not None
        link.close()
    wait_until(lambda: engine.server.screens == 0, "both screens to be gone")


def test_a_command_is_no_screen(engine: FakeEngine, locations: Locations) -> None:
    """An engine started by a screen must not stay for a command that only nudges."""
    link = connect(locations)
    assert link is not None
    link.nudge(A1)
    engine.wait_for(Nudge("a1"))

    assert engine.server.screens == 0
    link.close()


def test_the_engine_hears_nudges_and_requests(engine: FakeEngine, locations: Locations) -> None:
    """A queued reply goes out because somebody says so, not because a minute passed."""
    link = connect(locations)
    assert link is not None
    link.nudge(A1)
    link.reload()
    answer = link.sync(("shop", "old"), timeout=5)

    assert engine.wait_for(Nudge("a1"))
    assert engine.wait_for(ReloadConfig())
    assert answer.results == (
        AccountResult("shop", "ok", new=1),
        AccountResult("old", "ok", new=1),
    )
    link.close()


def test_who_waits_for_an_engine_that_dies_is_told(locations: Locations) -> None:
    """`inbox sync` must take over or say so, never wait for ever."""
    engine = FakeEngine(locations)
    link = connect(locations)
    assert link is not None
    lost = threading.Event()
    link.listen(lost=lost.set)
    engine.close()

    with pytest.raises(EngineGone):
        link.sync(("shop",), timeout=5)
    assert lost.wait(5)
    assert not link.alive
    assert link.nudge(A1) is False
    link.close()


@pytest.mark.parametrize(
    "rubbish",
    [
        b"\x00\xff\n",
        b"{}\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"x" * (LINE_LIMIT * 3),
        b"[" * 60000 + b"\n",
    ],
    ids=["bytes", "empty", "http", "endless", "nested"],
)
@pytest.mark.parametrize("greeted", [True, False])
@pytest.mark.usefixtures("engine")
def test_rubbish_ends_its_own_connection_only(
    locations: Locations, rubbish: bytes, *, greeted: bool
) -> None:
    """One confused program must not cut the screen off from its engine."""
    good = connect(locations)
    assert good is not None
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(5)
        sock.connect(str(locations.socket))
        try:
            sock.sendall((encode(replace_hello()) if greeted else b"") + rubbish)
            while sock.recv(4096):
                pass
        except (ConnectionResetError, BrokenPipeError):
            pass

    assert good.sync(("shop",), timeout=5).results[0].name == "shop"
    good.close()


def test_a_screen_that_does_not_read_is_let_go(
    engine: FakeEngine, locations: Locations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stopped screen (Ctrl-Z) must not fill the engine's memory or hold it up."""
    monkeypatch.setattr(serving, "UNREAD_LIMIT", 1000)
    asleep = connect(locations, screen=True)
    assert asleep is not None
    wait_until(lambda: engine.server.screens == 1, "the screen")

    def told_until_gone() -> bool:
        for revision in range(1000):
            engine.server.tell(StoreChanged(revision))
        return engine.server.screens == 0

    wait_until(told_until_gone, "the engine to let it go")
    asleep.close()


def test_a_newer_screen_makes_an_older_engine_leave(locations: Locations) -> None:
    """After an update the old engine must not go on writing into a store it does not know."""
    engine = FakeEngine(locations, older())

    with pytest.raises(EngineOlder):
        connect(locations, screen=True)
    assert engine.wait_for(Leave(version()))
    engine.close()


def test_a_command_uses_an_engine_of_the_last_version(locations: Locations) -> None:
    """A patch release must not end the engine under a running screen for every command."""
    engine = FakeEngine(locations, older())
    link = connect(locations)

    assert link is not None
    assert engine.heard == []
    link.close()
    engine.close()


def test_way_is_made_before_the_store_is_migrated(locations: Locations) -> None:
    """An engine that knows only the old schema is gone before anybody changes it."""
    engine = FakeEngine(locations, replace_hello(schema=0))

    def leave() -> None:
        engine.wait_for(Leave(version()))
        engine.close()

    leaving = threading.Thread(target=leave)
    leaving.start()

    assert make_way(locations)
    assert connect(locations) is None
    leaving.join()


def test_an_equal_engine_is_not_sent_away(engine: FakeEngine, locations: Locations) -> None:
    """Each command opens the store: it must not end the engine each time."""
    assert make_way(locations)
    assert engine.heard == []


def test_an_engine_of_a_newer_protocol_is_left_alone(locations: Locations) -> None:
    """An old command beside a new engine says so instead of breaking it."""
    engine = FakeEngine(locations, replace_hello(protocol=PROTOCOL + 1))

    with pytest.raises(EngineNewer):
        connect(locations)
    assert engine.heard == []
    engine.close()


def test_a_client_of_another_protocol_can_only_say_leave(
    engine: FakeEngine, locations: Locations
) -> None:
    """What a line of a future protocol means here nobody knows, but for goodbye."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(5)
        sock.connect(str(locations.socket))
        sock.sendall(encode(replace_hello(protocol=PROTOCOL + 1)))
        sock.sendall(encode(Leave("9.0")) + encode(Nudge("a1")))

        assert engine.wait_for(Leave("9.0"))
        while sock.recv(4096):
            pass
    assert engine.heard == [Leave("9.0")]
