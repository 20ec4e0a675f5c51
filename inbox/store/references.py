"""Whether everything that is referred to is there: questions in SQL, each a count.

For the doctor. Nothing here should ever be other than 0.
"""

from __future__ import annotations

from collections.abc import Iterator

from inbox.store.database import Transaction
from inbox.store.heads import places_of
from inbox.store.presence import Spot, spot
from inbox.store.rows import decoded

_NO_CONVERSATION = "conversation NOT IN (SELECT uid FROM doc_conversations)"
_NO_MESSAGE = "message NOT IN (SELECT doc_id FROM doc_messages)"

LOST: tuple[tuple[str, str], ...] = (
    ("messages", f"SELECT count(*) FROM doc_messages WHERE {_NO_CONVERSATION}"),
    ("drafts", f"SELECT count(*) FROM doc_drafts WHERE {_NO_CONVERSATION}"),
    ("outbox", f"SELECT count(*) FROM doc_outbox WHERE {_NO_CONVERSATION}"),
    (
        "outbox",
        "SELECT count(*) FROM doc_outbox WHERE message NOT IN (SELECT uid FROM doc_messages)",
    ),
    (
        "journal",
        "SELECT count(*) FROM doc_journal"
        f" WHERE conversation IS NOT NULL AND {_NO_CONVERSATION}"
        # A fact of a conversation that lost its last message stays a fact.
        " AND conversation NOT IN (SELECT conversation FROM thread_keys)",
    ),
    (
        "conversations",
        "SELECT count(*) FROM doc_conversations"
        " WHERE uid NOT IN (SELECT conversation FROM doc_messages)",
    ),
    (
        "bodies",
        "SELECT count(*) FROM doc_messages WHERE doc_id NOT IN (SELECT message FROM bodies)",
    ),
    ("bodies", f"SELECT count(*) FROM bodies WHERE {_NO_MESSAGE}"),
    ("sources", f"SELECT count(*) FROM sources WHERE {_NO_MESSAGE}"),
    ("places", f"SELECT count(*) FROM places WHERE {_NO_MESSAGE}"),
    (
        "quarantine",
        "SELECT count(*) FROM doc_quarantine"
        " WHERE doc_id NOT IN (SELECT item FROM quarantine_sources)",
    ),
    (
        "redirects",
        "SELECT count(*) FROM redirects WHERE target IN (SELECT uid FROM redirects)"
        " OR uid IN (SELECT uid FROM doc_conversations)",
    ),
)
"""What is looked at, and the question how much of it refers to nothing."""


def lost(tx: Transaction) -> Iterator[tuple[str, int]]:
    """Yield what refers to nothing, with how many do."""
    for name, question in LOST:
        (count,) = tx.sql.execute(question).fetchone()
        if count:
            yield name, count


def misplaced(tx: Transaction) -> int:
    """Return how many places and messages do not say the same of where a message lies."""
    noted: set[tuple[str, Spot, int]] = {
        (account, (folder, epoch, number), doc_id)
        for account, folder, epoch, number, doc_id in tx.sql.execute(
            "SELECT account, folder, epoch, id, message FROM places"
        )
    }
    told: set[tuple[str, Spot, int]] = set()
    for doc_id, raw in tx.sql.execute("SELECT doc_id, doc FROM doc_messages WHERE gone_at IS NULL"):
        head = decoded(raw)
        told.update((head["account"], spot(place), doc_id) for place in places_of(head))
    return len(noted ^ told)
