"""What is owed judged anew after rules changed, which changes nothing else of a conversation.

A document that was made under the account's terms of today keeps all but what it says of
its due instant: that part is written into it, and the columns that differ. It is what
`derive` would write, byte for byte, for a fraction of the work.
"""

from __future__ import annotations

from collections.abc import Sequence

from inbox.core.judging import judged
from inbox.core.model import ConversationUid, Delivery
from inbox.core.obligation import Findings, Owing
from inbox.core.obligations import NOTHING_GIVEN, Book, choice_for
from inbox.core.retelling import retold
from inbox.core.rulebook import Choice
from inbox.store import conversations, verdicts
from inbox.store.conversations import Kept
from inbox.store.database import Transaction
from inbox.store.verdicts import Found, Rows


def rejudge(tx: Transaction, rows: Sequence[Kept], book: Book) -> set[ConversationUid]:
    """Judge anew those of these that can be and return them; the others are to be derived.

    They are those made under other terms, those of which not all that happened stands in their
    document, and those with an answer that waits: it may leave by what is due.
    """
    chosen = [
        (row, choice)
        for row in rows
        if row.course and row.unsent != Delivery.QUEUED and (choice := _same_terms(row, book))
    ]
    before = verdicts.of_conversations(tx, [row.uid for row, _choice in chosen])
    made = [_judge(row, choice, before.get(row.uid)) for row, choice in chosen]
    conversations.put_owing(tx, [(row, owing) for row, owing, _found in made])
    verdicts.put(tx, [found for _row, _owing, found in made], before)
    return {row.uid for row, _choice in chosen}


def _same_terms(row: Kept, book: Book) -> Choice | None:
    """Return the rules of a document that was made under the account's terms of today."""
    choice = choice_for(book, row.account, row.service, row.storefront)
    return choice if row.rule_hash.startswith(choice.quiet) else None


def _judge(row: Kept, choice: Choice, before: Rows | None) -> tuple[Kept, Owing, Found]:
    """Return what is owed in a conversation, and all that is found there."""
    given = verdicts.given_of(before, finals=not choice.dated) if before else NOTHING_GIVEN
    findings = Findings()
    owing = judged(retold(row.course), choice, given, findings)
    return row, owing, Found(row.uid, row.account, row.service, findings)
