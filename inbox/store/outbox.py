"""Replies on their way: queued, sending, then accepted, refused or unsure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tinydb import where

from connectors.values import Party, Place, RemoteId, Reply, ReplyKey, Role
from inbox.core.model import AccountUid, ConversationUid, Delivery, OutboxItem
from inbox.store import outgoing_files, schedules, uids
from inbox.store.database import Transaction
from inbox.store.instants import instant, maybe_instant, maybe_micros, micros
from inbox.store.rows import decoded

_SET_BACK = timedelta(minutes=1)
"""A clock set back by less only lengthens the time in which a reply can be taken back."""


def add(tx: Transaction, item: OutboxItem) -> None:
    """Put a new item into the outbox; its key must be new."""
    tx.table("outbox").insert(_document_of(tx, item))
    outgoing_files.put(tx, outgoing_files.of_reply(item.key), item.reply.files)


def get(tx: Transaction, key: ReplyKey) -> OutboxItem:
    """Return the item of that key; raises UnknownId."""
    found = tx.table("outbox").get(where("key") == key)
    if found is None:
        raise uids.UnknownId(key)
    return item_of(found)


def reply_of(tx: Transaction, item: OutboxItem) -> Reply:
    """Return an item's reply with its files; everything else here leaves their bytes alone."""
    files = outgoing_files.files(tx, outgoing_files.of_reply(item.key))
    return replace(item.reply, files=files)


def put(tx: Transaction, item: OutboxItem) -> None:
    """Write an item over the one of the same key; raises UnknownId if it was taken out."""
    if not tx.table("outbox").update(_document_of(tx, item), where("key") == item.key):
        raise uids.UnknownId(item.key)


def remove(tx: Transaction, key: ReplyKey) -> None:
    """Take an item out of the outbox; its message is `messages.remove_outgoing`'s."""
    tx.table("outbox").remove(where("key") == key)
    outgoing_files.remove(tx, outgoing_files.of_reply(key))


def every(tx: Transaction) -> list[OutboxItem]:
    """Return all items, oldest first, those long accepted included."""
    return _oldest_first(tx.table("outbox"))


def scheduled_and_left(tx: Transaction, since: datetime) -> list[OutboxItem]:
    """Return the scheduled items that a service accepted since then, oldest first."""
    rows = tx.sql.execute(
        "SELECT doc FROM doc_outbox WHERE state = 'accepted'"
        " AND json_extract(doc, '$.schedule') IS NOT NULL"
        " AND json_extract(doc, '$.accepted_at') >= ?",
        (micros(since),),
    )
    return _oldest_first(decoded(raw) for (raw,) in rows)


def unsettled(tx: Transaction) -> list[OutboxItem]:
    """Return the items that are not wholly done (not accepted, or accepted and not settled)."""
    return _oldest_first(tx.table("outbox").search(where("settled") == False))  # noqa: E712 - TinyDB's query


def of_conversation(tx: Transaction, uid: ConversationUid) -> list[OutboxItem]:
    """Return a conversation's items, oldest first."""
    return _oldest_first(tx.table("outbox").search(where("conversation") == uid))


def ready(tx: Transaction, account: AccountUid, now: datetime) -> list[OutboxItem]:
    """Return the account's items to act on now, oldest first.

    Queued and past their undo window or at their time; sending, which only a process that is
    no more can have left so; accepted and not settled; unsure with another
    look planned (`next_attempt_at`). Each of them not before its
    `next_attempt_at`. Refused ones, and unsure ones without a plan, wait for
    the seller.
    """
    found = ((ready_at(item, now), item) for item in _of_account(tx, account))
    return [item for at, item in found if at is not None and at <= now]


def next_at(tx: Transaction, account: AccountUid, now: datetime) -> datetime | None:
    """Return the earliest instant at which `ready` has something, None if it never will."""
    found = (ready_at(item, now) for item in _of_account(tx, account))
    return min((at for at in found if at is not None), default=None)


def ready_at(item: OutboxItem, now: datetime) -> datetime | None:
    """Return when there is something to do for an item; None: nothing, or only by the seller.

    One made in the future was made before the clock was set back: it leaves now,
    and not once that hour comes again, unless for a time the seller named.
    """
    planned = item.next_attempt_at
    was_set_back = item.created_at - now > _SET_BACK
    begun = now if was_set_back else item.created_at
    match item.state:
        case Delivery.QUEUED if item.schedule is not None and item.schedule.waits:
            return None
        case Delivery.QUEUED:
            leaves = now if was_set_back and item.schedule is None else item.send_after
            return max(leaves, planned or leaves)
        case Delivery.SENDING:
            return planned or begun
        case Delivery.UNSURE:
            return planned
        case Delivery.ACCEPTED if not item.settled:
            return planned or item.accepted_at or begun
    return None


