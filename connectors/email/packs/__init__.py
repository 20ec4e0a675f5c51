"""Mail that a marketplace relays: what is known of each, as data beside this file."""

from __future__ import annotations

from connectors.email.headers import Fields
from connectors.values import Message


def apply(message: Message, fields: Fields) -> Message:
    """Return the message with what its marketplace's pack knows of it."""
    return message
