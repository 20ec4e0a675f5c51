"""What the seller did here and a service is still to be told: read, done, spam, no reply needed.

Written with the fact itself, in one transaction, and taken out once the
service took it: so nothing is forgotten by a crash, and telling twice does no
harm. Of each subject of a conversation only the last word waits; undo waits
as its reverse. As long as a word waits, it is newer than what the service says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from connectors.frozen import frozen
from connectors.values import Direction, Mark, Place, Role
from inbox.core.model import AccountUid, ConversationUid, Fact, Verb
from inbox.core.stated import Subject
from inbox.core.undo import held_before
from inbox.store.database import Transaction
from inbox.store.heads import owner_of, places_of, without_twins
from inbox.store.instants import maybe_instant, micros
from inbox.store.rows import Fields, decoded

_ANSWERED = "answered"
_SPAM = "spam"
_TRASH = "trash"
_MARKS = {
    Verb.READ: (Subject.SEEN, Mark.SEEN, Mark.UNSEEN),
    Verb.UNREAD: (Subject.SEEN, Mark.UNSEEN, Mark.SEEN),
    Verb.DONE: (Subject.ARCHIVED, Mark.ARCHIVED, Mark.UNARCHIVED),
    Verb.REOPEN: (Subject.ARCHIVED, Mark.UNARCHIVED, Mark.ARCHIVED),
    Verb.CLOSE: (Subject.CLOSED, Mark.CLOSED, None),
    Verb.SPAM: (_SPAM, Mark.JUNK, Mark.NOT_JUNK),
    Verb.NOT_SPAM: (_SPAM, Mark.NOT_JUNK, Mark.JUNK),
    Verb.TRASH: (_TRASH, Mark.TRASHED, Mark.NOT_TRASHED),
    Verb.UNTRASH: (_TRASH, Mark.NOT_TRASHED, Mark.TRASHED),
    Verb.NO_REPLY_NEEDED: (Subject.REPLY_NEEDED, Mark.NO_REPLY_NEEDED, None),
}
"""What each verb is about, what it tells, and what its undo tells (None: it cannot be)."""


_PAIRED = frozenset(
    {
        *(Mark.SEEN, Mark.UNSEEN, Mark.ARCHIVED, Mark.UNARCHIVED),
        *(Mark.TRASHED, Mark.NOT_TRASHED),
    }
)
"""Marks told as well where the same came by mail. Not junk: a mailbox that learned it would put
the marketplace's next mail there."""
_WHERE = {
    Mark.ARCHIVED: {Role.INBOX},
    Mark.UNARCHIVED: {Role.ARCHIVE},
    Mark.JUNK: {Role.INBOX, Role.ARCHIVE, Role.OTHER},
    Mark.NOT_JUNK: {Role.JUNK},
    Mark.TRASHED: {Role.INBOX, Role.ARCHIVE, Role.OTHER, Role.JUNK},
    Mark.NOT_TRASHED: {Role.TRASH},
}
"""What the folders are for that a mark moves messages out of."""
BACK = frozenset({Mark.UNARCHIVED, Mark.NOT_JUNK, Mark.NOT_TRASHED})
"""Marks that take a message back from where another put it."""


@frozen(kw_only=True)
class Untold:
    """One mark that a service is to be told."""

    id: int
    conversation: ConversationUid
    subject: str
    mark: Mark
    places: tuple[Place, ...]
    """Of SEEN, UNSEEN and ANSWERED: the messages it is about; else it is about all of them."""
    attempts: int
    at: int
    """When it was said, in microseconds."""


