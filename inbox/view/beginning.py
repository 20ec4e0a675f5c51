"""Mails that answer nothing: a new one, or a message passed on to somebody else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import tzinfo

from connectors.values import Capabilities, Direction, OutgoingFile, Party
from inbox.core import addresses
from inbox.core.filenames import safe_name
from inbox.core.model import AccountTerms, ConversationUid, MessageUid, StoredMessage
from inbox.i18n import gettext as _
from inbox.store import attachments, messages
from inbox.store.attachments import StoredFile
from inbox.store.database import Transaction
from inbox.store.drafts import Draft
from inbox.view.refusals import NotAddressed, NothingToForward, NotWhole
from inbox.view.reply_parts import ReplyParts, one_line

_PASSED_ON = re.compile(
    r"\s*(fwd?|wg|vs|vl|vb|doorst|tr|rv|enc|pd|i|ilt|пересл|转发|轉寄|転送)(\[\d+\])?\s*[:\uff1a]",
    re.IGNORECASE,
)
_FIELD = re.compile(rb"[!-9;-~]+:")
_CONTENT_TYPE = re.compile(rb"^content-type:\s*(.*(?:\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_BOUNDARY = re.compile(rb"boundary=(?:\"([^\"]+)\"|([^\s;\"]+))", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """A message as it is passed on."""

    subject: str
    text: str
    files: tuple[StoredFile, ...] = ()
    """What came with it and goes along."""
    whole: OutgoingFile | None = None
    """The message itself as a file, where it goes along so."""


def begun_parts(
    draft: Draft, terms: AccountTerms, limit: int | None, able: Capabilities | None
) -> ReplyParts:
    """Return from whom and to whom a mail goes that begins a conversation; raises NotAddressed.

    What of its addresses can be read is in it; `addressing.addressed` judges all of them.
    """
    if able is None or not able.addressed:
        raise NotAddressed(terms.name)
    main = terms.address_order[0] if terms.address_order else min(terms.addresses, default="")
    return ReplyParts(
        account=terms.uid,
        account_name=terms.name,
        conversation=draft.conversation,
        answered=None,
        sender=Party(terms.display_name, main),
        recipients=addresses.typed(one_line(draft.to or "")).parties,
        cc=addresses.typed(one_line(draft.cc)).parties,
        bcc=addresses.typed(one_line(draft.bcc)).parties,
        subject="",
        signature=terms.signature,
        limit=limit,
        able=able,
        service=terms.kind,
        html=terms.html_part,
    )


def forward_of(
    tx: Transaction,
    conversation: ConversationUid,
    message: MessageUid | None = None,
    *,
    whole: bool = False,
    zone: tzinfo | None = None,
) -> Forward:
    """Return a message of a conversation as it is passed on; by default the last that came in.

    `whole`: as a file with all its headers, as far as its source is kept;
    else its words below the usual head, and its files. Raises NothingToForward, NotWhole.
    """
    heads = messages.heads(tx, conversation)
    chosen = _chosen(heads, message)
    if chosen is None:
        raise NothingToForward
    found = messages.get(tx, chosen.uid)
    subject = forwarded_subject(found.message.subject)
    if whole:
        source = messages.source(tx, found.uid)
        if source is None or not is_whole(source):
            raise NotWhole
        name = safe_name(f"{one_line(found.message.subject)[:60].strip() or 'mail'}.eml")
        file = OutgoingFile(name, "message/rfc822", source)
        return Forward(subject=subject, text=_("The mail is attached."), whole=file)
    files = attachments.of_conversation(tx, conversation)
    return Forward(
        subject=subject,
        text=forwarded_text(found, zone),
        files=tuple(each for each in files if each.message == found.uid),
    )


def forwarded_subject(subject: str) -> str:
    """Return the subject of a mail that is passed on: "Fwd: " once, in whatever language."""
    plain = one_line(subject).strip()
    return plain if _PASSED_ON.match(plain) else f"Fwd: {plain}".strip()


def forwarded_text(found: StoredMessage, zone: tzinfo | None) -> str:
    """Return the words of a message below a head that says whose they are."""
    message = found.message
    at = message.accepted_at.astimezone(zone)
    lines = [
        _("---------- Forwarded message ----------"),
        _("From: {who}").format(who=addresses.written([_plain(message.sender)])),
        _("Date: {at}").format(at=f"{at:%Y-%m-%d %H:%M %z}"),
        _("Subject: {subject}").format(subject=one_line(message.subject)),
    ]
    if message.recipients:
        to = addresses.written(map(_plain, message.recipients))
        lines.append(_("To: {who}").format(who=to))
    return "\n".join([*lines, "", message.text.rstrip()])


def is_whole(source: bytes) -> bool:
    """Return whether a kept source is a mail with all its parts; large ones are kept without."""
    header, _ends, body = source.replace(b"\r\n", b"\n").partition(b"\n\n")
    if not _FIELD.match(header):
        return False
    kind = _CONTENT_TYPE.search(header)
    if kind is None or kind[1].lower().startswith(b"text/"):
        return True
    boundary = _BOUNDARY.search(kind[1])
    return boundary is not None and b"--" + (boundary[1] or boundary[2]) + b"--" in body


def _plain(party: Party) -> Party:
    return Party(one_line(party.name), one_line(party.address))


def _chosen(heads: list[StoredMessage], wanted: MessageUid | None) -> StoredMessage | None:
    """Return the message meant: that one, else the newest that came in, else the newest."""
    if wanted is not None:
        return next((head for head in heads if head.uid == wanted), None)
    came = [head for head in heads if head.message.direction is Direction.IN]
    return max(came or heads, key=lambda head: head.message.accepted_at, default=None)
