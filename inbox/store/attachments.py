"""The files of messages: fetched from the service when they are wanted, and kept.

Their bytes lie in the store, so that they are there offline and go when
their message is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tinydb import where

from connectors.frozen import replaced
from connectors.values import Attachment, Direction, Place
from inbox.core.model import AccountUid, ConversationUid, MessageUid
from inbox.store import outgoing_files, uids
from inbox.store.database import Transaction
from inbox.store.heads import stored
from inbox.store.instants import micros
from inbox.store.rows import decoded

KEPT_READY = 25_000_000
"""Bytes up to which a file of what is owed is fetched without being asked for."""


class Held(StrEnum):
    """Whether the bytes of a file are here."""

    ABSENT = "absent"
    WANTED = "wanted"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that came with a message, or left with a reply."""

    message: MessageUid
    number: int
    """Its place among the message's files, from 1."""
    attachment: Attachment
    held: Held
    error: str = ""
    """Why it could not be fetched, in the service's words."""
    came: int = 0
    """About how many of its bytes came so far, while it is fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file to be fetched."""

    doc_id: int
    message: MessageUid
    places: tuple[Place, ...]
    """Where the service has the message, any of them will do; none once it is gone."""
    attachment: Attachment
    attempts: int
    message_id: str = ""
    """By which a service may find it again."""


def of_conversation(tx: Transaction, uid: ConversationUid) -> list[StoredFile]:
    """Return the files of a conversation's messages, oldest first; raises nothing."""
    uid = uids.current(uids.followed(tx, [uid]), uid)
    found: list[StoredFile] = []
    heads = tx.table("messages").search(where("conversation") == uid)
    for head in sorted(heads, key=lambda head: (head["accepted_at"], head["uid"])):
        message = stored(head).message
        known = _known(tx, head.doc_id)
        for number, each in enumerate(message.attachments, 1):
            absent = Held.KEPT if outgoing_files.is_ours(each.ref) else Held.ABSENT
            held, error, came, size = known.get(each.ref, (absent, "", 0, None))
            found.append(
                StoredFile(
                    message=head["uid"],
                    number=number,
                    attachment=each if size is None else replaced(each, size=size),
                    held=held,
                    error=error,
                    came=came,
                )
            )
    return found


def one(tx: Transaction, message: MessageUid, ref: str) -> StoredFile | None:
    """Return one file of a message, None where the message or the file is no more."""
    head = tx.table("messages").get(where("uid") == message)
    if head is None:
        return None
    files = of_conversation(tx, head["conversation"])
    return next(
        (each for each in files if (each.message, each.attachment.ref) == (message, ref)), None
    )


def content(tx: Transaction, message: MessageUid, ref: str) -> bytes | None:
    """Return a file's bytes, None while they are not here."""
    key = tx.sql.execute("SELECT outgoing FROM doc_messages WHERE uid = ?", (message,)).fetchone()
    if outgoing_files.is_ours(ref):
        return outgoing_files.content(tx, key[0], ref) if key and key[0] else None
    row = tx.sql.execute(
        "SELECT content FROM files WHERE message ="
        " (SELECT doc_id FROM doc_messages WHERE uid = ?) AND ref = ?",
        (message, ref),
    ).fetchone()
    return None if row is None else row[0]


def want(tx: Transaction, files: Sequence[StoredFile]) -> set[AccountUid]:
    """Ask for files that are not here; return the accounts whose engine has to fetch them."""
    accounts: set[AccountUid] = set()
    for file in files:
        if file.held is Held.KEPT:
            continue
        head = tx.table("messages").get(where("uid") == file.message)
        if head is None:
            continue
        tx.sql.execute(
            "INSERT INTO files (message, ref, account, state, asked) VALUES (?, ?, ?, 'wanted', 1)"
            " ON CONFLICT (message, ref) DO UPDATE SET state = 'wanted', asked = 1, next_at = 0,"
            " error = '' WHERE state <> 'kept'",
            (head.doc_id, file.attachment.ref, head["account"]),
        )
        accounts.add(AccountUid(head["account"]))
    return accounts


