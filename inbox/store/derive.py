"""Conversation documents made anew from messages, facts and the book of rules.

Whatever changes a message or writes a fact calls `derive` for the
conversations it touched, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from connectors.values import Direction, Party
from inbox.core.conversations import begun, summarise
from inbox.core.model import (
    AccountTerms,
    AccountUid,
    Conversation,
    ConversationUid,
    Delivery,
    Fact,
)
from inbox.core.obligation import Findings, Standing
from inbox.core.obligations import Book, choice_for, terms_for
from inbox.store import conversations, journal, outbox, uids, verdicts
from inbox.store.conversations import Kept
from inbox.store.database import Store, Transaction
from inbox.store.drafts import Draft
from inbox.store.judged import Judged
from inbox.store.makings import TOGETHER, Making, makings_of
from inbox.store.rejudging import rejudge
from inbox.store.rows import portions
from inbox.store.schedules import replanned
from inbox.store.verdicts import Found, Rows

_AT_ONCE = 1000
"""How many are judged anew in one transaction: some 50 ms."""
_WORST = (Delivery.REFUSED, Delivery.UNSURE, Delivery.SENDING, Delivery.QUEUED)


def derive(
    tx: Transaction, touched: Iterable[ConversationUid], book: Book, *, anew: bool = False
) -> None:
    """Write the documents of these conversations as their messages and facts now say.

    A merged one's is made where it is now; one without a message left is
    forgotten, unless a mail that begins it is being written. `anew`: no
    verdict that stands is trusted.
    """
    judge = _Judge(tx, book)
    for some in portions(_current(tx, touched), TOGETHER):
        _derive(tx, some, conversations.kept(tx, some), judge, anew=anew)


def renew(tx: Transaction, numbers: Sequence[int], book: Book) -> None:
    """Derive the conversations in these rows as `derive` does, if nothing but the book changed.

    With less work where it need not be from their messages. A row that is no more was merged
    into another meanwhile, which was derived then.
    """
    judge = _Judge(tx, book)
    for some in portions(numbers, TOGETHER):
        rows = conversations.kept_in(tx, some)
        done = rejudge(tx, rows, book)
        left = [row for row in rows if row.uid not in done]
        if left:
            _derive(tx, [row.uid for row in left], left, judge)


def _derive(
    tx: Transaction,
    some: Sequence[ConversationUid],
    rows: Sequence[Kept],
    judge: _Judge,
    *,
    anew: bool = False,
) -> None:
    """Write a lot of documents, `rows` being what stands there of them."""
    makings = makings_of(tx, some)
    if not anew:
        for row in rows:
            making = makings[row.uid]
            making.standing = _standing(row, making.rows)
    made = judge.every(makings)
    conversations.put(tx, made.values(), {row.uid: row for row in rows})
    found: list[Found] = []
    for uid, one in made.items():
        making = makings[uid]
        if not making.found.stands and (making.rows or making.found.obligations):
            found.append(Found(uid, one.account, one.service, making.found))
        for item in making.replanned:
            outbox.put(tx, item)
    verdicts.put(tx, found, {one.uid: makings[one.uid].rows for one in found})
    if len(made) < len(makings):
        conversations.forget(tx, [uid for uid in makings if uid not in made])


def recompute(
    tx: Transaction, wanted: Sequence[ConversationUid], book: Book
) -> dict[ConversationUid, Conversation]:
    """Return what `derive` would write for each of these that there is anything of."""
    return _Judge(tx, book).every(makings_of(tx, wanted))


def stale(tx: Transaction, book: Book) -> list[int]:
    """Return the rows of the conversations whose verdict hangs on what the book says otherwise now.

    What can open nothing hangs on no rule, and what a rule does not speak of not on that one.
    """
    found: list[int] = []
    for rule_hash, sample in conversations.samples(tx):
        if not is_fresh(rule_hash, sample, book):
            rows = tx.sql.execute(
                "SELECT doc_id FROM doc_conversations WHERE rule_hash = ?", (rule_hash,)
            )
            found += [doc_id for (doc_id,) in rows]
    return found


def is_fresh(rule_hash: str, one: Conversation, book: Book) -> bool:
    """Return whether a conversation known by that hash hangs on what the book says now.

    The hash is made of account, service and storefront too: one conversation speaks for all
    that are known by it.
    """
    choice = choice_for(book, one.account, one.service, one.storefront)
    return rule_hash in (choice.quiet, choice.hash)


def refresh(store: Store, book: Book, now: datetime | None = None) -> int:
    """Derive again what was derived under another book; return how many those were.

    In short transactions, so that nobody waits long for the store. What fell
    due by `now` is noted as missed first: no new rule takes that back.
    """
    if now is not None:
        settle(store, now)
    with store.read() as tx:
        old = stale(tx, book)
    for some in portions(old, _AT_ONCE):
        with store.write() as tx:
            renew(tx, some, book)
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


def _standing(row: Kept, rows: Rows) -> Standing | None:
    """Return the verdict of a document if what is kept of it is all of this conversation.

    Rows of another one that became part of it may not be: then it is judged.
    """
    if not row.course or (row.owed and not rows):
        return None
    if rows:
        messages = [each[2] for each in row.course]
        for _rule, anchor in rows:
            if anchor not in messages:
                return None
    return row


class _Judge:
    """Makes conversations under one book; what they share is looked up once."""

    def __init__(self, tx: Transaction, book: Book) -> None:
        self._book = book
        self._no_buyers = journal.not_buyers(tx)
        self._terms: dict[AccountUid, AccountTerms] = {}
        self._finals = not any(rule.valid_from for rule in book.rules)

    def one(self, uid: ConversationUid, making: Making) -> Conversation:
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
            _unsent(making.heads) if making.delivered else None,
            lambda: verdicts.given_of(making.rows, finals=self._finals),
            making.found,
            making.said,
            making.standing,
        )
        if not making.scheduled:
            return made
        made, making.replanned[:] = replanned(making.scheduled, made, making.heads)
        return made

    def every(
        self, makings: Mapping[ConversationUid, Making]
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


def _snippet(making: Making) -> str:
    """Return the beginning of the newest message that says anything, of a notice only if alone."""
    noticed = ""
    for head in reversed(making.heads):
        if head.snippet and not head.notice_of:
            return head.snippet
        noticed = noticed or head.snippet
    return noticed


def _unsent(heads: Sequence[Judged]) -> Delivery | None:
    """Return the worst state of a reply that was not accepted."""
    states = [each.delivery for each in heads if each.delivery and each.direction is Direction.OUT]
    return next((state for state in _WORST if state in states), None) if states else None


def tried(
    tx: Transaction, wanted: Sequence[ConversationUid], book: Book
) -> dict[ConversationUid, Findings]:
    """Return what each of these would owe under a book if no verdict stood; writes nothing."""
    makings = makings_of(tx, wanted)
    for making in makings.values():
        making.rows.clear()
    _Judge(tx, book).every(makings)
    return {uid: making.found for uid, making in makings.items()}
