"""PayPal's answers as they are written; fields that nothing here needs are not read.

Source: Disputes API 1.10. It requires next to nothing, so next to nothing is.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec


class Link(msgspec.Struct):
    """What can be done next, and where."""

    href: str
    rel: str


class Amount(msgspec.Struct):
    """Money as PayPal writes it."""

    currency_code: str
    value: str


class Page(msgspec.Struct):
    """A page of disputes; each row is read by itself, so that one bad row spoils no other."""

    items: list[msgspec.Raw] = []
    links: list[Link] = []


class Row(msgspec.Struct):
    """A dispute as lists show it."""

    dispute_id: str
    update_time: str = ""
    create_time: str = ""
    status: str = ""
    dispute_state: str = ""
    dispute_life_cycle_stage: str = ""
    seller_response_due_date: str = ""


class Document(msgspec.Struct):
    """A file."""

    name: str = ""
    url: str = ""


class Posted(msgspec.Struct):
    """What one side wrote."""

    time_posted: str
    posted_by: str = ""
    content: str = ""
    documents: list[Document] = []


class Person(msgspec.Struct):
    """Who bought."""

    name: str = ""


class Item(msgspec.Struct):
    """What was bought."""

    item_id: str = ""
    item_name: str = ""
    item_description: str = ""
    item_quantity: str = ""
    notes: str = ""


class Transaction(msgspec.Struct):
    """The payment that is disputed."""

    seller_transaction_id: str = ""
    buyer_transaction_id: str = ""
    create_time: str = ""
    transaction_status: str = ""
    gross_amount: Amount | None = None
    invoice_number: str = ""
    buyer: Person | None = None
    items: list[Item] = []


class Proposal(msgspec.Struct):
    """One turn of an offer."""

    offer_time: str = ""
    actor: str = ""
    event_type: str = ""
    offer_type: str = ""
    offer_amount: Amount | None = None
    notes: str = ""


class Offer(msgspec.Struct):
    """What was offered and asked."""

    history: list[Proposal] = []


class Evidence(msgspec.Struct):
    """What was given as a proof, or is asked for."""

    evidence_type: str = ""
    source: str = ""
    date: str = ""
    notes: str = ""
    documents: list[Document] = []


class Supporting(msgspec.Struct):
    """What was added to a case."""

    notes: str = ""
    source: str = ""
    provided_time: str = ""
    documents: list[Document] = []


class Adjudication(msgspec.Struct):
    """A decision."""

    type: str = ""
    adjudication_time: str = ""
    reason: str = ""


class Movement(msgspec.Struct):
    """Money that went from one to another."""

    affected_party: str = ""
    amount: Amount | None = None
    initiated_time: str = ""
    type: str = ""
    reason: str = ""


class Outcome(msgspec.Struct):
    """How it ended."""

    outcome_code: str = ""
    amount_refunded: Amount | None = None


class Dispute(Row):
    """A dispute with all that belongs to it."""

    reason: str = ""
    dispute_amount: Amount | None = None
    disputed_transactions: list[Transaction] = []
    messages: list[msgspec.Raw] = []
    offer: Offer | None = None
    evidences: list[Evidence] = []
    supporting_info: list[Supporting] = []
    adjudications: list[Adjudication] = []
    money_movements: list[Movement] = []
    dispute_outcome: Outcome | None = None
    links: list[Link] = []


class Detail(msgspec.Struct):
    """What an error says of one thing."""

    issue: str = ""
    description: str = ""


class Problem(msgspec.Struct):
    """An error's body."""

    name: str = ""
    message: str = ""
    details: list[Detail] = []


def instant(text: str) -> datetime:
    """Return an instant that PayPal wrote (aware, UTC); raises ValueError."""
    # A leap second is written `:60`, which Python does not know.
    try:
        when = datetime.fromisoformat(text.upper().replace(":60", ":59"))
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except OverflowError as beyond:
        raise ValueError(str(beyond)) from beyond


def known(text: str) -> datetime | None:
    """Return an instant, None where there is none that can be read."""
    try:
        return instant(text)
    except ValueError:
        return None
