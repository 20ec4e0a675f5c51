"""What Mirakl's answers mean, as values. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from connectors.listing import set_aside
from connectors.mirakl.answers import (
    Customer,
    Home,
    Line,
    MiraklOrder,
    Participant,
    Problem,
    Thread,
    ThreadMessage,
)
from connectors.orders import Address, Money, Order, OrderItem, Shipment
from connectors.values import (
    Attachment,
    ConversationChange,
    Direction,
    Message,
    Party,
    Place,
    Quarantined,
    RemoteId,
    Role,
)
from connectors.walking import Listed

_ORDERS = frozenset({"MMP_ORDER", "MPS_ORDER"})
_OFFERS = frozenset({"MMP_OFFER", "MPS_SERVICE"})
_SIDES = {"CUSTOMER_USER": "CUSTOMER", "OPERATOR_USER": "OPERATOR", "SHOP_USER": "SHOP"}


@dataclass(frozen=True, slots=True)
class Read:
    """What a thread holds."""

    messages: tuple[Message, ...] = ()
    """The newest first."""
    quarantined: tuple[Quarantined, ...] = ()
    changes: tuple[ConversationChange, ...] = ()


def words_of(body: bytes) -> str:
    """Return what an error's body says, "" if it says nothing."""
    try:
        return msgspec.json.decode(body, type=Problem).message[:300]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def row_of(raw: bytes) -> Listed[Thread]:
    """Return a row of the list as the walk knows it; raises ValueError."""
    thread = msgspec.json.decode(raw, type=Thread)
    state = f"{thread.metadata.total_count} {thread.metadata.shop_reply_needed_since}"
    return Listed(thread.id, thread.date_updated.astimezone(UTC), thread, state)


def read(thread: Thread, seller: Party) -> Read:
    """Return a thread's messages, what of it cannot be read, and whose turn it is."""
    good, bad = _rows(thread)
    customer = _customer(thread)
    messages = [_message(thread, said, raw, seller, customer) for said, raw in good]
    since = thread.metadata.shop_reply_needed_since
    change = ConversationChange(
        conversation_ref=thread.id,
        reply_needed=since is not None,
        needed_since=None if since is None else since.astimezone(UTC),
    )
    return Read(tuple(messages[::-1]), tuple(bad), (change,))


def recipients(thread: Thread, names: Iterable[str]) -> list[dict[str, str]]:
    """Return whom a reply goes to: who wrote in the thread and may be written to.

    `names` are the addresses of the reply's recipients, which our own
    messages of this thread name by their side ("operator") or by their id.
    """
    wanted = set(names)
    sides = {_SIDES.get(said.sender.type, "") for said, _raw in _rows(thread)[0]} - {"SHOP"}
    allowed = [one for one in thread.authorized_participants if one.type != "SHOP"]
    named = [one for one in allowed if _address(one) in wanted]
    chosen = named or [one for one in allowed if one.type in sides] or allowed
    return [{"type": one.type, **({"id": one.id} if one.id else {})} for one in chosen]


def order_of(order: MiraklOrder) -> Order:
    """Return an order as the seller knows it."""
    currency = order.currency_iso_code
    customer = order.customer
    return Order(
        ref=order.order_id,
        placed_at=_utc(order.created_date),
        updated_at=_utc(order.last_updated_date),
        status=order.order_state.replace("_", " ").lower(),
        buyer=Party(_name(customer), customer.customer_id),
        buyer_ref=customer.customer_id,
        items=tuple(_item(line, currency) for line in order.order_lines),
        total=None if order.total_price is None else Money(order.total_price, currency),
        ship_to=_home(customer.shipping_address) if customer.shipping_address else None,
        ship_by=_utc(order.shipping_deadline),
        shipments=_shipments(order),
    )


def _rows(thread: Thread) -> tuple[list[tuple[ThreadMessage, bytes]], list[Quarantined]]:
    """Return the messages that can be read, oldest first, and those that cannot."""
    good: list[tuple[ThreadMessage, bytes]] = []
    bad: list[Quarantined] = []
    for raw in thread.messages:
        try:
            good.append((msgspec.json.decode(raw, type=ThreadMessage), bytes(raw)))
        except (msgspec.DecodeError, UnicodeDecodeError) as broken:
            said = f"Mirakl sent a message that is not as it documents: {broken}."
            at = thread.date_updated.astimezone(UTC)
            bad.append(set_aside(thread.id, said, bytes(raw), at))
    good.sort(key=lambda pair: (pair[0].date_created, pair[0].id))
    return good, bad


