"""Store what a connector delivered: cleaned, in one transaction with its checkpoint.

A message that cannot be stored is put aside alone, and those behind it come
in. If a service says that everything is gone, nothing is believed before the
seller has been asked.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from connectors.steps import reached
from connectors.values import Batch, Direction, Message, Place, Quarantined, Receipt, Role
from inbox.clock import Clock
from inbox.core.model import AccountState, AccountUid, ConversationUid, Delivery, MessageUid
from inbox.core.obligations import Book
from inbox.i18n import gettext as _
from inbox.store import accounts, derive, messages, orders, outbox, stated
from inbox.store.database import Store, Transaction
from inbox.store.faults import UNFIT, StoreError
from inbox.store.heads import head_json
from inbox.store.judged import judged
from inbox.store.keeping import tombstones
from inbox.store.prepared import Prepared, Ready, prepared
from inbox.store.stowed import bringing
from inbox.sync.accepting import accept
from inbox.sync.bouncing import came_back, notice_bounces
from inbox.sync.cleaning import (
    cleaned,
    cleaned_change,
    cleaned_deadline,
    cleaned_order,
    cleaned_reason,
)

log = logging.getLogger(__name__)

BELIEVED: Final = 20
"""So few messages may all be gone at once without a question."""

OURS: Final = 20
"""So many messages at once of which none can be stored are our fault, not theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a batch brought."""

    new: int = 0
    quarantined: int = 0
    vanished: int = 0
    """How many messages the service says are gone, when that was all and was not believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How far a service is believed that messages are gone."""

    accept_gone: bool = False
    """The seller said that it is right."""
    hold: bool = False
    """It was not believed earlier in this pull: messages come in, but nothing goes and the
    checkpoint stays, so that the next round asks again."""
    newly: int = 0
    """How many messages earlier batches of this pull brought: they do not speak for the old."""


class _AllGone(Exception):
    """Everything that was known would be gone: undo this transaction."""

    def __init__(self, known: int) -> None:
        super().__init__(known)
        self.known = known


def ingest(
    store: Store,
    account: AccountUid,
    batch: Batch,
    book: Book,
    clock: Clock,
    *,
    trust: Trust | None = None,
    ready: Ready | None = None,
) -> Counts:
    """Store a batch and return what it brought; raises StoreError.

    `ready` comes of `prepare`, with a batch whose messages are clean.
    """
    trust = trust or Trust()
    work = _Work(store, account, book, clock, trust=trust, ready=ready)
    reached("ingest.begun")
    try:
        counts = _kept(work, batch if not trust.hold else _only_what_came(batch))
    except _AllGone as refused:
        work.trust = replace(trust, hold=True)
        counts = replace(_kept(work, _only_what_came(batch)), vanished=refused.known)
    reached("ingest.committed")
    return counts


def prepare(batch: Batch, own: frozenset[str]) -> tuple[Batch, tuple[Prepared, ...]]:
    """Return a batch with clean messages, and what was made of each: all that needs no store.

    `own` are our addresses there.
    """
    arrived = tuple(cleaned(message) for message in batch.messages)
    return replace(batch, messages=arrived), tuple(prepared(each, own) for each in arrived)


def _kept(work: _Work, batch: Batch) -> Counts:
    """Store the batch whole, else without the messages that cannot be stored."""
    try:
        return work.store_whole(batch)
    except _AllGone:
        raise
    except Exception as exc:
        if not batch.messages or (isinstance(exc, StoreError) and all(map(_reads, batch.messages))):
            raise
        log.exception("a batch could not be stored whole; its messages are tried one by one")
        whole = exc
    new, good, poisoned = work.tried_alone(batch.messages)
    if len(poisoned) >= OURS and not good:
        raise whole
    rest = replace(batch, messages=good, quarantined=batch.quarantined + poisoned)
    counts = work.store_whole(rest)
    return replace(counts, new=counts.new + new)


def _reads(message: Message) -> bool:
    """Return whether what is stored of a message can be read; else the store would look damaged."""
    nobody, nowhere = AccountUid(""), ConversationUid("")
    try:
        told = prepared(cleaned(message), frozenset()).told
        head = judged(head_json(told, uid=MessageUid(""), account=nobody, conversation=nowhere))
        parts = (head.sender, head.recipients, head.reply_to, head.places, head.snippet)
    except UNFIT:
        return False
    return None not in parts  # each is read only when it is asked for


class _Work:
    """One batch's way into the store."""

    def __init__(
        self,
        store: Store,
        account: AccountUid,
        book: Book,
        clock: Clock,
        *,
        trust: Trust,
        ready: Ready | None,
    ) -> None:
        self.store = store
        self.account = account
        self.book = book
        self.clock = clock
        self.trust = trust
        self.ready = ready

    def store_whole(self, batch: Batch) -> Counts:
        """Store all of it in one transaction; raises _AllGone and leaves everything as it was."""
        arrived: Sequence[Message] = batch.messages
        if self.ready is None:
            arrived = [cleaned(message) for message in arrived]
        with self.store.write() as tx:
            known = messages.present(tx, self.account) if batch.gone or batch.lapsed else 0
            touched, new = self._place(tx, arrived)
            touched |= self._change(tx, batch)
            if known and not self.trust.accept_gone:
                self._doubt(tx, known - self.trust.newly, new + self.trust.newly)
            derive.derive(tx, touched, self.book)
            self._notice_arrived(tx, arrived)
            quarantined = sum(
                messages.quarantine(tx, self.account, cleaned_reason(found))
                for found in tombstones.passing_aside(tx, self.account, batch.quarantined)
            )
            if not self.trust.hold:
                accounts.set_checkpoint(tx, self.account, batch.checkpoint)
            self._say_how_much_remains(tx, batch)
            reached("ingest.before_commit")
        return Counts(new=new, quarantined=quarantined)

    def tried_alone(
        self, arrived: Sequence[Message]
    ) -> tuple[int, tuple[Message, ...], tuple[Quarantined, ...]]:
        """Store each message by itself; return how many were new, the good ones, the others."""
        new = 0
        good: list[Message] = []
        poisoned: list[Quarantined] = []
        for light in arrived:
            message = light if self.ready is None else self.ready.whole(light)
            try:
                with self.store.write() as tx:
                    touched, added = self._place(tx, [cleaned(message)])
                    derive.derive(tx, touched, self.book)
            except Exception as exc:
                if isinstance(exc, StoreError) and _reads(message):
                    raise
                log.exception("a message could not be stored and is put aside")
                poisoned.append(_aside(message, exc))
            else:
                good.append(message)
                new += added
        return new, tuple(good), tuple(poisoned)

    def _place(
        self, tx: Transaction, arrived: Sequence[Message]
    ) -> tuple[set[ConversationUid], int]:
        """Store messages; return the conversations touched and how many were new."""
        touched: set[ConversationUid] = set()
        new = 0
        arrived = tombstones.passing(tx, self.account, arrived)
        arrived = bringing.passing(tx, self.account, arrived)
        placed = messages.ingest_messages(tx, self.account, arrived, self.book, self.ready)
        for ingested in placed:
            touched.add(ingested.conversation)
            new += ingested.new
        stated.note_refs(
            tx,
            self.account,
            ((message, each.conversation) for message, each in zip(arrived, placed, strict=True)),
        )
        if any(message.bounce for message in arrived):
            notice_bounces(tx, arrived, placed, now=self.clock(), book=self.book)
        return touched, new

    def _change(self, tx: Transaction, batch: Batch) -> set[ConversationUid]:
        """Store marks and what went away; return the conversations touched."""
        now = self.clock()
        touched: set[ConversationUid] = set()
        if batch.changes:
            touched |= messages.ingest_changes(tx, self.account, batch.changes, now)
        if batch.gone:
            touched |= messages.ingest_gone(tx, self.account, batch.gone, now)
        if batch.lapsed:
            touched |= messages.ingest_lapsed(tx, self.account, batch.lapsed, now)
        for order in batch.orders:
            orders.put(tx, self.account, cleaned_order(order), now)
        if batch.conversations or batch.deadlines:
            touched |= stated.take(
                tx,
                self.account,
                map(cleaned_change, batch.conversations),
                map(cleaned_deadline, batch.deadlines),
                now,
            )
        return touched

    def _doubt(self, tx: Transaction, known: int, new: int) -> None:
        """Raise _AllGone if nothing known is left, or if much goes while the seller is asked."""
        went = known + new - messages.present(tx, self.account)
        if went >= BELIEVED and (went >= known or self._asking(tx)):
            raise _AllGone(went)

    def _asking(self, tx: Transaction) -> bool:
        """Return whether the seller was asked and has not answered."""
        state = accounts.state(tx, self.account)
        return state is not None and state.state == "asking"

    def _notice_arrived(self, tx: Transaction, arrived: Sequence[Message]) -> None:
        """Believe that a reply of unknown fate went out when its copy turns up in Sent."""
        copies = {
            name: message
            for message in arrived
            if message.direction is Direction.OUT
            for name in (message.key, message.message_id)
            if name
        }
        if not copies:
            return
        for item in outbox.unsettled(tx):
            copy = copies.get(item.key)
            if copy is not None and item.state is not Delivery.ACCEPTED and not came_back(item):
                receipt = Receipt(accepted_at=copy.accepted_at, remote_id=copy.remote_id)
                accept(tx, item, receipt, now=self.clock(), book=self.book)

    def _say_how_much_remains(self, tx: Transaction, batch: Batch) -> None:
        """Keep the account's state at "syncing" while a long pull goes on; a question stays."""
        if batch.remaining > 0 and not self._asking(tx):
            state = AccountState(
                account=self.account,
                state="syncing",
                checked_at=self.clock(),
                remaining=batch.remaining,
            )
            accounts.set_state(tx, state)


def _only_what_came(batch: Batch) -> Batch:
    """Return the batch without anything that takes away."""
    return replace(batch, changes=(), gone=(), lapsed=())


def _aside(message: Message, exc: Exception) -> Quarantined:
    """Return a message that cannot be stored as one that is kept aside, source and all.

    Of its other fields none is taken along: one of them is what broke.
    """
    nowhere = Place(folder="", epoch="", id=message.remote_id, role=Role.OTHER)
    source = message.source
    if source is None:
        source = f"{message.subject}\n\n{message.text}".encode("utf-8", "backslashreplace")
    said = _("It could not be stored ({kind}).").format(kind=type(exc).__name__)
    return Quarantined(
        place=message.places[0] if message.places else nowhere,
        reason=said,
        source=source,
    )
