"""Write what happened into one private file of this machine; no message text, no secrets.

Screen, engine and command line append to the same file.
"""

from __future__ import annotations

import logging
import os
from io import TextIOWrapper
from pathlib import Path

_BYTES = 1_000_000
_OLD_FILES = 3
_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def start(log_file: Path, *, level: int = logging.INFO) -> None:
    """Send everything of that level and above to the file, for the rest of this process.

    A second call changes the file. A file that cannot be written is passed
    over: nobody's mail waits for a log.
    """
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, PrivateFile)]:
        root.removeHandler(handler)
        handler.close()
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = PrivateFile(log_file)
    except OSError:
        root.addHandler(logging.NullHandler())
        return
    handler.setFormatter(_Plain(_FORMAT))
    root.addHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(capture=True)


def file() -> Path | None:
    """Return the file that this process writes to, None before `start`."""
    handlers = logging.getLogger().handlers
    return next((Path(one.baseFilename) for one in handlers if isinstance(one, PrivateFile)), None)


class PrivateFile(logging.FileHandler):
    """A log file of mode 0600 that several processes append to and any of them rotates.

    Not logging.handlers: importing that takes as long as all our rules.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8")

    def _open(self) -> TextIOWrapper:
        """Open the file, created for this user alone."""
        number = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return TextIOWrapper(os.fdopen(number, "ab"), encoding="utf-8", errors="backslashreplace")

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, into the new file if another process has rotated ours away."""
        try:
            if self.stream is None or self._rotated_away(self.stream.fileno()):
                self._reopen()
            more = len(self.format(record).encode(errors="backslashreplace")) + 1
            if Path(self.baseFilename).stat().st_size + more > _BYTES:
                self._rotate()
        except OSError:
            return
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say nothing: a full disk must not paint over the screen."""

    def _rotate(self) -> None:
        """Begin an empty file; the older ones move on by one and the oldest goes."""
        path = Path(self.baseFilename)
        for number in range(_OLD_FILES, 0, -1):
            older = path.with_name(f"{path.name}.{number - 1}") if number > 1 else path
            if older.exists():
                older.replace(path.with_name(f"{path.name}.{number}"))
        self._reopen()

    def _reopen(self) -> None:
        if self.stream is not None:
            self.stream.close()
        self.stream = self._open()

    def _rotated_away(self, number: int) -> bool:
        """Whether the open file of that number is no longer the one of our name."""
        try:
            named, ours = Path(self.baseFilename).stat(), os.fstat(number)
        except FileNotFoundError:
            return True
        return (named.st_dev, named.st_ino) != (ours.st_dev, ours.st_ino)


class _Plain(logging.Formatter):
    """One line for each record but for tracebacks; no control characters of strangers."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line with everything that is not printable written as an escape."""
        line = super().formatMessage(record)
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
