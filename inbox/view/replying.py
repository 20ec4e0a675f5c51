"""How an answer is addressed: from whom, to whom, under what subject, answering what.

Pure but for `parts_of`, which reads one conversation. Everything that could
break a header is taken out here, whatever the buyer's mail held.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from connectors.values import Capabilities, Direction, Message, Origin, Party
from inbox.core import quoting
from inbox.core.model import (
    AccountTerms,
    ConversationUid,
    Delivery,
    FileHead,
    StoredMessage,
)
from inbox.core.promises import promised_file
from inbox.core.stated import is_closed
from inbox.core.twins import is_mailed
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.store import conversations, messages, stated
from inbox.store.database import Transaction
from inbox.view.addressing import (
    everyone_else,
    everyone_wanted,
    recipients_of,
    unaddressable,
    written_to_again,
)
from inbox.view.refusals import (
    AlreadyLeft,
    EmptyReply,
    FilesRefused,
    MayHaveLeft,
    NotAnsweredHere,
    NothingToAnswer,
    ReplyRefused,
    TooLong,
    Unfilled,
)
from inbox.view.reply_forms import for_kind
from inbox.view.reply_parts import ReplyParts, one_line

__all__ = [
    "AlreadyLeft",
    "EmptyReply",
    "FilesRefused",
    "MayHaveLeft",
    "NotAnsweredHere",
    "NothingToAnswer",
    "ReplyParts",
    "ReplyRefused",
    "TooLong",
    "Unfilled",
    "one_line",
    "parts_of",
    "refusal",
    "whole_text",
]

_MOST_REFERENCES = 20
"""Message-IDs kept in References: the first of the conversation and the newest others."""

_ANSWERED_SUBJECT = re.compile(
    r"\s*(re|aw|antw|sv|vs|odp|rif|ref|ynt|отв|回复|答复|回覆)(\[\d+\])?\s*[:\uff1a]", re.IGNORECASE
)


def parts_of(
    tx: Transaction,
    uid: ConversationUid,
    terms: AccountTerms,
    limit: int | None = None,
    able: Capabilities | None = None,
    *,
    everyone: bool = False,
) -> ReplyParts:
    """Return how an answer to this conversation is addressed; raises a ReplyRefused.

    `everyone`: those who got a copy of what is answered get one of the answer,
    where the service takes addresses.
    """
    uid = conversations.get(tx, uid).uid
    heads = messages.heads(tx, uid)
    answered = answered_of(heads)
    if answered is None:
        return _followed_up(uid, heads, terms, limit, able)
    whole = messages.get(tx, answered.uid)
    message = whole.message
    if not message.answerable or is_closed(stated.of_conversation(tx, uid), message.accepted_at):
        raise NotAnsweredHere(page_of(heads))
    recipients = recipients_of(message, terms)
    if not recipients:
        raise NothingToAnswer
    everybody = everyone and able is not None and able.addressed
    others, copies = everyone_else(message, terms) if everybody else ((), ())
    if everybody and (wanted := everyone_wanted(message, terms)):
        recipients, others, copies = wanted, (), ()
    parts = ReplyParts(
        account=terms.uid,
        account_name=terms.name,
        conversation=uid,
        answered=whole.uid,
        sender=sender_of(message, heads, terms),
        recipients=(*recipients, *others),
        cc=copies,
        subject=subject_of(message.subject),
        in_reply_to=one_line(message.message_id),
        references=references_of(message),
        answers=message.places,
        conversation_ref=message.conversation_ref,
        quote=quoted_below(message) if terms.quote_below or message.reply_reference else "",
        signature=terms.signature,
        limit=limit,
        able=able,
        service=message.service,
        relayed=message.service != terms.kind,
        doubt=_doubt(message),
        html=terms.html_part,
    )
    return for_kind(parts, message.kind)


def _followed_up(
    uid: ConversationUid,
    heads: Sequence[StoredMessage],
    terms: AccountTerms,
    limit: int | None,
    able: Capabilities | None,
) -> ReplyParts:
    """Return how a mail of ours that nobody answered is followed by another; to the same people."""
    out = [head for head in heads if head.delivery in {None, Delivery.ACCEPTED}]
    last = max(out, key=lambda head: head.message.accepted_at, default=None)
    if last is None or able is None or not able.addressed:
        raise NothingToAnswer
    message = last.message
    recipients, copies = written_to_again(message, terms)
    if not recipients:
        raise NothingToAnswer
    return ReplyParts(
        account=terms.uid,
        account_name=terms.name,
        conversation=uid,
        answered=None,
        sender=sender_of(message, heads, terms),
        recipients=recipients,
        cc=copies,
        subject=subject_of(message.subject),
        in_reply_to=one_line(message.message_id),
        references=references_of(message),
        conversation_ref=message.conversation_ref,
        signature=terms.signature,
        limit=limit,
        able=able,
        service=message.service,
        relayed=message.service != terms.kind,
        html=terms.html_part,
    )


def answered_of(heads: Sequence[StoredMessage]) -> StoredMessage | None:
    """Return the message an answer goes to: the newest a person sent us, else the newest in.

    Where mail stands beside what an API told, the API takes the answer: to what it told.
    """
    received = [head for head in heads if head.message.direction is Direction.IN]
    owner = next((head.account for head in received if not is_mailed(head.message)), None)
    if owner is not None:
        received = [head for head in received if head.account == owner]
    human = [head for head in received if not head.message.automatic]
    return max(human or received, key=lambda head: head.message.accepted_at, default=None)


def page_of(heads: Sequence[StoredMessage]) -> str:
    """Return where the seller sees the conversation at the service, "" where nothing is told."""
    pages = (head.message.page for head in reversed(heads))
    return next((page for page in pages if page), "")


def not_needed_page_of(heads: Sequence[StoredMessage]) -> str:
    """Return where the service is told that the newest question needs no answer; "": nowhere."""
    asked = answered_of(heads)
    return asked.message.not_needed_page if asked else ""


def sender_of(message: Message, heads: Iterable[StoredMessage], terms: AccountTerms) -> Party:
    """Return the address of ours they wrote to, as they spelled it; else the account's main one."""
    for party in message.recipients:
        if party.address.casefold() in terms.addresses:
            return Party(terms.display_name, one_line(party.address))
    for head in heads:
        ours = head.message.sender
        if head.message.direction is Direction.OUT and ours.address.casefold() in terms.addresses:
            return Party(terms.display_name, one_line(ours.address))
    main = terms.address_order[0] if terms.address_order else min(terms.addresses, default="")
    return Party(terms.display_name, main)


