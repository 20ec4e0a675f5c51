"""The order that a conversation is about, as its service has it: frozen values, no I/O.

Money is a Decimal with its currency, never a float. Apart from
`connectors.values`, because the list of conversations needs none of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from connectors.values import Party


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of a currency."""

    amount: Decimal
    currency: str
    """ISO 4217, upper case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderItem:
    """One line of an order."""

    title: str
    quantity: int = 1
    price: Money | None = None
    """Of one piece."""
    variant: str = ""
    sku: str = ""
    item_ref: str = ""
    """The service's id of the offer."""
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the order goes."""

    name: str = ""
    lines: tuple[str, ...] = ()
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    """ISO 3166 alpha-2, upper case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """A parcel on its way."""

    carrier: str = ""
    service: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    shipped_at: datetime | None = None
    estimated_at: datetime | None = None
    """The last instant at which the buyer was told to expect it."""
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as its service has it now. Every instant is aware and UTC."""

    ref: str
    """What the service calls it; equals `Message.order_ref`."""
    placed_at: datetime | None = None
    status: str = ""
    """In the service's own word."""
    buyer: Party | None = None
    buyer_ref: str = ""
    items: tuple[OrderItem, ...] = ()
    total: Money | None = None
    refunded: Money | None = None
    ship_to: Address | None = None
    ship_by: datetime | None = None
    """When the seller must have handed it over."""
    shipments: tuple[Shipment, ...] = ()
    storefront: str = ""
    page: str = ""
    updated_at: datetime | None = None
    """When the service changed it last, where it says so."""
    partial: bool = False
    """Whether the service says more of it (its parcels) when it is asked for it alone."""
