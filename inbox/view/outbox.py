"""The outbox as values: every reply that is not settled, and what the seller must decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from connectors.values import Party, ReplyKey
from inbox.core.model import ConversationUid, Delivery, OutboxItem, Schedule
from inbox.core.obligations import Book
from inbox.core.scheduling import Wish
from inbox.store import outbox
from inbox.store.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One reply on its way, or stuck."""

    key: ReplyKey
    conversation: ConversationUid
    account_name: str
    recipients: tuple[Party, ...]
    cc: tuple[Party, ...]
    bcc: tuple[Party, ...]
    subject: str
    state: Delivery
    attempts: int
    error: str
    created_at: datetime
    send_after: datetime
    next_attempt_at: datetime | None
    accepted_at: datetime | None = None
    form: str = ""
    """In which form of the service's it leaves; "": as a plain answer."""
    interim: bool = False
    """Whether that is no answer, so one stays owed."""
    schedule: Schedule | None = None
    """When the seller wants it to leave; None: as soon as it can."""
    awaits: int = 0
    """How many files that go along are not here yet."""

    @property
    def wish(self) -> Wish | None:
        """The time it has, as it was wished for."""
        had = self.schedule
        return None if had is None else Wish(at=had.at, lead=had.lead, said=had.said)

    @property
    def leaves_at(self) -> datetime | None:
        """When a scheduled one leaves; None of any other, and where only their word lets it."""
        waiting = self.state is Delivery.QUEUED and self.schedule and not self.schedule.waits
        return self.send_after if waiting else None


_MOST: Final = 500
"""Replies that the page of the outbox shows."""
SOON: Final = timedelta(hours=24)
"""A scheduled reply that leaves within so long is asked about where nothing else would send it."""


def needs_word(row: OutboxRow, now: datetime, *, stays: bool) -> bool:
    """Return whether whoever leaves should know first that a reply is not out.

    `stays`: what sends goes on without a screen.
    """
    if row.state in {Delivery.REFUSED, Delivery.UNSURE} or (row.schedule and row.schedule.waits):
        return True
    if stays:
        return bool(row.error)
    return row.schedule is None or row.send_after - now < SOON


def unsent(tx: Transaction, book: Book) -> tuple[OutboxRow, ...]:
    """Return every reply that its service has not accepted, oldest first."""
    return tuple(
        _row(item, book) for item in outbox.unsettled(tx) if item.state is not Delivery.ACCEPTED
    )


def recent(tx: Transaction, book: Book) -> tuple[OutboxRow, ...]:
    """Return the replies that are not out yet, then those that are, the newest first of each."""
    items = sorted(outbox.every(tx), key=lambda item: item.created_at, reverse=True)
    items.sort(key=lambda item: item.state is Delivery.ACCEPTED)
    return tuple(_row(item, book) for item in items[:_MOST])


def left_since(tx: Transaction, book: Book, since: datetime) -> tuple[OutboxRow, ...]:
    """Return the scheduled replies that a service accepted since then, oldest first."""
    return tuple(_row(item, book) for item in outbox.scheduled_and_left(tx, since))


def row_of(tx: Transaction, key: ReplyKey, book: Book) -> OutboxRow:
    """Return one reply of the outbox, accepted or not; raises UnknownId."""
    return _row(outbox.get(tx, key), book)


def as_json(row: OutboxRow) -> dict[str, object]:
    """Return a row of `inbox outbox --json`; instants are aware datetimes."""
    return {
        "key": row.key,
        "conversation": row.conversation,
        "to": [party.address for party in row.recipients],
        "cc": [party.address for party in row.cc],
        "bcc": [party.address for party in row.bcc],
        "subject": row.subject,
        "state": row.state.value,
        "attempts": row.attempts,
        "error": row.error or None,
        "created_at": row.created_at,
        "leaves_at": row.leaves_at,
        "scheduled": row.schedule.said if row.schedule else None,
        "awaits_files": row.awaits,
        "held": row.schedule.held.value if row.schedule and row.schedule.held else None,
        "form": row.form or None,
        "interim": row.interim,
    }


def _row(item: OutboxItem, book: Book) -> OutboxRow:
    terms = book.accounts.get(item.account)
    return OutboxRow(
        key=item.key,
        conversation=item.conversation,
        account_name=terms.name if terms else str(item.account),
        recipients=item.reply.recipients,
        cc=item.reply.cc,
        bcc=item.reply.bcc,
        subject=item.reply.subject,
        state=item.state,
        attempts=item.attempts,
        error=item.error,
        created_at=item.created_at,
        send_after=item.send_after,
        next_attempt_at=item.next_attempt_at,
        accepted_at=item.accepted_at,
        schedule=item.schedule,
        form=item.reply.form,
        interim=item.reply.interim,
        awaits=len(item.awaits),
    )
