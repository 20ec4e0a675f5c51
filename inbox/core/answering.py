"""What a query means, said slowly and plainly; the store's SQL is tested against it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo

from inbox.core import moments
from inbox.core.model import Conversation, DueState, State
from inbox.core.obligations import due_state
from inbox.core.query import TIMED, Query, Term
from inbox.core.turn import state_of


def matches(
    query: Query, conversation: Conversation, now: datetime, has_word: Callable[[Term], bool]
) -> bool:
    """Return whether the conversation is an answer at `now`.

    `has_word` answers for what the full text answers, given without its minus. Spam is
    no answer unless `is:spam` asks for it.
    """
    if conversation.spam and not query.wants_spam:
        return False
    for term in query.terms:
        plain = replace(term, negated=False)
        worded = term in query.words
        holds = has_word(plain) if worded else _is_so(plain, conversation, now, query.zone)
        if holds is term.negated:
            return False
    return True


def _is_so(term: Term, conversation: Conversation, now: datetime, zone: tzinfo | None) -> bool:
    """Return whether a term holds that is about the conversation as a whole."""
    if term.field == "is":
        return _is_state(term.value, conversation, now)
    if term.field == "account":
        return conversation.account == term.value
    if term.field == "has":
        return conversation.attached
    if term.field in TIMED:
        at = conversation.due_at if term.field == "due" else conversation.last_at
        begin, end = moments.stretch(term.field, term.value, now, zone)
        return at is not None and (begin is None or begin <= at) and (end is None or at < end)
    named = {
        "service": (conversation.service,),
        "tag": conversation.tags,
        "lang": (conversation.language,),
    }
    return term.value.casefold() in [each.casefold() for each in named[term.field]]


def _is_state(name: str, conversation: Conversation, now: datetime) -> bool:
    """Return whether `is:name` holds."""
    match name:
        case "owed" | "unread" | "starred" | "gone":
            return bool(getattr(conversation, name))
        case "unsent":
            return conversation.unsent is not None
        case "late" | "soon":
            near = due_state(conversation.due_at, conversation.target, now)
            return near is DueState(name)
        case _:
            return state_of(conversation, now) is State(name)
