"""The engine as a whole: one at a time, there as long as it is needed, gone when told."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from inbox.config import AccountConfig
from inbox.core.model import Delivery, OutboxItem
from inbox.link.client import Link, connect
from inbox.link.protocol import AccountChanged, AccountResult, Question, StoreChanged, Up
from inbox.locations import Locations
from inbox.store import outbox, told
from inbox.store.database import Store
from inbox.sync import engine as engines
from inbox.sync.engine import Engine, Patience
from inbox.sync.lock import EngineLock, EngineRunning
from inbox.sync.planning import Plan, Planned
from tests.fakes.ports import wait_until
from tests.sync.desk import SHOP, Desk

SHORT = Patience(first=0.3, alone=0.05, longest=0.6, lock=0.4)


class Home:
    """A seller's home with one account, and engines on it."""

    def __init__(self, folder: Path) -> None:
        self.locations = Locations.under(folder)
        self.locations.prepare()
        self.desk = Desk(self.locations.data, self.locations.store_file.name)
        self.threads: list[threading.Thread] = []
        self.engines: list[Engine] = []
        self.reasons: queue.Queue[str | Exception] = queue.Queue()
        self.started = threading.Event()
        self.names = ["shop"]
        self.locations.config_file.touch()

    def load(self, _locations: Locations, _store: Store) -> Plan:
        """Return the accounts there are."""
        account = Planned(
            uid=SHOP,
            name="shop",
            config=AccountConfig(uid=SHOP, name="shop", kind="far"),
            poll_every=None,
            open=self.desk.connect,
        )
        accounts = tuple(replace(account, name=name) for name in self.names)
        return Plan(accounts=accounts, book=self.desk.book)

    def start(self, *, for_screen: bool = False, patience: Patience = SHORT) -> Engine:
        """Start an engine in a thread, as the main thread of its process would run it."""
        engine = Engine(
            self.locations,
            self.desk.watch,
            for_screen=for_screen,
            patience=patience,
            load=self.load,
        )

        def run() -> None:
            try:
                self.reasons.put(engine.run(self.started.set))
            except Exception as exc:  # noqa: BLE001 - the test looks at it
                self.reasons.put(exc)

        thread = threading.Thread(target=run)
        thread.start()
        self.threads.append(thread)
        self.engines.append(engine)
        return engine

    def link(self, heard: Callable[[Up], None] | None = None, *, screen: bool = False) -> Link:
        """Return a link to the engine that was started."""
        assert self.started.wait(5)
        link = connect(self.locations, screen=screen)
        assert link is not None
        link.listen(heard or (lambda _fact: None))
        return link

    def close(self) -> None:
        """End what runs."""
        for engine in self.engines:
            engine.end("the test is over")
        for thread in self.threads:
            thread.join(5)
            assert not thread.is_alive()
        self.desk.store.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """Return a home whose engines look about often."""
    monkeypatch.setattr(engines, "LOOKS_EVERY", 0.02)
    home = Home(tmp_path)
    yield home
    home.close()


def test_an_engine_brings_in_mail_and_says_so(home: Home) -> None:
    """The screen hears of every change, and how each account is."""
    facts: queue.Queue[Up] = queue.Queue()
    home.start()
    link = home.link(facts.put, screen=True)
    wait_until(lambda: len(home.desk.far.pulls) >= 1, "the first round")
    home.desk.far.write("Question")
    link.nudge(SHOP)

    def heard(wanted: Callable[[Up], bool]) -> bool:
        while not wanted(facts.get(timeout=5)):
            pass
        return True

    assert heard(lambda fact: isinstance(fact, StoreChanged))
    wait_until(lambda: len(home.desk.conversations()) == 1, "the mail")
    link.close()


def test_a_queued_reply_is_sent_at_once_after_a_nudge(home: Home) -> None:
    """From the key to the wire in a moment."""
    home.start()
    uid = home.desk.asked()
    link = home.link()
    home.desk.reply(uid)
    link.nudge(SHOP)

    wait_until(lambda: sum(home.desk.far.arrived.values()) == 1, "the reply", 3)
    link.close()


