"""Kaufland in the demo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from connectors.kaufland.simulated_orders import order_with
from connectors.kaufland.simulator import KauflandSimulator
from inbox.demo.markets.market import Market, Sale, iso


class Kaufland(Market):
    """Tickets; what was bought can be seen piece by piece."""

    kind: ClassVar[str] = "kaufland"
    languages: ClassVar[tuple[str, ...]] = ("de", "fr", "pl")
    due_after: ClassVar[timedelta] = timedelta(hours=48)

    def __init__(self, shop: str) -> None:
        self._sim = KauflandSimulator(shop=shop)
        super().__init__(self._sim, shop)

    def settings(self) -> Mapping[str, str]:
        """Return key and address."""
        base_url = f"{self._sim.base_url}/v2"
        return {"client_key": self._sim.client_key, "name": self.shop, "base_url": base_url}

    def secrets(self) -> Mapping[str, str]:
        """Return the secret key."""
        return {"secret_key": self._sim.secret_key}

    def ask(self, sale: Sale, topic: str, text: str, at: datetime, due: datetime | None) -> str:
        """Let a buyer open a ticket about an order."""
        units = tuple(self._sim.number() for _ in range(sale.quantity))
        storefront = sale.country.lower()
        pieces = [self._order(sale, unit, storefront) for unit in units]
        order = pieces[0]
        order["order_units"] = [unit for piece in pieces for unit in piece["order_units"]]
        self._sim.orders[sale.order] = order
        ticket = self._sim.open(topic, buyer=sale.number, units=units, at=at, storefront=storefront)
        self._sim.say(ticket, "buyer", sale.name, text, at)
        return ticket.id

    def _order(self, sale: Sale, unit: int, storefront: str) -> dict[str, Any]:
        """Return an order of one piece."""
        first, _blank, last = sale.name.partition(" ")
        street, _blank, house = sale.street.rpartition(" ")
        order = order_with(
            sale.order,
            unit,
            f"{sale.item}, {sale.variant}" if sale.variant else sale.item,
            cents=sale.cents,
            buyer=sale.number,
            storefront=storefront,
            placed=iso(sale.placed_at),
            ship_by=iso(sale.ship_by),
            offer=f"WW-{sale.item_id[:4]}",
            address={
                "first_name": first,
                "last_name": last,
                "company_name": None,
                "street": street,
                "house_number": house,
                "postcode": sale.postcode,
                "additional_field": None,
                "city": sale.city,
                "phone": None,
                "country": sale.country,
            },
        )
        if sale.shipped_at is not None:
            order["order_units"][0]["status"] = "sent"
        return order

    def say(self, name: str, text: str, at: datetime, *, ours: bool) -> None:
        """Let somebody write into a ticket."""
        ticket = self._sim.tickets[name]
        if ours:
            self._sim.say(ticket, "seller", self.shop, text, at)
            return
        buyer = next(each["author"] for each in ticket.messages)
        self._sim.say(ticket, "buyer", str(buyer["name"]), text, at)

    def replies(self, name: str) -> int:
        """Return how often the shop has written."""
        written = self._sim.tickets[name].messages
        return sum(each["author"]["role"] == "seller" for each in written)
