"""Files of messages that go along with a mail that passes them on: taken over as they come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from connectors.values import OutgoingFile
from inbox.core.model import AccountUid, ConversationUid, Delivery, FileHead, MessageUid, OutboxItem
from inbox.i18n import gettext as _
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


def want(tx: Transaction, item: OutboxItem) -> set[AccountUid]:
    """Ask again for what a reply awaits; return the accounts whose engine has to fetch it."""
    return attachments.want(tx, [file for file, _content in _found(tx, item) if file is not None])


def is_settled(tx: Transaction, item: OutboxItem) -> bool:
    """Return whether all that a reply awaits is here, or some of it never will be."""
    found = _found(tx, item)
    return all(content is not None for _file, content in found) or bool(_lost(found))


def complete(tx: Transaction, item: OutboxItem, look_at: datetime) -> OutboxItem:
    """Return a reply as it is once what it awaits was looked for: whole, waiting, or refused.

    The files are taken over together, in their order, when the last of them is
    here; else they are looked for again at `look_at`. Nothing else is written.
    """
    found = _found(tx, item)
    lost = _lost(found)
    if lost:
        named = [_("{name}: {why}").format(name=_name(file), why=_why(file)) for file in lost]
        said = _("Not sent, since a file cannot be had. {files}").format(files=" ".join(named))
        return replace(item, state=Delivery.REFUSED, error=said, next_attempt_at=None)
    here = [
        OutgoingFile(file.attachment.name, file.attachment.media_type, content)
        for file, content in found
        if file is not None and content is not None
    ]
    if len(here) < len(item.awaits):
        return replace(item, next_attempt_at=look_at)
    outgoing_files.put(tx, outgoing_files.of_reply(item.key), here)
    return replace(item, awaits=(), next_attempt_at=None)


_Found = tuple[StoredFile | None, bytes | None]


def _found(tx: Transaction, item: OutboxItem) -> list[_Found]:
    """Return the files a reply awaits, each with its bytes if they are here."""
    return [
        (attachments.one(tx, message, ref), attachments.content(tx, message, ref))
        for message, ref in item.awaits
    ]


def _lost(found: Sequence[_Found]) -> list[StoredFile | None]:
    """Return those that cannot be had; None for one whose message is no more."""
    return [
        file
        for file, content in found
        if content is None and (file is None or file.held is Held.FAILED)
    ]


def _name(file: StoredFile | None) -> str:
    return _("A file") if file is None else file.attachment.name


def _why(file: StoredFile | None) -> str:
    return _("its message is no more.") if file is None else file.error or "?"


def _coming(file: StoredFile) -> FileHead:
    named = file.attachment
    failed = file.error or "?" if file.held is Held.FAILED else ""
    return FileHead(named.name, named.media_type, named.size or 0, coming=True, error=failed)