def note(tx: Transaction, fact: Fact, turned: Sequence[Fact] = ()) -> None:
    """Let what a fact means be told to the service; `turned` are those an undo speaks of."""
    if fact.conversation is None:
        return
    if fact.verb in _MARKS:
        subject, mark, _reverse = _MARKS[fact.verb]
        _put(tx, fact.conversation, subject, mark, fact.at)
    for each in turned:
        if each.conversation != fact.conversation or each.verb not in _MARKS or held_before(each):
            continue
        subject, mark, reverse = _MARKS[each.verb]
        said = mark if fact.verb is Verb.REDO else reverse
        if said is None:
            _take_back(tx, fact.conversation, subject)
        else:
            _put(tx, fact.conversation, subject, said, fact.at)


def due(tx: Transaction, account: AccountUid, now: datetime, limit: int) -> list[Untold]:
    """Return what the account's service is to be told now, the oldest word first."""
    rows = tx.sql.execute(
        "SELECT id, conversation, subject, mark, places, attempts, at FROM untold"
        " WHERE account = ? AND next_at <= ? ORDER BY id LIMIT ?",
        (account, micros(now), limit),
    )
    return [
        Untold(
            id=number,
            conversation=ConversationUid(uid),
            subject=subject,
            mark=Mark(mark),
            places=tuple(
                Place(each[0], each[1], each[2], Role(each[3]))
                for each in msgspec.json.decode(places)
            ),
            attempts=attempts,
            at=at,
        )
        for number, uid, subject, mark, places, attempts, at in rows
    ]


def hold(tx: Transaction, uid: ConversationUid, subject: str, until: datetime) -> None:
    """Let what waits of a subject be told from `until` on: it cannot be taken back after that."""
    tx.sql.execute(
        "UPDATE untold SET next_at = ? WHERE conversation = ? AND subject = ?",
        (micros(until), uid, subject),
    )


def next_at(tx: Transaction, account: AccountUid, now: datetime) -> datetime | None:
    """Return the next instant after `now` from which something can be told; None: there is none."""
    found = tx.sql.execute(
        "SELECT min(next_at) FROM untold WHERE account = ? AND next_at > ?", (account, micros(now))
    ).fetchone()
    return maybe_instant(found[0])


def pending(tx: Transaction, uid: ConversationUid, account: AccountUid) -> frozenset[str]:
    """Return the subjects on which the seller's word has not reached an account's service."""
    rows = tx.sql.execute(
        "SELECT subject FROM untold WHERE conversation = ? AND account = ?", (uid, account)
    )
    return frozenset(subject for (subject,) in rows)


def is_over(tx: Transaction, word: Untold) -> None:
    """Take out a word that was told, or never can be; a newer one of the subject stays."""
    tx.sql.execute("DELETE FROM untold WHERE id = ? AND at = ?", (word.id, word.at))


def again(tx: Transaction, word: Untold, at: datetime) -> None:
    """Let a word be told again from `at` on."""
    tx.sql.execute(
        "UPDATE untold SET attempts = attempts + 1, next_at = ? WHERE id = ? AND at = ?",
        (micros(at), word.id, word.at),
    )


def move(tx: Transaction, old: ConversationUid, target: ConversationUid) -> None:
    """Let what waits of one conversation wait of another."""
    tx.sql.execute(
        "UPDATE OR REPLACE untold SET conversation = ? WHERE conversation = ?", (target, old)
    )


@frozen(kw_only=True)
class Lying:
    """Where the messages lie that a mark is about."""

    fit: tuple[Place, ...]
    """Where the mark can be carried out."""
    other: tuple[Place, ...]
    lost: tuple[str, ...]
    """Message-IDs of those that lie nowhere we know of."""


def lying(tx: Transaction, uid: ConversationUid, account: AccountUid, mark: Mark) -> Lying:
    """Return where the messages lie that a mark is to be told an account's service about."""
    heads = _came(tx, uid).get(account, [])
    there = [place for head in heads if "gone_at" not in head for place in places_of(head)]
    wanted = _WHERE.get(mark)
    return Lying(
        fit=tuple(place for place in there if wanted is None or place.role in wanted),
        other=tuple(place for place in there if wanted is not None and place.role not in wanted),
        lost=tuple(
            head["message_id"] for head in heads if "gone_at" in head and "message_id" in head
        ),
    )


