"""A copy of the store as it was, taken before its file is changed into a newer version's.

Beside the store, one for each version it was migrated from; nothing here
removes one. If the copy cannot be made, nothing is migrated.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from inbox.store import faults, migrations
from inbox.store.connections import connect, make_file

Progress = Callable[[float], None]
"""Told how far it is, from 0 to 1."""
_COPYING = 0.2
"""The part of the work that the copy is."""
_LOT = 4000
"""Pages copied between two words of progress."""
_USER_VERSION = slice(60, 64)
"""Where SQLite keeps `PRAGMA user_version` in the first page of a file."""
_SPARE = 16_000_000
"""Bytes that stay free on the disk."""


def is_of_past(path: Path) -> bool:
    """Return whether the file is of a past version, without SQLite: asked at every start.

    The newest version may still stand in the log beside the file: then this
    says yes once too often.
    """
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except OSError:
        return False
    return 0 < int.from_bytes(head[_USER_VERSION]) < migrations.VERSION


def copies(path: Path) -> list[Path]:
    """Return the copies that lie beside a store."""
    return sorted(path.parent.glob(f"{path.name}.version-*"))


def bring_up_to_date(path: Path, sql: sqlite3.Connection, progress: Progress | None = None) -> None:
    """Keep a copy of a store of a past version, then take the steps that are missing.

    Raises StoreFull, sqlite3.Error, OSError: then the store is as it was.
    """
    tell = progress or (lambda _part: None)
    keep_copy(path, sql, lambda part: tell(part * _COPYING))
    migrations.migrate(sql, lambda part: tell(_COPYING + part * (1 - _COPYING)))


def keep_copy(
    path: Path, sql: sqlite3.Connection, tell: Progress = lambda _part: None
) -> Path | None:
    """Write the store as it is now beside itself (0600) and return where; None if it is new.

    Whole under its name or not at all, and on disk before this returns. Raises
    StoreFull, sqlite3.Error, OSError.
    """
    (version,) = sql.execute("PRAGMA user_version").fetchone()
    if not version:
        return None
    (pages,) = sql.execute("PRAGMA page_count").fetchone()
    (page,) = sql.execute("PRAGMA page_size").fetchone()
    if shutil.disk_usage(path.parent).free < pages * page + _SPARE:
        raise faults.StoreFull(path, "no room for a copy before migrating")
    partial = path.with_name(f"{path.name}.version.{os.getpid()}.part")
    _clear_up(path)
    try:
        make_file(partial)
        version = _copy(path, partial, tell)
        if version >= migrations.VERSION:
            return None  # another process was faster
        kept = path.with_name(f"{path.name}.version-{version}")
        partial.replace(kept)
    finally:
        partial.unlink(missing_ok=True)
    _sync(path.parent)
    return kept


def _clear_up(path: Path) -> None:
    """Remove what a process that was killed here left half, SQLite's journal of it too."""
    for left in path.parent.glob(f"{path.name}.version.*.part*"):
        number = left.name.removeprefix(f"{path.name}.version.").partition(".")[0]
        if not number.isdecimal() or number == str(os.getpid()) or not _is_alive(int(number)):
            left.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    """Return whether a process of that number runs."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def _copy(path: Path, target: Path, tell: Progress) -> int:
    """Copy one instant's state and return its version."""

    def step(_status: int, remaining: int, total: int) -> None:
        tell(1 - remaining / max(total, 1))

    with closing(connect(path, "rw")) as live, closing(connect(target, "rw")) as copy:
        live.backup(copy, pages=_LOT, progress=step)
        # One file, whole by itself: its log is folded in.
        copy.execute("PRAGMA journal_mode = DELETE").fetchone()
        (version,) = copy.execute("PRAGMA user_version").fetchone()
    _sync(target)
    return int(version)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
