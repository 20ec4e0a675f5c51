"""Conversation documents made anew from messages, facts and the book of rules.

Whatever changes a message or writes a fact calls `derive` for the
conversations it touched, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

from connectors.values import Direction, Party
from inbox.core.conversations import begun, summarise
from inbox.core.model import (
    AccountTerms,
    AccountUid,
    Conversation,
    ConversationUid,
    Delivery,
    Fact,
    OutboxItem,
)
from inbox.core.obligation import Findings
from inbox.core.obligations import NOTHING_GIVEN, Book, terms_for
from inbox.core.stated import Said
from inbox.store import conversations, drafts, journal, outbox, stated, uids, verdicts
from inbox.store.database import Store, Transaction
from inbox.store.drafts import Draft
from inbox.store.judged import Judged, judged
from inbox.store.rows import portions
from inbox.store.schedules import replanned
from inbox.store.verdicts import Rows

_TOGETHER = 100
"""How many are made at once: with more of them the processor's caches are left behind."""
_WORST = (Delivery.REFUSED, Delivery.UNSURE, Delivery.SENDING, Delivery.QUEUED)


@dataclass(slots=True)
class _Making:
    """What one conversation's document is made of."""

    heads: list[Judged] = field(default_factory=list)
    owner: AccountUid = AccountUid("")  # noqa: RUF009 - a str; a NewType is no call
    """Whose terms hold."""
    facts: Sequence[Fact] = ()
    rows: Rows = field(default_factory=dict)
    """The verdicts kept of it."""
    found: Findings = field(default_factory=Findings)
    said: Sequence[Said] = ()
    """What the service says of it."""
    scheduled: Sequence[OutboxItem] = ()
    """Its replies that wait for their time."""
    replanned: list[OutboxItem] = field(default_factory=list)
    """Those that leave at another time than was written down."""
    begun: Draft | None = None
    """The mail that begins it, where there is no message yet."""

    @property
    def anything(self) -> bool:
        """Whether there is anything to make it of."""
        return bool(self.heads or self.begun)


def derive(tx: Transaction, touched: Iterable[ConversationUid], book: Book) -> None:
    """Write the documents of these conversations as their messages and facts now say.

    A merged one's is made where it is now; one without a message left is
    forgotten, unless a mail that begins it is being written.
    """
    wanted = _current(tx, touched)
    judge = _Judge(tx, book)
    for some in portions(wanted, _TOGETHER):
        makings = _makings(tx, some)
        made = judge.every(makings).values()
        conversations.put(tx, made)
        verdicts.put(
            tx,
            [(each, makings[each.uid].found) for each in made],
            {uid: making.rows for uid, making in makings.items()},
        )
        for making in makings.values():
            for item in making.replanned:
                outbox.put(tx, item)
        conversations.forget(tx, [uid for uid, making in makings.items() if not making.anything])


def recompute(
    tx: Transaction, wanted: Sequence[ConversationUid], book: Book
) -> dict[ConversationUid, Conversation]:
    """Return what `derive` would write for each of these that there is anything of."""
    return _Judge(tx, book).every(_makings(tx, wanted))


def stale(tx: Transaction, book: Book) -> list[ConversationUid]:
    """Return the conversations whose verdict was made under another book."""
    rows = tx.sql.execute(
        "SELECT uid FROM doc_conversations WHERE rule_hash < :hash"
        " UNION ALL SELECT uid FROM doc_conversations WHERE rule_hash > :hash",
        {"hash": book.hash},
    )
    return [ConversationUid(uid) for (uid,) in rows]


def refresh(store: Store, book: Book, now: datetime | None = None) -> int:
    """Derive again what was derived under another book; return how many those were.

    In short transactions, so that nobody waits long for the store. What fell
    due by `now` is noted as missed first: no new rule takes that back.
    """
    if now is not None:
        settle(store, now)
    with store.read() as tx:
        old = stale(tx, book)
    for some in portions(old):
        with store.write() as tx:
            derive(tx, some, book)
    return len(old)


def settle(store: Store, now: datetime) -> None:
    """Note what fell due without an answer as missed; writes only if anything did."""
    with store.read() as tx:
        waiting = verdicts.unsettled(tx, now)
    if waiting:
        with store.write() as tx:
            verdicts.settle(tx, now)


