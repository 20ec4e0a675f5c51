"""Whether anything that was erased still stands in the store's file, in bytes nobody uses.

SQLite overwrites what it removes (`secure_delete`), but a page that was once split
may keep a copy of what it gave away. So we look. A process of its own reads the
file: closing it here would take away the locks that our connections hold.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from inbox.core.parties import canonical_address
from inbox.store.database import Transaction
from inbox.store.keeping.finding import Found

MOST = 24
"""Traces to look for: each is a walk through the whole file."""
_SHORTEST = 12
_LONGEST = 40


def of(tx: Transaction, found: Found) -> tuple[bytes, ...]:
    """Return pieces of what is theirs, as they stand in the file: some of each kind."""
    address = canonical_address(found.what)
    traces = [address.encode(), found.what.encode()]
    step = max(len(found.messages) * 3 // MOST, 1)
    for doc_id in found.messages[::step]:
        row = tx.sql.execute(
            "SELECT CAST(text AS BLOB), html, (SELECT source FROM sources WHERE message = ?1)"
            " FROM bodies WHERE message = ?1",
            (doc_id,),
        ).fetchone()
        traces += [_piece(blob) for blob in row or () if blob is not None]
    some = dict.fromkeys(each for each in traces if len(each) >= _SHORTEST)
    return tuple(some)[:MOST]


def left(store: Path, traces: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return those of the traces that stand in the file; its log must be empty. Raises OSError."""
    if not traces:
        return ()
    told = subprocess.run(  # noqa: S603 - a file of ours, run by the Python that runs us
        [sys.executable, "-I", "-S", str(Path(__file__).with_name("looking.py")), str(store)],
        input="\n".join(each.hex() for each in traces).encode(),
        capture_output=True,
        check=False,
    )
    if told.returncode:
        raise OSError(f"the store's file could not be looked at: {told.stderr[-200:]!r}")
    return tuple(bytes.fromhex(line) for line in told.stdout.decode().split())


def mentioned(tx: Transaction, traces: Collection[bytes]) -> set[bytes]:
    """Return those that stand in what is stored, as other people's words."""
    alive: set[bytes] = set()
    for trace in traces:
        text = trace.decode("utf-8", "replace")
        for table, column in (("bodies", "text"), ("doc_messages", "doc"), ("orders", "doc")):
            row = tx.sql.execute(
                f"SELECT 1 FROM {table} WHERE instr({column}, ?) LIMIT 1",  # noqa: S608 - names of ours
                (text,),
            ).fetchone()
            if row is not None:
                alive.add(trace)
    return alive


def _piece(blob: bytes) -> bytes:
    """Return some bytes of the middle: a beginning is more often like another's."""
    start = max((len(blob) - _LONGEST) // 2, 0)
    return blob[start : start + _LONGEST]
