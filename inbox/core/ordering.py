"""The order of a list: late oldest first, then due next, then what has no due by newest message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from inbox.core.model import Conversation

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def sort_key(
    conversation: Conversation,
    now: datetime | None = None,  # noqa: ARG001 - callers sort by the time as everywhere else
) -> tuple[int, int, str]:
    """Return the key that puts conversations in list order (ascending; ties by uid).

    Late oldest first and then due ascending is one ascending order of
    `due_at`, so `now` changes nothing; it stays for callers that have it.
    """
    if conversation.due_at is not None:
        return (0, (conversation.due_at - EPOCH) // MICROSECOND, conversation.uid)
    return (1, -((conversation.last_at - EPOCH) // MICROSECOND), conversation.uid)
