"""Which conversations are old enough to be stowed, and why others of that age are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from inbox.core.model import Conversation, ConversationUid, Verb
from inbox.core.stated import Said, Subject
from inbox.core.stowing import Standing, Stays, stays
from inbox.store import conversations, stated
from inbox.store.database import Transaction
from inbox.store.instants import maybe_instant, micros
from inbox.store.rows import portions


def silent_since(tx: Transaction, before: datetime) -> list[ConversationUid]:
    """Return the conversations whose newest message is older, the oldest first."""
    rows = tx.sql.execute(
        "SELECT uid FROM doc_conversations WHERE last_at < ? ORDER BY last_at, uid",
        (micros(before),),
    )
    return [ConversationUid(uid) for (uid,) in rows]


def judged(
    tx: Transaction, wanted: Sequence[ConversationUid], before: datetime
) -> Iterator[tuple[Conversation, Stays | None]]:
    """Yield each of these conversations that is there with why it stays; None: it may go."""
    for some in portions(wanted):
        for standing in standings(tx, some):
            yield standing.conversation, stays(standing, before)


def standings(tx: Transaction, wanted: Sequence[ConversationUid]) -> list[Standing]:
    """Return these conversations (at most some hundred) with all that can keep them."""
    done = _grouped(
        tx, "max(json_extract(doc, '$.at')), max(verb = ?)", "doc_journal", wanted, Verb.NOT_A_BUYER
    )
    drafts = _grouped(tx, "1", "doc_drafts", wanted)
    leaving = _grouped(tx, "max(state <> 'accepted' OR NOT settled)", "doc_outbox", wanted)
    untold = _grouped(tx, "1", "untold", wanted)
    undecided = _grouped(tx, "max(missed IS NULL)", "verdicts", wanted)
    apart = _grouped(tx, "1", "stowed", wanted)
    said = stated.of_conversations(tx, wanted)
    return [
        Standing(
            conversation=each,
            done_last=maybe_instant(done[each.uid][0]) if each.uid in done else None,
            draft=each.uid in drafts,
            leaving=bool(leaving.get(each.uid, (0,))[0]),
            untold=each.uid in untold,
            needed=_needed(said.get(each.uid, ())),
            stated_until=_stated_until(said.get(each.uid, ())),
            undecided=bool(undecided.get(each.uid, (0,))[0]),
            apart=each.uid in apart,
            sender=bool(each.uid in done and done[each.uid][1]),
        )
        for each in conversations.page(tx, wanted)
    ]


def _grouped(
    tx: Transaction, what: str, table: str, wanted: Sequence[ConversationUid], *values: str
) -> dict[ConversationUid, tuple[Any, ...]]:
    """Return what a table says of each of these conversations that has rows in it."""
    rows = tx.sql.execute(
        f"SELECT conversation, {what} FROM {table}"  # noqa: S608 - names of ours and marks
        f" WHERE conversation IN ({','.join('?' * len(wanted))}) GROUP BY conversation",
        (*values, *wanted),
    )
    return {uid: rest for uid, *rest in rows}


def _needed(said: Sequence[Said]) -> bool:
    """Return whether the last word is that an answer is needed."""
    words = [each for each in said if each.subject is Subject.REPLY_NEEDED]
    return bool(words) and words[-1].value


def _stated_until(said: Sequence[Said]) -> datetime | None:
    """Return the last instant stated that still stands."""
    last = {each.deadline.ref: each for each in said if each.deadline is not None}
    standing = [each.deadline.due_at for each in last.values() if each.deadline is not None]
    return max((at for at in standing if at is not None), default=None)
