"""Names that never change: 60 random bits, written so that they can be read aloud.

A `uid` is what JSON, command line, journal and links show; TinyDB's `doc_id`
never leaves the store. A merged conversation's uid redirects for ever.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from inbox.core.model import ConversationUid, MessageUid
from inbox.store.rows import portions

if TYPE_CHECKING:
    from inbox.store.database import Transaction

Uid = TypeVar("Uid", ConversationUid, MessageUid)

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no i, l, o, u."""
_LENGTH = 12
_OF_BYTES = (ALPHABET * 8).encode()
"""The character that each of 256 bytes stands for: eight of them for the same."""
_READ_AS = str.maketrans({"i": "1", "l": "1", "o": "0"})


class UnknownId(LookupError):
    """Nothing has this id (or begins with it)."""

    def __init__(self, given: str) -> None:
        super().__init__(f"Nothing has the id {given!r}.")
        self.given = given


class StowedId(UnknownId):
    """What has this id lies in a file of stowed conversations."""


class AmbiguousId(LookupError):
    """Several ids begin like this: give more of it."""

    def __init__(self, given: str, count: int) -> None:
        super().__init__(f"{count} ids begin with {given!r}.")
        self.given = given
        self.count = count


def new_uid() -> str:
    """Return a new uid: 12 lower-case characters of Crockford's base 32, 60 random bits."""
    # `secrets` is the same, and slow to import
    return os.urandom(_LENGTH).translate(_OF_BYTES).decode()


def resolve(tx: Transaction, prefix: str) -> ConversationUid:
    """Return the conversation whose uid begins with `prefix`, merges followed.

    Read as Crockford reads: in any case, with o for 0 and i or l for 1.
    Raises UnknownId and AmbiguousId.
    """
    start = prefix.strip().lower().translate(_READ_AS)
    if not start or any(character not in ALPHABET for character in start):
        raise UnknownId(prefix)
    found = {
        ConversationUid(row[0])
        for row in tx.sql.execute(
            "SELECT uid FROM doc_conversations WHERE uid >= :start AND uid < :start || '~'"
            " UNION SELECT target FROM redirects AS r JOIN doc_conversations AS c ON c.uid = target"
            " WHERE r.uid >= :start AND r.uid < :start || '~'",
            {"start": start},
        )
    }
    if not found:
        stowed = tx.sql.execute(
            "SELECT 1 FROM stowed WHERE conversation >= :start AND conversation < :start || '~'",
            {"start": start},
        ).fetchone()
        raise StowedId(prefix) if stowed else UnknownId(prefix)
    if len(found) > 1:
        raise AmbiguousId(prefix, len(found))
    return found.pop()


def followed(tx: Transaction, uids: Iterable[Uid]) -> dict[Uid, Uid]:
    """Return for each of these uids that was merged away the one it leads to."""
    wanted = list(uids)
    moved: dict[Uid, Uid] = {}
    for some in portions(wanted):
        marks = ",".join("?" * len(some))
        moved.update(
            tx.sql.execute(
                f"SELECT uid, target FROM redirects WHERE uid IN ({marks})",  # noqa: S608 - marks only
                some,
            )
        )
    return moved


def current(moved: Mapping[Uid, Uid], uid: Uid) -> Uid:
    """Return where `uid` is now, given what `followed` said."""
    return moved.get(uid, uid)


def redirect(tx: Transaction, old: Uid, target: Uid) -> None:
    """Let `old`, and all that led to it, lead to `target` from now on."""
    tx.sql.execute("UPDATE redirects SET target = ? WHERE target = ?", (target, old))
    tx.sql.execute("INSERT INTO redirects (uid, target) VALUES (?, ?)", (old, target))
