"""The bytes of files in an export: of those that came, and of those that leave with a reply."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from connectors.values import ReplyKey
from inbox.core.model import ConversationUid
from inbox.store import outgoing_files
from inbox.store.database import Transaction

RECEIVED = "file"
OUTGOING = "outgoing_file"
Line = dict[str, Any]


def lines(tx: Transaction, chosen: Collection[ConversationUid] | None) -> Iterator[Line]:
    """Yield a line for each file that is here, of the conversations chosen (None: all)."""
    rows = tx.sql.execute(
        "SELECT m.uid, m.conversation, f.ref, f.content FROM files f"
        " JOIN doc_messages m ON m.doc_id = f.message WHERE f.state = 'kept'"
    )
    for uid, conversation, ref, content in rows:
        if chosen is None or conversation in chosen:
            yield _line(RECEIVED, content, message=uid, ref=ref)
    for table, name in (("doc_outbox", "key"), ("doc_drafts", "conversation")):
        for key, conversation in tx.sql.execute(f'SELECT "{name}", conversation FROM {table}'):  # noqa: S608 - names of ours
            if chosen is None or conversation in chosen:
                yield from _outgoing(tx, name, key)


def of_conversation(tx: Transaction, uid: ConversationUid) -> Iterator[Line]:
    """Yield the same of one conversation, its draft left out."""
    rows = tx.sql.execute(
        "SELECT m.uid, f.ref, f.content FROM doc_messages m"
        " JOIN files f ON f.message = m.doc_id WHERE m.conversation = ? AND f.state = 'kept'"
        " ORDER BY m.doc_id, f.ref",
        (uid,),
    )
    for message, ref, content in rows:
        yield _line(RECEIVED, content, message=message, ref=ref)
    keys = tx.sql.execute('SELECT "key" FROM doc_outbox WHERE conversation = ?', (uid,))
    for (key,) in keys.fetchall():
        yield from _outgoing(tx, "key", key)


def _outgoing(tx: Transaction, name: str, key: str) -> Iterator[Line]:
    owner = _owner(name, key)
    rows = tx.sql.execute(
        "SELECT position, name, media_type, content FROM outgoing_files WHERE owner = ?", (owner,)
    )
    for position, called, media_type, content in rows.fetchall():
        more = {"position": position, "name": called, "media_type": media_type}
        yield _line(OUTGOING, content, of=name, key=key, **more)


def put(tx: Transaction, line: Mapping[str, Any], messages: Mapping[str, str]) -> None:
    """Keep a received file; `messages` are the uids here by those of the export.

    One of a message that is not here is left out; one that is here stays.
    """
    tx.sql.execute(
        "INSERT INTO files (message, ref, account, state, asked, content)"
        " SELECT doc_id, ?, account, 'kept', 0, ? FROM doc_messages WHERE uid = ?"
        " ON CONFLICT (message, ref) DO UPDATE SET state = 'kept', error = '',"
        " content = excluded.content WHERE state <> 'kept'",
        (line["ref"], content_of(line), messages.get(line["message"], "")),
    )


def put_outgoing(tx: Transaction, line: Mapping[str, Any], key: str) -> None:
    """Keep a file of the reply with that key, or of that conversation's draft."""
    owner = _owner(line["of"], key)
    tx.sql.execute(
        "INSERT OR IGNORE INTO outgoing_files (owner, position, name, media_type, content)"
        " VALUES (?, ?, ?, ?, ?)",
        (owner, line["position"], line["name"], line["media_type"], content_of(line)),
    )


def content_of(line: Mapping[str, Any]) -> bytes:
    """Return a line's bytes; raises ValueError, KeyError or TypeError for one that is none."""
    return base64.b64decode(line["content"], validate=True)


def _owner(name: str, key: str) -> str:
    if name == "key":
        return outgoing_files.of_reply(ReplyKey(key))
    return outgoing_files.of_draft(ConversationUid(key))


def _line(kind: str, content: bytes, **more: Any) -> Line:
    return {"type": kind, kind: {**more, "content": base64.b64encode(content).decode()}}
