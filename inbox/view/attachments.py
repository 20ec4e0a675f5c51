"""The files of a conversation as values: what they are, and whether they are here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.values import Direction, Party
from inbox.core.model import ConversationUid, MessageUid
from inbox.store import attachments, conversations, messages
from inbox.store.attachments import Held, StoredFile
from inbox.store.database import Transaction

__all__ = ["FileRow", "Held", "as_json", "content_of", "files_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One file, and the message it came with."""

    number: int
    """Its place in the conversation, from 1, newest message last."""
    file: StoredFile
    direction: Direction
    sender: Party
    accepted_at: datetime

    @property
    def name(self) -> str:
        """What the sender called it."""
        return self.file.attachment.name

    @property
    def held(self) -> Held:
        """Whether its bytes are here."""
        return self.file.held


def files_of(tx: Transaction, uid: ConversationUid) -> tuple[FileRow, ...]:
    """Return every file of a conversation, oldest message first; raises UnknownId."""
    uid = conversations.get(tx, uid).uid
    heads = {head.uid: head.message for head in messages.heads(tx, uid)}
    return tuple(
        FileRow(
            number=number,
            file=file,
            direction=heads[file.message].direction,
            sender=heads[file.message].sender,
            accepted_at=heads[file.message].accepted_at,
        )
        for number, file in enumerate(attachments.of_conversation(tx, uid), 1)
    )


def content_of(tx: Transaction, message: MessageUid, ref: str) -> bytes | None:
    """Return a file's bytes, None while they are not here."""
    return attachments.content(tx, message, ref)


def as_json(row: FileRow, saved: str | None = None) -> dict[str, object]:
    """Return a line of `inbox attachments --json`; instants are aware datetimes."""
    attachment = row.file.attachment
    return {
        "number": row.number,
        "message": row.file.message,
        "direction": row.direction.value,
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "state": row.held.value,
        "came": row.file.came or None,
        "error": row.file.error or None,
        "accepted_at": row.accepted_at,
        "saved": saved,
    }