def test_a_command_is_told_what_a_round_did(home: Home) -> None:
    """`inbox sync` beside an engine prints the same as without one."""
    home.start()
    link = home.link()
    home.desk.far.write("Question")

    answer = link.sync(("shop", "nobody"), timeout=5)

    assert answer.results[0].state == "ok"
    assert answer.unknown == ("nobody",)
    assert len(home.desk.conversations()) == 1
    link.close()


def test_a_question_for_the_seller_reaches_the_screen(home: Home) -> None:
    """An account that cannot go on without a word must not wait in silence."""
    facts: queue.Queue[Up] = queue.Queue()
    home.start()
    link = home.link(facts.put, screen=True)
    written = [home.desk.far.write(f"Question {number}") for number in range(20)]
    assert link.sync((), timeout=5).results[0].state == "ok"
    assert len(home.desk.conversations()) == 20
    home.desk.far.gone.extend(place for message in written for place in message.places)
    assert link.sync((), timeout=5).results[0].state == "asking"

    heard = [facts.get(timeout=5) for _ in range(facts.qsize())]
    assert AccountChanged(SHOP, "asking") in heard
    assert Question(SHOP, "gone") in heard
    assert link.sync(("shop",), accept_gone=True, timeout=5).results == (
        AccountResult("shop", "ok"),
    )
    link.close()


def test_a_second_engine_is_refused(home: Home) -> None:
    """Two engines would be two senders; the second says so and ends."""
    home.start()
    assert home.started.wait(5)
    home.start()

    reason = home.reasons.get(timeout=5)

    assert isinstance(reason, EngineRunning)


def test_a_second_engine_for_a_screen_leaves_the_first_at_work(home: Home) -> None:
    """Two screens opened at once end with one engine, and neither shows an error."""
    home.start()
    assert home.started.wait(5)
    home.start(for_screen=True)

    assert home.reasons.get(timeout=5) == "another engine is there for the screen"
    link = home.link()
    assert link.sync((), timeout=5).results[0].state == "ok"
    assert link.engine.stays
    link.close()


def test_an_engine_for_a_screen_waits_for_a_sync_to_end(home: Home) -> None:
    """The screen is opened while `inbox sync` runs: it gets its engine a moment later."""
    lock = EngineLock(home.locations.store_file)
    assert lock.try_acquire()
    home.start(for_screen=True, patience=replace(SHORT, lock=10, first=10))
    lock.release()

    assert home.started.wait(5)


def test_an_engine_does_not_wait_for_ever_for_the_lock(home: Home) -> None:
    """A lock that is never freed ends in a sentence, not in silence."""
    lock = EngineLock(home.locations.store_file)
    assert lock.try_acquire()
    home.start(for_screen=True)

    assert isinstance(home.reasons.get(timeout=5), EngineRunning)
    lock.release()


def test_the_lock_ends_with_its_holder(home: Home) -> None:
    """A process number in a file could name a stranger's process after a reboot."""
    one, other = EngineLock(home.locations.store_file), EngineLock(home.locations.store_file)
    assert one.try_acquire()
    assert not other.try_acquire()

    one.release()

    assert other.try_acquire()
    other.release()


def test_without_a_screen_its_engine_ends(home: Home) -> None:
    """Closing the screen leaves nothing running on the seller's machine."""
    home.start(for_screen=True, patience=replace(SHORT, first=10))
    home.link(screen=True).close()

    assert home.reasons.get(timeout=5) == "no screen needs it"


def test_a_screen_that_never_comes_is_not_waited_for(home: Home) -> None:
    """The screen died before it connected."""
    home.start(for_screen=True)

    assert home.reasons.get(timeout=5) == "no screen needs it"


