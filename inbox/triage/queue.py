"""What is not out yet: put to another time, sent now, or taken back to be written anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from connectors.values import ReplyKey
from inbox.core.model import ConversationUid, Delivery, OutboxItem, Schedule
from inbox.core.scheduling import Wish, known_by
from inbox.store import messages, outbox
from inbox.store.database import Transaction
from inbox.store.derive import derive
from inbox.triage.desk import Desk
from inbox.view.replying import AlreadyLeft, MayHaveLeft


class Queue(Desk):
    """The replies of the outbox."""

    def schedule(self, key: ReplyKey, wish: Wish) -> OutboxItem:
        """Let a reply that is not out leave at another time; raises AlreadyLeft, MayHaveLeft.

        What came in until now is taken as known: it holds the reply back no more.
        """
        with self._store.write(durable=True) as tx:
            item = self._waiting(tx, key)
            schedule = scheduled(tx, item.conversation, wish, self._clock())
            item = self._queued(tx, replace(item, schedule=schedule))
        self._nudge(item.account)
        return item

    def send_now(self, key: ReplyKey) -> OutboxItem:
        """Let a reply leave now, whatever held it; raises AlreadyLeft, MayHaveLeft."""
        with self._store.write(durable=True) as tx:
            item = self._waiting(tx, key)
            now = self._clock()
            item = self._queued(tx, replace(item, schedule=None, send_after=now))
        self._nudge(item.account)
        return item

    def edit(self, key: ReplyKey) -> ConversationUid:
        """Take a reply back to be written anew: its words and files are the draft.

        It leaves the outbox in the same moment, so it is never both edited
        and sent. Raises AlreadyLeft, MayHaveLeft.
        """
        with self._store.write(durable=True) as tx:
            item = self._waiting(tx, key)
            self._withdraw(tx, item)
            derive(tx, [item.conversation], self.book)
        return item.conversation

    def _waiting(self, tx: Transaction, key: ReplyKey) -> OutboxItem:
        """Return a reply that surely is not out: raises AlreadyLeft, MayHaveLeft, UnknownId."""
        item = outbox.get(tx, key)
        if item.state in {Delivery.SENDING, Delivery.ACCEPTED}:
            raise AlreadyLeft
        if item.state is Delivery.UNSURE:
            raise MayHaveLeft
        return item

    def _queued(self, tx: Transaction, item: OutboxItem) -> OutboxItem:
        """Write a reply as queued, and return it with its time as it stands."""
        item = replace(item, state=Delivery.QUEUED, next_attempt_at=None, error="", left=False)
        outbox.put(tx, item)
        messages.set_delivery(tx, item.message, Delivery.QUEUED)
        derive(tx, [item.conversation], self.book)
        return outbox.get(tx, item.key)


def scheduled(tx: Transaction, uid: ConversationUid, wish: Wish, earliest: datetime) -> Schedule:
    """Return a wish as the schedule of a reply to that conversation."""
    return Schedule(
        at=wish.at,
        lead=wish.lead,
        said=wish.said,
        knew=known_by(messages.heads(tx, uid)),
        earliest=earliest,
    )
