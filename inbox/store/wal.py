"""Whether the log beside a store's file (SQLite's write-ahead log) is one."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_MAGIC = (0x377F0682, 0x377F0683)
_HEAD = 32


def log_is_damaged(path: Path) -> bool:
    """Return whether a store's log has a beginning that SQLite never wrote.

    SQLite takes such a log for an empty one and writes over it, with all that
    was committed into it. Zeros are what a power cut leaves of a log that was
    just begun: nothing was in it.
    """
    try:
        with path.with_name(path.name + "-wal").open("rb") as log:
            head = log.read(_HEAD)
    except OSError:
        return False
    if not any(head):
        return False
    return len(head) < _HEAD or int.from_bytes(head[:4]) not in _MAGIC or not _sums(head)


def _sums(head: bytes) -> bool:
    """Return whether a log's first 24 bytes fit the checksum behind them."""
    order: Literal["big", "little"] = "big" if head[3] & 1 else "little"
    first = second = 0
    for start in range(0, 24, 8):
        first += int.from_bytes(head[start : start + 4], order) + second
        first &= 0xFFFFFFFF
        second += int.from_bytes(head[start + 4 : start + 8], order) + first
        second &= 0xFFFFFFFF
    return (first, second) == (int.from_bytes(head[24:28]), int.from_bytes(head[28:32]))