def _customer(thread: Thread) -> Party:
    """Return the buyer, or the operator where no buyer is part of the thread."""
    order = {"CUSTOMER": 0, "OPERATOR": 1}
    others = [one for one in thread.authorized_participants if one.type in order]
    if not others:
        return Party("", f"thread {thread.id}")
    first = min(others, key=lambda one: order[one.type])
    return Party(first.display_name, _address(first))


def _address(one: Participant) -> str:
    """Return what names a participant: its id, or its side where it has none."""
    return one.id or one.type.lower()


def _message(
    thread: Thread, said: ThreadMessage, raw: bytes, seller: Party, customer: Party
) -> Message:
    """Return one message of a thread."""
    ours = said.sender.type == "SHOP_USER"
    sender = seller
    if said.sender.type == "CUSTOMER_USER":
        sender = Party(said.sender.display_name or customer.name, customer.address)
    elif not ours:
        sender = Party(said.sender.display_name, "operator")
    order = next((each for each in thread.entities if each.type in _ORDERS), None)
    offer = next((each for each in thread.entities if each.type in _OFFERS), None)
    return Message(
        remote_id=RemoteId(said.id),
        direction=Direction.OUT if ours else Direction.IN,
        accepted_at=said.date_created.astimezone(UTC),
        sender=sender,
        recipients=(customer,) if ours else (seller,),
        subject=thread.topic.value,
        text=said.body,
        attachments=tuple(
            Attachment(each.id, each.name, "application/octet-stream", each.size)
            for each in said.attachments
        ),
        service="mirakl",
        conversation_ref=thread.id,
        buyer_ref=customer.address,
        order_ref=order.id if order else None,
        item_ref=offer.id if offer else None,
        places=(Place(thread.id, "", said.id, Role.INBOX),),
        source=raw,
        body_digest=hashlib.sha256(said.body.encode("utf-8", "replace")).hexdigest(),
    )


def _item(line: Line, currency: str) -> OrderItem:
    """Return a line of an order."""
    return OrderItem(
        title=line.product_title,
        quantity=line.quantity,
        price=None if line.price_unit is None else Money(line.price_unit, currency),
        sku=line.offer_sku,
        item_ref=line.order_line_id,
    )


def _home(home: Home) -> Address:
    """Return an address in the order of an envelope."""
    return Address(
        name=_joined(home.firstname, home.lastname),
        lines=tuple(
            filter(None, [home.company, home.street_1, home.street_2, home.additional_info])
        ),
        postcode=home.zip_code or "",
        city=home.city or "",
        region=home.state or "",
        country=(home.country_iso_code or "").upper(),
    )


def _shipments(order: MiraklOrder) -> tuple[Shipment, ...]:
    """Return the parcel, if anything is known of one."""
    shipped = _dates(line.shipped_date for line in order.order_lines)
    delivered = _dates(line.received_date for line in order.order_lines)
    if not (order.shipping_tracking or shipped):
        return ()
    return (
        Shipment(
            carrier=order.shipping_company or "",
            service=order.shipping_type_label or "",
            tracking_number=order.shipping_tracking or "",
            tracking_url=order.shipping_tracking_url or "",
            shipped_at=min(shipped, default=None),
            estimated_at=_utc(order.delivery_date.latest) if order.delivery_date else None,
            delivered_at=max(delivered, default=None),
        ),
    )


def _dates(found: Iterable[datetime | None]) -> Sequence[datetime]:
    """Return the instants that there are, in UTC."""
    return [each.astimezone(UTC) for each in found if each is not None]


def _utc(at: datetime | None) -> datetime | None:
    """Return an instant in UTC."""
    return None if at is None else at.astimezone(UTC)


def _name(customer: Customer) -> str:
    """Return the buyer's name."""
    return _joined(customer.firstname, customer.lastname)


def _joined(*names: Any) -> str:
    """Return the names there are, with a blank between them."""
    return " ".join(filter(None, names))
