"""What eBay calls disputes, inquiries, returns and cancellations, as conversations. Pure.

Each states until when the seller must act, and is acted upon at eBay itself.
Payment disputes: Fulfillment API 1.20.7. The others: Post-Order API 2, of
which no specification is published; its dates are `{"value": …}`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

import msgspec

from connectors.ebay.orders import DETAILS, Amount
from connectors.instants import utc
from connectors.values import (
    ConversationChange,
    Direction,
    Kind,
    Message,
    Party,
    Place,
    RemoteId,
    Role,
    StatedDeadline,
)

_CLOSED = frozenset({"CLOSED", "CLOSED_WITH_ESCALATION", "CS_CLOSED"})
_STATES = frozenset({"paymentDisputeStatus", "inquiryStatusEnum", "status", "state", "cancelState"})


class Instant(msgspec.Struct):
    """An instant as Post-Order writes it."""

    value: datetime | None = None


class Dispute(msgspec.Struct, rename="camel"):
    """A payment dispute, in a list or by itself."""

    payment_dispute_id: str
    payment_dispute_status: str
    open_date: datetime
    order_id: str | None = None
    buyer_username: str | None = None
    reason: str | None = None
    amount: Amount | None = None
    respond_by_date: datetime | None = None
    available_choices: list[str] | None = None


class Inquiry(msgspec.Struct, rename="camel"):
    """An item that did not arrive."""

    inquiry_id: str | int
    inquiry_status_enum: str
    creation_date: Instant
    item_id: str | int | None = None
    buyer: str | None = None
    respond_by_date: Instant | None = None


class Item(msgspec.Struct, rename="camel"):
    """What is to be returned."""

    item_id: str | int | None = None


class Comments(msgspec.Struct):
    """The buyer's words."""

    content: str | None = None


class Creation(msgspec.Struct, rename="camel"):
    """How a return began."""

    creation_date: Instant
    item: Item | None = None
    reason: str | None = None
    comments: Comments | None = None


class Due(msgspec.Struct, rename="camel"):
    """What the seller must do, and until when."""

    activity_due: str | None = None
    respond_by_date: Instant | None = None


class Return(msgspec.Struct, rename="camel"):
    """A return that the buyer asks for."""

    return_id: str | int
    creation_info: Creation
    state: str | None = None
    status: str | None = None
    order_id: str | None = None
    buyer_login_name: str | None = None
    seller_response_due: Due | None = None


class Cancellation(msgspec.Struct, rename="camel"):
    """An order that somebody wants to cancel."""

    cancel_id: str | int
    cancel_state: str
    cancel_request_date: Instant
    legacy_order_id: str | None = None
    cancel_reason: str | None = None
    requestor_type: str | None = None
    buyer_login_name: str | None = None
    seller_response_due_date: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One of them, as we show it."""

    ref: str
    """Our name of its conversation: what it is, and eBay's id."""
    kind: Kind
    opened_at: datetime
    due_at: datetime | None
    """Until when the seller must act; None: it is not the seller's turn."""
    closed: bool
    subject: str
    text: str
    said: str
    """What must be done."""
    buyer: str = ""
    order_ref: str | None = None
    item_ref: str | None = None
    state: str = ""

    @property
    def page(self) -> str:
        """Return where it is acted upon."""
        if not self.order_ref:
            return "https://www.ebay.com/sh/ord"
        return f"{DETAILS}{quote(self.order_ref, safe='')}"

    @property
    def fingerprint(self) -> str:
        """Return what differs whenever something differs."""
        return f"{self.state} {self.due_at.isoformat() if self.due_at else ''}"


def dispute_of(raw: msgspec.Raw | bytes) -> Case:
    """Return a payment dispute."""
    one = msgspec.json.decode(raw, type=Dispute)
    choices = [_words(choice) for choice in one.available_choices or ()]
    amount = one.amount
    money = f" {amount.value} {amount.currency}" if amount and amount.value else ""
    return Case(
        ref=f"dispute {one.payment_dispute_id}",
        kind=Kind.DISPUTE,
        opened_at=utc(one.open_date),
        due_at=utc(one.respond_by_date) if one.respond_by_date else None,
        closed=one.payment_dispute_status == "CLOSED",
        subject=f"Payment dispute: {_words(one.reason)}",
        text=f"The buyer disputes the payment{money}: {_words(one.reason)}.",
        said=f"Answer the payment dispute at eBay{_listed(choices)}.",
        buyer=one.buyer_username or "",
        order_ref=one.order_id,
        state=one.payment_dispute_status,
    )


def inquiry_of(raw: msgspec.Raw | bytes) -> Case:
    """Return an inquiry about an item that did not arrive."""
    one = msgspec.json.decode(raw, type=Inquiry)
    status = one.inquiry_status_enum
    return Case(
        ref=f"inquiry {one.inquiry_id}",
        kind=Kind.INQUIRY,
        opened_at=_instant(one.creation_date),
        due_at=_due(one.respond_by_date, theirs=status == "WAITING_BUYER_RESPONSE"),
        closed=status in _CLOSED,
        subject="Item not received",
        text="The buyer says that the item did not arrive.",
        said="Tell the buyer where the item is, or refund it, at eBay.",
        buyer=one.buyer or "",
        item_ref=None if one.item_id is None else str(one.item_id),
        state=status,
    )


