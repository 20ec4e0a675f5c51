"""Threading keys that name a buyer, taken out."""

from __future__ import annotations

from collections.abc import Collection

from inbox.core.linking import beginnings
from inbox.core.model import ConversationUid
from inbox.store.database import Transaction
from inbox.store.keeping.renewing import renew
from inbox.store.rows import encoded


def take_out(tx: Transaction, wanted: str, gone: Collection[ConversationUid]) -> None:
    """Remove the keys that lead to these conversations, and those made of the address."""
    alone, *_others = every = beginnings(wanted)
    begins = " OR ".join(f'substr("key", 1, {len(each)}) = ?' for each in every)
    found: list[tuple[str, str]] = tx.sql.execute(
        'SELECT account, "key" FROM thread_keys'  # noqa: S608 - marks and numbers
        f" WHERE conversation IN (SELECT value FROM json_each(?)) OR {begins}"
        # Where one sender writes for many, the address stands behind the sender's.
        ' OR instr("key", ?)',
        (encoded(list(gone)).decode(), *every, f">{alone}"),
    ).fetchall()
    tx.sql.executemany('DELETE FROM thread_keys WHERE account = ? AND "key" = ?', found)
    renew(tx, "thread_keys", found)
