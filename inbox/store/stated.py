"""What a service says of whole conversations: kept as it was heard, each word once.

A word equal to the one before it is no news and is not written again, nor is
the echo of what we told it ourselves: what was told is kept here too, as ours.
A word may come before the first message of its conversation: it waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from connectors.values import ConversationChange, Direction, Message, StatedDeadline
from inbox.core.model import AccountUid, ConversationUid
from inbox.core.stated import Said, Subject
from inbox.store import halves, untold
from inbox.store.database import Transaction
from inbox.store.instants import instant, maybe_instant, maybe_micros, micros
from inbox.store.rows import portions

_FIELDS = (Subject.SEEN, Subject.ARCHIVED, Subject.CLOSED, Subject.REPLY_NEEDED)


class _Last(NamedTuple):
    """The last word on one subject."""

    value: str
    stands_at: int | None


def note_refs(
    tx: Transaction,
    account: AccountUid,
    arrived: Iterable[tuple[Message, ConversationUid]],
) -> None:
    """Remember by which name the service knows these conversations; words that waited find them."""
    named = {m.conversation_ref: uid for m, uid in arrived if m.conversation_ref}
    for ref, uid in named.items():
        tx.sql.execute(
            "INSERT OR REPLACE INTO conversation_refs (account, ref, conversation)"
            " VALUES (?, ?, ?)",
            (account, ref, uid),
        )
        waiting = tx.sql.execute(
            "SELECT 1 FROM said WHERE account = ? AND ref = ? AND conversation = '' LIMIT 1",
            (account, ref),
        ).fetchone()
        if waiting:
            stands_at, seen_until = _known(tx, uid)
            tx.sql.execute(
                "UPDATE said SET conversation = ?, stands_at = ?, seen_until = ?"
                " WHERE account = ? AND ref = ? AND conversation = ''",
                (uid, stands_at, seen_until, account, ref),
            )


def refs_of(tx: Transaction, account: AccountUid, uid: ConversationUid) -> list[str]:
    """Return the names under which an account's service knows a conversation."""
    rows = tx.sql.execute(
        "SELECT ref FROM conversation_refs WHERE conversation = ? AND account = ?", (uid, account)
    )
    return [ref for (ref,) in rows]


def conversation_of(tx: Transaction, account: AccountUid, ref: str) -> ConversationUid | None:
    """Return the conversation that a service calls so, None if no message of it is here."""
    row = tx.sql.execute(
        "SELECT conversation FROM conversation_refs WHERE account = ? AND ref = ?", (account, ref)
    ).fetchone()
    return None if row is None else ConversationUid(row[0])


def take(
    tx: Transaction,
    account: AccountUid,
    changes: Iterable[ConversationChange],
    deadlines: Iterable[StatedDeadline],
    at: datetime,
) -> set[ConversationUid]:
    """Keep what is new in a service's words heard at `at`; return the conversations touched."""
    touched: set[ConversationUid] = set()
    for change in changes:
        uid = conversation_of(tx, account, change.conversation_ref)
        ours = untold.pending(tx, uid, account) if uid is not None else frozenset()
        for subject in _FIELDS:
            value: bool | None = getattr(change, subject.value)
            if (
                value is None
                or subject in ours
                or (subject is Subject.SEEN and _is_stowed(tx, uid))
            ):
                continue
            last = _last(tx, account, change.conversation_ref, subject.value)
            if subject is Subject.SEEN and uid is not None:
                touched |= _seen(tx, uid, account, last, at, seen=value)
            news = last is None or last.value != _flag(value=value) or subject is Subject.SEEN
            if not news and subject is Subject.REPLY_NEEDED and change.needed_since is None:
                news = value and _still(tx, uid, last)
            if news:
                _write(tx, account, change.conversation_ref, uid, subject, _flag(value=value), at)
                touched |= {uid} if uid is not None else set()
        if change.reply_needed and change.needed_since is not None:
            touched |= _needed_since(tx, account, change, uid, at)
    for deadline in deadlines:
        uid = conversation_of(tx, account, deadline.conversation_ref)
        value_said = _deadline_text(deadline)
        name = f"{Subject.DEADLINE}:{deadline.ref}"
        last = _last(tx, account, deadline.conversation_ref, name)
        if last is None or last.value != value_said:
            _write(tx, account, deadline.conversation_ref, uid, name, value_said, at)
            touched |= {uid} if uid is not None else set()
    return touched