def seen_elsewhere(
    tx: Transaction, heads: Iterable[Mapping[str, Any]], at: datetime, *, seen: bool
) -> None:
    """Let it be told where these lie that they are read, or not, as their other halves are."""
    about: dict[tuple[ConversationUid, AccountUid], list[list[str]]] = {}
    for head in heads:
        if "gone_at" not in head:
            about.setdefault((head["conversation"], head["account"]), []).extend(head["places"])
    for (uid, account), places in about.items():
        _write(tx, uid, account, Subject.SEEN, Mark.SEEN if seen else Mark.UNSEEN, places, at)


def answered_elsewhere(tx: Transaction, heads: Iterable[Mapping[str, Any]], at: datetime) -> None:
    """Let it be told where these lie that their other halves were answered."""
    for head in heads:
        if "gone_at" not in head:
            where = head["conversation"], head["account"]
            _write(tx, *where, _ANSWERED, Mark.ANSWERED, head["places"], at)


def _put(tx: Transaction, uid: ConversationUid, subject: str, mark: Mark, at: datetime) -> None:
    """Let a mark be told to the conversation's service, and to where the same came by mail."""
    row = tx.sql.execute("SELECT account FROM doc_conversations WHERE uid = ?", (uid,)).fetchone()
    if row is None:
        return
    came = _came(tx, uid)
    for account in dict.fromkeys((row[0], *(came if mark in _PAIRED else ()))):
        about: list[list[str]] = []
        if subject == Subject.SEEN:
            about = _changing(came.get(account, ()), seen=mark is Mark.SEEN)
        _write(tx, uid, account, subject, mark, about, at)


def _write(  # noqa: PLR0917 - the columns of one row
    tx: Transaction,
    uid: ConversationUid,
    account: AccountUid,
    subject: str,
    mark: Mark,
    about: list[list[str]],
    at: datetime,
) -> None:
    """Let one account's service be told; of single messages, with what waits of it already."""
    if subject in {Subject.SEEN, _ANSWERED}:
        waiting = tx.sql.execute(
            "SELECT places FROM untold"
            " WHERE conversation = ? AND account = ? AND subject = ? AND mark = ?",
            (uid, account, subject, mark),
        ).fetchone()
        about = about + ([] if waiting is None else msgspec.json.decode(waiting[0]))
        if not about:
            return
    tx.sql.execute(
        "INSERT OR REPLACE INTO untold (account, conversation, subject, mark, places, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (account, uid, subject, mark, msgspec.json.encode(about).decode(), micros(at)),
    )


def _take_back(tx: Transaction, uid: ConversationUid, subject: str) -> None:
    tx.sql.execute("DELETE FROM untold WHERE conversation = ? AND subject = ?", (uid, subject))


def _changing(heads: Iterable[Fields], *, seen: bool) -> list[list[str]]:
    """Return the places of what a word about reading changes."""
    return [
        list(place)
        for head in heads
        if head.get("seen", False) != seen and "gone_at" not in head
        for place in head["places"]
    ]


def _came(tx: Transaction, uid: ConversationUid) -> dict[AccountUid, list[Fields]]:
    """Return the heads of what came in by account: of its own service, and what came by mail.

    An API that told of it in another account is told nothing: it has another conversation.
    """
    rows = tx.sql.execute("SELECT doc FROM doc_messages WHERE conversation = ?", (uid,))
    every = [decoded(raw) for (raw,) in rows.fetchall()]
    if not every:
        return {}
    owner = owner_of(without_twins(every))
    found: dict[AccountUid, list[Fields]] = {}
    for head in every:
        if head["direction"] == Direction.IN.value and (
            head["account"] == owner or head.get("message_id")
        ):
            found.setdefault(head["account"], []).append(head)
    return found
