"""A marketplace that runs on Mirakl, in the demo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from connectors.mirakl.simulated_orders import order_with
from connectors.mirakl.simulator import MiraklSimulator
from inbox.demo.markets.market import Market, Sale, iso


class Mirakl(Market):
    """Threads at one operator, whose own time for answers is set at the account."""

    kind: ClassVar[str] = "mirakl"
    languages: ClassVar[tuple[str, ...]] = ("es", "fr")
    topics: ClassVar[bool] = False
    due_in: ClassVar[tuple[int, ...]] = (12, 41)

    def __init__(self, shop: str) -> None:
        self._sim = MiraklSimulator(shop=shop)
        super().__init__(self._sim, shop)

    def settings(self) -> Mapping[str, str]:
        """Return address and name, and the operator's time."""
        return {"base_url": self._sim.base_url, "name": self.shop, "reply_within": "24h"}

    def secrets(self) -> Mapping[str, str]:
        """Return the shop's key."""
        return {"api_key": self._sim.api_key}

    def ask(self, sale: Sale, topic: str, text: str, at: datetime, due: datetime | None) -> str:
        """Let a buyer begin a thread about an order."""
        first, _blank, last = sale.name.partition(" ")
        self._sim.orders[sale.order] = order_with(
            sale.order,
            f"{sale.item}, {sale.variant}" if sale.variant else sale.item,
            quantity=sale.quantity,
            price=sale.cents / 100,
            customer=sale.user,
            first=first,
            last=last,
            address={
                "street_1": sale.street,
                "zip_code": sale.postcode,
                "city": sale.city,
                "country_iso_code": sale.country,
            },
            placed=iso(sale.placed_at),
            ship_by=iso(sale.ship_by),
            shipped=iso(sale.shipped_at) if sale.shipped_at else None,
            carrier=sale.carrier,
            tracking=sale.tracking if sale.shipped_at else "",
            sku=f"WW-{sale.item_id[:4]}",
        )
        thread = self._sim.open(topic or sale.item, order=sale.order, at=at)
        thread.customer, thread.customer_name = sale.user, sale.name
        self._sim.say(thread, "CUSTOMER_USER", text, at)
        return thread.id

    def say(self, name: str, text: str, at: datetime, *, ours: bool) -> None:
        """Let somebody write into a thread."""
        thread = self._sim.threads[name]
        self._sim.say(thread, "SHOP_USER" if ours else "CUSTOMER_USER", text, at)

    def replies(self, name: str) -> int:
        """Return how often the shop has written."""
        written = self._sim.threads[name].messages
        return sum(each["from"]["type"] == "SHOP_USER" for each in written)