def _needed_since(
    tx: Transaction,
    account: AccountUid,
    change: ConversationChange,
    uid: ConversationUid | None,
    at: datetime,
) -> set[ConversationUid]:
    """Keep since when the service waits for the seller; return the conversation if it is news."""
    ref, subject, value = change.conversation_ref, Subject.NEEDED_SINCE, change.needed_since
    said = str(maybe_micros(value))
    last = _last(tx, account, ref, subject)
    if last is not None and last.value == said:
        return set()
    _write(tx, account, ref, uid, subject, said, at)
    return {uid} if uid is not None else set()


def told(
    tx: Transaction, account: AccountUid, ref: str, subject: Subject, *, value: bool, at: datetime
) -> None:
    """Keep what we told the service ourselves, so that its echo is no news."""
    uid = conversation_of(tx, account, ref)
    _write(tx, account, ref, uid, subject, _flag(value=value), at, ours=True)


def of_conversations(
    tx: Transaction, wanted: Sequence[ConversationUid]
) -> dict[ConversationUid, list[Said]]:
    """Return the words on those conversations that have any, in the order heard."""
    found: dict[ConversationUid, list[Said]] = {}
    for some in portions(wanted):
        rows = tx.sql.execute(
            "SELECT conversation, subject, value, at, stands_at, seen_until, ref FROM said"  # noqa: S608 - marks only
            f" WHERE ours = 0 AND conversation IN ({','.join('?' * len(some))}) ORDER BY id",
            some,
        )
        for uid, subject, value, at, stands_at, seen_until, ref in rows:
            found.setdefault(ConversationUid(uid), []).append(
                _said(subject, value, ref, at, stands_at, seen_until)
            )
    return found


def of_conversation(tx: Transaction, uid: ConversationUid) -> list[Said]:
    """Return the words on one conversation, in the order heard."""
    return of_conversations(tx, [uid]).get(uid, [])


def move(tx: Transaction, old: ConversationUid, target: ConversationUid) -> None:
    """Let what was said of one conversation be said of another."""
    for table in ("said", "conversation_refs"):
        tx.sql.execute(
            f"UPDATE {table} SET conversation = ? WHERE conversation = ?",  # noqa: S608 - names of ours
            (target, old),
        )


def _still(tx: Transaction, uid: ConversationUid | None, last: _Last | None) -> bool:
    """Return whether the seller wrote elsewhere since that word: an answer is needed even so.

    A notice in between is no answer to the service. An answer given here is
    one: the service may only not have counted it yet. Who also states since
    when it waits is asked for that instant instead.
    """
    if uid is None or last is None:
        return False
    row = tx.sql.execute(
        "SELECT accepted_at, json_extract(doc, '$.direction') = 'out' AND outgoing IS NULL"
        " FROM doc_messages WHERE conversation = ? ORDER BY accepted_at DESC, doc_id DESC LIMIT 1",
        (uid,),
    ).fetchone()
    return row is not None and bool(row[1]) and row[0] > (last.stands_at or 0)


def _last(tx: Transaction, account: AccountUid, ref: str, subject: str) -> _Last | None:
    row = tx.sql.execute(
        "SELECT value, stands_at FROM said WHERE account = ? AND ref = ? AND subject = ?"
        " ORDER BY id DESC LIMIT 1",
        (account, ref, subject),
    ).fetchone()
    return None if row is None else _Last(*row)


def _write(  # noqa: PLR0917 - the columns of one row
    tx: Transaction,
    account: AccountUid,
    ref: str,
    uid: ConversationUid | None,
    subject: str,
    value: str,
    at: datetime,
    *,
    ours: bool = False,
) -> None:
    if uid is not None and _is_stowed(tx, uid):
        from inbox.store.stowed import bringing  # rarely needed

        bringing.try_back(tx, uid)
    stands_at, seen_until = (None, None) if uid is None else _known(tx, uid)
    if subject == Subject.SEEN:
        # Only the last word counts: what was read is a mark of each message.
        tx.sql.execute(
            "DELETE FROM said WHERE account = ? AND ref = ? AND subject = ?",
            (account, ref, subject),
        )
    tx.sql.execute(
        "INSERT INTO said (account, ref, conversation, subject, value, at, stands_at,"
        " seen_until, ours) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (account, ref, uid or "", subject, value, micros(at), stands_at, seen_until, int(ours)),
    )


