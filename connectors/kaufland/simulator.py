"""Kaufland on loopback, as its documentation says it behaves. Imports nothing of client or wire."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.kaufland.simulated_orders import unit_of_ticket
from connectors.simulation import Asked, Refused, Said, Simulation, in_json, route

_SORTS = {"ts_created_iso:desc", "ts_updated_iso:desc"}
_EMBEDDABLE = {"buyer", "product", "messages", "order_units", "files"}
_LONGEST = 65_535
_SKEW = 600


@dataclass(slots=True)
class SimTicket:
    """A ticket as the far side has it."""

    id: str
    topic: str
    created: datetime
    updated: datetime
    buyer: int
    units: list[int] = field(default_factory=list)
    storefront: str = "de"
    status: str = "opened"
    sellers_turn: bool = False
    messages: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)


class KauflandSimulator(Simulation):
    """One shop at Kaufland."""

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        client_key: str = "0123456789abcdef",
        secret_key: str = "kaufland-secret",  # noqa: S107 - invented
        shop: str = "The Shop",
    ) -> None:
        self.client_key = client_key
        self.secret_key = secret_key
        self.shop = shop
        self.skew = _SKEW
        """Seconds by which a signature may be old."""
        self.joins = False
        """Whether `embedded` is one value with commas, as its text says; else one for each."""
        self.moves = True
        """Whether a message counts as a change of its ticket."""
        self.public_url = ""
        """The address that clients ask, where something stands between; "": our own."""
        self.tickets: dict[str, SimTicket] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self.contents: dict[str, bytes] = {}
        self._count = 1000
        super().__init__(clock)

    def number(self) -> int:
        """Return a number that nothing has yet."""
        self._count += 1
        return self._count

    def open(
        self,
        topic: str = "delivery_not_received",
        *,
        buyer: int = 7654321,
        units: tuple[int, ...] = (),
        at: datetime | None = None,
        storefront: str = "de",
    ) -> SimTicket:
        """Let a buyer open a ticket without a word."""
        when = at or self.clock()
        ticket = SimTicket(
            f"001{self.number():07d}", topic, when, when, buyer, list(units), storefront
        )
        ticket.sellers_turn = True
        self.tickets[ticket.id] = ticket
        return ticket

    def say(
        self, ticket: SimTicket, role: str, name: str, text: str, at: datetime | None = None
    ) -> int:
        """Let somebody write into a ticket; return the message's number."""
        when = at or self.clock()
        number = self.number()
        ticket.messages.append(
            {
                "id_ticket_message": number,
                "id_ticket": ticket.id,
                "author": {"role": role, "name": name},
                "text": text,
                "ts_created_iso": _iso(when),
            }
        )
        if self.moves or len(ticket.messages) == 1:
            ticket.updated = max(ticket.updated, when) if len(ticket.messages) > 1 else when
        ticket.sellers_turn = role == "buyer"
        return number

    def attach(self, ticket: SimTicket, name: str, content: bytes) -> None:
        """Let a file come with the ticket's last message."""
        path = f"/files/{self.number()}"
        self.contents[path] = content
        ticket.files.append(
            {
                "filename": name,
                "ts_created_iso": ticket.messages[-1]["ts_created_iso"],
                "uri": f"{self.base_url}{path}",
            }
        )

    def before(self, asked: Asked) -> None:
        """Check who asks: key, second and signature over exactly what was sent."""
        if asked.path.startswith("/files/"):
            return
        if asked.headers.get("shop-client-key") != self.client_key:
            raise Refused(_problem(401, "/problems/invalid-credentials", "Unknown client key."))
        second = asked.headers.get("shop-timestamp", "")
        if not second.isdigit() or abs(int(second) - self.clock().timestamp()) > self.skew:
            raise Refused(_problem(401, "/problems/unauthorized", "The timestamp is too old."))
        own = f"{self.base_url}/v2"
        public = self.public_url or f"http://{asked.headers['host']}/v2"
        url = f"{public}{asked.url.removeprefix(own)}"
        text = f"{asked.method}\n{url}\n{asked.body.decode()}\n{second}"
        good = hmac.new(self.secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(good, asked.headers.get("shop-signature", "")):
            raise Refused(_problem(401, "/problems/corrupted-signature", "Wrong signature."))

    @route("GET", "/v2/tickets")
    def list_tickets(self, asked: Asked) -> Said:
        """Show a page of tickets."""
        sort = asked.one("sort", "ts_created_iso:desc")
        limit, offset = _whole(asked, "limit", 20, 1, 30), _whole(asked, "offset", 0, 0, 10**9)
        if sort not in _SORTS:
            raise Refused(_problem(400, "/problems/bad-request", "sort is not valid."))
        key = "updated" if "updated" in sort else "created"
        every = sorted(
            self.tickets.values(), key=lambda one: (getattr(one, key), one.id), reverse=True
        )
        page = [_ticket(ticket) for ticket in every[offset : offset + limit]]
        said = {"offset": offset, "limit": limit, "total": len(every)}
        return in_json({"data": page, "pagination": said})

    @route("GET", "/v2/tickets/{number}")
    def show_ticket(self, asked: Asked, number: str) -> Said:
        """Show a ticket with what is asked to come with it."""
        ticket = self._found(number)
        parts = asked.every("embedded")
        if self.joins:  # the last value counts, and holds commas
            parts = parts[-1].split(",") if parts else []
        if not set(parts) <= _EMBEDDABLE:
            raise Refused(_problem(400, "/problems/bad-request", "embedded is not valid."))
        said = _ticket(ticket)
        sold = [
            (order, unit)
            for order in self.orders.values()
            for unit in order["order_units"]
            if unit["id_order_unit"] in ticket.units
        ]
        whole = {
            "messages": ticket.messages,
            "files": ticket.files,
            "order_units": [unit_of_ticket(order, unit) for order, unit in sold],
            "buyer": {"id_buyer": ticket.buyer, "email": None},
            "product": sold[0][1]["product"] if sold else None,
        }
        said.update((part, whole[part]) for part in whole if part in parts)
        return in_json({"data": {**said, "storefront": ticket.storefront}})

    @route("GET", "/v2/tickets/messages")
    def list_messages(self, asked: Asked) -> Said:
        """Show a page of what was said in all tickets."""
        sort = asked.one("sort", "ts_created_iso:desc")
        limit, offset = _whole(asked, "limit", 30, 1, 30), _whole(asked, "offset", 0, 0, 10**9)
        if sort not in {"ts_created_iso:desc", "ts_created_iso:asc"}:
            raise Refused(_problem(400, "/problems/bad-request", "sort is not valid."))
        since = asked.one("ts_created_from_iso", "0")
        every = sorted(
            (
                message
                for ticket in self.tickets.values()
                for message in ticket.messages
                if message["ts_created_iso"] >= since
            ),
            key=lambda one: (one["ts_created_iso"], one["id_ticket_message"] or 0),
            reverse=sort.endswith("desc"),
        )
        said = {"offset": offset, "limit": limit, "total": len(every)}
        return in_json({"data": every[offset : offset + limit], "pagination": said})

    @route("POST", "/v2/tickets/{number}/messages")
    def write(self, asked: Asked, number: str) -> Said:
        """Take a message of the seller's."""
        if asked.headers.get("content-type") != "application/json":
            raise Refused(_problem(400, "/problems/bad-request", "JSON is wanted."))
        ticket = self._found(number)
        said = asked.json()
        text = said.get("text")
        if not isinstance(text, str) or not 1 <= len(text) <= _LONGEST:
            raise Refused(_problem(400, "/problems/validation-error", "text is not valid."))
        if set(said) - {"text", "interim_notice", "ticket_message_files"}:
            raise Refused(_problem(400, "/problems/validation-error", "Unknown fields."))
        if not isinstance(said.get("interim_notice", False), bool):
            raise Refused(_problem(400, "/problems/validation-error", "interim_notice is a flag."))
        for file in said.get("ticket_message_files") or []:
            if set(file) != {"filename", "mime_type", "data"}:
                raise Refused(_problem(400, "/problems/validation-error", "A file is not valid."))
        _refuse_final(ticket)
        before = ticket.sellers_turn
        self.say(ticket, "seller", self.shop, text)
        if said.get("interim_notice"):
            ticket.sellers_turn = before  # a notice in between leaves the ticket with whom it was
        return Said(201)

    @route("PATCH", "/v2/tickets/{number}/close")
    def end(self, asked: Asked, number: str) -> Said:
        """Close a ticket for the seller."""
        ticket = self._found(number)
        _refuse_final(ticket)
        ticket.status = "both_closed" if ticket.status == "buyer_closed" else "seller_closed"
        ticket.updated = self.clock()
        ticket.sellers_turn = False
        return Said(204)

    @route("GET", "/v2/orders/{number}")
    def show_order(self, asked: Asked, number: str) -> Said:
        """Show an order."""
        if number not in self.orders:
            raise Refused(_problem(404, "/problems/not-found", "There is no such order."))
        return in_json({"data": self.orders[number]})

    @route("GET", "/files/{number}")
    def file(self, asked: Asked, number: str) -> Said:
        """Hand out a file."""
        return Said(200, self.contents[asked.path], {"Content-Type": "application/octet-stream"})

    def _found(self, number: str) -> SimTicket:
        """Return the ticket of a number."""
        if number not in self.tickets:
            raise Refused(_problem(404, "/problems/not-found", "There is no such ticket."))
        return self.tickets[number]


def _refuse_final(ticket: SimTicket) -> None:
    """Refuse what comes after Kaufland's own people have closed a ticket for good."""
    if ticket.status == "customer_service_closed_final":
        raise Refused(_problem(400, "/problems/tickets/finally-closed", "It is closed."))


def _ticket(ticket: SimTicket) -> dict[str, Any]:
    """Return a ticket as lists show it."""
    return {
        "id_ticket": ticket.id,
        "ids_order_units": ticket.units,
        "id_buyer": ticket.buyer,
        "ts_created_iso": _iso(ticket.created),
        "ts_updated_iso": _iso(ticket.updated),
        "status": ticket.status,
        "open_reason": "contact_other",
        "topic": ticket.topic,
        "is_seller_responsible": ticket.sellers_turn,
        "fulfillment_type": "fulfilled_by_merchant",
    }


def _whole(asked: Asked, name: str, usual: int, least: int, most: int) -> int:
    """Return a number of the query within its bounds."""
    text = asked.one(name, str(usual))
    if not text.isdigit() or not least <= int(text) <= most:
        raise Refused(_problem(400, "/problems/bad-request", f"{name} is not valid."))
    return int(text)


def _problem(status: int, kind: str, message: str) -> Said:
    """Return an error as Kaufland words it."""
    return in_json({"type": kind, "errors": [], "message": message}, status)


def _iso(when: datetime) -> str:
    """Return an instant as the API writes it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