def return_of(raw: msgspec.Raw | bytes) -> Case:
    """Return a return."""
    one = msgspec.json.decode(raw, type=Return)
    begun, due = one.creation_info, one.seller_response_due
    words = begun.comments.content if begun.comments else None
    item = begun.item.item_id if begun.item else None
    return Case(
        ref=f"return {one.return_id}",
        kind=Kind.RETURN,
        opened_at=_instant(begun.creation_date),
        due_at=_due(due.respond_by_date, theirs=False) if due else None,
        closed="CLOSED" in {one.state, one.status},
        subject=f"Return: {_words(begun.reason)}",
        text=words or f"The buyer wants to return the item: {_words(begun.reason)}.",
        said=f"Act on the return at eBay{_listed([_words(due.activity_due)] if due else [])}.",
        buyer=one.buyer_login_name or "",
        order_ref=one.order_id,
        item_ref=None if item is None else str(item),
        state=f"{one.state or ''} {one.status or ''}",
    )


def cancellation_of(raw: msgspec.Raw | bytes) -> Case:
    """Return a cancellation."""
    one = msgspec.json.decode(raw, type=Cancellation)
    ours = one.requestor_type == "SELLER"
    return Case(
        ref=f"cancellation {one.cancel_id}",
        kind=Kind.CANCELLATION,
        opened_at=_instant(one.cancel_request_date),
        due_at=_due(one.seller_response_due_date, theirs=ours),
        closed=one.cancel_state == "CLOSED",
        subject=f"Cancellation: {_words(one.cancel_reason)}",
        text=f"The buyer wants to cancel the order: {_words(one.cancel_reason)}.",
        said="Approve or reject the cancellation at eBay.",
        buyer=one.buyer_login_name or "",
        order_ref=one.legacy_order_id,
        state=one.cancel_state,
    )


READERS: dict[str, Callable[[msgspec.Raw | bytes], Case]] = {
    "dispute": dispute_of,
    "inquiry": inquiry_of,
    "return": return_of,
    "cancellation": cancellation_of,
}


def message_of(case: Case, raw: bytes) -> Message:
    """Return the message a case is shown as; it says the same whatever becomes of the case."""
    return Message(
        remote_id=RemoteId(case.ref),
        direction=Direction.IN,
        accepted_at=case.opened_at,
        sender=Party(case.buyer or "eBay", case.buyer or "eBay"),
        subject=case.subject,
        text=case.text,
        service="ebay",
        kind=case.kind,
        conversation_ref=case.ref,
        buyer_ref=case.buyer or None,
        order_ref=case.order_ref,
        item_ref=case.item_ref,
        page=case.page,
        answerable=False,
        places=(Place(case.ref, "", case.ref, Role.INBOX),),
        source=raw,
        body_digest=hashlib.sha256(case.text.encode("utf-8", "replace")).hexdigest(),
    )


def deadline_of(case: Case) -> StatedDeadline:
    """Return until when the seller must act."""
    return StatedDeadline(
        conversation_ref=case.ref,
        ref=case.ref,
        due_at=None if case.closed else case.due_at,
        opened_at=case.opened_at,
        said="" if case.closed else case.said,
        page=case.page,
    )


def change_of(case: Case) -> ConversationChange:
    """Return whose turn it is."""
    turn = not case.closed and case.due_at is not None
    return ConversationChange(case.ref, closed=case.closed, reply_needed=turn)


def is_closed(body: bytes) -> bool:
    """Return whether a single case says anywhere that it is closed: each kind says it elsewhere."""
    try:
        return _says_closed(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def _says_closed(said: object, depth: int = 4) -> bool:
    """Return whether a state in some JSON is one of the closed ones."""
    if not isinstance(said, dict) or not depth:
        return False
    return any(
        value in _CLOSED if key in _STATES else _says_closed(value, depth - 1)
        for key, value in said.items()
        if not isinstance(value, list)
    )


def _instant(when: Instant) -> datetime:
    """Return an instant; raise where there is none."""
    if when.value is None:
        raise msgspec.ValidationError("it has no instant")
    return utc(when.value)


def _due(when: Instant | None, *, theirs: bool) -> datetime | None:
    """Return until when the seller must act."""
    return None if when is None or when.value is None or theirs else utc(when.value)


def _words(code: str | None) -> str:
    """Return a code of eBay's in plain words."""
    return (code or "no reason given").replace("_", " ").lower()


def _listed(choices: Sequence[str]) -> str:
    """Return what can be done there, after a colon."""
    return f": {', '.join(choices)}" if choices else ""
