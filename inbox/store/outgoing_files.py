"""The files that leave with a reply, or wait in a draft: their bytes lie in the store.

What the seller attached yesterday goes out tomorrow as it was, whatever
became of the file on their disk, and however often we are killed between.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NewType

from connectors.values import OutgoingFile, ReplyKey
from inbox.core.model import ConversationUid, FileHead
from inbox.store.database import Transaction

Owner = NewType("Owner", str)
"""A reply or a draft."""

_REF = "out:"
"""How the file of a message of ours is called: it is no service's name."""


def of_reply(key: ReplyKey) -> Owner:
    """Return the owner of a reply's files."""
    return Owner(f"reply:{key}")


def of_draft(conversation: ConversationUid) -> Owner:
    """Return the owner of a draft's files."""
    return Owner(f"draft:{conversation}")


def put(tx: Transaction, owner: Owner, files: Sequence[OutgoingFile]) -> None:
    """Keep files behind those the owner has."""
    first = tx.sql.execute(
        "SELECT coalesce(max(position), 0) + 1 FROM outgoing_files WHERE owner = ?", (owner,)
    ).fetchone()[0]
    tx.sql.executemany(
        "INSERT INTO outgoing_files (owner, position, name, media_type, content)"
        " VALUES (?, ?, ?, ?, ?)",
        [
            (owner, first + number, file.name, file.media_type, file.content)
            for number, file in enumerate(files)
        ],
    )


def heads(tx: Transaction, owner: Owner) -> tuple[FileHead, ...]:
    """Return the owner's files without their bytes, in their order."""
    rows = tx.sql.execute(
        "SELECT name, media_type, length(content) FROM outgoing_files WHERE owner = ?"
        " ORDER BY position",
        (owner,),
    )
    return tuple(FileHead(*row) for row in rows)


def files(tx: Transaction, owner: Owner) -> tuple[OutgoingFile, ...]:
    """Return the owner's files, bytes and all, in their order."""
    rows = tx.sql.execute(
        "SELECT name, media_type, content FROM outgoing_files WHERE owner = ? ORDER BY position",
        (owner,),
    )
    return tuple(OutgoingFile(*row) for row in rows)


def move(tx: Transaction, old: Owner, target: Owner) -> None:
    """Give one owner's files to another, behind those it has."""
    put(tx, target, files(tx, old))
    remove(tx, old)


def remove(tx: Transaction, owner: Owner) -> None:
    """Forget the owner's files."""
    tx.sql.execute("DELETE FROM outgoing_files WHERE owner = ?", (owner,))


def remove_last(tx: Transaction, owner: Owner) -> None:
    """Forget the owner's last file."""
    tx.sql.execute(
        "DELETE FROM outgoing_files WHERE owner = :owner AND position ="
        " (SELECT max(position) FROM outgoing_files WHERE owner = :owner)",
        {"owner": owner},
    )


def ref_of(number: int) -> str:
    """Return what the file of that number (from 1) is called in our own message."""
    return f"{_REF}{number}"


def is_ours(ref: str) -> bool:
    """Return whether a file's name says that it left from here."""
    return ref.startswith(_REF)


def content(tx: Transaction, key: ReplyKey, ref: str) -> bytes | None:
    """Return the bytes of a file of our own message, None where there is none of that name."""
    found = files(tx, of_reply(key))
    number = int(ref.removeprefix(_REF))
    return found[number - 1].content if 0 < number <= len(found) else None
