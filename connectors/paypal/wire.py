"""What PayPal's disputes mean, as values. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

import msgspec

from connectors.listing import set_aside
from connectors.orders import Order
from connectors.paypal.answers import (
    Dispute,
    Document,
    Posted,
    Problem,
    Row,
    Transaction,
    instant,
    known,
)
from connectors.paypal.events import BUYER, SELLER, Event, events_of, facts_of, reason_of, said
from connectors.paypal.orders import order_of
from connectors.values import (
    Attachment,
    ConversationChange,
    Direction,
    Kind,
    Message,
    Party,
    Place,
    Quarantined,
    RemoteId,
    Role,
    StatedDeadline,
)
from connectors.walking import Listed

PAGE = "https://www.paypal.com/resolutioncenter/view/"
SANDBOX_PAGE = "https://www.sandbox.paypal.com/resolutioncenter/view/"
SEND = "send_message"
_NOT_OURS = frozenset({"WAITING_FOR_BUYER_RESPONSE", "UNDER_REVIEW", "RESOLVED"})
_ACTIONS = {
    "send_message": "send a message",
    "make_offer": "make an offer",
    "accept_claim": "accept the claim",
    "provide_evidence": "provide evidence",
    "provide_supporting_info": "add to the case",
    "acknowledge_return_item": "acknowledge a returned item",
    "appeal": "appeal",
    "escalate": "escalate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a dispute holds."""

    messages: tuple[Message, ...] = ()
    """The newest first."""
    quarantined: tuple[Quarantined, ...] = ()
    changes: tuple[ConversationChange, ...] = ()
    deadlines: tuple[StatedDeadline, ...] = ()
    orders: tuple[Order, ...] = ()


def words_of(body: bytes) -> str:
    """Return what an error's body says, "" if it says nothing."""
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    details = [each.description or each.issue for each in problem.details]
    text = " ".join(filter(None, [problem.message or problem.name, *details]))[:300]
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def row_of(raw: bytes) -> Listed[Row]:
    """Return a row of the list as the walk knows it; raises ValueError."""
    row = msgspec.json.decode(raw, type=Row)
    state = f"{row.status} {row.dispute_state} {row.seller_response_due_date}"
    return Listed(row.dispute_id, instant(row.update_time), row, state)


def owed(dispute: Dispute) -> bool:
    """Return whether PayPal waits for the seller; in doubt it does."""
    return dispute.status not in _NOT_OURS


def actions_of(dispute: Dispute) -> tuple[str, ...]:
    """Return what PayPal lets the seller do now, by the links it gives.

    Its specification names them with hyphens, its examples with underscores.
    """
    names = (link.rel.replace("-", "_") for link in dispute.links)
    return tuple(dict.fromkeys(name for name in names if name in _ACTIONS))


def page_of(dispute: Dispute, pages: str) -> str:
    """Return where the seller acts on a dispute; `pages` is the beginning of such addresses."""
    return f"{pages}{quote(dispute.dispute_id, safe='')}"


def read(dispute: Dispute, seller: Party, page: str = PAGE) -> Read:
    """Return what a dispute holds: messages, events, instants, money."""
    posted, bad = _posted(dispute)
    events = list(events_of(dispute))
    if not bad and not any(each.who == BUYER for each in posted):
        events += _opened(dispute)
    of = _Of(dispute, seller, page)
    messages = [of.message(event) for event in _numbered([*posted, *events])]
    messages.sort(key=lambda message: (message.accepted_at, message.remote_id), reverse=True)
    order = order_of(dispute)
    return Read(
        messages=tuple(messages),
        quarantined=tuple(bad),
        changes=(
            ConversationChange(
                conversation_ref=dispute.dispute_id,
                closed=dispute.status == "RESOLVED",
                reply_needed=owed(dispute),
            ),
        ),
        deadlines=(deadline_of(dispute, page),),
        orders=(order,) if order else (),
    )


def deadline_of(dispute: Dispute, page: str = PAGE) -> StatedDeadline:
    """Return until when PayPal wants the seller's response, or that it wants none."""
    due = known(dispute.seller_response_due_date) if owed(dispute) else None
    can = [_ACTIONS[rel] for rel in actions_of(dispute)]
    until = "Respond until then, or PayPal decides for the buyer." if due else ""
    what = f"You can: {', '.join(can)}." if can else ""
    return StatedDeadline(
        conversation_ref=dispute.dispute_id,
        ref="seller response",
        due_at=due,
        opened_at=known(dispute.create_time),
        said=" ".join(filter(None, [until, what])),
        page=page_of(dispute, page),
    )


