"""Keep an engine running for as long as a screen lives: find one, else start one, again and again.

Nothing is lost when an engine dies, because nothing lives only in its memory.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum

from inbox.core.model import AccountUid
from inbox.link.client import EngineNewer, EngineOlder, Link, connect
from inbox.link.protocol import Up
from inbox.locations import Locations, make_private

log = logging.getLogger(__name__)

STARTS_WITHIN = 15.0
"""Seconds in which a started engine must answer on the link."""

LOOKS_EVERY = 0.05
"""Seconds between two looks for a starting engine."""

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
"""Seconds before an engine that died is started again; doubled each time."""

PROVEN_AFTER = 60.0
"""Seconds after which an engine counts as well, so that its next death is a first one."""


class EngineStatus(StrEnum):
    """What the screen says of the engine."""

    STARTING = "starting"
    RUNNING = "running"
    """A link is there. What the engine said before was not heard: ask the store again."""
    LOST = "lost"
    """It died; another is started after a wait."""
    NEWER = "newer"
    """A newer version of the product is at work: this screen should be started again."""


def engine_command() -> list[str]:
    """Return the command that starts an engine for a screen."""
    # -P: a file of the folder we were started in is never taken for a module of ours.
    return [sys.executable, "-P", "-m", "inbox", "sync", "--watch", "--for-screen"]


class EngineKeeper:
    """Holds a link to an engine; `facts` and `status` are called in the keeper's own threads."""

    def __init__(
        self,
        locations: Locations,
        *,
        facts: Callable[[Up], None],
        status: Callable[[EngineStatus], None],
        command: Sequence[str] | None = None,
    ) -> None:
        self._locations = locations
        self._facts = facts
        self._status = status
        self._command = list(command) if command is not None else engine_command()
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._link: Link | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="engine-keeper", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def nudge(self, account: AccountUid) -> bool:
        """Tell the engine that there is something to do.

        False means that none is there to hear it: the next one looks at the
        outbox first of all, so nothing needs to be said again.
        """
        with self._guard:
            link = self._link
        return link is not None and link.nudge(account)

    def reload(self) -> bool:
        """Ask the engine to read the configuration again; return whether it was told."""
        with self._guard:
            link = self._link
        return link is not None and link.reload()

    def stays(self) -> bool:
        """Return whether the engine there is goes on when no screen is left."""
        with self._guard:
            link = self._link
        return link is not None and link.engine.stays

    def stop(self) -> None:
        """Let go of the engine, which ends by itself when its work is done; at most 2 seconds."""
        self._stopping.set()
        with self._guard:
            link = self._link
        if link is not None:
            link.close()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def _keep(self) -> None:
        """Hold a link, and wait before each new start."""
        wait = FIRST_WAIT
        while not self._stopping.is_set():
            self._status(EngineStatus.STARTING)
            since = time.monotonic()
            after = self._one_engine()
            if self._stopping.is_set():
                return
            self._status(after)
            if time.monotonic() - since > PROVEN_AFTER:
                wait = FIRST_WAIT
            self._stopping.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    def _one_engine(self) -> EngineStatus:
        """Find or start one engine, hold it to its end, and return what to say then."""
        try:
            link = self._found()
        except EngineNewer:
            return EngineStatus.NEWER
        except OSError:
            log.exception("no engine could be started")
            link = None
        if link is not None:
            self._hold(link)
        return EngineStatus.LOST

    def _hold(self, link: Link) -> None:
        """Hand on facts until this engine or the screen ends."""
        with self._guard:
            self._link = link
        self._status(EngineStatus.RUNNING)
        link.listen(self._facts)
        while not self._stopping.is_set() and not link.wait_lost(3600.0):
            pass
        with self._guard:
            self._link = None
        link.close()
        self._after_its_end()

    def _found(self) -> Link | None:
        """Return a link to an engine, started if there was none; None when it never answered.

        Raises EngineNewer, and OSError when no process can be started.
        """
        end = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < end and not self._stopping.is_set():
            try:
                link = connect(self._locations, screen=True)
            except EngineOlder:
                self._stopping.wait(LOOKS_EVERY)
                continue
            if link is not None:
                return link
            if self._child is None:
                self._child = self._started()
                # It may outlive this keeper: somebody must take note when it ends.
                threading.Thread(target=self._child.wait, name="engine-end", daemon=True).start()
            elif (code := self._child.poll()) is not None:
                self._child = None
                if code:
                    # It could not begin; why stands in the log.
                    return None
                self._stopping.wait(FIRST_WAIT)
            self._stopping.wait(LOOKS_EVERY)
        return None

    def _after_its_end(self) -> None:
        """Forget our child once it ended; its socket closes a moment before it does."""
        if self._child is not None and not self._stopping.is_set():
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(1.0)
                self._child = None

    def _started(self) -> subprocess.Popen[bytes]:
        """Return a new engine's process, in a session of its own: Ctrl-C is not meant for it."""
        make_private(self._locations.log_file.parent)
        words = self._locations.log_file.with_name("engine.out")
        home = self._locations.home
        environ = os.environ if home is None else {**os.environ, "INBOX_HOME": str(home)}
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with _not_stopped(), open(os.open(words, flags, 0o600), "wb") as out:  # noqa: PTH123 - the mode is given at creation
            return subprocess.Popen(  # noqa: S603 - our own interpreter and module
                self._command,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )


@contextmanager
def _not_stopped() -> Iterator[None]:
    """Let no Ctrl+Z stop the engine before it has left our job: we would wait for it, half stopped.

    Then no shell would ever hear that we stopped.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTSTP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
