"""Files of messages that go along with a mail that passes them on: taken over as they come in."""

from __future__ import annotations

from dataclasses import replace

from connectors.values import OutgoingFile
from inbox.core.model import ConversationUid, FileHead, MessageUid
from inbox.store import attachments, drafts, outgoing_files
from inbox.store.attachments import Held, StoredFile
from inbox.store.database import Transaction

Named = tuple[MessageUid, str]
"""A file: the message it came with, and what the service calls it."""


def bring(tx: Transaction, conversation: ConversationUid) -> tuple[FileHead, ...]:
    """Take over into a draft what came in, and return its files, those still coming last."""
    draft = drafts.get(tx, conversation)
    owner = outgoing_files.of_draft(conversation)
    waiting: dict[Named, FileHead] = {}
    for message, ref in draft.carries if draft is not None else ():
        content = attachments.content(tx, message, ref)
        file = attachments.one(tx, message, ref)
        if content is not None and file is not None:
            named = file.attachment
            outgoing_files.put(tx, owner, [OutgoingFile(named.name, named.media_type, content)])
        elif file is not None:
            waiting[message, ref] = _coming(file)
    if draft is not None and len(waiting) < len(draft.carries):
        drafts.put(tx, replace(draft, carries=tuple(waiting)))
    return (*outgoing_files.heads(tx, owner), *waiting.values())


def take_last(tx: Transaction, conversation: ConversationUid) -> tuple[FileHead, ...]:
    """Take the last file out of a draft, one still coming first; return those that are left."""
    bring(tx, conversation)
    draft = drafts.get(tx, conversation)
    if draft is not None and draft.carries:
        drafts.put(tx, replace(draft, carries=draft.carries[:-1]))
    else:
        outgoing_files.remove_last(tx, outgoing_files.of_draft(conversation))
    return bring(tx, conversation)


def _coming(file: StoredFile) -> FileHead:
    named = file.attachment
    failed = file.error or "?" if file.held is Held.FAILED else ""
    return FileHead(named.name, named.media_type, named.size or 0, coming=True, error=failed)
