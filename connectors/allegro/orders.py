"""Orders at Allegro ("checkout forms") as the seller knows them. Pure."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

import msgspec

from connectors.allegro.answers import Sum
from connectors.instants import maybe_utc
from connectors.orders import Address, Money, Order, OrderItem, Shipment
from connectors.values import Party

_MOST = 1_000_000


class External(msgspec.Struct):
    """What the seller calls an offer."""

    id: str | None = None


class Offer(msgspec.Struct):
    """What was bought."""

    id: str | None = None
    name: str | None = None
    external: External | None = None


class Line(msgspec.Struct, rename="camel"):
    """A line of an order."""

    offer: Offer | None = None
    quantity: float | None = None
    price: Sum | None = None
    bought_at: datetime | None = None


class Person(msgspec.Struct, rename="camel"):
    """Who bought."""

    login: str | None = None
    first_name: str | None = None
    last_name: str | None = None


class Home(msgspec.Struct, rename="camel"):
    """A postal address, of a person or of a pick-up point."""

    first_name: str | None = None
    last_name: str | None = None
    company_name: str | None = None
    street: str | None = None
    city: str | None = None
    zip_code: str | None = None
    country_code: str | None = None


class Point(msgspec.Struct):
    """Where a parcel is picked up."""

    name: str | None = None
    description: str | None = None
    address: Home | None = None


class Span(msgspec.Struct):
    """From when until when."""

    to: datetime | None = None


class Time(Span):
    """When a parcel is to come, and to leave."""

    dispatch: Span | None = None


class Method(msgspec.Struct):
    """How it is sent."""

    name: str | None = None


class Delivery(msgspec.Struct, rename="camel"):
    """Where an order goes, and how."""

    address: Home | None = None
    method: Method | None = None
    pickup_point: Point | None = None
    time: Time | None = None


class Progress(msgspec.Struct):
    """How far the seller is with it."""

    status: str | None = None


class Summary(msgspec.Struct, rename="camel"):
    """What it costs."""

    total_to_pay: Sum | None = None


class Form(msgspec.Struct, rename="camel"):
    """An order."""

    id: str
    status: str | None = None
    buyer: Person | None = None
    fulfillment: Progress | None = None
    delivery: Delivery | None = None
    line_items: list[Line] | None = None
    marketplace: External | None = None
    summary: Summary | None = None
    updated_at: str | None = None


class Parcel(msgspec.Struct, rename="camel"):
    """A parcel of an order."""

    waybill: str | None = None
    carrier_id: str | None = None
    carrier_name: str | None = None
    created_at: str | None = None


class Parcels(msgspec.Struct):
    """All of them."""

    shipments: list[Parcel] | None = None


def order_of(form: Form, parcels: Parcels, site: str) -> Order:
    """Return an order as a value; `site` is where people buy."""
    delivery, lines = form.delivery or Delivery(), form.line_items or []
    time = delivery.time or Time()
    login = (form.buyer.login if form.buyer else None) or ""
    bought = [at for at in (maybe_utc(line.bought_at) for line in lines) if at is not None]
    states = filter(None, (form.status, form.fulfillment.status if form.fulfillment else None))
    return Order(
        ref=form.id,
        placed_at=min(bought, default=None),
        status=", ".join(state.replace("_", " ").lower() for state in states),
        buyer=Party(_buyer(form) or login, login) if login else None,
        buyer_ref=login,
        items=tuple(_item(line, site) for line in lines),
        total=_money(form.summary.total_to_pay) if form.summary else None,
        ship_to=_address(delivery),
        ship_by=maybe_utc(time.dispatch.to) if time.dispatch else None,
        shipments=_shipments(delivery, parcels.shipments or []),
        storefront=_storefront(form),
        page=f"{site}/moje-allegro/sprzedaz/zamowienia/{quote(form.id, safe='')}",
        updated_at=_instant(form.updated_at),
    )


def _buyer(form: Form) -> str:
    """Return the buyer's name."""
    buyer = form.buyer or Person()
    return " ".join(filter(None, (buyer.first_name, buyer.last_name)))


def _item(line: Line, site: str) -> OrderItem:
    """Return a line of an order."""
    offer, quantity = line.offer or Offer(), line.quantity or 1
    return OrderItem(
        title=offer.name or "",
        quantity=int(quantity) if 1 <= quantity <= _MOST else 1,
        price=_money(line.price),
        sku=(offer.external.id if offer.external else None) or "",
        item_ref=offer.id or "",
        page=f"{site}/oferta/{quote(offer.id, safe='')}" if offer.id else "",
    )


def _money(said: Sum | None) -> Money | None:
    """Return an amount, None if it is none."""
    if said is None or not said.amount or not said.currency:
        return None
    try:
        amount = Decimal(said.amount)
    except InvalidOperation:
        return None
    return Money(amount, said.currency.upper()) if amount.is_finite() else None


def _address(delivery: Delivery) -> Address | None:
    """Return where it goes, a pick-up point with the buyer's name on top."""
    home, point = delivery.address or Home(), delivery.pickup_point
    if delivery.address is None and point is None:
        return None
    at = (point.address if point else None) or home
    named = (home.company_name, *((point.name, point.description) if point else ()), at.street)
    return Address(
        name=" ".join(filter(None, (home.first_name, home.last_name))),
        lines=tuple(line for line in named if line),
        postcode=at.zip_code or "",
        city=at.city or "",
        country=(at.country_code or home.country_code or "").upper(),
    )


def _shipments(delivery: Delivery, parcels: list[Parcel]) -> tuple[Shipment, ...]:
    """Return the parcels; where there is none yet, how it is to be sent."""
    service = (delivery.method.name if delivery.method else None) or ""
    until = maybe_utc(delivery.time.to) if delivery.time else None
    sent = [
        Shipment(
            carrier=parcel.carrier_name or parcel.carrier_id or "",
            service=service,
            tracking_number=parcel.waybill or "",
            shipped_at=_instant(parcel.created_at),
            estimated_at=until,
        )
        for parcel in parcels
    ]
    planned = [Shipment(service=service, estimated_at=until)] if service or until else []
    return tuple(sent or planned)


def _storefront(form: Form) -> str:
    """Return the country of the market an order was made on: `allegro-cz` is `cz`."""
    country = ((form.marketplace.id if form.marketplace else None) or "").rpartition("-")[2]
    return country.lower() if len(country) == 2 else ""  # noqa: PLR2004 - a country's code


def _instant(text: str | None) -> datetime | None:
    """Return an instant that is documented as a text, None if it is none."""
    try:
        return maybe_utc(msgspec.convert(text, datetime | None))
    except msgspec.ValidationError:
        return None
