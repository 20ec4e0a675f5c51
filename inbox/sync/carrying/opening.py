"""A file of mail opened to be read, compressed or not, and told when it is cut short."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, cast

from inbox.i18n import gettext as _
from inbox.store.keeping.refusals import KeepingRefused

_GZIP = b"\x1f\x8b"


class CutShort(KeepingRefused):
    """A compressed file ends in the middle or is damaged there; what stands before comes in."""

    def __init__(self) -> None:
        super().__init__(
            _("The file is cut short, or damaged in the middle."),
            _("What stands before that came in. Import a whole copy: nothing comes in twice."),
        )


def opened(file: Path) -> IO[bytes]:
    """Return a file opened to be read, decompressed if it is gzip."""
    with file.open("rb") as raw:
        packed = raw.read(len(_GZIP)) == _GZIP
    return cast("IO[bytes]", gzip.open(file, "rb")) if packed else file.open("rb")


def whole(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a file; raises CutShort where it cannot be decompressed any more."""
    try:
        yield from lines
    except (EOFError, gzip.BadGzipFile, zlib.error) as exc:
        raise CutShort from exc
