"""Deliver what is due in one account's outbox: each reply at most once, whatever interrupts.

Every change of an item is durable before the next thing happens. Only the
holder of the engine's lock may call this, so an item found `sending` was left
by a process that died, or by ourselves while the line was down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from connectors.contract import Connector, LoginRefused, Rejected, Temporary, Unsure
from connectors.steps import reached
from connectors.values import Receipt, ReplyKey
from inbox.clock import Clock
from inbox.core.model import AccountUid, Delivery, OutboxItem
from inbox.core.obligations import Book
from inbox.i18n import gettext as _
from inbox.store import carried, derive, messages, outbox
from inbox.store.database import Store, Transaction
from inbox.sync.accepting import accept
from inbox.sync.backoff import Backoff
from inbox.sync.settling import settle

LOOKS_EVERY: Final = timedelta(seconds=60)
"""How often a reply that waits for files of another account looks for them."""


def _never() -> bool:
    """Return that nobody asked us to stop."""
    return False


@dataclass(slots=True, kw_only=True)
class Deliverer:
    """Delivers for one account. Used by one thread."""

    store: Store
    connector: Connector
    account: AccountUid
    book: Callable[[], Book]
    clock: Clock
    backoff: Backoff = field(default_factory=Backoff)
    stopped: Callable[[], bool] = _never
    """Asked before each item: an engine that ends begins nothing new."""
    changed: Callable[[], None] = lambda: None
    """Called after each commit."""
    held_until: dict[ReplyKey, datetime] = field(default_factory=dict)
    """Until when the service itself asked us to leave a reply alone."""
    sending: bool = False
    """Whether a reply may be on the wire this moment; read by other threads."""

    def deliver(self, *, only_send: bool = False, looked: bool = True) -> int:
        """Act on every item that is due and return how many the service accepted.

        Scheduled replies leave only after it was `looked` whether they wrote
        again meanwhile: that would hold them back. `only_send` leaves looking
        for replies and settling for later: during a pull they would use the
        connection that the pull is reading from. Raises
        LoginRefused when the service does not let us in, and whatever a
        connector's bug raises, after the item is safe.
        """
        self._complete()
        accepted = 0
        passed: set[str] = set()
        while not self.stopped() and (
            item := self._next(passed, only_send=only_send, looked=looked)
        ):
            passed.add(item.key)
            done = self._act(item, only_send=only_send)
            accepted += done.state is Delivery.ACCEPTED and item.state is not Delivery.ACCEPTED
        return accepted

    def hurry(self) -> None:
        """Let everything that waits for our own backoff be tried again now.

        What a service asked us to wait stays as it is.
        """
        now = self.clock()
        with self.store.read() as tx:
            waiting = [item for item in outbox.unsettled(tx) if self._in_backoff(item, now)]
        if not waiting:
            return
        with self.store.write(durable=True) as tx:
            # Read again: the seller may have withdrawn one a moment ago.
            for item in outbox.unsettled(tx):
                if self._in_backoff(item, now):
                    outbox.put(tx, replace(item, next_attempt_at=None))

    def _in_backoff(self, item: OutboxItem, now: datetime) -> bool:
        """Return whether the item of this account waits for a moment that we chose."""
        at = item.next_attempt_at
        held = self.held_until.get(item.key)
        return (
            item.account == self.account
            and at is not None
            and at > now
            and (held is None or held <= now)
        )

    def _next(self, passed: set[str], *, only_send: bool, looked: bool = True) -> OutboxItem | None:
        """Return the oldest item that is due and was not acted on in this round."""
        with self.store.read() as tx:
            for item in outbox.ready(tx, self.account, self.clock()):
                too_early = item.schedule is not None and not looked and _unsent(item)
                waits = item.key in passed or too_early or self._is_waiting(item)
                if not waits and (not only_send or _unsent(item)):
                    return item
        return None

    def _act(self, item: OutboxItem, *, only_send: bool) -> OutboxItem:
        """Take one item as far as it goes now and return what became of it."""
        if item.state in {Delivery.SENDING, Delivery.UNSURE}:
            item = self._resumed(item)
        if item.state is Delivery.QUEUED:
            item = self._sent(item, only_send=only_send)
        if item.state is Delivery.ACCEPTED and not item.settled and not only_send:
            whole = self._whole(item)
            item = settle(self.store, self.connector, whole, self.clock, self.backoff)
            self.changed()
        return item

    def awaits(self) -> bool:
        """Return whether a reply of this account waits for files."""
        with self.store.read() as tx:
            return any(map(self._is_waiting, outbox.unsettled(tx)))

    def _is_waiting(self, item: OutboxItem) -> bool:
        return item.account == self.account and item.state is Delivery.QUEUED and bool(item.awaits)

    def _complete(self) -> None:
        """Let go what waited for files that are here now; refuse what waits in vain."""
        now = self.clock()
        with self.store.read() as tx:
            if not any(self._stirs(tx, item, now) for item in outbox.unsettled(tx)):
                return
        with self.store.write(durable=True) as tx:
            # Read again: the seller may have taken one back a moment ago.
            for item in outbox.unsettled(tx):
                if self._stirs(tx, item, now):
                    self._write(tx, carried.complete(tx, item, now + LOOKS_EVERY))
        self.changed()

    def _stirs(self, tx: Transaction, item: OutboxItem, now: datetime) -> bool:
        """Return whether there is something to do for a reply that waits for files."""
        due = item.next_attempt_at is None or item.next_attempt_at <= now
        return self._is_waiting(item) and (due or carried.is_settled(tx, item))

    def _resumed(self, item: OutboxItem) -> OutboxItem:
        """Return an interrupted item as queued if it surely never left, else look for it."""
        if item.left:
            return self._looked(item)
        return self._put(replace(item, state=Delivery.QUEUED))

    def _sent(self, item: OutboxItem, *, only_send: bool) -> OutboxItem:
        """Send a queued item and return it as the service's answer leaves it."""
        marked = self._marked(item)
        if marked is None:
            # Withdrawn by the seller a moment ago.
            return item
        reached("send.marked_sending")
        leaving = _Leaving(self, marked)
        self.sending = True
        try:
            self._check_form(marked)
            receipt = self.connector.send(self._whole(marked).reply, leaving=leaving)
        except Exception as exc:  # noqa: BLE001 - each kind has its answer, a bug is raised again
            return self._failed(leaving.item, exc, only_send=only_send)
        finally:
            self.sending = False
        reached("send.accepted_by_service")
        return self._accepted(leaving.item, receipt)

    def _check_form(self, item: OutboxItem) -> None:
        """Raise Rejected for a form that the service has not: nothing leaves as what it is not."""
        form = item.reply.form
        if form and form not in {each.name for each in self.connector.capabilities.forms}:
            said = _("The service takes no reply as {form} (any more).")
            raise Rejected(said.format(form=f"“{form}”"))

    def _whole(self, item: OutboxItem) -> OutboxItem:
        """Return the item with the bytes of its files."""
        with self.store.read() as tx:
            return replace(item, reply=outbox.reply_of(tx, item))

    def _marked(self, item: OutboxItem) -> OutboxItem | None:
        """Return the item marked as being sent; None if it is no longer there to be sent."""
        with self.store.write(durable=True) as tx:
            current = next(
                (
                    found
                    for found in outbox.ready(tx, self.account, self.clock())
                    if found.key == item.key and found.state is Delivery.QUEUED
                ),
                None,
            )
            if current is None:
                return None
            marked = replace(
                current, state=Delivery.SENDING, left=False, attempts=current.attempts + 1
            )
            self._write(tx, marked)
        self.changed()
        return marked

    def _failed(self, item: OutboxItem, exc: Exception, *, only_send: bool) -> OutboxItem:
        """Return the item after a send without a receipt; raises what is not the item's fault."""
        match exc:
            case Temporary():
                return self._put(self._again(item, str(exc), exc.retry_after))
            case Rejected():
                return self._put(replace(item, state=Delivery.REFUSED, left=False, error=str(exc)))
            case LoginRefused():
                self._put(replace(item, state=Delivery.QUEUED, left=False, error=str(exc)))
                raise exc
            case Unsure():
                item = self._put(replace(item, left=True, error=str(exc)))
                return item if only_send else self._looked(item)
            case _:
                if not item.left:
                    self._put(self._again(item, type(exc).__name__, None))
                raise exc

    def _looked(self, item: OutboxItem) -> OutboxItem:
        """Return an item that left as far as the service can tell what became of it."""
        try:
            receipt = self.connector.look(item.reply)
        except Unsure as exc:
            return self._put(
                replace(item, state=Delivery.UNSURE, next_attempt_at=None, error=str(exc))
            )
        except (Temporary, Rejected) as exc:
            # Still not known: it stays `sending`, and is looked for again.
            retry_after = exc.retry_after if isinstance(exc, Temporary) else None
            at = self._later(item, retry_after)
            return self._put(replace(item, next_attempt_at=at, error=str(exc)))
        if receipt is None:
            return self._put(self._again(item, item.error, None))
        return self._accepted(item, receipt)

    def _accepted(self, item: OutboxItem, receipt: Receipt) -> OutboxItem:
        """Return the item with the service's word written down."""
        reached("send.before_accepted_commit")
        with self.store.write(durable=True) as tx:
            accepted = accept(tx, item, receipt, now=self.clock(), book=self.book())
        reached("send.accepted")
        self.changed()
        return accepted

    def _again(self, item: OutboxItem, error: str, retry_after: float | None) -> OutboxItem:
        """Return the item queued for another attempt."""
        return replace(
            item,
            state=Delivery.QUEUED,
            left=False,
            error=error,
            next_attempt_at=self._later(item, retry_after),
        )

    def _later(self, item: OutboxItem, retry_after: float | None) -> datetime:
        """Return when to try again."""
        now = self.clock()
        if retry_after is not None:
            self.held_until[item.key] = now + timedelta(seconds=retry_after)
        return now + timedelta(seconds=self.backoff.delay(item.attempts, retry_after))

    def _put(self, item: OutboxItem) -> OutboxItem:
        """Store the item for good and return it."""
        with self.store.write(durable=True) as tx:
            self._write(tx, item)
        self.changed()
        return item

    def _write(self, tx: Transaction, item: OutboxItem) -> None:
        """Write the item, the state its message shows, and the conversation's verdict."""
        outbox.put(tx, item)
        messages.set_delivery(tx, item.message, item.state)
        derive.derive(tx, [item.conversation], self.book())


def _unsent(item: OutboxItem) -> bool:
    """Return whether sending is what the item needs, and it surely never left."""
    return item.state is Delivery.QUEUED or (item.state is Delivery.SENDING and not item.left)


class _Leaving:
    """Note durably, just before the request that cannot be taken back, that it is about to go."""

    def __init__(self, deliverer: Deliverer, item: OutboxItem) -> None:
        self.item = item
        self._deliverer = deliverer

    def __call__(self) -> None:
        reached("send.before_leaving")
        left = replace(self.item, left=True)
        with self._deliverer.store.write(durable=True) as tx:
            outbox.put(tx, left)
        self.item = left
        reached("send.leaving")
