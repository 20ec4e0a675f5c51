"""Orders at eBay: what they are, and which one a conversation is about. Fulfillment API 1.20.7."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

import msgspec

from connectors.contract import ConnectorError, LoginRefused
from connectors.ebay.wire import NO_LINK, Link
from connectors.http import Missing, Web
from connectors.instants import utc
from connectors.orders import Address, Money, Order, OrderItem, Shipment
from connectors.values import Party

PATH = "/sell/fulfillment/v1/order"
ITEM = "https://www.ebay.com/itm/"
DETAILS = "https://www.ebay.com/sh/ord/details?orderid="
_PER_PAGE = 200
_MOST_PAGES = 25
_BACK = timedelta(days=90)
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Amount(msgspec.Struct):
    """Money as eBay writes it."""

    value: str | None = None
    currency: str | None = None


class Aspect(msgspec.Struct):
    """One property of a variant."""

    name: str = ""
    value: str = ""


class Instructions(msgspec.Struct, rename="camel"):
    """When a line must leave."""

    ship_by_date: datetime | None = None


class Line(msgspec.Struct, rename="camel"):
    """A line of an order."""

    legacy_item_id: str | None = None
    title: str | None = None
    quantity: int | None = None
    sku: str | None = None
    line_item_cost: Amount | None = None
    variation_aspects: list[Aspect] | None = None
    line_item_fulfillment_instructions: Instructions | None = None
    listing_marketplace_id: str | None = None


class Home(msgspec.Struct, rename="camel"):
    """A postal address."""

    address_line1: str | None = None
    address_line2: str | None = None
    city: str | None = None
    state_or_province: str | None = None
    postal_code: str | None = None
    country_code: str | None = None


class Contact(msgspec.Struct, rename="camel"):
    """Who gets it."""

    full_name: str | None = None
    company_name: str | None = None
    contact_address: Home | None = None


class Step(msgspec.Struct, rename="camel"):
    """How it is shipped."""

    ship_to: Contact | None = None
    shipping_carrier_code: str | None = None
    shipping_service_code: str | None = None


class Start(msgspec.Struct, rename="camel"):
    """How an order is fulfilled."""

    shipping_step: Step | None = None
    max_estimated_delivery_date: datetime | None = None


class Member(msgspec.Struct):
    """Who bought."""

    username: str | None = None


class Prices(msgspec.Struct):
    """What it costs."""

    total: Amount | None = None


class Refund(msgspec.Struct):
    """What was paid back."""

    amount: Amount | None = None


class Payments(msgspec.Struct):
    """What was paid, and back."""

    refunds: list[Refund] | None = None


class Parcel(msgspec.Struct, rename="camel"):
    """What left in one package."""

    shipment_tracking_number: str | None = None
    shipping_carrier_code: str | None = None
    shipped_date: datetime | None = None


class Parcels(msgspec.Struct):
    """The packages of an order."""

    fulfillments: list[Parcel] | None = None


class Sold(msgspec.Struct, rename="camel"):
    """An order."""

    order_id: str
    creation_date: datetime | None = None
    last_modified_date: datetime | None = None
    order_fulfillment_status: str | None = None
    order_payment_status: str | None = None
    buyer: Member | None = None
    line_items: list[Line] | None = None
    pricing_summary: Prices | None = None
    payment_summary: Payments | None = None
    fulfillment_start_instructions: list[Start] | None = None
    fulfillment_hrefs: list[str] | None = None
    """One for each package; what is in them is another request."""


class SoldRows(msgspec.Struct):
    """A page of orders; each is read by itself."""

    orders: list[msgspec.Raw] | None = None
    total: int | None = None
    next: str | None = None


def order_of(sold: Sold, parcels: Parcels | None = None) -> Order:
    """Return an order as a value; without its parcels it is partial where it has any."""
    lines = sold.line_items or []
    start = (sold.fulfillment_start_instructions or [Start()])[0]
    step = start.shipping_step or Step()
    name = sold.buyer.username if sold.buyer else None
    states = filter(None, (sold.order_payment_status, sold.order_fulfillment_status))
    refunds = [_money(each.amount) for each in _refunds(sold)]
    last_days = [
        utc(each.line_item_fulfillment_instructions.ship_by_date)
        for each in lines
        if each.line_item_fulfillment_instructions
        and each.line_item_fulfillment_instructions.ship_by_date
    ]
    return Order(
        ref=sold.order_id,
        placed_at=_utc(sold.creation_date),
        status=", ".join(state.replace("_", " ").lower() for state in states),
        buyer=Party(_name(step) or name or "", name or "") if name else None,
        buyer_ref=name or "",
        items=tuple(map(_item, lines)),
        total=_money(sold.pricing_summary.total) if sold.pricing_summary else None,
        refunded=_sum([each for each in refunds if each is not None]),
        ship_to=_address(step.ship_to) if step.ship_to else None,
        ship_by=min(last_days, default=None),
        shipments=_shipments(start, step, parcels),
        storefront=_storefront(lines),
        page=f"{DETAILS}{quote(sold.order_id, safe='')}",
        updated_at=_utc(sold.last_modified_date),
        partial=parcels is None and bool(sold.fulfillment_hrefs),
    )


def _utc(when: datetime | None) -> datetime | None:
    """Return an instant in UTC, if there is one."""
    return None if when is None else utc(when)


def _refunds(sold: Sold) -> list[Refund]:
    """Return what was paid back."""
    return (sold.payment_summary.refunds if sold.payment_summary else None) or []


def _name(step: Step) -> str | None:
    """Return to whom it is sent."""
    return step.ship_to.full_name if step.ship_to else None


def _money(amount: Amount | None) -> Money | None:
    """Return an amount, None if it is none."""
    if amount is None or not amount.value or not amount.currency:
        return None
    try:
        value = Decimal(amount.value)
    except InvalidOperation:
        return None
    return Money(value, amount.currency.upper()) if value.is_finite() else None


def _sum(amounts: list[Money]) -> Money | None:
    """Return the sum of amounts of one currency."""
    if not amounts or len({each.currency for each in amounts}) > 1:
        return None
    return Money(sum((each.amount for each in amounts), Decimal(0)), amounts[0].currency)


def _item(line: Line) -> OrderItem:
    """Return a line of an order; eBay states the price of the whole line."""
    quantity = line.quantity if line.quantity and line.quantity > 0 else 1
    cost = _money(line.line_item_cost)
    aspects = [f"{each.name}: {each.value}" for each in line.variation_aspects or ()]
    return OrderItem(
        title=line.title or "",
        quantity=quantity,
        price=Money(cost.amount / quantity, cost.currency) if cost else None,
        variant=", ".join(aspects),
        sku=line.sku or "",
        item_ref=line.legacy_item_id or "",
        page=f"{ITEM}{quote(line.legacy_item_id, safe='')}" if line.legacy_item_id else "",
    )


def _address(contact: Contact) -> Address:
    """Return an address in the order of an envelope."""
    home = contact.contact_address or Home()
    lines = (contact.company_name, home.address_line1, home.address_line2)
    return Address(
        name=contact.full_name or "",
        lines=tuple(line for line in lines if line),
        postcode=home.postal_code or "",
        city=home.city or "",
        region=home.state_or_province or "",
        country=(home.country_code or "").upper(),
    )


def _shipments(start: Start, step: Step, parcels: Parcels | None) -> tuple[Shipment, ...]:
    """Return the parcels that left; where there are none, or it is not known, how it is to go."""
    until = _utc(start.max_estimated_delivery_date)
    carrier, service = step.shipping_carrier_code or "", step.shipping_service_code or ""
    left = (parcels.fulfillments if parcels else None) or []
    if left:
        return tuple(
            Shipment(
                carrier=parcel.shipping_carrier_code or carrier,
                service=service,
                tracking_number=parcel.shipment_tracking_number or "",
                shipped_at=_utc(parcel.shipped_date),
                estimated_at=until,
            )
            for parcel in left
        )
    if not (until or carrier or service):
        return ()
    return (Shipment(carrier=carrier, service=service, estimated_at=until),)


def _storefront(lines: Iterable[Line]) -> str:
    """Return the country of the site an order was made on: `EBAY_DE` is `de`."""
    for line in lines:
        country = (line.listing_marketplace_id or "").rpartition("_")[2]
        if len(country) == 2:  # noqa: PLR2004 - a country's code
            return country.lower()
    return ""


class Orders:
    """The orders of the last months, so that a conversation finds its own. One thread."""

    def __init__(
        self,
        web: Web,
        clock: Callable[[], datetime],
        every: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`every`: seconds after which the list is asked again, if a conversation needs it."""
        self._web = web
        self._every = every
        self._clock = clock
        self._monotonic = monotonic
        self._asked_at: float | None = None
        self._since: datetime | None = None
        self._by_item: dict[tuple[str, str], Order] = {}

    def get(self, ref: str) -> Order | None:
        """Return an order as it is now, None if there is none of that number."""
        try:
            answer = self._web.get(f"{PATH}/{quote(ref, safe='')}", about_one=True)
        except Missing:
            return None
        sold = self._web.decode(answer.body, Sold)
        return order_of(sold, self._parcels(ref) if sold.fulfillment_hrefs else None)

    def _parcels(self, ref: str) -> Parcels:
        """Return the packages of an order; without them it only lacks its tracking.

        Source: developer.ebay.com, Fulfillment API, getShippingFulfillments.
        """
        path = f"{PATH}/{quote(ref, safe='')}/shipping_fulfillment"
        try:
            return self._web.decode(self._web.get(path, about_one=True).body, Parcels)
        except LoginRefused:
            raise
        except ConnectorError:
            return Parcels()

    def about(self, item: str | None, buyer: str) -> Order | None:
        """Return the newest order of an item by a buyer, None if there is none."""
        if not item or not buyer:
            return None
        self._refresh()
        return self._by_item.get((item, buyer.casefold()))

    def _refresh(self) -> None:
        """Ask for orders that changed; without them a conversation only lacks its order."""
        now = self._monotonic()
        if self._asked_at is not None and now - self._asked_at < self._every:
            return
        self._asked_at = now
        begun = self._clock()
        try:
            self._ask(self._since or begun - _BACK)
        except LoginRefused:
            raise
        except ConnectorError:
            return
        self._since = begun - timedelta(hours=1)

    def _ask(self, since: datetime) -> None:
        """Read the orders that changed since an instant."""
        start = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        seen = 0
        for number in range(_MOST_PAGES):
            query = (
                ("filter", f"lastmodifieddate:[{start}..]"),
                ("limit", str(_PER_PAGE)),
                ("offset", str(number * _PER_PAGE)),
            )
            answer = self._web.get(PATH, query=query, about_one=True)
            page = self._web.decode(answer.body, SoldRows)
            rows = page.orders or []
            seen += len(rows)
            for raw in rows:
                with contextlib.suppress(*_BROKEN):
                    self._note(order_of(msgspec.json.decode(raw, type=Sold)))
            if not rows or (seen >= page.total if page.total is not None else not page.next):
                return

    def _note(self, order: Order) -> None:
        """Remember an order by what it holds and who bought it."""
        for item in order.items:
            key = (item.item_ref, order.buyer_ref.casefold())
            known = self._by_item.get(key)
            if known is None or _placed(known) <= _placed(order):
                self._by_item[key] = order


def _placed(order: Order) -> float:
    """Return when an order was placed, in seconds."""
    return order.placed_at.timestamp() if order.placed_at else 0.0


def link_of(order: Order | None) -> Link:
    """Return what a conversation says of its order."""
    return Link(order.ref, order.storefront) if order else NO_LINK
