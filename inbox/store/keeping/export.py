"""Everything there is as lines of JSON, in the order in which it came into the store.

The first line says what the file is. Then come messages (those written here as
`reply`, with their place in the outbox), after them what the seller did (facts
and drafts), then what stands beside: see `inbox.store.keeping.beside` and `files`.
`inbox.sync.carrying.ours` reads it back. Documents are written as they are
stored: what a newer version adds to them has a default on reading.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from inbox.core.model import ConversationUid
from inbox.store import contents
from inbox.store.database import Transaction
from inbox.store.keeping import beside, files
from inbox.store.rows import decoded, portions

FORMAT = 1
KIND = "seller-inbox export"
Line = dict[str, Any]
Chosen = Collection[ConversationUid] | None
"""The conversations to export; None: all."""


def lines(
    tx: Transaction, names: Mapping[str, str], now: datetime, chosen: Chosen = None
) -> Iterator[Line]:
    """Yield an export line by line; `names` are the accounts' names by uid."""
    yield first_line(names, now)
    outbox = {document["key"]: dict(document) for document in tx.table("outbox").all()}
    orders: set[tuple[str, str]] = set()
    for doc_id, head in heads(tx, chosen):
        orders.add((head["account"], head.get("order_ref", "")))
        yield message_line(tx, doc_id, head, outbox)
    for name, kind in (("journal", "fact"), ("drafts", "draft")):
        for document in tx.table(name).all():
            if _wanted(document.get("conversation"), chosen):
                yield {"type": kind, kind: dict(document)}
    for kind, row in beside.rows(tx, chosen, orders):
        yield {"type": kind, kind: row}
    yield from files.lines(tx, chosen)


def first_line(names: Mapping[str, str], now: datetime) -> Line:
    """Return the line that says what the file is."""
    from importlib.metadata import version  # slow to import, and nearly nobody exports

    return {
        "type": KIND,
        "format": FORMAT,
        "program": version("seller-inbox"),
        "exported_at": now.astimezone(UTC).isoformat(),
        "accounts": dict(names),
    }


def encoded(line: Line) -> bytes:
    """Return a line as it stands in the file."""
    return msgspec.json.encode(line) + b"\n"


def heads(tx: Transaction, chosen: Chosen = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (doc_id, head) of every message, in the order in which they came into the store."""
    rows = tx.sql.execute("SELECT doc_id, doc FROM doc_messages ORDER BY doc_id")
    for doc_id, raw in rows:
        head = decoded(raw)
        if _wanted(head["conversation"], chosen):
            yield doc_id, head


def count(tx: Transaction, chosen: Chosen = None) -> int:
    """Return how many messages an export has."""
    if chosen is None:
        found: int = tx.sql.execute("SELECT count(*) FROM doc_messages").fetchone()[0]
        return found
    return sum(_count_in(tx, some) for some in portions(sorted(chosen)))


def _count_in(tx: Transaction, some: list[ConversationUid]) -> int:
    marks = ",".join("?" * len(some))
    found: int = tx.sql.execute(
        f"SELECT count(*) FROM doc_messages WHERE conversation IN ({marks})",  # noqa: S608 - marks only
        some,
    ).fetchone()[0]
    return found


def message_line(
    tx: Transaction, doc_id: int, head: dict[str, Any], outbox: Mapping[str, dict[str, Any]]
) -> Line:
    """Return the line of one message, with text, HTML and source."""
    text, html = contents.bodies(tx, [doc_id]).get(doc_id, ("", None))
    source = contents.source(tx, doc_id)
    line: Line = {
        "type": "message",
        "head": head,
        "text": text,
        "html": html,
        "source": None if source is None else base64.b64encode(source).decode(),
    }
    item = outbox.get(head.get("outgoing", ""))
    return line if item is None else {**line, "type": "reply", "outbox": item}


def _wanted(conversation: object, chosen: Chosen) -> bool:
    return chosen is None or conversation in chosen
