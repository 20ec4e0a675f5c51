"""Take out of a batch's strings whatever could command a terminal. The only place that does."""

from __future__ import annotations

from dataclasses import replace

from connectors.values import Attachment, Bounce, Message, Party, Quarantined, ReplyKey
from inbox.core.plaintext import clean


def cleaned(message: Message) -> Message:
    """Return the message with every string of a stranger's cleaned.

    `source`, `remote_id`, places and an attachment's `ref` stay as they came:
    they are handed back to the service or kept as evidence, never shown.
    """
    return replace(
        message,
        sender=_party(message.sender),
        recipients=_parties(message.recipients),
        reply_to=_parties(message.reply_to),
        subject=_line(message.subject),
        text=clean(message.text),
        html=None if message.html is None else clean(message.html),
        attachments=tuple(map(_attachment, message.attachments)),
        message_id=_line(message.message_id),
        in_reply_to=tuple(map(_line, message.in_reply_to)),
        references=tuple(map(_line, message.references)),
        key=None if message.key is None else ReplyKey(_line(message.key)),
        bounce=None if message.bounce is None else _bounce(message.bounce),
        service=_line(message.service),
        conversation_ref=_optional(message.conversation_ref),
        buyer_ref=_optional(message.buyer_ref),
        order_ref=_optional(message.order_ref),
        item_ref=_optional(message.item_ref),
        storefront=_line(message.storefront),
        page=_page(message.page),
    )


def cleaned_reason(found: Quarantined) -> Quarantined:
    """Return the quarantined message with its reason fit to be shown."""
    return replace(found, reason=_line(found.reason))


def _line(text: str) -> str:
    """Return the text as one clean line."""
    return clean(text, one_line=True) if text else text


def _page(address: str) -> str:
    """Return the address of a page as one clean line, "" if it is not one that may be opened."""
    line = _line(address)
    return line if line.startswith("https://") else ""


def _optional(text: str | None) -> str | None:
    """Return the text as one clean line, None where there is none."""
    return None if text is None else _line(text)


def _bounce(found: Bounce) -> Bounce:
    """Return what a notice says, clean."""
    return Bounce(
        tuple(map(_line, found.names)), tuple(map(_line, found.recipients)), _line(found.reason)
    )


def _party(party: Party) -> Party:
    """Return the party with name and address clean."""
    return Party(_line(party.name), _line(party.address))


def _parties(parties: tuple[Party, ...]) -> tuple[Party, ...]:
    """Return the parties clean."""
    return tuple(map(_party, parties))


def _attachment(found: Attachment) -> Attachment:
    """Return the attachment with the strings that are shown clean."""
    return replace(found, name=_line(found.name), media_type=_line(found.media_type))
