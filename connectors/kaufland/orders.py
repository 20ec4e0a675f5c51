"""An order of Kaufland's as a value. Pure."""

from __future__ import annotations

from decimal import Decimal

from connectors.instants import utc
from connectors.kaufland.answers import PostalAddress, Unit, WholeOrder
from connectors.orders import Address, Money, Order, OrderItem

_CENTS = Decimal(100)
_ON_ITS_WAY = frozenset(
    {"sent", "sent_and_autopaid", "received", "returned", "returned_paid", "cancelled"}
)
"""Units that nobody has to send any more."""


def order_of(order: WholeOrder) -> Order:
    """Return an order with its units as items."""
    units = order.order_units
    home = order.shipping_address
    changes = [unit.ts_updated_iso for unit in units if unit.ts_updated_iso]
    waiting = [unit for unit in units if unit.status not in _ON_ITS_WAY]
    expiries = [u.delivery_time_expires_iso for u in waiting if u.delivery_time_expires_iso]
    currencies = {unit.currency for unit in units}
    total = sum((Decimal(unit.price) for unit in units), Decimal(0)) / _CENTS
    return Order(
        ref=order.id_order,
        placed_at=utc(order.ts_created_iso),
        status=", ".join(dict.fromkeys(unit.status.replace("_", " ") for unit in units)),
        items=tuple(map(_item, units)),
        total=Money(total, currencies.pop()) if len(currencies) == 1 else None,
        ship_to=_address(home) if home else None,
        ship_by=min(map(utc, expiries), default=None),
        buyer_ref=str(order.buyer.id_buyer) if order.buyer else "",
        storefront=order.storefront.lower(),
        updated_at=max(map(utc, changes), default=None),
    )


def _item(unit: Unit) -> OrderItem:
    """Return a unit as a line of an order."""
    return OrderItem(
        title=unit.product.title if unit.product else "",
        price=Money(Decimal(unit.price) / _CENTS, unit.currency),
        sku=unit.id_offer or "",
        item_ref=str(unit.id_order_unit),
        page=unit.product.url if unit.product else "",
    )


def _address(home: PostalAddress) -> Address:
    """Return an address in the order of an envelope."""
    street = f"{home.street} {home.house_number}".strip()
    return Address(
        name=f"{home.first_name} {home.last_name}".strip(),
        lines=tuple(filter(None, [home.company_name, street, home.additional_field])),
        postcode=home.postcode,
        city=home.city,
        country=home.country.upper(),
    )
