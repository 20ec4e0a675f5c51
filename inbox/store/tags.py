"""The tags there are."""

from __future__ import annotations

import json

from inbox.store.database import Transaction


def known(tx: Transaction) -> tuple[str, ...]:
    """Return every tag that is on any conversation, the one on most of them first."""
    rows = tx.sql.execute(
        "SELECT json_extract(doc, '$.tags'), count(*) FROM doc_conversations"
        " WHERE tag_text IS NOT NULL GROUP BY 1"
    )
    counted: dict[str, int] = {}
    for tags, count in rows:
        for tag in json.loads(tags):
            counted[tag] = counted.get(tag, 0) + count
    return tuple(sorted(counted, key=lambda tag: (-counted[tag], tag.casefold(), tag)))
