"""The Message API's answers as they are written; fields that nothing here needs are not read.

Source: Message API 1.0.0. It calls every field optional: what we cannot do
without is asked for here, so that a row without it is put aside by itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class Conversations(msgspec.Struct):
    """A page of the list; each row is read by itself, so that one bad row spoils no other."""

    conversations: list[msgspec.Raw] | None = None
    total: int | None = None
    next: str | None = None


class Messages(msgspec.Struct):
    """A page of one conversation's messages."""

    messages: list[msgspec.Raw] | None = None
    total: int | None = None
    next: str | None = None


class Latest(msgspec.Struct, rename="camel"):
    """What the list shows of a conversation's newest message."""

    message_id: str | None = None
    created_date: datetime | None = None
    read_status: bool | None = None
    sender_username: str | None = None
    recipient_username: str | None = None


class Conversation(msgspec.Struct, rename="camel"):
    """A conversation as the list shows it."""

    conversation_id: str
    conversation_type: str
    created_date: datetime | None = None
    conversation_status: str | None = None
    conversation_title: str | None = None
    latest_message: Latest | None = None
    reference_id: str | None = None
    reference_type: str | None = None
    unread_count: int | None = None


class Media(msgspec.Struct, rename="camel"):
    """A file that lies somewhere on the web."""

    media_url: str | None = None
    media_name: str | None = None
    media_type: str | None = None


class Said(msgspec.Struct, rename="camel"):
    """One message of a conversation."""

    message_id: str
    created_date: datetime
    message_body: str | None = None
    subject: str | None = None
    read_status: bool | None = None
    sender_username: str | None = None
    recipient_username: str | None = None
    message_media: list[Media] | None = None


class Sent(msgspec.Struct, rename="camel"):
    """What eBay answers to a message of ours."""

    message_id: str
    created_date: datetime


class Problem(msgspec.Struct):
    """An error's body."""

    errors: list[dict[str, Any]] = []
