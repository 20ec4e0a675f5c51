"""What can be wrong with the store, named by what to do next.

::

    StoreError
    ├── StoreTooNew     use the newer version of the program
    ├── StoreDamaged    restore a backup; nothing was overwritten
    ├── StoreReadOnly   mend the permissions
    ├── StoreFull       make room; what was stored before is safe
    ├── StoreBusy       try again
    └── StoreNoFile     bring the disk back, or move away what stands there

Any other error of SQLite is a bug of ours and passes through as it is.
"""

from __future__ import annotations

import errno
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from inbox.locations import is_anything


class StoreError(Exception):
    """The base: the store at `path` cannot be used as asked."""

    said = "The store cannot be used"

    def __init__(self, path: Path, detail: str = "") -> None:
        super().__init__(f"{self.said}: {path}" + (f" ({detail})" if detail else ""))
        self.path = path
        self.detail = detail


class StoreTooNew(StoreError):
    """A newer version of the program wrote it; it was not touched."""

    said = "The store was written by a newer version"


class StoreDamaged(StoreError):
    """It is no store, or a broken one; it was not touched."""

    said = "The store is damaged"


class StoreReadOnly(StoreError):
    """Its file or folder may not be read or written."""

    said = "The store may not be written"


class StoreFull(StoreError):
    """The disk (or a quota) is full; the transaction did not happen."""

    said = "There is no room to write the store"


class StoreBusy(StoreError):
    """Another process held it for longer than we wait."""

    said = "The store is in use by another process"


class StoreNoFile(StoreError):
    """A folder stands in its place, or a link that leads nowhere; it was not touched."""

    said = "There is no file where the store should be"


class Unfit(ValueError):
    """A document stands for nothing any more: it rotted on the disk."""


UNFIT = (ValueError, TypeError, LookupError, AttributeError, OverflowError)
"""How a document says so while its value is made."""

_OF_SQLITE: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_CORRUPT: StoreDamaged,
    sqlite3.SQLITE_NOTADB: StoreDamaged,
    sqlite3.SQLITE_FORMAT: StoreDamaged,
    sqlite3.SQLITE_READONLY: StoreReadOnly,
    sqlite3.SQLITE_CANTOPEN: StoreReadOnly,
    sqlite3.SQLITE_PERM: StoreReadOnly,
    sqlite3.SQLITE_AUTH: StoreReadOnly,
    sqlite3.SQLITE_FULL: StoreFull,
    # A read that the system refuses: a dying disk, or a folder where the file should be.
    sqlite3.SQLITE_IOERR_READ: StoreDamaged,
    # A write that it refuses: a quota, a limit on file sizes, a dying disk.
    sqlite3.SQLITE_IOERR: StoreFull,
    sqlite3.SQLITE_BUSY: StoreBusy,
    sqlite3.SQLITE_LOCKED: StoreBusy,
    sqlite3.SQLITE_PROTOCOL: StoreBusy,
}
_OF_ERRNO: dict[int, type[StoreError]] = {
    errno.ENOSPC: StoreFull,
    errno.EDQUOT: StoreFull,
    errno.EFBIG: StoreFull,
    errno.EACCES: StoreReadOnly,
    errno.EPERM: StoreReadOnly,
    errno.EROFS: StoreReadOnly,
    errno.ENOTDIR: StoreReadOnly,
    errno.EISDIR: StoreNoFile,
}


_NO_TEXT = "Could not decode to UTF-8"
"""What Python's module says, without a code, of a text that rotted."""


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Raise SQLite's errors as the StoreError they mean, from their cause."""
    try:
        yield
    except sqlite3.Error as exc:
        # The lowest byte is the primary code; the rest tells the circumstances.
        code: int = getattr(exc, "sqlite_errorcode", 0)
        if not code and str(exc).startswith(_NO_TEXT):
            raise StoreDamaged(path, "a text in it is none") from exc
        kind = _OF_SQLITE.get(code) or _OF_SQLITE.get(code & 0xFF)
        if kind is None:
            raise
        raise kind(path, str(exc)) from exc
    except (Unfit, msgspec.DecodeError, zlib.error) as exc:
        raise StoreDamaged(path, str(exc)) from exc


def refuse_no_file(path: Path) -> None:
    """Raise StoreNoFile where anything else than a file stands in the store's place."""
    if is_anything(path) and not path.is_file():
        raise StoreNoFile(path)


@contextmanager
def named_by_the_system(path: Path) -> Iterator[None]:
    """Raise the system's errors about the file as the StoreError they mean, from their cause."""
    try:
        yield
    except OSError as exc:
        kind = _OF_ERRNO.get(exc.errno or 0)
        if kind is None:
            raise
        raise kind(path, exc.strerror or "") from exc
