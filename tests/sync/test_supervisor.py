"""Accounts come and go with the configuration, and one never disturbs another."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from connectors.contract import Account
from inbox.config import AccountConfig
from inbox.core.model import AccountUid
from inbox.link.protocol import AccountResult
from inbox.sync.once import sync_once
from inbox.sync.planning import Plan, Planned
from inbox.sync.supervisor import Supervisor
from tests.fakes.ports import wait_until
from tests.sync.desk import Desk
from tests.sync.far_side import FarConnector, FarSide


class Shop:
    """One account of a plan and its far side."""

    def __init__(self, name: str) -> None:
        self.far = FarSide()
        self.uid = AccountUid(f"uid{name}")
        self.planned = Planned(
            uid=self.uid,
            name=name,
            config=AccountConfig(uid=self.uid, name=name, kind="far"),
            poll_every=None,
            open=self.open,
        )

    def open(self) -> FarConnector:
        """Return a connector of the account."""
        return FarConnector(Account(self.uid, self.planned.name, {}, lambda key: key), self.far)


@pytest.fixture
def shops() -> tuple[Shop, Shop]:
    """Return two accounts."""
    return Shop("one"), Shop("two")


@pytest.fixture
def supervisor(desk: Desk, shops: tuple[Shop, Shop]) -> Iterator[Supervisor]:
    """Return a supervisor of both accounts, not started."""
    plan = Plan(accounts=tuple(shop.planned for shop in shops), book=desk.book)
    supervisor = Supervisor(desk.store, plan, clock=desk.watch, tell=desk.heard)
    yield supervisor
    assert supervisor.stop()


def waiting_for(event: threading.Event) -> Callable[[], None]:
    """Return what blocks until the event."""

    def wait() -> None:
        assert event.wait(20)

    return wait


Answer = tuple[tuple[AccountResult, ...], tuple[str, ...]]


def synced(supervisor: Supervisor, *names: str) -> Answer:
    """Return what a round of these accounts did."""
    answers: queue.Queue[Answer] = queue.Queue()
    supervisor.sync(names, accept_gone=False, done=lambda *answer: answers.put(answer))
    return answers.get(timeout=5)


def test_every_account_has_its_own_thread(
    desk: Desk, supervisor: Supervisor, shops: tuple[Shop, Shop]
) -> None:
    """One slow service must not hold up the others."""
    one, two = shops
    stuck = threading.Event()
    one.far.write("Slow")
    one.far.between_batches = waiting_for(stuck)
    supervisor.start()

    wait_until(lambda: len(one.far.pulls) == 1, "the slow one to begin")
    two.far.write("Quick")
    (result,), _unknown = synced(supervisor, "two")

    assert result.state == "ok"
    wait_until(lambda: len(desk.conversations()) == 2, "both")
    stuck.set()


def test_results_come_in_the_order_asked_with_unknown_names(
    supervisor: Supervisor, shops: tuple[Shop, Shop]
) -> None:
    """`inbox sync two one` prints two, then one."""
    supervisor.start()
    shops[0].far.write("Question")

    results, unknown = synced(supervisor, "two", "nobody", "one")

    assert [result.name for result in results] == ["two", "one"]
    assert unknown == ("nobody",)


def test_without_accounts_a_round_ends_at_once(desk: Desk) -> None:
    """An engine beside an empty configuration answers all the same."""
    plan = Plan(accounts=(), book=desk.book)
    supervisor = Supervisor(desk.store, plan, clock=desk.watch, tell=desk.heard)
    supervisor.start()

    assert synced(supervisor) == ((), ())
    supervisor.stop()


def test_an_added_account_starts_and_a_removed_one_ends(
    desk: Desk, supervisor: Supervisor, shops: tuple[Shop, Shop]
) -> None:
    """The seller adds an account while the screen is open, and mail comes in."""
    one, two = shops
    supervisor.follow(Plan(accounts=(one.planned,), book=desk.book))
    wait_until(lambda: len(one.far.pulls) == 1, "the first")

    supervisor.follow(Plan(accounts=(two.planned,), book=desk.book))

    wait_until(lambda: len(two.far.pulls) == 1, "the second")
    assert synced(supervisor, "one") == ((), ("one",))


def test_a_changed_account_is_run_anew_and_never_twice(
    desk: Desk, supervisor: Supervisor, shops: tuple[Shop, Shop]
) -> None:
    """Two threads of one account would be two senders."""
    one, _two = shops
    supervisor.follow(Plan(accounts=(one.planned,), book=desk.book))
    wait_until(lambda: one.far.opened == 1, "the first connector")
    before = {thread for thread in threading.enumerate() if one.uid in thread.name}

    changed = replace(one.planned, config=replace(one.planned.config, settings={"host": "new"}))
    supervisor.follow(Plan(accounts=(changed,), book=desk.book))

    wait_until(lambda: one.far.opened == 2, "the second connector")
    assert not any(thread.is_alive() for thread in before)


def test_an_account_that_did_not_change_runs_on(
    desk: Desk, supervisor: Supervisor, shops: tuple[Shop, Shop]
) -> None:
    """Adding one account must not log the others in again."""
    one, two = shops
    supervisor.follow(Plan(accounts=(one.planned,), book=desk.book))
    wait_until(lambda: one.far.opened == 1, "the first")
    again = replace(one.planned, open=one.open)

    supervisor.follow(Plan(accounts=(again, two.planned), book=desk.book))

    wait_until(lambda: two.far.opened == 1, "the second")
    assert one.far.opened == 1


def test_stopping_shares_two_seconds_among_all(desk: Desk) -> None:
    """Quitting takes two seconds at the very most, however many accounts hang."""
    release = threading.Event()
    shops = [Shop(f"s{number}") for number in range(4)]
    for shop in shops:
        shop.far.write("Slow")
        shop.far.between_batches = waiting_for(release)
    plan = Plan(accounts=tuple(shop.planned for shop in shops), book=desk.book)
    supervisor = Supervisor(desk.store, plan, clock=desk.watch, tell=desk.heard)
    supervisor.start()
    wait_until(lambda: all(shop.far.pulls for shop in shops), "all to hang")

    before = time.monotonic()
    ended = supervisor.stop(within=0.3)

    assert not ended
    assert time.monotonic() - before < 1.5
    release.set()
    assert supervisor.stop()


def test_one_round_of_all_and_the_end(desk: Desk, shops: tuple[Shop, Shop]) -> None:
    """`inbox sync` leaves nothing running."""
    shops[0].far.write("Question")
    shops[1].far.write("Another")
    threads = set(threading.enumerate())

    results = sync_once(
        desk.store,
        [shop.planned for shop in shops],
        desk.book,
        clock=desk.watch,
        tell=desk.heard,
    )

    assert results == [AccountResult("one", "ok", new=1), AccountResult("two", "ok", new=1)]
    assert set(threading.enumerate()) == threads
