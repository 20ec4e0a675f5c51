"""The engine's part in telling the seller: runs `notify_command` in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from inbox.clock import Clock
from inbox.core.alerts import Alert
from inbox.notices import command
from inbox.notices.watch import COMMAND, Watch
from inbox.store import told
from inbox.store.database import Store
from inbox.sync.planning import Plan

log = logging.getLogger(__name__)

LOOKS_EVERY: Final = 2.0
"""Seconds between two looks; one that finds nothing new reads one number."""

ENDS_WITHIN: Final = 0.5
"""Seconds; a look takes a few milliseconds, only a command can take longer."""


class Notifying:
    """Tells what becomes due, as long as the engine runs."""

    def __init__(self, store: Store, clock: Clock, plan: Callable[[], Plan]) -> None:
        self._store = store
        self._plan = plan
        self._watch = Watch(store, COMMAND, clock, lambda: plan().notices)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> bool:
        """End at once; return whether it did. A command that still runs is left to itself."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(ENDS_WITHIN)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._look()
            except Exception:
                log.exception("what is due could not be told")
            self._ending.wait(LOOKS_EVERY)

    def _look(self) -> None:
        """Tell what is to be told now. Without a command nothing is claimed."""
        if self._plan().notices.command and self._watch.wants(self._store.revision()):
            for alert in self._watch.look():
                self._tell(alert)

    def _tell(self, alert: Alert) -> None:
        account = self._plan().name_of(alert.change.account) if alert.change else ""
        failed = command.run(self._plan().notices.command, alert, account)
        if failed:
            log.warning("%s", failed)
        with self._store.read() as tx:
            changed = bool(failed) or told.has_failed(tx)
        if changed:
            with self._store.write() as tx:
                told.note_failure(tx, failed)
