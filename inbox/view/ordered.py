"""What an order fills in a canned response; what it does not say is left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from canned import formats

_LONG_AGO = datetime.min.replace(tzinfo=UTC)

if TYPE_CHECKING:
    from canned.formats import Value
    from connectors.orders import Money, Order


def values_of_order(order: Order, asked: Collection[str] = ()) -> dict[str, Value]:
    """Return the variables `order.*`, `item.*`, `shipping.*`, `refund.*` that an order fills.

    An item's only where the order has one, or one that is `asked` about: which
    of several is meant nobody knows. Of several parcels the last sent counts.
    """
    found: dict[str, Value | None] = {
        "order.number": order.ref,
        "order.id": order.ref,
        "order.date": order.placed_at,
        "order.status": order.status,
        "order.total": _money(order.total),
        "order.currency": order.total.currency if order.total else None,
        "order.item_count": sum(item.quantity for item in order.items) or None,
        "refund.amount": _money(order.refunded),
        **_item(order, asked),
        **_shipping(order),
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def buyer_of_order(order: Order, language: str) -> dict[str, Value]:
    """Return whom an order names: its buyer, else to whom it goes; nothing for what is no name."""
    from canned.names import person_of

    profile = order.buyer.name if order.buyer is not None else ""
    address = order.buyer.address if order.buyer is not None else ""
    for shown in (profile, order.ship_to.name if order.ship_to is not None else ""):
        person = person_of(shown, address, language=language)
        if person.whole:
            names = {"first_name": person.first, "last_name": person.last, "name": person.whole}
            return {f"customer.{name}": text for name, text in names.items() if text}
    return {}


def _item(order: Order, asked: Collection[str]) -> Mapping[str, Value | None]:
    items = [item for item in order.items if item.item_ref in asked] or list(order.items)
    if len(items) != 1:
        return {}
    (item,) = items
    return {
        "item.title": item.title,
        "item.sku": item.sku,
        "item.variant": item.variant,
        "item.quantity": item.quantity,
        "item.price": _money(item.price),
    }


def _shipping(order: Order) -> Mapping[str, Value | None]:
    found: dict[str, Value | None] = {}
    if order.ship_to is not None:
        found |= {
            "shipping.city": order.ship_to.city,
            "shipping.postcode": order.ship_to.postcode,
            "shipping.country": _country(order.ship_to.country),
            "customer.country": _country(order.ship_to.country),
        }
    sent = [each for each in order.shipments if each.tracking_number or each.shipped_at]
    if sent:
        last = max(sent, key=lambda each: each.shipped_at or _LONG_AGO)
        found |= {
            "shipping.carrier": last.carrier,
            "shipping.service": last.service,
            "shipping.tracking_number": last.tracking_number,
            "shipping.tracking_url": last.tracking_url,
            "shipping.shipped_on": last.shipped_at,
            "shipping.estimated_delivery": last.estimated_at,
        }
    return found


def _country(code: str) -> Value | None:
    return formats.Country(code) if code else None


def _money(amount: Money | None) -> Value | None:
    return None if amount is None else formats.Money(amount.amount, amount.currency)
