"""PayPal's disputes in the demo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from connectors.paypal.simulator import PayPalSimulator
from inbox.demo.markets.market import Market, Sale


class PayPal(Market):
    """Few, but each with the instant after which PayPal decides for the buyer."""

    kind: ClassVar[str] = "paypal"
    languages: ClassVar[tuple[str, ...]] = ("de", "en")
    via: ClassVar[str] = "paypal"
    due_in: ClassVar[tuple[int, ...]] = (7,)
    due_after: ClassVar[timedelta] = timedelta(days=10)
    fresh: ClassVar[int] = 1
    answered: ClassVar[int] = 2

    def __init__(self, shop: str) -> None:
        self._sim = PayPalSimulator()
        super().__init__(self._sim, shop)

    def settings(self) -> Mapping[str, str]:
        """Return the app, the shop's name and the address."""
        return {
            "client_id": self._sim.login.client_id,
            "name": self.shop,
            "base_url": self._sim.base_url,
        }

    def secrets(self) -> Mapping[str, str]:
        """Return the app's secret."""
        return {"client_secret": self._sim.login.client_secret}

    def ask(self, sale: Sale, topic: str, text: str, at: datetime, due: datetime | None) -> str:
        """Let a buyer dispute a payment."""
        dispute = self._sim.open(topic, at=at, due=due)
        dispute.buyer, dispute.cents = sale.name, sale.total
        dispute.item = f"{sale.item}, {sale.variant}" if sale.variant else sale.item
        dispute.item_id, dispute.quantity = sale.item_id, sale.quantity
        self._sim.say(dispute, "BUYER", text, at)
        return dispute.id

    def say(self, name: str, text: str, at: datetime, *, ours: bool) -> None:
        """Let somebody write into a dispute."""
        self._sim.say(self._sim.disputes[name], "SELLER" if ours else "BUYER", text, at)

    def replies(self, name: str) -> int:
        """Return how often the shop has written."""
        written = self._sim.disputes[name].messages
        return sum(each["posted_by"] == "SELLER" for each in written)