def _current(tx: Transaction, wanted: Iterable[ConversationUid]) -> list[ConversationUid]:
    """Return each of these once, merges followed."""
    every = list(dict.fromkeys(wanted))
    moved = uids.followed(tx, every)
    return list(dict.fromkeys(uids.current(moved, uid) for uid in every))


def _makings(tx: Transaction, wanted: Sequence[ConversationUid]) -> dict[ConversationUid, _Making]:
    facts = journal.of_conversations(tx, wanted)
    kept = verdicts.of_conversations(tx, wanted)
    said = stated.of_conversations(tx, wanted)
    makings = {
        uid: _Making(facts=facts.get(uid, ()), rows=kept.get(uid, {}), said=said.get(uid, ()))
        for uid in wanted
    }
    _read_heads(tx, wanted, makings)
    for uid, making in makings.items():
        if any(head.delivery is Delivery.QUEUED for head in making.heads):
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
    makings: Mapping[ConversationUid, _Making],
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
            makings[head.conversation].heads.append(head)
    for making in makings.values():
        found = making.heads
        if len(found) > 1:
            found.sort(key=attrgetter("taken", "uid"))
            making.heads = found = [head for head in found if head.twin_of is None] or found
        if found:
            # As `heads.owner_of`: where mail stands beside what an API told, it is the API's.
            making.owner = next((each for each in found if not each.message_id), found[0]).account


class _Judge:
    """Makes conversations under one book; what they share is looked up once."""

    def __init__(self, tx: Transaction, book: Book) -> None:
        self._book = book
        self._no_buyers = journal.not_buyers(tx)
        self._terms: dict[AccountUid, AccountTerms] = {}

    def one(self, uid: ConversationUid, making: _Making) -> Conversation:
        """Return the conversation that these messages and facts make, or a mail begun."""
        if making.begun is not None:
            return self._begun(uid, making.begun, making.owner, making.facts)
        terms = self._terms.get(making.owner)
        if terms is None:
            terms = self._terms[making.owner] = terms_for(self._book, making.owner)
        made = summarise(
            uid,
            making.heads,
            making.facts,
            terms,
            self._book,
            self._no_buyers,
            _snippet(making),
            _unsent(making.heads),
            verdicts.given_of(making.rows) if making.rows else NOTHING_GIVEN,
            making.found,
            making.said,
        )
        if not making.scheduled:
            return made
        made, making.replanned[:] = replanned(making.scheduled, made, making.heads)
        return made

    def every(
        self, makings: Mapping[ConversationUid, _Making]
    ) -> dict[ConversationUid, Conversation]:
        """Return each of these that there is anything of."""
        return {uid: self.one(uid, making) for uid, making in makings.items() if making.anything}

    def _begun(
        self, uid: ConversationUid, draft: Draft, account: AccountUid, facts: Sequence[Fact]
    ) -> Conversation:
        """Return the conversation that a mail begins which is still being written."""
        from inbox.core import addresses  # only who writes mails needs it

        parties = addresses.typed(draft.to or "").parties
        party = parties[0] if parties else Party("", "")
        service = terms_for(self._book, account).kind
        return begun(
            uid, account, service, party, draft.subject, draft.text, draft.at, self._book, facts
        )


def _snippet(making: _Making) -> str:
    """Return the beginning of the newest message that says anything."""
    for head in reversed(making.heads):
        if head.snippet:
            return head.snippet
    return ""


def _unsent(heads: Sequence[Judged]) -> Delivery | None:
    """Return the worst state of a reply that was not accepted."""
    states = [each.delivery for each in heads if each.delivery and each.direction is Direction.OUT]
    return next((state for state in _WORST if state in states), None) if states else None


def tried(
    tx: Transaction, wanted: Sequence[ConversationUid], book: Book
) -> dict[ConversationUid, Findings]:
    """Return what each of these would owe under a book if no verdict stood; writes nothing."""
    makings = _makings(tx, wanted)
    for making in makings.values():
        making.rows.clear()
    _Judge(tx, book).every(makings)
    return {uid: making.found for uid, making in makings.items()}
