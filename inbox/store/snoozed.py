"""When what was put off comes back."""

from __future__ import annotations

from datetime import datetime

from inbox.store.database import Transaction
from inbox.store.instants import maybe_instant, micros


def next_wake(tx: Transaction, now: datetime) -> datetime | None:
    """Return when the next snoozed conversation comes back, None if none is snoozed."""
    (found,) = tx.sql.execute(
        "SELECT min(snoozed_until) FROM doc_conversations WHERE snoozed_until > ?", (micros(now),)
    ).fetchone()
    return maybe_instant(found)
