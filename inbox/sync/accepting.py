"""Write down that a service accepted a reply: the one place where that is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from connectors.values import Receipt
from inbox.core.model import Delivery, OutboxItem, Verb
from inbox.core.obligations import Book
from inbox.core.snooze import span_of
from inbox.store import derive, halves, journal, messages, outbox
from inbox.store.database import Transaction


def accept(
    tx: Transaction, item: OutboxItem, receipt: Receipt, *, now: datetime, book: Book
) -> OutboxItem:
    """Store the service's word with all that follows from it, and return the item as it is now.

    Only this stops a clock, and only now happens what a canned response
    asked for "once sent".
    """
    accepted = replace(
        item,
        state=Delivery.ACCEPTED,
        left=True,
        error="",
        next_attempt_at=None,
        accepted_at=receipt.accepted_at,
        remote_id=receipt.remote_id,
    )
    outbox.put(tx, accepted)
    messages.set_delivery(
        tx,
        item.message,
        Delivery.ACCEPTED,
        accepted_at=receipt.accepted_at,
        remote_id=receipt.remote_id,
    )
    halves.answered(tx, accepted, receipt.accepted_at)
    # Done must not look older than the answer it follows.
    _act_after(tx, accepted, at=max(now, receipt.accepted_at))
    derive.derive(tx, [item.conversation], book)
    return accepted


def _act_after(tx: Transaction, item: OutboxItem, *, at: datetime) -> None:
    """Write the actions attached to the reply into the journal, as one group to undo."""
    group = f"after:{item.key}"
    for tag in filter(None, map(str.strip, item.after.get("tag", "").split(","))):
        journal.add(
            tx,
            at=at,
            verb=Verb.TAG,
            conversation=item.conversation,
            arguments={"name": tag},
            group=group,
        )
    span = span_of(item.after.get("snooze", ""))
    if span is not None:
        # What they wrote after it was queued was not seen: that brings it back at once.
        known = {"known": item.created_at.astimezone(UTC).isoformat()}
        until = {"until": (at + span).astimezone(UTC).isoformat()}
        journal.add(
            tx,
            at=at,
            verb=Verb.SNOOZE,
            conversation=item.conversation,
            arguments=known | until,
            group=group,
        )
    if item.after.get("done") == "true":
        journal.add(tx, at=at, verb=Verb.DONE, conversation=item.conversation, group=group)