def move(tx: Transaction, old: ConversationUid, target: ConversationUid) -> None:
    """Let the items of a merged conversation belong to the one it became part of."""
    tx.table("outbox").update({"conversation": target}, where("conversation") == old)


def _of_account(tx: Transaction, account: AccountUid) -> list[OutboxItem]:
    condition = (where("settled") == False) & (where("account") == account)  # noqa: E712 - TinyDB's query
    return _oldest_first(tx.table("outbox").search(condition))


def _oldest_first(documents: Iterable[Mapping[str, Any]]) -> list[OutboxItem]:
    return sorted(map(item_of, documents), key=lambda item: (item.created_at, item.key))


def _document_of(tx: Transaction, item: OutboxItem) -> dict[str, Any]:
    moved = uids.followed(tx, [item.conversation])
    return {
        "key": item.key,
        "account": item.account,
        "conversation": uids.current(moved, item.conversation),
        "message": item.message,
        "reply": _reply_document(item.reply),
        "state": item.state.value,
        "created_at": micros(item.created_at),
        "send_after": micros(item.send_after),
        "attempts": item.attempts,
        "next_attempt_at": maybe_micros(item.next_attempt_at),
        "error": item.error,
        "left": item.left,
        "accepted_at": maybe_micros(item.accepted_at),
        "remote_id": item.remote_id,
        "settled": item.settled,
        "settle_attempts": item.settle_attempts,
        "after": dict(item.after),
        "awaits": [list(each) for each in item.awaits],
        "schedule": None if item.schedule is None else schedules.document_of(item.schedule),
    }


def item_of(document: Mapping[str, Any]) -> OutboxItem:
    """Return the item a document stands for."""
    remote_id = document["remote_id"]
    return OutboxItem(
        key=document["key"],
        account=document["account"],
        conversation=document["conversation"],
        message=document["message"],
        reply=_reply_of(document["reply"]),
        state=Delivery(document["state"]),
        created_at=instant(document["created_at"]),
        send_after=instant(document["send_after"]),
        attempts=document["attempts"],
        next_attempt_at=maybe_instant(document["next_attempt_at"]),
        error=document["error"],
        left=document["left"],
        accepted_at=maybe_instant(document["accepted_at"]),
        remote_id=None if remote_id is None else RemoteId(remote_id),
        settled=document["settled"],
        settle_attempts=document["settle_attempts"],
        after=document["after"],
        schedule=schedules.maybe_schedule(document.get("schedule")),
        awaits=tuple((message, ref) for message, ref in document.get("awaits", ())),
    )


def _reply_document(reply: Reply) -> dict[str, Any]:
    return {
        "key": reply.key,
        "created_at": micros(reply.created_at),
        "sender": [reply.sender.name, reply.sender.address],
        "recipients": _parties_document(reply.recipients),
        "cc": _parties_document(reply.cc),
        "bcc": _parties_document(reply.bcc),
        "subject": reply.subject,
        "text": reply.text,
        "flowed": reply.flowed,
        "html": reply.html,
        "in_reply_to": reply.in_reply_to,
        "references": list(reply.references),
        "answers": [[each.folder, each.epoch, each.id, each.role.value] for each in reply.answers],
        "conversation_ref": reply.conversation_ref,
        "form": reply.form,
        "interim": reply.interim,
    }


def _reply_of(document: Mapping[str, Any]) -> Reply:
    return Reply(
        key=document["key"],
        created_at=instant(document["created_at"]),
        sender=Party(*document["sender"]),
        recipients=_parties_of(document["recipients"]),
        cc=_parties_of(document.get("cc", ())),
        bcc=_parties_of(document.get("bcc", ())),
        subject=document["subject"],
        text=document["text"],
        flowed=document.get("flowed", False),
        html=document.get("html", False),
        in_reply_to=document["in_reply_to"],
        references=tuple(document["references"]),
        answers=tuple(
            Place(folder, epoch, number, Role(role))
            for folder, epoch, number, role in document["answers"]
        ),
        conversation_ref=document["conversation_ref"],
        form=document.get("form", ""),
        interim=document.get("interim", False),
    )


def _parties_document(parties: Iterable[Party]) -> list[list[str]]:
    return [[each.name, each.address] for each in parties]


def _parties_of(documents: Iterable[Sequence[str]]) -> tuple[Party, ...]:
    return tuple(Party(*each) for each in documents)
