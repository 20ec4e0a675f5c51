"""What the seller was told of what became due soon or late: once for each change and each way.

The row is written before anything is rung or run: of two screens one rings,
and a crash in between tells nothing twice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from inbox.core.alerts import HELD, LATE, SOON, Change
from inbox.core.model import AccountUid, ConversationUid
from inbox.store.database import Transaction
from inbox.store.instants import instant, maybe_instant, micros

COMMAND = "notify_failure"
"""That the seller's `notify_command` failed, as the store names it."""
CONFIG = "config_failure"
"""That a changed configuration cannot be used."""
_FAILING = (CONFIG, COMMAND)

_KEPT = timedelta(days=400)
"""How long is remembered what is no longer owed."""


def pending(tx: Transaction, way: str, now: datetime) -> list[Change]:
    """Return what is due soon or late at `now` and was not told this way, by due instant.

    What is put off is not told as due soon; once late it is. With them the
    scheduled answers that something new holds back.
    """
    rows = tx.sql.execute(
        "SELECT doc FROM doc_conversations AS one"
        " WHERE owed = 1 AND spam = 0 AND soon_at <= :now"
        " AND (due_at < :now OR coalesce(snoozed_until <= :now, 1))"
        " AND NOT EXISTS (SELECT 1 FROM told WHERE conversation = one.uid"
        "  AND told.due_at = one.due_at AND way = :way"
        "  AND (state = 'late' OR state = CASE WHEN one.due_at < :now THEN 'late' ELSE 'soon' END))"
        " ORDER BY due_at, uid",
        {"now": micros(now), "way": way},
    )
    return [*(_change(raw, now) for (raw,) in rows), *_held(tx, way)]


def claim(tx: Transaction, way: str, changes: Sequence[Change], now: datetime) -> None:
    """Note that these are told this way now; in the write transaction that `pending` read in."""
    tx.sql.executemany(
        "INSERT OR IGNORE INTO told (conversation, due_at, state, way, at) VALUES (?, ?, ?, ?, ?)",
        [(one.conversation, micros(one.due_at), one.state, way, micros(now)) for one in changes],
    )
    tx.sql.execute(
        "DELETE FROM told WHERE at < ?"
        " AND conversation NOT IN (SELECT uid FROM doc_conversations WHERE owed = 1)",
        (micros(now - _KEPT),),
    )


def next_change(tx: Transaction, now: datetime) -> datetime | None:
    """Return when something next becomes due soon or late, or comes back; None if nothing will."""
    found = tx.sql.execute(
        "SELECT min(at) FROM ("
        " SELECT min(soon_at) AS at FROM doc_conversations WHERE owed = 1 AND soon_at > :now"
        " UNION ALL SELECT min(due_at) FROM doc_conversations WHERE owed = 1 AND due_at >= :now"
        " UNION ALL SELECT min(snoozed_until) FROM doc_conversations WHERE snoozed_until > :now)",
        {"now": micros(now)},
    ).fetchone()
    return maybe_instant(found[0])


def note_failure(tx: Transaction, said: str, what: str = COMMAND) -> None:
    """Remember why something of the seller's failed, to be told once; "" forgets it."""
    known = _failure(tx, what)
    if not said:
        tx.sql.execute("DELETE FROM meta WHERE name = ?", (what,))
    elif known is None or known[0] != said:
        _put_failure(tx, what, said, told=False)


def has_failed(tx: Transaction, what: str = COMMAND) -> bool:
    """Return whether it failed when it was used last."""
    return _failure(tx, what) is not None


def failure(tx: Transaction) -> str:
    """Return why something of the seller's failed, if nobody was told of it yet; else ""."""
    known = (_failure(tx, what) for what in _FAILING)
    return next((said for said, told in filter(None, known) if not told), "")


def failure_told(tx: Transaction) -> None:
    """Note that the seller knows what `failure` returns."""
    for what in _FAILING:
        known = _failure(tx, what)
        if known is not None and not known[1]:
            _put_failure(tx, what, known[0], told=True)
            return


def note_stowed(tx: Transaction, conversations: int) -> None:
    """Note that the engine stowed so many, for the seller to be told once."""
    tx.sql.execute(
        "INSERT INTO meta (name, value) VALUES ('stowed_untold', ?)"
        " ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
        (conversations,),
    )


def stowed(tx: Transaction) -> int:
    """Return how many the engine stowed of which nobody was told yet."""
    row = tx.sql.execute("SELECT value FROM meta WHERE name = 'stowed_untold'").fetchone()
    return 0 if row is None else int(row[0])


def stowed_told(tx: Transaction) -> None:
    """Note that the seller knows."""
    tx.sql.execute("DELETE FROM meta WHERE name = 'stowed_untold'")


def _held(tx: Transaction, way: str) -> list[Change]:
    """Return the scheduled answers that are held back and were not told this way."""
    rows = tx.sql.execute(
        "SELECT one.doc, json_extract(item.doc, '$.schedule.held_at') AS held_at"
        " FROM doc_outbox AS item JOIN doc_conversations AS one ON one.uid = item.conversation"
        " WHERE item.settled = 0 AND item.state = 'queued' AND held_at IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM told WHERE conversation = one.uid"
        "  AND told.due_at = held_at AND state = 'held' AND way = :way)"
        " ORDER BY held_at, one.uid",
        {"way": way},
    )
    return [_held_change(raw, held_at) for raw, held_at in rows]


def _held_change(raw: str, held_at: int) -> Change:
    document = json.loads(raw)
    name, address = document["party"]
    return Change(
        conversation=ConversationUid(document["uid"]),
        account=AccountUid(document["account"]),
        party=name or address,
        subject=document["subject"],
        state=HELD,
        due_at=instant(held_at),
        since=instant(held_at),
    )


def _failure(tx: Transaction, what: str) -> tuple[str, bool] | None:
    row = tx.sql.execute("SELECT value FROM meta WHERE name = ?", (what,)).fetchone()
    if row is None:
        return None
    said, told = json.loads(row[0])
    return str(said), bool(told)


def _put_failure(tx: Transaction, what: str, said: str, *, told: bool) -> None:
    tx.sql.execute(
        "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (what, json.dumps([said, told]))
    )


def _change(raw: str, now: datetime) -> Change:
    document = json.loads(raw)
    name, address = document["party"]
    due_at = instant(document["due_at"])
    late = due_at < now
    since = due_at if late else instant(document["soon_at"])
    return Change(
        conversation=ConversationUid(document["uid"]),
        account=AccountUid(document["account"]),
        party=name or address,
        subject=document["subject"],
        state=LATE if late else SOON,
        due_at=due_at,
        since=max(since, instant(document["last_at"])),
    )