def subject_of(subject: str) -> str:
    """Return the subject of an answer: "Re: " once, whatever language the buyer's "Re" is in."""
    plain = one_line(subject).strip()
    return plain if _ANSWERED_SUBJECT.match(plain) else f"Re: {plain}".strip()


def references_of(message: Message) -> tuple[str, ...]:
    """Return the References of an answer: theirs and the message's own id, capped (RFC 5322)."""
    earlier = message.references or message.in_reply_to[:1]
    chain = [one_line(part) for part in (*earlier, message.message_id) if part.strip()]
    unique = list(dict.fromkeys(chain))
    if len(unique) > _MOST_REFERENCES:
        unique = [unique[0], *unique[1 - _MOST_REFERENCES :]]
    return tuple(unique)


def quoted_below(message: Message) -> str:
    """Return their new words as a quotation to stand below an answer.

    With the reference by which a marketplace knows what is answered: without
    it the marketplace takes no answer by mail.
    """
    words = quoting.new_words(message.text, subject=message.subject).strip() or message.text.strip()
    who = one_line(message.sender.name or message.sender.address)
    lines = [f"> {line}".rstrip() for line in words.splitlines()]
    if message.reply_reference and message.reply_reference not in words:
        lines += [">", f"> {one_line(message.reply_reference)}"]
    return "\n".join([f"On {message.accepted_at:%Y-%m-%d %H:%M} UTC, {who} wrote:", *lines])


