"""Drafts that were thrown away, kept for a while so that it can be undone.

They stand in no list, are no conversation's draft and go to no service. A
buyer who is forgotten is forgotten here too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from inbox.core.model import ConversationUid
from inbox.core.parties import UPPER
from inbox.store import drafts, outgoing_files
from inbox.store.database import Transaction
from inbox.store.drafts import Draft
from inbox.store.instants import micros
from inbox.store.outgoing_files import Owner
from inbox.store.rows import decoded, encoded

_PREFIX = "discarded:"


def put_aside(tx: Transaction, draft: Draft, group: str, at: datetime) -> None:
    """Take a draft and its files out of its conversation; the group finds it again."""
    name = _name(group, draft.conversation)
    kept = {"at": micros(at), "draft": drafts.document_of(draft)}
    tx.sql.execute(
        "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, encoded(kept).decode())
    )
    outgoing_files.remove(tx, Owner(name))
    outgoing_files.move(tx, outgoing_files.of_draft(draft.conversation), Owner(name))
    drafts.remove(tx, draft.conversation)


def bring_back(tx: Transaction, conversation: ConversationUid, group: str) -> None:
    """Let what was put aside be the draft again, below the words of one begun meanwhile."""
    name = _name(group, conversation)
    row = tx.sql.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    if row is None:
        return
    drafts.join(tx, drafts.draft_of(decoded(row[0])["draft"]))
    outgoing_files.move(tx, Owner(name), outgoing_files.of_draft(conversation))
    _remove(tx, name)


def holds(tx: Transaction, conversation: ConversationUid, group: str) -> bool:
    """Return whether there is something to bring back."""
    name = _name(group, conversation)
    return tx.sql.execute("SELECT 1 FROM meta WHERE name = ?", (name,)).fetchone() is not None


def expire(tx: Transaction, before: datetime) -> None:
    """Forget what was put aside before then."""
    for name, kept in list(_every(tx)):
        if kept["at"] <= micros(before):
            _remove(tx, name)


def forget(tx: Transaction, gone: Collection[str], address: str) -> None:
    """Forget what was put aside in these conversations, or names that address."""
    for name, kept in list(_every(tx)):
        draft = kept["draft"]
        words = (draft[field] or "" for field in ("text", "subject", "to", "cc", "bcc"))
        named = bool(address) and address in "\n".join(words).translate(UPPER)
        if named or draft["conversation"] in gone:
            _remove(tx, name)


def _every(tx: Transaction) -> Iterator[tuple[str, Any]]:
    """Yield what is put aside, by its name."""
    rows = tx.sql.execute(
        "SELECT name, value FROM meta WHERE name > ? AND name < ?", (_PREFIX, f"{_PREFIX}~")
    )
    for name, value in rows:
        yield name, decoded(value)


def _remove(tx: Transaction, name: str) -> None:
    tx.sql.execute("DELETE FROM meta WHERE name = ?", (name,))
    outgoing_files.remove(tx, Owner(name))


def _name(group: str, conversation: ConversationUid) -> str:
    return f"{_PREFIX}{group}:{conversation}"
