"""What the engine does for the store when nothing else is to do: the daily backup, stowing."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from inbox import config as configuration
from inbox.clock import Clock
from inbox.config import Config, ConfigError
from inbox.core.model import Delivery
from inbox.core.stowing import age_of
from inbox.locations import Locations, make_private
from inbox.store import accounts, outbox, told
from inbox.store.database import Store
from inbox.store.keeping import rotation
from inbox.store.keeping.backup import make_backup
from inbox.store.keeping.refusals import KeepingBusy, Stopped
from inbox.store.keeping.workplace import workplace
from inbox.store.stowed import catalogue, settling, taking

log = logging.getLogger(__name__)

FIRST: Final = 60.0
"""Seconds after its start before the engine thinks of it: what is owed comes first."""
_AGAIN: Final = 600.0
"""Seconds between two looks."""
_BUSY_AGAIN: Final = 60.0
_FAILED_AGAIN: Final = 3600.0
STOWS_EVERY: Final = timedelta(days=30)
"""Between two looks for old conversations: a file for each, none of them tiny."""
_SETTLES_EVERY: Final = 86_400.0
_PAUSE: Final = 0.005
"""Seconds between two lots of pages, for those who want the disk meanwhile."""
_ENDS_WITHIN: Final = 2.0


class Upkeep:
    """Makes one store's backups and stows what is old in it, in a thread of low priority."""

    def __init__(
        self, where: Locations, store: Store, clock: Clock, *, first: float = FIRST
    ) -> None:
        self._where = where
        self._store = store
        self._clock = clock
        self._next = time.monotonic() + first
        self._settles = 0.0
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def tick(self) -> None:
        """Begin what is due if nothing else is going on; costs next to nothing otherwise."""
        now = time.monotonic()
        if now < self._next or (self._thread is not None and self._thread.is_alive()):
            return
        self._next = now + _AGAIN
        config = self._config()
        work = self._due(config)
        if work is None:
            return
        if self._busy():
            self._next = now + _BUSY_AGAIN
            return
        self._thread = threading.Thread(target=work, args=(config,), name="upkeep", daemon=True)
        self._thread.start()

    def stop(self) -> bool:
        """Give up what is half done and return whether that has ended."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(_ENDS_WITHIN)
        return self._thread is None or not self._thread.is_alive()

    def _config(self) -> Config:
        """Return the configuration; the defaults while the file cannot be read."""
        try:
            return configuration.load(self._where.config_file)
        except ConfigError:
            return Config(path=self._where.config_file)

    def _due(self, config: Config) -> Callable[[Config], None] | None:
        """Return what is to be done now: the backup first, so that it holds what is stowed next."""
        settings, now = config.settings, self._clock()
        if settings.auto_backup:
            folder = rotation.folder_of(settings, self._where)
            if rotation.is_due(rotation.found(folder, self._store.uid), now):
                return self._back_up
        if settings.stow_after:
            with self._store.read() as tx:
                last = catalogue.last_run(tx)
            if last is None or not last <= now < last + STOWS_EVERY:
                return self._stow
        if time.monotonic() >= self._settles and settling.is_needed(self._store):
            return self._settle
        return None

    def _busy(self) -> bool:
        """Return whether a first sync runs or a reply is on the wire."""
        with self._store.read() as tx:
            return any(state.state == "syncing" for state in accounts.states(tx).values()) or any(
                item.state is Delivery.SENDING for item in outbox.unsettled(tx)
            )

    def _stow(self, config: Config) -> None:
        """Stow what was silent for as long as the seller said."""
        _yield_to_others()
        now = self._clock()
        try:
            done = taking.stow(
                self._where,
                self._store,
                {str(each.uid): each.name for each in config.accounts},
                now - age_of(config.settings.stow_after),
                now,
                go_on=lambda: not self._ending.is_set(),
            )
            with self._store.write() as tx:
                catalogue.ran(tx, now)
                if done.conversations:
                    told.note_stowed(tx, done.conversations)
            log.info("stowed %d conversations (%d messages)", done.conversations, done.messages)
        except (Stopped, KeepingBusy):
            log.info("stowing waits for another time")
        except Exception:
            log.exception("stowing failed")
            self._next = time.monotonic() + _FAILED_AGAIN

    def _settle(self, _config: Config) -> None:
        """Take out of the files what came back, or was erased by one who was killed then."""
        _yield_to_others()
        self._settles = time.monotonic() + _SETTLES_EVERY
        try:
            with workplace(self._where.data):
                settling.settle(self._store, self._clock())
        except KeepingBusy:
            log.info("the files of stowed conversations wait for another time")
        except Exception:
            log.exception("the files of stowed conversations could not be written anew")

    def _back_up(self, config: Config) -> None:
        """Make one backup and take out those that need not stay."""
        _yield_to_others()
        folder = rotation.folder_of(config.settings, self._where)
        now = self._clock()
        try:
            make_private(folder)
            target = folder / rotation.name_of(self._store.uid, now)
            made = make_backup(
                self._where,
                target,
                now,
                go_on=lambda: not self._ending.is_set(),
                pause=_PAUSE,
            )
            log.info("backed up to %s (%d bytes)", target, made.size)
            if made.lacking:
                log.error("older backups stay: stowed files are gone or damaged")
            else:
                rotation.rotate(folder, self._store.uid, now)
        except (Stopped, KeepingBusy):
            log.info("the backup waits for another time")
        except Exception:
            log.exception("the automatic backup failed")
            self._next = time.monotonic() + _FAILED_AGAIN


def _yield_to_others() -> None:
    """Let everything else on the machine go first, where a thread can be told so."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 15)
