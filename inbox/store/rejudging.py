"""What is owed judged anew after rules changed, which changes nothing else of a conversation.

A document that was made under the account's terms of today keeps all but what it says of
its due instant: that part is written into it, and the columns that differ. It is what
`derive` would write, byte for byte, for a fraction of the work.
"""

from __future__ import annotations

from collections.abc import Sequence

from inbox.core.conversations import judged
from inbox.core.model import ConversationUid, Delivery
from inbox.core.obligation import Findings, Owing
from inbox.core.obligations import NOTHING_GIVEN, Book, choice_for
from inbox.core.retelling import retold
from inbox.store import conversations, verdicts
from inbox.store.conversations import Happened, Kept, happened
from inbox.store.database import Transaction
from inbox.store.rows import portions
from inbox.store.verdicts import Found, Rows

_TOGETHER = 100
"""How many are judged at once: with more of them the processor's caches are left behind."""


def rejudge(
    tx: Transaction, wanted: Sequence[ConversationUid], book: Book
) -> list[ConversationUid]:
    """Judge these anew; return those it cannot do, which are to be derived as a whole.

    They are those made under other terms, those of which not all that happened stands in their
    document, and those with an answer that waits: it may leave by what is due.
    """
    done: set[ConversationUid] = set()
    rows = [row for row in conversations.kept(tx, wanted) if _same_terms(row, book)]
    for some in portions(rows, _TOGETHER):
        known = [(row, each) for row in some if _is_plain(each := happened(row.raw))]
        before = verdicts.of_conversations(tx, [row.uid for row, _each in known])
        found = [_judge(row, each, before.get(row.uid, {}), book) for row, each in known]
        owing = [each for each, _found in found]
        conversations.put_owing(tx, zip([row for row, _each in known], owing, strict=True))
        verdicts.put(tx, [each for _owing, each in found], before)
        done.update([row.uid for row, _each in known])
    return [uid for uid in wanted if uid not in done]


def _same_terms(row: Kept, book: Book) -> bool:
    """Return whether a document was made under the account's terms of today."""
    return row.rule_hash.startswith(choice_for(book, row.account, "").quiet)


def _is_plain(one: Happened) -> bool:
    """Return whether a document holds all that its verdict hangs on but the rules."""
    return bool(one.course) and one.unsent != Delivery.QUEUED


def _judge(row: Kept, one: Happened, before: Rows, book: Book) -> tuple[Owing, Found]:
    """Return what is owed in a conversation, and all that is found there."""
    choice = choice_for(book, row.account, one.service, one.storefront)
    given = verdicts.given_of(before, finals=not choice.dated) if before else NOTHING_GIVEN
    findings = Findings()
    owing = judged(retold(one.course), choice, given, findings)
    return owing, Found(row.uid, row.account, one.service, findings)