def whole_text(parts: ReplyParts, text: str) -> str:
    """Return what is sent for the text that was typed."""
    typed = text.rstrip()
    return f"{typed}\n\n{parts.quote}\n" if parts.quote else f"{typed}\n"


def typed_text(message: Message, text: str) -> str:
    """Return what was typed of a reply's whole text, `message` being what it answered."""
    quote = quoted_below(message)
    return text.rstrip().removesuffix(quote.rstrip()).rstrip()


def refusal(
    parts: ReplyParts, text: str, subject: str | None = None, files: Sequence[FileHead] = ()
) -> ReplyRefused | None:
    """Return why this text with these files cannot be sent as an answer, None if it can."""
    nowhere = unaddressable(parts)
    if nowhere is not None:
        return nowhere
    typed = text.strip()
    if not typed or typed == parts.signature.strip():
        return EmptyReply()
    theirs = subject is None or subject.strip() == parts.subject
    names = placeholders(text if theirs else f"{subject}\n{text}")
    if names:
        return Unfilled(names)
    length = len(whole_text(parts, text).strip())
    if parts.limit is not None and length > parts.limit:
        return TooLong(length, parts.limit)
    return files_refusal(parts.able, files)


def files_refusal(able: Capabilities | None, files: Sequence[FileHead]) -> FilesRefused | None:
    """Return why the service would not take these files, None if it would or nobody knows."""
    if able is None or not files:
        return None
    if len(files) > able.max_files:
        return _too_many(able.max_files)
    for file in files:
        if able.file_types and file.media_type not in able.file_types:
            return FilesRefused(
                _("This service does not take a file of that type: {name} ({type}).").format(
                    name=file.name, type=file.media_type
                ),
                _("It takes: {types}.").format(types=", ".join(sorted(able.file_types))),
            )
        if able.max_file_bytes is not None and file.size > able.max_file_bytes:
            return _too_large(file.name, able.max_file_bytes)
    together = sum(file.size for file in files)
    if able.max_files_bytes is not None and together > able.max_files_bytes:
        return _too_large(_("all files together"), able.max_files_bytes)
    return None


def _too_many(most: int) -> FilesRefused:
    if not most:
        return FilesRefused(
            _("This service takes no files with a reply."), _("Take them out, or send a link.")
        )
    said = ngettext(
        "This service takes {n} file with a reply.",
        "This service takes {n} files with a reply.",
        most,
    )
    return FilesRefused(said.format(n=most), _("Take some out."))


def _too_large(what: str, limit: int) -> FilesRefused:
    megabytes = round(limit / 1_000_000, 1)
    return FilesRefused(
        _("Too large for this service: {what}, {n} MB are allowed.").format(
            what=what, n=f"{megabytes:g}"
        ),
        _("Make it smaller, or send a link."),
    )


def forgotten_file(text: str, files: Sequence[object]) -> str:
    """Return a warning where the text says that a file is attached and none is, else ""."""
    promised = "" if files else promised_file(text)
    return (
        _("It says “{words}”, and no file is attached.").format(words=promised) if promised else ""
    )


def doubt_of(tx: Transaction, uid: ConversationUid) -> str:
    """Return a warning where what is answered in a conversation is likely a forgery, else ""."""
    answered = answered_of(messages.heads(tx, uid))
    return _doubt(answered.message) if answered is not None else ""


def _doubt(message: Message) -> str:
    if message.origin is not Origin.FORGED:
        return ""
    return _("What it answers is likely a forgery: look at the address, and tell no secret.")


def placeholders(text: str) -> tuple[str, ...]:
    """Return the places of a canned response that nobody has filled in."""
    from canned import template

    return tuple(template.placeholders(text))
