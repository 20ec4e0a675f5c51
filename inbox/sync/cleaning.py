"""Take out of a batch's strings whatever could command a terminal. The only place that does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from operator import is_
from typing import Any, TypeVar

from connectors.values import (
    Attachment,
    Bounce,
    ConversationChange,
    Message,
    Party,
    Quarantined,
    ReplyKey,
    StatedDeadline,
)
from inbox.core.plaintext import clean

_Value = TypeVar("_Value")


def cleaned(message: Message) -> Message:
    """Return the message with every string of a stranger's cleaned.

    `source`, `remote_id`, places and an attachment's `ref` stay as they came:
    they are handed back to the service or kept as evidence, never shown.
    """
    found = _cleaned_fields(message)
    changed = {name: value for name, value in found.items() if value is not getattr(message, name)}
    return replace(message, **changed) if changed else message


def _cleaned_fields(message: Message) -> dict[str, Any]:
    """Return every field that holds a stranger's string, clean; the same object where it was."""
    return {
        "sender": _party(message.sender),
        "recipients": _each(message.recipients, _party),
        "reply_to": _each(message.reply_to, _party),
        "subject": _line(message.subject),
        "text": clean(message.text),
        "html": None if message.html is None else clean(message.html),
        "attachments": _each(message.attachments, _attachment),
        "message_id": _line(message.message_id),
        "in_reply_to": _each(message.in_reply_to, _line),
        "references": _each(message.references, _line),
        "key": None if message.key is None else ReplyKey(_line(message.key)),
        "bounce": None if message.bounce is None else _bounce(message.bounce),
        "service": _line(message.service),
        "conversation_ref": _optional(message.conversation_ref),
        "buyer_ref": _optional(message.buyer_ref),
        "order_ref": _optional(message.order_ref),
        "item_ref": _optional(message.item_ref),
        "storefront": _line(message.storefront),
        "page": _page(message.page),
    }


def cleaned_reason(found: Quarantined) -> Quarantined:
    """Return the quarantined message with its reason fit to be shown."""
    return replace(found, reason=_line(found.reason))


def cleaned_change(change: ConversationChange) -> ConversationChange:
    """Return what a service says of a conversation, under the name its messages have it by."""
    return replace(change, conversation_ref=_line(change.conversation_ref))


def cleaned_deadline(deadline: StatedDeadline) -> StatedDeadline:
    """Return a stated deadline fit to be shown; of a kind that we do not know it is a reply's."""
    kind = deadline.kind if deadline.kind in {"reply", "window", "appeal"} else "reply"
    return replace(
        deadline,
        conversation_ref=_line(deadline.conversation_ref),
        ref=_line(deadline.ref),
        kind=kind,
        said=_line(deadline.said),
        page=_page(deadline.page),
    )


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
    name, address = _line(party.name), _line(party.address)
    return party if name is party.name and address is party.address else Party(name, address)


def _attachment(found: Attachment) -> Attachment:
    """Return the attachment with the strings that are shown clean."""
    name, media_type = _line(found.name), _line(found.media_type)
    if name is found.name and media_type is found.media_type:
        return found
    return replace(found, name=name, media_type=media_type)


def _each(values: tuple[_Value, ...], clean_one: Callable[[_Value], _Value]) -> tuple[_Value, ...]:
    """Return the values clean, the same tuple where all of them were."""
    found = tuple([clean_one(value) for value in values])
    return values if all(map(is_, found, values)) else found