def want_owed(tx: Transaction, account: AccountUid) -> int:
    """Ask for the files of what is owed, as far as they are not large; return how many are new."""
    rows = tx.sql.execute(
        "SELECT m.doc_id, m.doc FROM doc_conversations c JOIN doc_messages m"
        " ON m.conversation = c.uid WHERE c.account = ? AND c.owed = 1 AND c.attached = 1"
        " AND c.spam = 0 AND m.gone_at IS NULL",
        (account,),
    ).fetchall()
    asked = 0
    for doc_id, raw in rows:
        head = decoded(raw)
        if head["direction"] != Direction.IN.value:
            continue
        for ref, _name, _type, size in head.get("attachments", ()):
            if size is not None and size <= KEPT_READY:
                asked += tx.sql.execute(
                    "INSERT OR IGNORE INTO files (message, ref, account, state, asked)"
                    " VALUES (?, ?, ?, 'wanted', 0)",
                    (doc_id, ref, account),
                ).rowcount
    return asked


def next_wanted(tx: Transaction, account: AccountUid, now: datetime) -> Wanted | None:
    """Return the file to fetch next: what the seller asked for first, then the newest mail's."""
    row = tx.sql.execute(
        "SELECT f.message, f.ref, f.attempts, m.doc FROM files f"
        " JOIN doc_messages m ON m.doc_id = f.message"
        " WHERE f.account = ? AND f.state = 'wanted' AND f.next_at <= ?"
        " ORDER BY f.asked DESC, f.message DESC, f.ref LIMIT 1",
        (account, micros(now)),
    ).fetchone()
    if row is None:
        return None
    doc_id, ref, attempts, raw = row
    head = stored(decoded(raw))
    named = [each for each in head.message.attachments if each.ref == ref]
    return Wanted(
        doc_id=doc_id,
        message=head.uid,
        places=() if head.gone_at is not None else head.message.places,
        attachment=named[0] if named else Attachment(ref, "", "", None),
        attempts=attempts,
        message_id=head.message.message_id or "",
    )


def keep(tx: Transaction, wanted: Wanted, found: bytes) -> None:
    """Keep a file's bytes."""
    tx.sql.execute(
        "UPDATE files SET state = 'kept', error = '', came = 0, content = ?"
        " WHERE message = ? AND ref = ?",
        (found, wanted.doc_id, wanted.attachment.ref),
    )


def coming(tx: Transaction, wanted: Wanted, came: int) -> None:
    """Note about how many bytes of a file came so far."""
    tx.sql.execute(
        "UPDATE files SET came = ? WHERE message = ? AND ref = ?",
        (came, wanted.doc_id, wanted.attachment.ref),
    )


def give_up(tx: Transaction, wanted: Wanted, error: str) -> None:
    """Note that a file cannot be fetched, and why."""
    tx.sql.execute(
        "UPDATE files SET state = 'failed', came = 0, error = ? WHERE message = ? AND ref = ?",
        (error, wanted.doc_id, wanted.attachment.ref),
    )


def put_off(tx: Transaction, wanted: Wanted, until: datetime, error: str) -> None:
    """Leave a file alone until then."""
    tx.sql.execute(
        "UPDATE files SET next_at = ?, error = ?, came = 0, attempts = attempts + 1"
        " WHERE message = ? AND ref = ?",
        (micros(until), error, wanted.doc_id, wanted.attachment.ref),
    )


def _known(tx: Transaction, doc_id: int) -> dict[str, tuple[Held, str, int, int | None]]:
    """Return what is known of a message's files by their refs; last how long they are, if here."""
    rows = tx.sql.execute(
        "SELECT ref, state, error, came, length(content) FROM files WHERE message = ?", (doc_id,)
    )
    return {ref: (Held(state), error, came, size) for ref, state, error, came, size in rows}
