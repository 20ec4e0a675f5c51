"""Mirakl's answers as they come. Fields that we do not need are not read.

Source: MMP seller API, operations M10, M11, M12 and OR11.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec


class Participant(msgspec.Struct):
    """Who may be, or is, part of a thread."""

    type: str
    """OPERATOR, SHOP or CUSTOMER."""
    display_name: str = ""
    id: str | None = None


class Sender(msgspec.Struct):
    """Who wrote a message."""

    type: str
    """OPERATOR_USER, SHOP_USER or CUSTOMER_USER."""
    display_name: str = ""


class File(msgspec.Struct):
    """A file of a message."""

    id: str
    name: str
    size: int | None = None


class ThreadMessage(msgspec.Struct):
    """One message of a thread."""

    id: str
    body: str
    date_created: datetime
    sender: Sender = msgspec.field(name="from")
    attachments: list[File] = []


class Entity(msgspec.Struct):
    """What a thread is about."""

    id: str
    type: str
    label: str = ""


class Topic(msgspec.Struct):
    """The subject of a thread, as words or as the code of a reason."""

    value: str = ""
    type: str = ""


class Metadata(msgspec.Struct):
    """What Mirakl counts of a thread."""

    total_count: int = 0
    shop_reply_needed_since: datetime | None = None


class Thread(msgspec.Struct):
    """A thread with, at most, its last hundred messages."""

    id: str
    date_updated: datetime
    topic: Topic = msgspec.field(default_factory=Topic)
    metadata: Metadata = msgspec.field(default_factory=Metadata)
    entities: list[Entity] = []
    authorized_participants: list[Participant] = []
    messages: list[msgspec.Raw] = []


class Threads(msgspec.Struct):
    """A page of threads; each is read by itself."""

    data: list[msgspec.Raw]
    next_page_token: str | None = None


class Sent(msgspec.Struct):
    """What a reply is answered with."""

    message_id: str
    thread_id: str = ""


class Home(msgspec.Struct):
    """Where an order goes."""

    firstname: str | None = None
    lastname: str | None = None
    company: str | None = None
    street_1: str | None = None
    street_2: str | None = None
    additional_info: str | None = None
    zip_code: str | None = None
    city: str | None = None
    state: str | None = None
    country_iso_code: str | None = None


class Customer(msgspec.Struct):
    """Who bought."""

    customer_id: str = ""
    firstname: str | None = None
    lastname: str | None = None
    shipping_address: Home | None = None


class Line(msgspec.Struct):
    """One line of an order."""

    product_title: str = ""
    quantity: int = 1
    price_unit: Decimal | None = None
    offer_sku: str = ""
    order_line_id: str = ""
    shipped_date: datetime | None = None
    received_date: datetime | None = None


class DeliveryDate(msgspec.Struct):
    """When the buyer was told to expect it."""

    latest: datetime | None = None


class MiraklOrder(msgspec.Struct):
    """An order."""

    order_id: str
    created_date: datetime | None = None
    last_updated_date: datetime | None = None
    order_state: str = ""
    currency_iso_code: str = ""
    total_price: Decimal | None = None
    customer: Customer = msgspec.field(default_factory=Customer)
    order_lines: list[Line] = []
    delivery_date: DeliveryDate | None = None
    shipping_company: str | None = None
    shipping_type_label: str | None = None
    shipping_tracking: str | None = None
    shipping_tracking_url: str | None = None
    shipping_deadline: datetime | None = None


class Orders(msgspec.Struct):
    """A page of orders."""

    orders: list[MiraklOrder]


class Problem(msgspec.Struct):
    """An error's body."""

    message: str = ""
    status: int = 0
