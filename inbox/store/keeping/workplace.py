"""Where a copy is made before it is whole: one at a time, beside the store, cleared by the next."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inbox.locations import make_private
from inbox.store.keeping.refusals import KeepingBusy, NoRoom

_SPARE = 16_000_000
"""Bytes that stay free on every disk we write to."""


@contextmanager
def workplace(data: Path) -> Iterator[Path]:
    """Give an empty folder (0700) on the store's own disk, gone afterwards; raises KeepingBusy.

    What a process that was killed left there goes first: the lock tells that
    nobody works in it.
    """
    import filelock

    make_private(data)
    lock = filelock.FileLock(data / "keeping.lock", timeout=0, mode=0o600)
    folder = data / "keeping.tmp"
    try:
        lock.acquire()
    except filelock.Timeout as taken:
        raise KeepingBusy from taken
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()


def need_room(folder: Path, needed: int) -> None:
    """Raise NoRoom unless so many bytes fit there with some to spare."""
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE:
        raise NoRoom(folder, needed + _SPARE, free)


def sync_folder(folder: Path) -> None:
    """Make names that were put into the folder outlast a power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
