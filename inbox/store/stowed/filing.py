"""The file of stowed conversations: lines of our own export, compressed by gzip.

It is made of lots, each compressed by itself, so that one conversation is read
without the rest; any program that knows gzip reads them all as one. Its first
line says what it is and that it holds buyers' data.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain, count, groupby
from pathlib import Path
from typing import IO, Final

from inbox.core.model import AccountUid, ConversationUid
from inbox.i18n import gettext as _
from inbox.store.keeping import export
from inbox.store.keeping.export import Line
from inbox.store.keeping.refusals import KeepingRefused
from inbox.store.rows import decoded
from inbox.store.stowed.catalogue import Spot
from inbox.store.stowed.lines import CONVERSATION, MESSAGES

LOT: Final = 1 << 18
"""Bytes after which a lot takes no further conversation."""
_LEVEL: Final = 6
_PIECE: Final = 1 << 16
_WORDS: Final = (
    "IT HOLDS BUYERS' PERSONAL DATA: names, addresses, orders and everything they wrote. Keep it as"
    " private as the mail itself. It belongs to the store beside it; inbox unstow brings back what"
    " is in it."
)
_BROKEN = (OSError, EOFError, zlib.error, ValueError, KeyError)
"""How a file says that it is not what was written."""


class StowDamaged(KeepingRefused):
    """A file of stowed conversations is missing, or not what was written."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            _("This file of stowed conversations is missing or damaged: {path} ({why}).").format(
                path=path, why=why
            ),
            _("Put it there again from a backup, then try again. Nothing was changed."),
        )
        self.path = path


def name_in(folder: Path, store_uid: str, at: datetime) -> str:
    """Return a name that no file in the folder has."""
    begin = f"stowed-{store_uid}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    endings = chain(("",), (f"-{number}" for number in count(2)))
    names = (f"{begin}{ending}.jsonl.gz" for ending in endings)
    return next(name for name in names if not (folder / name).exists())


def names_in(folder: Path, store_uid: str) -> list[str]:
    """Return the names of the store's files in the folder; nobody else's."""
    wanted = re.compile(rf"stowed-{re.escape(store_uid)}-[0-9TZ-]+\.jsonl\.gz")
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(path.name for path in found if wanted.fullmatch(path.name))


class Writer:
    """A file that is being written: conversation by conversation, none of it held in memory."""

    def __init__(self, file: IO[bytes], name: str, names: Mapping[str, str], at: datetime) -> None:
        self._file = file
        self._name = name
        self._skip = 0
        self._lot = self._begun()
        first = {**export.first_line(names, at), "kind": "stowed", "notice": _WORDS}
        self._lot.write(export.encoded(first))
        self.end_lot()

    def add(self, uid: ConversationUid, lines: Iterable[bytes]) -> Spot:
        """Write a conversation and return where it lies; raises OSError, ValueError."""
        if self._skip >= LOT:
            self.end_lot()
        digest, size, messages = hashlib.sha256(), 0, 0
        about: Line = {}
        for line in lines:
            about = about or decoded(line)[CONVERSATION]
            self._lot.write(line)
            digest.update(line)
            size += len(line)
            messages += line.startswith(MESSAGES)
        spot = Spot(
            uid,
            AccountUid(about["account"]),
            self._name,
            self._start,
            self._skip,
            size,
            digest.hexdigest(),
            messages,
            about["last_at"],
        )
        self._skip += size
        return spot

    def end_lot(self) -> None:
        """Finish a lot and begin the next; an empty one is harmless."""
        self._lot.close()
        self._lot = self._begun()

    def close(self) -> None:
        """Finish the last lot and put everything on the disk."""
        self._lot.close()
        self._file.flush()
        os.fsync(self._file.fileno())

    def _begun(self) -> gzip.GzipFile:
        self._start, self._skip = self._file.tell(), 0
        return gzip.GzipFile(
            filename="", fileobj=self._file, mode="wb", compresslevel=_LEVEL, mtime=0
        )


@contextmanager
def being_written(path: Path, names: Mapping[str, str], at: datetime) -> Iterator[Writer]:
    """Give a writer of a file (0600) that is on the disk afterwards, or not there at all."""
    try:
        number = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
        with os.fdopen(number, "wb") as file:
            writer = Writer(file, path.name.removesuffix(".part"), names, at)
            yield writer
            writer.close()
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def read(folder: Path, spot: Spot) -> Iterator[bytes]:
    """Yield the lines of one conversation; raises StowDamaged, at the latest behind the last."""
    for _spot, lines in read_all(folder, [spot]):
        yield from lines


def read_all(folder: Path, spots: Iterable[Spot]) -> Iterator[tuple[Spot, Iterator[bytes]]]:
    """Yield conversations of one file, given in its order, each lot read once; raises StowDamaged.

    The lines of each must be taken before the next is asked for.
    """
    for (name, start), some in groupby(spots, key=lambda spot: (spot.file, spot.start)):
        path = folder / name
        with _opened(path) as file, gzip.GzipFile(fileobj=file, mode="rb") as lot:
            file.seek(start)
            for spot in some:
                yield spot, _lines(path, lot, spot)


def check(folder: Path, spots: Sequence[Spot]) -> None:
    """Read conversations back; raises StowDamaged unless each is what was written."""
    for _spot, lines in read_all(folder, spots):
        deque(lines, maxlen=0)


def whole(path: Path) -> Iterator[tuple[ConversationUid, list[bytes]]]:
    """Yield every conversation that a file holds, with its lines; raises StowDamaged."""
    begins = f'{{"type":"{CONVERSATION}"'.encode()
    uid, lines = ConversationUid(""), list[bytes]()
    with _told(path), gzip.open(path, "rb") as file:
        file.readline()
        for line in file:
            if line.startswith(begins):
                if lines:
                    yield uid, lines
                uid, lines = ConversationUid(decoded(line)[CONVERSATION]["uid"]), []
            lines.append(line)
    if lines:
        yield uid, lines


def accounts_in(path: Path) -> Mapping[str, str]:
    """Return the accounts that a file's first line names, by uid; raises StowDamaged."""
    with _told(path), gzip.open(path, "rb") as file:
        names: Mapping[str, str] = decoded(file.readline())["accounts"]
        return names


def checksum(path: Path) -> tuple[int, str]:
    """Return the size of a file and its SHA-256; raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Raise what a broken file raises as StowDamaged."""
    try:
        yield
    except _BROKEN as exc:
        raise StowDamaged(path, str(exc)) from exc


def _opened(path: Path) -> IO[bytes]:
    with _told(path):
        return path.open("rb")


def _lines(path: Path, lot: gzip.GzipFile, spot: Spot) -> Iterator[bytes]:
    """Yield a conversation's lines; raises StowDamaged where they are not those written."""
    digest, left = hashlib.sha256(), spot.size
    with _told(path):
        _pass_over(lot, spot.skip - lot.tell())
    while left > 0:
        with _told(path):
            line = lot.readline()
        if not line:
            break
        left -= len(line)
        digest.update(line)
        yield line
    if left or digest.hexdigest() != spot.hash:
        raise StowDamaged(path, f"conversation {spot.conversation} is not what was written")


def _pass_over(lot: gzip.GzipFile, wanted: int) -> None:
    """Read so many bytes and keep none of them."""
    while wanted > 0:
        piece = lot.read(min(wanted, _PIECE))
        if not piece:
            raise EOFError("it ends too soon")
        wanted -= len(piece)
