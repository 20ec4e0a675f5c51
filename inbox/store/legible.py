"""Whether what is stored can still be read: bytes that rot on a disk need not break the file.

SQLite sees a file that is sound; a document in it that is no JSON any more, or
stands for nothing, is found only by reading it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from inbox.store import accounts, contents, conversations, drafts, heads, held_back, journal, outbox
from inbox.store.database import Transaction
from inbox.store.faults import UNFIT
from inbox.store.rows import decoded, quoted
from inbox.store.schema import TABLES

STANDS_FOR: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "outbox": outbox.item_of,
    "drafts": drafts.draft_of,
    "journal": journal.fact_of,
    "messages": heads.stored,
    "conversations": conversations.conversation_of,
    "account_states": accounts.state_of,
    "quarantine": held_back.held_back_of,
}
"""What a document must stand for to be kept, by its table."""

_BESIDE = ("orders", "rule_versions")
"""Tables of rows with a document in them that stands for nothing of ours."""


def check(table: str, raw: bytes | str) -> dict[str, Any]:
    """Return a document as it is stored; raises one of UNFIT if it stands for nothing any more."""
    document = decoded(raw)
    if table in STANDS_FOR:
        STANDS_FOR[table](document)
    return document


def rotten(tx: Transaction) -> Iterator[tuple[str, int]]:
    """Yield each table with documents or texts that cannot be read, and how many."""
    for name in TABLES:
        rows = tx.sql.execute(f"SELECT CAST(doc AS BLOB) FROM {quoted(name)}")  # noqa: S608 - quoted
        if lost := sum(not _fits(name, raw) for (raw,) in rows):
            yield name, lost
    for name in _BESIDE:
        rows = tx.sql.execute(f"SELECT CAST(doc AS BLOB) FROM {name} WHERE doc IS NOT NULL")  # noqa: S608 - fixed names
        if lost := sum(not _fits(name, raw) for (raw,) in rows):
            yield name, lost
    texts = tx.sql.execute("SELECT CAST(text AS BLOB) FROM bodies")
    if lost := sum(not _is_text(raw) for (raw,) in texts):
        yield "bodies", lost
    # Few, and nothing else is left of such a mail; HTML and sources have the text beside them.
    aside = tx.sql.execute("SELECT source FROM quarantine_sources")
    if lost := sum(contents.unpacked(raw) is None for (raw,) in aside):
        yield "quarantine_sources", lost


def _fits(table: str, raw: bytes) -> bool:
    """Return whether a document can be read and stands for something."""
    try:
        check(table, raw)
    except UNFIT:
        return False
    return True


def _is_text(raw: bytes) -> bool:
    """Return whether these bytes are a text."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
