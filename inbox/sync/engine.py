"""The engine: holds the lock, listens on the link, runs the accounts, ends when unneeded."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from inbox.clock import Clock
from inbox.core.model import AccountState, AccountUid, Delivery, OutboxItem
from inbox.errors import said
from inbox.i18n import gettext as _
from inbox.link.client import EngineOlder, connect, ours
from inbox.link.protocol import (
    AccountChanged,
    AccountResult,
    Down,
    Leave,
    Nudge,
    Question,
    ReloadConfig,
    StoreChanged,
    Sync,
    Synced,
    Up,
)
from inbox.link.server import LinkServer
from inbox.locations import Locations
from inbox.store import derive, outbox, told
from inbox.store.database import Store
from inbox.sync.lock import EngineLock, EngineRunning
from inbox.sync.notifying import Notifying
from inbox.sync.planning import Plan, load_plan
from inbox.sync.supervisor import Supervisor
from inbox.sync.upkeep import FIRST, Upkeep

log = logging.getLogger(__name__)

LOOKS_EVERY: Final = 0.5
"""Seconds between two looks at the configuration file and at who still needs us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long an engine started by a screen stays without one, in seconds."""

    first: float = 15.0
    """Until the screen that started us has connected."""
    alone: float = 1.0
    """After the last screen left, were there nothing to send."""
    longest: float = 30.0
    """After the last screen left, whatever waits."""
    lock: float = 60.0
    """Until another process lets go of the store."""
    upkeep: float = FIRST
    """Before it thinks of the daily backup."""


class Engine:
    """One engine. `run` blocks in the calling thread; `end` may come from anywhere."""

    def __init__(
        self,
        locations: Locations,
        clock: Clock,
        *,
        for_screen: bool = False,
        patience: Patience | None = None,
        load: Callable[[Locations, Store], Plan] = load_plan,
    ) -> None:
        self._locations = locations
        self._clock = clock
        self._for_screen = for_screen
        self._patience = patience or Patience()
        self._load = load
        self._ending = threading.Event()
        self._reason = ""
        self._config_seen: object = None
        self._reading = threading.Lock()
        self._asked: set[object] = set()
        """One thing for each round that somebody waits for."""
        self._outdated = True
        """Whether there may be verdicts made under other rules."""
        self._all_ended = True
        self._alone_since = time.monotonic()

    def end(self, reason: str) -> None:
        """End soon."""
        self._reason = self._reason or reason
        self._ending.set()

    def run(self, started: Callable[[], None] = lambda: None) -> str:
        """Run until told to end, or until no screen needs it, and return why it ended.

        `started` is called once it answers on the link. Raises EngineRunning,
        ConfigError, RuleFault, StoreError, NotPrivate, OSError.
        """
        self._locations.prepare()
        lock = EngineLock(self._locations.store_file)
        if not self._locked(lock):
            return "another engine is there for the screen"
        try:
            store = Store.open(self._locations.store_file)
            try:
                self._run(store, started)
            finally:
                # A thread that hangs may be inside a transaction; the process ends anyway.
                if self._all_ended:
                    store.close()
        finally:
            lock.release()
        log.info("the engine ended: %s", self._reason)
        return self._reason

    def _locked(self, lock: EngineLock) -> bool:
        """Return whether we are the engine; False if another one answers. Raises EngineRunning."""
        end = time.monotonic() + (self._patience.lock if self._for_screen else 0.0)
        while not lock.try_acquire():
            if self._for_screen and self._answered():
                return False
            if self._ending.wait(0.1) or time.monotonic() >= end:
                raise EngineRunning(lock.path)
        return True

    def _answered(self) -> bool:
        """Return whether an engine that a screen can use is there; raises EngineNewer."""
        try:
            link = connect(self._locations)
        except EngineOlder:
            return False
        if link is not None:
            link.close()
        return link is not None

    def _run(self, store: Store, started: Callable[[], None]) -> None:
        """Run the accounts until the end."""
        self._config_seen = _seen(self._locations.config_file)
        teller = _Teller(store)
        plan = self._load(self._locations, store)
        _note_config(store, "")
        supervisor = Supervisor(store, plan, clock=self._clock, tell=teller)

        def heard(line: Down, answer: Callable[[Up], None]) -> None:
            self._hear(supervisor, store, line, answer)

        server = LinkServer(self._locations.socket, ours(stays=not self._for_screen), heard)
        upkeep = Upkeep(self._locations, store, self._clock, first=self._patience.upkeep)
        teller.say = server.tell
        notifying = Notifying(store, self._clock, lambda: supervisor.plan)
        try:
            supervisor.start()
            server.start()
            notifying.start()
            started()
            log.info("the engine runs %d accounts", len(supervisor.plan.accounts))
            self._alone_since = time.monotonic()
            while not self._ending.is_set():
                self._bring_up_to_date(supervisor, store, server)
                self._follow_config(supervisor, store)
                upkeep.tick()
                if self._for_screen and self._unneeded(server, store):
                    self.end("no screen needs it")
                self._ending.wait(LOOKS_EVERY)
        finally:
            self._all_ended = supervisor.stop() & notifying.stop()
            self._all_ended &= upkeep.stop()
            server.close()

    def _bring_up_to_date(self, supervisor: Supervisor, store: Store, server: LinkServer) -> None:
        """Derive again what was derived under other rules, if they may have changed."""
        if self._outdated:
            self._outdated = False
            if derive.refresh(store, supervisor.book, self._clock()):
                server.tell(StoreChanged(store.revision()))
        derive.settle(store, self._clock())

    def _hear(
        self, supervisor: Supervisor, store: Store, line: Down, answer: Callable[[Up], None]
    ) -> None:
        """Do what a screen or a command asks; called in the link's thread."""
        match line:
            case Nudge():
                supervisor.nudge(AccountUid(line.account))
            case Sync():
                self._follow_config(supervisor, store)
                self._sync(supervisor, line, answer)
            case ReloadConfig():
                self._follow_config(supervisor, store)
                # A password may be another one although no line of the file changed.
                supervisor.nudge_all()
            case Leave():
                self.end(f"version {line.version} wants the store")

    def _sync(self, supervisor: Supervisor, line: Sync, answer: Callable[[Up], None]) -> None:
        """Run a round and answer; while one runs, the engine is needed."""
        waited_for = object()
        self._asked.add(waited_for)

        def done(results: tuple[AccountResult, ...], unknown: tuple[str, ...]) -> None:
            self._asked.discard(waited_for)
            answer(Synced(id=line.id, results=results, unknown=unknown))

        supervisor.sync(line.accounts, accept_gone=line.accept_gone, done=done)

    def _follow_config(self, supervisor: Supervisor, store: Store) -> None:
        """Run what the configuration says now; one that cannot be used changes nothing."""
        with self._reading:
            seen = _seen(self._locations.config_file)
            if seen == self._config_seen:
                return
            self._config_seen = seen
            try:
                plan = self._load(self._locations, store)
            except Exception as exc:
                log.exception("the new configuration is not followed: %s", said(exc).sentence)
                going_on = _("{failure} Until it is mended all goes on as before.")
                _note_config(store, going_on.format(failure=said(exc).sentence))
                return
            _note_config(store, "")
            supervisor.follow(plan)
            self._outdated = True
            log.info("the engine follows a new configuration")

    def _unneeded(self, server: LinkServer, store: Store) -> bool:
        """Return whether no screen is there and nothing is about to be sent."""
        now = time.monotonic()
        if server.screens or self._asked:
            self._alone_since = now
            return False
        alone = now - self._alone_since
        if alone < (self._patience.alone if server.had_screen else self._patience.first):
            return False
        waiting = self._waiting(store)
        if waiting and alone < self._patience.longest:
            return False
        for item in waiting:
            log.warning("left in the outbox: %s (%s)", item.key, item.state)
        return True

    def _waiting(self, store: Store) -> list[OutboxItem]:
        """Return the replies in their undo window, on the wire, or not yet put in order."""
        with store.read() as tx:
            return [item for item in outbox.unsettled(tx) if _moving(item, self._clock())]


class _Teller:
    """Says on the link what the runners do."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.say: Callable[[Up], None] = lambda _line: None

    def store_changed(self) -> None:
        """Say that something was written."""
        self.say(StoreChanged(self._store.revision()))

    def account_changed(self, state: AccountState) -> None:
        """Say how an account is."""
        self.say(AccountChanged(state.account, state.state))
        if state.state == "asking":
            self.say(Question(state.account, "gone"))


def _moving(item: OutboxItem, now: datetime) -> bool:
    """Return whether something happens to the item by itself in the next moments."""
    if item.state is Delivery.ACCEPTED:
        return not item.settled and not item.settle_attempts
    if item.schedule is not None and (item.schedule.waits or item.send_after > now):
        return False
    return item.state is Delivery.SENDING or (
        item.state is Delivery.QUEUED and item.next_attempt_at is None
    )


def _note_config(store: Store, failure: str) -> None:
    """Let an open screen tell once why a changed configuration is not followed; "": it is."""
    with store.read() as tx:
        changed = bool(failure) or told.has_failed(tx, told.CONFIG)
    if changed:
        with store.write() as tx:
            told.note_failure(tx, failure, told.CONFIG)


def _seen(path: Path) -> object:
    """Return what changes whenever the file does."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
