"""Kaufland's answers as they are written; fields that nothing here needs are not read.

Source: Seller API 2.27.0.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class Pagination(msgspec.Struct):
    """Where a page stands in its list."""

    offset: int
    limit: int
    total: int


class Rows(msgspec.Struct):
    """A page of a list; each row is read by itself, so that one bad row spoils no other."""

    data: list[msgspec.Raw]
    pagination: Pagination | None = None


class Ticket(msgspec.Struct):
    """A ticket as lists show it."""

    id_ticket: str
    ts_created_iso: datetime
    ts_updated_iso: datetime
    status: str
    open_reason: str = ""
    topic: str | None = None
    is_seller_responsible: bool = False
    id_buyer: int | None = None
    ids_order_units: list[int] = []


class Author(msgspec.Struct):
    """Who wrote a message."""

    role: str
    name: str = ""


class TicketMessage(msgspec.Struct):
    """One message of a ticket."""

    id_ticket_message: int
    author: Author
    text: str
    ts_created_iso: datetime


class Word(msgspec.Struct):
    """A message as the list of all messages shows it: which ticket has news, and since when."""

    id_ticket_message: int
    id_ticket: str
    ts_created_iso: datetime


class TicketFile(msgspec.Struct):
    """A file of a ticket; Kaufland does not say of which message."""

    filename: str
    ts_created_iso: datetime
    uri: str


class Unit(msgspec.Struct):
    """One piece of an order."""

    id_order_unit: int
    id_order: str
    status: str = ""
    price: int = 0
    """In cents."""
    currency: str = "EUR"
    storefront: str = ""
    id_offer: str | None = None
    ts_updated_iso: datetime | None = None
    delivery_time_expires_iso: datetime | None = None
    product: Product | None = None


class Product(msgspec.Struct):
    """What was sold."""

    title: str = ""
    url: str = ""
    id_product: int | None = None


class PostalAddress(msgspec.Struct):
    """Where it goes."""

    first_name: str = ""
    last_name: str = ""
    company_name: str | None = None
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    additional_field: str | None = None
    city: str = ""
    country: str = ""


class Buyer(msgspec.Struct):
    """Who bought."""

    id_buyer: int
    email: str | None = None


class WholeTicket(Ticket):
    """A ticket with what was asked to come with it."""

    messages: list[msgspec.Raw] | None = None
    """None: they did not come, though they were asked for."""
    files: list[TicketFile] = []
    order_units: list[Unit] = []
    product: Product | None = None
    storefront: str = ""


class OneTicket(msgspec.Struct):
    """The answer that holds one ticket."""

    data: WholeTicket


class WholeOrder(msgspec.Struct):
    """An order with its units."""

    id_order: str
    ts_created_iso: datetime
    storefront: str = ""
    order_units: list[Unit] = []
    shipping_address: PostalAddress | None = None
    buyer: Buyer | None = None


class OneOrder(msgspec.Struct):
    """The answer that holds one order."""

    data: WholeOrder


class Problem(msgspec.Struct):
    """An error's body."""

    message: str = ""
    errors: list[dict[str, Any]] = []
