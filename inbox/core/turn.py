"""Whose turn a conversation is. By itself, because the list asks it of every row at once. Pure."""

from __future__ import annotations

from datetime import datetime

from inbox.core.model import Conversation, State


def state_of(conversation: Conversation, now: datetime) -> State:
    """Return whose turn it is at `now`. What a service's clock still asks for is never waiting."""
    if conversation.spam:
        return State.SPAM
    if conversation.snoozed_until is not None and conversation.snoozed_until > now:
        return State.SNOOZED
    if conversation.done_at is not None:
        return State.DONE
    waiting = conversation.their_turn and not conversation.owed
    return State.WAITING if waiting else State.OPEN
