"""The real program on a terminal of its own, as a person has it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

_SECONDS = 20.0


class Terminal:
    """A child on a pty; what it prints is read as it comes."""

    def __init__(self, words: list[str], environ: Mapping[str, str], module: str = "inbox") -> None:
        ours, theirs = pty.openpty()
        self._ours = ours
        self.seen = b""
        self._child = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - no thread of ours runs here
            env={**os.environ, "TERM": "xterm", "COLUMNS": "100", **environ},
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._child.poll() is None:
            self._child.kill()
        self._child.wait()
        os.close(self._ours)

    def until(self, text: str) -> None:
        """Wait until the text was printed after the last one waited for."""
        end = time.monotonic() + _SECONDS
        while text.encode() not in self.seen:
            assert self._read(end), f"{text!r} never came: {self.seen!r}"

    def answer(self, question: str, words: str) -> None:
        """Wait for the question and type the words."""
        self.until(question)
        self.seen = b""
        os.write(self._ours, words.encode() + b"\n")

    def end(self) -> int:
        """Wait for the end and return the exit status; all that was printed is in `seen`."""
        end = time.monotonic() + _SECONDS
        while self._read(end):
            pass
        return self._child.wait(_SECONDS)

    def _read(self, end: float) -> bool:
        """Read what there is; return False at the end of the child or of our patience."""
        ready, __, __ = select.select([self._ours], [], [], max(end - time.monotonic(), 0))
        if not ready:
            return False
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # how a pty tells that nobody is there any more
            return False
        self.seen += data
        return bool(data)


def _take_terminal() -> None:
    """Make the child's standard input its controlling terminal: passwords are asked for there."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
