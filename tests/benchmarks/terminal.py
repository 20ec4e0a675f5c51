"""Run a program on a pseudo-terminal and time what a person would see."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

GAP = 0.005
"""Seconds without output that end the repaint of a key; a frame is written in one go."""

QUIET = 0.025
"""Seconds without output before the next key: a clock's own repaint is nobody's latency."""


class Terminal:
    """A child on a pty of 100x30 cells; every wait has a limit in seconds."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.seen = b""
        self.started = time.perf_counter()
        self.child = subprocess.Popen(
            list(words),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "", **environment},
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.child.poll() is None:
            os.killpg(self.child.pid, signal.SIGTERM)
        try:
            self.child.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()
        os.close(self.master)

    def _read(self, timeout: float) -> bytes:
        if not select.select([self.master], [], [], timeout)[0]:
            return b""
        try:
            return os.read(self.master, 1 << 16)
        except OSError:
            return b""

    def until(self, text: bytes, limit: float = 30.0) -> float:
        """Return the seconds from the start until `text` was painted."""
        while text not in self.seen:
            if time.perf_counter() - self.started > limit:
                raise TimeoutError(f"{text!r} never came; the screen ended in {self.seen[-800:]!r}")
            self.seen += self._read(0.5)
        return time.perf_counter() - self.started

    def settle(self, quiet: float = 0.4, limit: float = 10.0) -> None:
        """Read until nothing was painted for that many seconds, `limit` seconds at most."""
        end = time.perf_counter() + limit
        while time.perf_counter() < end and (chunk := self._read(quiet)):
            self.seen += chunk

    def press(self, key: bytes) -> float | None:
        """Return the seconds from a key to the last byte of its repaint, None if none came."""
        pressed = time.perf_counter()
        os.write(self.master, key)
        painted: float | None = None
        timeout = 1.0
        while chunk := self._read(timeout):
            painted = time.perf_counter()
            self.seen = chunk
            timeout = GAP
        self.settle(QUIET)
        return None if painted is None else painted - pressed

    def spent(self) -> float:
        """Return the seconds of CPU that the program has used: what a busy machine cannot stretch.

        All its living threads, from /proc; another process it started is not counted.
        """
        tasks = Path(f"/proc/{self.child.pid}/task")
        told = [(each / "schedstat").read_text() for each in tasks.iterdir()]
        return sum(int(words.split()[0]) for words in told) / 1e9

    def resident(self) -> float:
        """Return the megabytes of memory that the program holds now."""
        return resident(self.child.pid)


def resident(pid: int) -> float:
    """Return the megabytes (of 1,000,000 bytes) of memory that a process holds now."""
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = [each for each in status.splitlines() if each.startswith("VmRSS")]
    return int(line.split()[1]) * 1024 / 1e6


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile (nearest rank)."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    return sorted(values)[len(values) // 2]
