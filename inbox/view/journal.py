"""The journal as rows: what the seller did, the newest first, and whether it holds."""

from __future__ import annotations

from datetime import datetime

from connectors.frozen import frozen
from inbox.core.model import Conversation, Verb
from inbox.core.undo import group_of, is_step, undone
from inbox.store import conversations, journal
from inbox.store.database import Transaction

_FACTS = 2000
"""How far back the journal is shown."""


@frozen(kw_only=True)
class JournalRow:
    """What one keypress did."""

    group: str
    at: datetime
    verb: Verb
    name: str
    """The tag, or how many were stowed, where it is about that; else empty."""
    conversation: Conversation | None
    """The first it was done to; None if that is no more."""
    count: int
    """To how many conversations it was done."""
    undone: bool


def rows(tx: Transaction) -> tuple[JournalRow, ...]:
    """Return what was done by keys and commands, newest first; looking is not in it."""
    taken_back = undone(reversed(journal.newest(tx, _FACTS)))
    done = [
        facts
        for facts in journal.groups(tx, _FACTS)
        if facts[0].verb is Verb.STOW or (is_step(facts[0]) and facts[0].group)
    ]
    firsts = [facts[0].conversation for facts in done]
    known = {each.uid: each for each in conversations.page(tx, list(filter(None, firsts)))}
    return tuple(
        JournalRow(
            group=group_of(facts[0]),
            at=facts[0].at,
            verb=facts[0].verb,
            name=facts[0].arguments.get("name") or facts[0].arguments.get("conversations", ""),
            conversation=known.get(first) if first is not None else None,
            count=len({fact.conversation for fact in facts}),
            undone=facts[0].group in taken_back,
        )
        for facts, first in zip(done, firsts, strict=True)
    )