def test_an_engine_of_a_user_service_stays(home: Home) -> None:
    """`inbox sync --watch` goes on without any screen."""
    home.start()
    home.link(screen=True).close()
    time_to_end = time.monotonic() + 0.3
    wait_until(lambda: time.monotonic() > time_to_end, "a while")

    assert home.reasons.empty()


def test_a_reply_in_its_undo_window_is_sent_before_the_engine_ends(home: Home) -> None:
    """The seller answers and quits: the answer still goes out."""
    home.start(for_screen=True, patience=Patience(first=10, alone=0.05, longest=20))
    uid = home.desk.asked()
    link = home.link(screen=True)
    assert not link.engine.stays
    item = home.desk.reply(uid, delay=True)
    link.nudge(SHOP)
    link.close()
    wait_until(lambda: len(home.desk.far.pulls) >= 1, "a round")
    assert home.reasons.empty()

    home.desk.watch.forward(10)
    command = home.link()
    command.nudge(SHOP)
    command.close()

    assert home.reasons.get(timeout=10) == "no screen needs it"
    assert home.desk.far.arrived == {item.key: 1}


def test_an_engine_ends_although_a_reply_waits_too_long(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    """It says what it leaves behind; the next one sends it."""
    caplog.set_level("INFO")
    home.start(for_screen=True, patience=replace(SHORT, first=10))
    uid = home.desk.asked()
    link = home.link(screen=True)
    item = home.desk.reply(uid, delay=True)
    link.close()

    assert home.reasons.get(timeout=5) == "no screen needs it"
    assert f"left in the outbox: {item.key}" in caplog.text
    assert outbox_item(home).state is Delivery.QUEUED


def outbox_item(home: Home) -> OutboxItem:
    """Return the only reply."""
    with home.desk.store.read() as tx:
        (item,) = outbox.every(tx)
    return item


def test_a_newer_version_makes_it_leave(home: Home) -> None:
    """An update needs no reboot."""
    home.start()
    link = home.link()
    link.leave()

    reason = home.reasons.get(timeout=5)
    assert isinstance(reason, str)
    assert reason.endswith("wants the store")
    assert link.wait_lost(5)
    link.close()


def test_a_changed_configuration_is_followed(home: Home) -> None:
    """An account added beside an open screen is fetched without a restart."""
    home.start()
    link = home.link()
    assert link.sync(("renamed",), timeout=5).unknown == ("renamed",)

    home.names = ["renamed"]
    home.locations.config_file.write_text("# another\n")

    assert link.sync(("renamed",), timeout=5).results[0].name == "renamed"
    link.close()


def test_a_configuration_that_cannot_be_used_changes_nothing(home: Home) -> None:
    """A half-written file must not end the mail, and an open screen tells of it once."""
    home.start()
    link = home.link()
    assert link.sync(("shop",), timeout=5).results[0].state == "ok"

    def broken(_locations: Locations, _store: Store) -> Plan:
        raise ValueError("no configuration")

    home.engines[0]._load = broken
    home.locations.config_file.write_text("[broken\n")
    link.reload()

    assert link.sync(("shop",), timeout=5).results[0].state == "ok"
    with home.desk.store.read() as tx:
        assert told.failure(tx).endswith("Until it is mended all goes on as before.")
    home.engines[0]._load = home.load
    home.locations.config_file.write_text("# mended\n")
    assert link.sync(("shop",), timeout=5).results[0].state == "ok"
    with home.desk.store.read() as tx:
        assert told.failure(tx) == ""
    link.close()


def test_after_a_kill_another_engine_goes_on(home: Home) -> None:
    """Nothing lives only in an engine's memory: the next one sends what waits."""
    uid = home.desk.asked()
    item = home.desk.reply(uid)
    with home.desk.store.write() as tx:
        outbox.put(tx, replace(item, state=Delivery.SENDING, left=False, attempts=1))

    home.start()

    wait_until(lambda: home.desk.far.arrived[item.key] == 1, "the reply")
