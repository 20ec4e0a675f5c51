"""What the list shows of a mail that is all quote: what was typed into it, not our own old words.

A mail tells by itself only what its writer's program marked. Which of these lines
nobody said before is known once its conversation is. Few mails are so, and only
those are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable

from tinydb import where

from connectors.values import Direction, Message
from inbox.core.insertions import Heard, begins_as_quote, typed_into
from inbox.core.quoting import split
from inbox.core.snippets import snippet_of
from inbox.store import contents
from inbox.store.database import Transaction
from inbox.store.heads import Head
from inbox.store.instants import micros
from inbox.store.intake import Ingested

_HEARD = 20
"""So many of the messages before are compared, the newest ones."""


def settle(tx: Transaction, arrived: Iterable[tuple[Message, Ingested]]) -> None:
    """Let the heads of these messages hold what was typed into a quote; `derive` is the caller's.

    One whose new words stand beside its quote has them already.
    """
    for message, taken in arrived:
        if not taken.new or message.direction is not Direction.IN:
            continue
        if not begins_as_quote(message.text) or _has_new_words(message):
            continue
        table = tx.table("messages")
        document = table.get(where("uid") == taken.uid)
        typed = typed_into(message.text, _heard_before(tx, message, taken))
        if typed and document is not None:  # none: another copy of it was there
            head: Head = {**document, "snippet": snippet_of(typed)}
            table.put({document.doc_id: head})


def _has_new_words(message: Message) -> bool:
    """Return whether new words stand beside a quote: where none do, nothing counts as quoted."""
    return any(part.quoted for part in split(message.text, subject=message.subject))


def _heard_before(tx: Transaction, message: Message, taken: Ingested) -> Heard:
    """Return what was said in its conversation before a message."""
    rows = tx.sql.execute(
        "SELECT doc_id FROM doc_messages WHERE conversation = ? AND accepted_at < ?"
        " ORDER BY accepted_at DESC, uid LIMIT ?",
        (taken.conversation, micros(message.accepted_at), _HEARD),
    )
    found = [doc_id for (doc_id,) in rows.fetchall()][::-1]
    texts = contents.bodies(tx, found)
    heard = Heard()
    for doc_id in found:
        if doc_id in texts:
            heard.hear_message(split(texts[doc_id][0]))
    return heard
