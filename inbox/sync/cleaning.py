"""Take out of a batch's strings whatever could command a terminal. The only place that does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from operator import is_
from typing import Any, Final, TypeVar

import msgspec

from connectors.frozen import replaced
from connectors.orders import Order
from connectors.values import (
    Attachment,
    Bounce,
    ConversationChange,
    Message,
    Party,
    Quarantined,
    StatedDeadline,
)
from inbox.core.plaintext import clean

_Value = TypeVar("_Value")


def cleaned_json(text: str) -> str:
    """Return JSON with every string in it cleaned, as it is if all are; raises DecodeError."""
    value = msgspec.json.decode(text)
    clean_value = _cleaned_value(value)
    return text if clean_value == value else msgspec.json.encode(clean_value).decode()


def _cleaned_value(value: Any) -> Any:
    """Return what JSON holds with its strings cleaned."""
    match value:
        case str():
            return clean(value)
        case list():
            return [_cleaned_value(each) for each in value]
        case dict():
            return {name: _cleaned_value(each) for name, each in value.items()}
        case _:
            return value


def cleaned(message: Message) -> Message:
    """Return the message with every string of a stranger's cleaned.

    `source`, `remote_id`, places and an attachment's `ref` stay as they came:
    they are handed back to the service or kept as evidence, never shown.
    """
    changed: dict[str, Any] = {}
    for name, clean_one in _FIELDS:
        value = getattr(message, name)
        if value:  # nothing, nowhere and nobody are clean
            found = clean_one(value)
            if found is not value:
                changed[name] = found
    return replaced(message, **changed) if changed else message


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


def cleaned_order(order: Order) -> Order:
    """Return an order with every string of it fit to be shown, and no address but https."""
    found: Order = _deeply(order)
    return replace(
        found,
        page=_page(order.page),
        items=tuple(
            replace(item, page=_page(item.page), quantity=max(0, item.quantity))
            for item in found.items
        ),
        shipments=tuple(
            replace(each, tracking_url=_page(each.tracking_url)) for each in found.shipments
        ),
    )


def _deeply(value: Any) -> Any:
    """Return a value of plain fields with every text in it as one clean line."""
    if isinstance(value, str):
        return _line(value)
    if isinstance(value, tuple):
        return tuple(map(_deeply, value))
    if isinstance(value, Party):
        return _party(value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{each.name: _deeply(getattr(value, each.name)) for each in fields(value)}
        )
    return value


def _line(text: str) -> str:
    """Return the text as one clean line."""
    if text.isascii() and text.isprintable() and "  " not in text and text == text.strip(" "):
        return text  # nearly every one: there is nothing to look for in it
    return clean(text, one_line=True)


def _page(address: str) -> str:
    """Return the address of a page as one clean line, "" if it is not one that may be opened."""
    line = _line(address)
    return line if line.startswith("https://") else ""


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
    return replaced(found, name=name, media_type=media_type)


def _each(values: tuple[_Value, ...], clean_one: Callable[[_Value], _Value]) -> tuple[_Value, ...]:
    """Return the values clean, the same tuple where all of them were."""
    found = tuple([clean_one(value) for value in values])
    return values if all(map(is_, found, values)) else found


def _parties(parties: tuple[Party, ...]) -> tuple[Party, ...]:
    """Return the parties clean."""
    return _each(parties, _party)


def _lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return each text as one clean line."""
    return _each(texts, _line)


def _attachments(found: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Return the attachments clean."""
    return _each(found, _attachment)


_FIELDS: Final[tuple[tuple[str, Callable[[Any], Any]], ...]] = (
    ("sender", _party),
    ("recipients", _parties),
    ("reply_to", _parties),
    ("followup_to", _parties),
    ("subject", _line),
    ("text", clean),
    ("html", clean),
    ("attachments", _attachments),
    ("message_id", _line),
    ("in_reply_to", _lines),
    ("references", _lines),
    ("key", _line),
    ("bounce", _bounce),
    ("service", _line),
    ("conversation_ref", _line),
    ("buyer_ref", _line),
    ("order_ref", _line),
    ("item_ref", _line),
    ("storefront", _line),
    ("page", _page),
    ("not_needed_page", _page),
    ("reply_reference", _line),
    ("copy_for", _line),
)
"""Every field that holds a stranger's string, and what makes it clean."""