def _is_stowed(tx: Transaction, uid: ConversationUid | None) -> bool:
    """Return whether a conversation lies in a file: what was read there is no news."""
    found = tx.sql.execute("SELECT 1 FROM stowed WHERE conversation = ?", (uid,))
    return found.fetchone() is not None


def _known(tx: Transaction, uid: ConversationUid) -> tuple[int | None, int | None]:
    """Return when the newest message came, and the newest one that is read or not theirs."""
    row = tx.sql.execute(
        "SELECT max(accepted_at), max(CASE WHEN json_extract(doc, '$.direction') <> 'in'"
        " OR json_extract(doc, '$.seen') THEN accepted_at END)"
        " FROM doc_messages WHERE conversation = ?",
        (uid,),
    ).fetchone()
    return row[0], row[1]


def _seen(
    tx: Transaction,
    uid: ConversationUid,
    account: AccountUid,
    last: _Last | None,
    at: datetime,
    *,
    seen: bool,
) -> set[ConversationUid]:
    """Mark as read what was read at the service, or the newest message as unread.

    Said again, it counts only for what has come since. Mail of the same is read with it.
    """
    again = last is not None and last.value == _flag(value=seen)
    since = (last.stands_at or 0) if last is not None and again else None
    theirs = [
        each
        for each in tx.table("messages").get(doc_ids=_doc_ids(tx, uid))
        if each["direction"] == Direction.IN.value and each["account"] == account
    ]
    theirs.sort(key=lambda each: (each["accepted_at"], each["uid"]))
    wanted = theirs if seen else theirs[-1:]
    changed: dict[int, dict[str, Any]] = {
        each.doc_id: {**each, "seen": seen}
        for each in wanted
        if each.get("seen", False) != seen and (since is None or each["accepted_at"] > since)
    }
    if not changed or (again and not seen):
        return set()
    tx.table("messages").put(changed)
    return {uid} | halves.follow(tx, changed.values(), at)


def _doc_ids(tx: Transaction, uid: ConversationUid) -> list[int]:
    rows = tx.sql.execute("SELECT doc_id FROM doc_messages WHERE conversation = ?", (uid,))
    return [doc_id for (doc_id,) in rows]


def _flag(*, value: bool) -> str:
    return "1" if value else "0"


def _deadline_text(deadline: StatedDeadline) -> str:
    """Return all that is stated, as the text by which it is compared."""
    said = [
        deadline.kind,
        maybe_micros(deadline.due_at),
        maybe_micros(deadline.opened_at),
        deadline.said,
        deadline.page,
    ]
    return msgspec.json.encode(said).decode()


def _said(  # noqa: PLR0917 - the columns of one row
    subject: str, value: str, ref: str, at: int, stands_at: int | None, seen_until: int | None
) -> Said:
    """Return a row as the word it stands for."""
    name, _colon, about = subject.partition(":")
    deadline = None
    if name == Subject.DEADLINE:
        kind, due_at, opened_at, sentence, page = msgspec.json.decode(value)
        deadline = StatedDeadline(
            conversation_ref=ref,
            ref=about,
            kind=kind,
            due_at=maybe_instant(due_at),
            opened_at=maybe_instant(opened_at),
            said=sentence,
            page=page,
        )
    since = instant(int(value)) if name == Subject.NEEDED_SINCE else None
    return Said(
        subject=Subject(name),
        value=_holds(value, deadline, since),
        at=instant(at),
        stands_at=maybe_instant(stands_at),
        seen_until=maybe_instant(seen_until),
        deadline=deadline,
        since=since,
    )


def _holds(value: str, deadline: StatedDeadline | None, since: datetime | None) -> bool:
    """Return whether a word says that it is so."""
    if deadline is not None:
        return deadline.due_at is not None
    return since is not None or value == "1"
