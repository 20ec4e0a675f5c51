"""Who is the engine: whoever holds this lock, and nobody else delivers."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class EngineRunning(Exception):
    """Another process holds the lock: ask that one, or wait for its end."""

    def __init__(self, path: Path) -> None:
        super().__init__("another inbox engine is at work on this store")
        self.path = path


class EngineLock:
    """A lock on a file beside the store, held open; the system lets go of it when we die.

    Never a file with a process number in it: numbers are used again.
    """

    def __init__(self, store_file: Path) -> None:
        self.path = store_file.with_name(store_file.name + ".engine")
        self._held: int | None = None

    @property
    def held(self) -> bool:
        """Whether we are the engine."""
        return self._held is not None

    def try_acquire(self) -> bool:
        """Return whether the lock is ours now; never waits."""
        if self._held is not None:
            return True
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Not inherited by children (the default): a password command must not keep the lock.
        held = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(held)
            return False
        except BaseException:
            os.close(held)
            raise
        self._held = held
        return True

    def acquire(self) -> None:
        """Take the lock; raises EngineRunning when somebody else has it."""
        if not self.try_acquire():
            raise EngineRunning(self.path)

    def release(self) -> None:
        """Let go; harmless when not held. The file stays: removing it would split the lock."""
        if self._held is not None:
            os.close(self._held)
            self._held = None
