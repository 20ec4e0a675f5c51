"""Which conversations may leave the store for a file: only those that nobody waits for. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum

from connectors.frozen import frozen
from inbox.core.model import Conversation

LEAST = timedelta(days=90)
"""No younger conversation is stowed: platforms measure answers over so long."""

_AGE = re.compile(r"([0-9]{1,4})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


class Stays(StrEnum):
    """Why a conversation stays in the store."""

    YOUNG = "young"
    """Something was said or done in it since."""
    OWED = "owed"
    SNOOZED = "snoozed"
    STARRED = "starred"
    UNREAD = "unread"
    """Words of theirs that nobody has seen; what lies in spam may go unseen."""
    DRAFT = "draft"
    LEAVING = "leaving"
    """A reply is not out, or not wholly done."""
    UNTOLD = "untold"
    """Its service is still to be told something."""
    STATED = "stated"
    """Its service waits for an answer, or a dispute's day is still to come."""
    UNDECIDED = "undecided"
    """Whether an answer was in time is not known yet."""
    SENDER = "sender"
    """Your word that its sender is no buyer stands in it, and holds for others."""
    APART = "apart"
    """Its older part lies in a file that could not be read."""


@frozen(kw_only=True)
class Standing:
    """A conversation and all that can keep it in the store."""

    conversation: Conversation
    done_last: datetime | None = None
    """When the seller last did anything in it."""
    draft: bool = False
    leaving: bool = False
    untold: bool = False
    needed: bool = False
    """The service's last word is that an answer is needed."""
    stated_until: datetime | None = None
    """The last instant that the service states for it."""
    undecided: bool = False
    sender: bool = False
    apart: bool = False


def stays(standing: Standing, before: datetime) -> Stays | None:
    """Return why a conversation stays, None where it may go: it was silent since `before`."""
    one = standing.conversation
    instants = (one.last_at, standing.done_last, one.done_at)
    claims = {
        Stays.OWED: one.owed or one.due_at is not None,
        Stays.SNOOZED: one.snoozed_until is not None and one.snoozed_until >= before,
        Stays.STARRED: one.starred,
        Stays.UNREAD: one.unread and not one.spam,
        Stays.DRAFT: standing.draft or not one.message_count,
        Stays.LEAVING: standing.leaving or one.unsent is not None or one.held is not None,
        Stays.UNTOLD: standing.untold,
        Stays.STATED: standing.needed
        or (standing.stated_until is not None and standing.stated_until >= before),
        Stays.UNDECIDED: standing.undecided,
        Stays.SENDER: standing.sender,
        Stays.APART: standing.apart,
        Stays.YOUNG: any(at is not None and at >= before for at in instants),
    }
    return next((why for why, holds in claims.items() if holds), None)


def age_of(text: str) -> timedelta:
    """Return the age that `3y`, `18m`, `6w` or `90d` is (a year 365 days, a month 30).

    Raises ValueError for anything else, and for less than `LEAST`.
    """
    found = _AGE.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(text)
    age = timedelta(days=int(found[1]) * _DAYS[found[2]])
    if age < LEAST:
        raise ValueError(text)
    return age
