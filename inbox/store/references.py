"""Whether everything that is referred to is there; for the doctor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inbox.store.database import Transaction
from inbox.store.heads import places_of
from inbox.store.presence import Spot, spot
from inbox.store.rows import PREFIX, decoded


@dataclass(frozen=True, slots=True)
class Reference:
    """A column whose values must all stand in another."""

    table: str
    column: str
    there: str
    key: str


_SPOKEN_OF = (
    "(SELECT conversation FROM doc_messages UNION ALL"
    " SELECT conversation FROM doc_drafts WHERE json_extract(doc, '$.account') IS NOT NULL)"
)
"""What a conversation is made of: its messages, or the mail that begins it."""

REFERENCES = (
    Reference("doc_messages", "conversation", "doc_conversations", "uid"),
    Reference("doc_conversations", "uid", _SPOKEN_OF, "conversation"),
    Reference("doc_drafts", "conversation", "doc_conversations", "uid"),
    Reference("doc_outbox", "conversation", "doc_conversations", "uid"),
    Reference("doc_outbox", "message", "doc_messages", "uid"),
    Reference("doc_messages", "doc_id", "bodies", "message"),
    Reference("bodies", "message", "doc_messages", "doc_id"),
    Reference("sources", "message", "doc_messages", "doc_id"),
    Reference("files", "message", "doc_messages", "doc_id"),
    Reference("named", "message", "doc_messages", "doc_id"),
    Reference("alike", "message", "doc_messages", "doc_id"),
    Reference("matters", "message", "doc_messages", "doc_id"),
    Reference("places", "message", "doc_messages", "doc_id"),
    Reference("doc_quarantine", "doc_id", "quarantine_sources", "item"),
    Reference("quarantine_sources", "item", "doc_quarantine", "doc_id"),
)


def lost(tx: Transaction) -> Iterator[tuple[str, int]]:
    """Yield the tables with rows that refer to nothing, each with how many do."""
    for each in REFERENCES:
        (count,) = tx.sql.execute(
            f"SELECT count(*) FROM {each.table} WHERE {each.column} NOT IN"  # noqa: S608 - names of ours
            f" (SELECT {each.key} FROM {each.there})"
        ).fetchone()
        if count:
            yield each.table.removeprefix(PREFIX), count
    (count,) = tx.sql.execute(
        "SELECT count(*) FROM redirects WHERE target IN (SELECT uid FROM redirects)"
        " OR uid IN (SELECT uid FROM doc_conversations)"
    ).fetchone()
    if count:
        yield "redirects", count


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
