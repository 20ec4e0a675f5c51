"""One thread for each account; threads come and go with the configuration."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from inbox.clock import Clock
from inbox.core.model import AccountUid
from inbox.core.obligations import Book
from inbox.link.protocol import AccountResult
from inbox.store.database import Store
from inbox.sync.planning import Plan, Planned
from inbox.sync.runner import Request, Runner
from inbox.sync.standing import Tell

log = logging.getLogger(__name__)

STOPS_WITHIN: Final = 2.0
"""Seconds that all accounts together get to end."""


class Supervisor:
    """Runs the accounts of a plan. Every method may be called from any thread."""

    def __init__(self, store: Store, plan: Plan, *, clock: Clock, tell: Tell) -> None:
        self._store = store
        self._clock = clock
        self._tell = tell
        self._guard = threading.Lock()
        self._plan = plan
        self._running: dict[AccountUid, tuple[Planned, Runner, threading.Thread]] = {}
        self._stopped = False

    @property
    def book(self) -> Book:
        """The rules in force."""
        return self._plan.book

    @property
    def plan(self) -> Plan:
        """What is being run."""
        return self._plan

    @property
    def sending(self) -> bool:
        """Whether a reply of any account may be on the wire."""
        with self._guard:
            return any(runner.sending for _planned, runner, _thread in self._running.values())

    def start(self) -> None:
        """Start a thread for each account."""
        self.follow(self._plan)

    def follow(self, plan: Plan) -> None:
        """Run what the plan says from now on: start, stop, and start anew what changed."""
        with self._guard:
            if self._stopped:
                return
            self._plan = plan
            wanted = {account.uid: account for account in plan.accounts}
            for uid, (planned, runner, _thread) in list(self._running.items()):
                if wanted.get(uid) != planned:
                    runner.stop()
            for uid, (planned, _runner, thread) in list(self._running.items()):
                if wanted.get(uid) != planned:
                    # Two runners of one account would be two senders.
                    del self._running[uid]
                    if uid in wanted:
                        self._launch(wanted[uid], after=thread)
            for uid, planned in wanted.items():
                if uid not in self._running:
                    self._launch(planned, after=None)

    def nudge(self, account: AccountUid) -> None:
        """Let an account look at once what there is to do."""
        with self._guard:
            found = self._running.get(account)
        if found is not None:
            found[1].nudge()

    def nudge_all(self) -> None:
        """Let every account look at once, one that waits for the seller too."""
        with self._guard:
            runners = [runner for _planned, runner, _thread in self._running.values()]
        for runner in runners:
            runner.nudge()

    def sync(
        self,
        names: tuple[str, ...],
        *,
        accept_gone: bool,
        done: Callable[[tuple[AccountResult, ...], tuple[str, ...]], None],
    ) -> None:
        """Run a round of these accounts; `done` is called once with results and unknown names."""
        with self._guard:
            known, unknown = self._plan.named(names)
            runners = [self._running[one.uid][1] for one in known if one.uid in self._running]
        gathering = _Gathering(len(runners), lambda results: done(results, tuple(unknown)))
        for place, runner in enumerate(runners):
            runner.request(Request(accept_gone=accept_gone, done=gathering.taker(place)))

    def stop(self, within: float = STOPS_WITHIN) -> bool:
        """End all accounts in `within` seconds and return whether all of them did."""
        with self._guard:
            self._stopped = True
            running = list(self._running.values())
        for _planned, runner, _thread in running:
            runner.stop()
        end = time.monotonic() + within
        for _planned, runner, thread in running:
            thread.join(max(0.0, end - time.monotonic()))
            if thread.is_alive():
                runner.cut()
        left = [planned.name for planned, _runner, thread in running if thread.is_alive()]
        if left:
            log.warning("did not end in time: %s", ", ".join(left))
        return not left

    def _launch(self, planned: Planned, *, after: threading.Thread | None) -> None:
        """Start an account's thread, which begins when the one before it has ended."""
        runner = Runner(
            planned.uid,
            planned.name,
            planned.open,
            store=self._store,
            book=lambda: self._plan.book,
            clock=self._clock,
            tell=self._tell,
            poll_every=planned.poll_every,
        )

        def run() -> None:
            if after is not None:
                after.join()
            runner.run()

        thread = threading.Thread(target=run, name=f"account-{planned.uid}", daemon=True)
        self._running[planned.uid] = planned, runner, thread
        thread.start()


class _Gathering:
    """Results that come in one by one and are handed on together, in the asked order."""

    def __init__(self, count: int, done: Callable[[tuple[AccountResult, ...]], None]) -> None:
        self._results: dict[int, AccountResult] = {}
        self._count = count
        self._done = done
        self._guard = threading.Lock()
        if not count:
            done(())

    def taker(self, place: int) -> Callable[[AccountResult], None]:
        """Return what takes the result of that place."""

        def take(result: AccountResult) -> None:
            with self._guard:
                self._results[place] = result
                whole = len(self._results) == self._count
            if whole:
                self._done(tuple(self._results[place] for place in range(self._count)))

        return take