def _opened(dispute: Dispute) -> list[Event]:
    """Return that a dispute was opened: for one in which the buyer wrote nothing."""
    at = known(dispute.create_time)
    text = facts_of(dispute)
    return [Event(name="opened", at=at, who=BUYER, text=text, asks=True)] if at else []


def _posted(dispute: Dispute) -> tuple[list[Event], list[Quarantined]]:
    """Return what was written, and what of it cannot be read."""
    found: list[Event] = []
    bad: list[Quarantined] = []
    for raw in dispute.messages:
        try:
            one = msgspec.json.decode(raw, type=Posted)
            at = instant(one.time_posted)
        except ValueError as broken:
            why = f"PayPal sent a message that is not as it documents: {broken}."
            bad.append(set_aside(dispute.dispute_id, why, bytes(raw), known(dispute.update_time)))
            continue
        found.append(
            Event(
                name="message",
                at=at,
                who=one.posted_by,
                text=one.content,
                documents=tuple(one.documents),
                asks=True,
                raw=bytes(raw),
            )
        )
    return found, bad


def _numbered(events: Sequence[Event]) -> list[tuple[Event, int]]:
    """Return the events, the same thing at the same instant numbered: PayPal gives no ids."""
    seen: dict[Event, int] = {}
    found: list[tuple[Event, int]] = []
    for event in events:
        bare = replace(event, documents=())
        seen[bare] = seen.get(bare, 0) + 1
        found.append((event, seen[bare]))
    return found


class _Of:
    """Makes messages of a dispute's events."""

    def __init__(self, dispute: Dispute, seller: Party, page: str) -> None:
        self._dispute = dispute
        self._seller = seller
        self._page = page
        paid = dispute.disputed_transactions
        self._paid: Transaction | None = paid[0] if paid else None
        name = self._paid.buyer.name if self._paid and self._paid.buyer else ""
        self._buyer = Party(name or "The buyer", f"dispute {dispute.dispute_id}")
        self._answerable = SEND in actions_of(dispute)

    def message(self, numbered: tuple[Event, int]) -> Message:
        """Return an event as a message."""
        event, number = numbered
        dispute, ours = self._dispute, event.who == SELLER
        sender = {SELLER: self._seller, BUYER: self._buyer}.get(event.who, _PAYPAL)
        name = _name(event, number)
        item = self._paid.items[0].item_id if self._paid and self._paid.items else ""
        return Message(
            remote_id=RemoteId(f"{dispute.dispute_id} {name}"),
            direction=Direction.OUT if ours else Direction.IN,
            accepted_at=event.at,
            sender=sender,
            recipients=(self._buyer,) if ours else (self._seller,),
            subject=subject_of(dispute),
            text=event.text,
            attachments=tuple(map(_attachment, event.documents)),
            automatic=not event.asks and not ours,
            service="paypal",
            kind=Kind.DISPUTE,
            conversation_ref=dispute.dispute_id,
            order_ref=(self._paid.seller_transaction_id if self._paid else "") or None,
            item_ref=item or None,
            page=page_of(dispute, self._page),
            answerable=self._answerable,
            places=(Place(dispute.dispute_id, "", name, Role.INBOX),),
            source=event.raw or msgspec.json.encode(_as_read(event)),
            body_digest=hashlib.sha256(event.text.encode("utf-8", "replace")).hexdigest(),
        )


_PAYPAL = Party("PayPal", "paypal")


def subject_of(dispute: Dispute) -> str:
    """Return what is disputed, for how much, and which item."""
    paid = dispute.disputed_transactions
    item = paid[0].items[0].item_name if paid and paid[0].items else ""
    head = ", ".join(filter(None, [reason_of(dispute), said(dispute.dispute_amount)]))
    return f"{head}: {item}" if item else head


def _name(event: Event, number: int) -> str:
    """Return what an event is called, the same on every pull."""
    digest = hashlib.sha256(event.text.encode("utf-8", "replace")).hexdigest()[:12]
    if event.name.startswith("ended"):
        return event.name
    stamp = event.at.isoformat(timespec="milliseconds")
    return f"{event.name} {event.who} {stamp} {digest} {number}"


def _attachment(document: Document) -> Attachment:
    """Return a file of a message."""
    kind = document.name.rpartition(".")[2].lower()
    return Attachment(document.url, document.name or "document", _TYPES.get(kind, _ANY), None)


_ANY = "application/octet-stream"
_TYPES = {
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "png": "image/png",
}


def _as_read(event: Event) -> dict[str, str | datetime]:
    """Return an event as its source is shown: PayPal's own words of it are spread."""
    return {"event": event.name, "by": event.who, "at": event.at, "text": event.text}
