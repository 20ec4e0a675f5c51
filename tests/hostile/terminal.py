"""A pty with a program on it: keys go in, bytes come out, nothing else touches them."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic


class Terminal:
    """The side of a pty that a person sits at."""

    def __init__(self, master: int) -> None:
        self._master = master
        self.out = bytearray()

    def send(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._master, keys)

    def read_until(self, seen: bytes, since: int = 0, seconds: float = 30.0) -> bytes:
        """Read until these bytes came after `since`, and return all that came after it."""
        end = monotonic() + seconds
        while seen not in self.out[since:]:
            left = end - monotonic()
            assert left > 0, f"{seen!r} never came: {bytes(self.out[-2_000:])!r}"
            self._read(left)
        return bytes(self.out[since:])

    def drain(self, seconds: float = 30.0) -> None:
        """Read until the program has closed the terminal."""
        end = monotonic() + seconds
        while monotonic() < end:
            if not self._read(end - monotonic()):
                return

    def settle(self, quiet: float = 0.1, seconds: float = 10.0) -> None:
        """Read until nothing more comes for a moment: the page is painted."""
        end = monotonic() + seconds
        while monotonic() < end:
            before = len(self.out)
            self._read(quiet)
            if len(self.out) == before:
                return

    def vanish(self) -> None:
        """Close this side, as when a terminal's program is killed; no signal is sent."""
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, self._master)
        os.close(nothing)

    def _read(self, seconds: float) -> bool:
        ready, _w, _x = select.select([self._master], [], [], seconds)
        if not ready:
            return True
        try:
            found = os.read(self._master, 65_536)
        except OSError:  # the other side is closed
            return False
        self.out += found
        return bool(found)


@contextmanager
def terminal(
    words: Sequence[str], *, size: tuple[int, int] = (80, 24), environment: Mapping[str, str]
) -> Iterator[tuple[Terminal, subprocess.Popen[bytes]]]:
    """Yield a terminal with that program running on it; the program is ended afterwards."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    child = subprocess.Popen(
        words,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Terminal(master), child
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()
        os.close(master)
