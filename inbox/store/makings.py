"""What conversations are made of, read from the store for a lot of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter

import msgspec

from inbox.core.model import AccountUid, ConversationUid, Delivery, Fact, OutboxItem
from inbox.core.obligation import Findings, Standing
from inbox.core.stated import Said
from inbox.store import drafts, journal, outbox, stated, verdicts
from inbox.store.database import Transaction
from inbox.store.drafts import Draft
from inbox.store.judged import Judged, judged
from inbox.store.rows import portions
from inbox.store.verdicts import Rows

_QUEUED = Delivery.QUEUED
_IN_ORDER = attrgetter("taken", "uid")

TOGETHER = 100
"""How many are made at once: with more of them the processor's caches are left behind."""


class Making(msgspec.Struct, gc=False):
    """What one conversation's document is made of."""

    heads: list[Judged] = []
    delivered: bool = False
    """Whether a reply of ours is among them."""
    owner: AccountUid = AccountUid("")
    """Whose terms hold."""
    facts: Sequence[Fact] = ()
    rows: Rows = {}
    """The verdicts kept of it."""
    found: Findings = msgspec.field(default_factory=Findings)
    said: Sequence[Said] = ()
    """What the service says of it."""
    standing: Standing | None = None
    """The verdict that was given last, where it may still stand."""
    scheduled: Sequence[OutboxItem] = ()
    """Its replies that wait for their time."""
    replanned: list[OutboxItem] = []
    """Those that leave at another time than was written down."""
    begun: Draft | None = None
    """The mail that begins it, where there is no message yet."""

    @property
    def anything(self) -> bool:
        """Whether there is anything to make it of."""
        return bool(self.heads or self.begun)


def makings_of(tx: Transaction, wanted: Sequence[ConversationUid]) -> dict[ConversationUid, Making]:
    """Return what each of these is made of, its heads oldest first."""
    facts = journal.of_conversations(tx, wanted)
    kept = verdicts.of_conversations(tx, wanted)
    said = stated.of_conversations(tx, wanted)
    makings = {uid: Making() for uid in wanted}
    for uid, some in facts.items():
        makings[uid].facts = some
    for uid, rows in kept.items():
        makings[uid].rows = rows
    for uid, words in said.items():
        makings[uid].said = words
    _read_heads(tx, wanted, makings)
    for uid, making in makings.items():
        if making.delivered and _QUEUED in [head.delivery for head in making.heads]:
            making.scheduled = _scheduled(tx, uid)
        draft = None if making.heads else drafts.get(tx, uid)
        if draft is not None and draft.account is not None:
            making.owner, making.begun = draft.account, draft
    return makings


def _scheduled(tx: Transaction, uid: ConversationUid) -> list[OutboxItem]:
    """Return the conversation's replies that wait for their time."""
    return [
        item
        for item in outbox.of_conversation(tx, uid)
        if item.schedule is not None and item.state is Delivery.QUEUED
    ]


def _read_heads(
    tx: Transaction,
    wanted: Sequence[ConversationUid],
    makings: Mapping[ConversationUid, Making],
) -> None:
    """Put the heads of these conversations' messages where they belong, oldest first."""
    for some in portions(wanted):
        # Not by the table: it puts each document to the whole list of those asked for.
        rows = tx.sql.execute(
            "SELECT CAST(doc AS BLOB) FROM doc_messages"  # noqa: S608 - marks only
            f" WHERE conversation IN ({','.join('?' * len(some))})",
            some,
        )
        for (raw,) in rows:
            head = judged(raw)
            making = makings[head.conversation]
            making.heads.append(head)
            if head.delivery is not None:
                making.delivered = True
    for making in makings.values():
        found = making.heads
        if len(found) > 1:
            found.sort(key=_IN_ORDER)
            making.heads = found = [head for head in found if head.twin_of is None] or found
            # As `heads.owner_of`: where mail stands beside what an API told, it is the API's.
            making.owner = next((each for each in found if not each.message_id), found[0]).account
        elif found:
            making.owner = found[0].account
