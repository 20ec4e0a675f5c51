"""Allegro in the demo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from connectors.allegro.simulated_orders import order_with
from connectors.allegro.simulator import AllegroSimulator
from connectors.tokens import Tokens
from inbox.demo.markets.market import Market, Sale, euros, iso

_LOGGED_IN = timedelta(days=30)


class Allegro(Market):
    """Threads with buyers, and a claim with the instant that Allegro states."""

    kind: ClassVar[str] = "allegro"
    languages: ClassVar[tuple[str, ...]] = ("pl",)
    topics: ClassVar[bool] = False
    due_in: ClassVar[tuple[int, ...]] = (19,)

    def __init__(self, shop: str) -> None:
        self._sim = AllegroSimulator(seller=shop.casefold())
        self._sim.login.seconds = int(_LOGGED_IN.total_seconds())
        self._sim.pause = timedelta()
        super().__init__(self._sim, shop)

    def settings(self) -> Mapping[str, str]:
        """Return the app and the address."""
        return {"client_id": self._sim.login.client_id, "base_url": self._sim.base_url}

    def secrets(self) -> Mapping[str, str]:
        """Return the app's secret, and a login as another device would have agreed to it."""
        access, refresh = self._sim.login.issue()
        ends = self._sim.clock() + _LOGGED_IN
        return {
            "client_secret": self._sim.login.client_secret,
            "tokens": Tokens(access, refresh, ends).text(),
        }

    def ask(self, sale: Sale, topic: str, text: str, at: datetime, due: datetime | None) -> str:
        """Let a buyer write about an order; where Allegro states a time, it is claimed as well."""
        first, _blank, last = sale.name.partition(" ")
        order = self._sim.uuid()
        self._sim.orders[order] = order_with(
            order,
            f"{sale.item}, {sale.variant}" if sale.variant else sale.item,
            offer=sale.item_id,
            quantity=sale.quantity,
            price=euros(sale.cents),
            total=euros(sale.total),
            login=sale.user,
            first=first,
            last=last,
            address={
                "street": sale.street,
                "city": sale.city,
                "zipCode": sale.postcode,
                "countryCode": sale.country,
            },
            bought=iso(sale.placed_at),
            ship_by=iso(sale.ship_by),
            sent=sale.shipped_at is not None,
            sku=f"WW-{sale.item_id[:4]}",
        )
        if sale.shipped_at is not None:
            parcel = {"id": sale.tracking, "waybill": sale.tracking, "carrierId": "INPOST"}
            self._sim.parcels[order] = [{**parcel, "createdAt": iso(sale.shipped_at)}]
        if due is not None:
            claim = self._sim.claim(text, buyer=sale.user, at=at)
            claim.order, claim.status_due = order, due
            claim.decision_due = due + timedelta(days=1)
        thread = self._sim.open(other=sale.user, at=at)
        self._sim.say(thread, sale.user, text, at, subject=topic, order=order)
        return thread.id

    def say(self, name: str, text: str, at: datetime, *, ours: bool) -> None:
        """Let somebody write into a thread."""
        thread = self._sim.threads[name]
        self._sim.say(thread, self._sim.seller if ours else thread.other, text, at)

    def replies(self, name: str) -> int:
        """Return how often the shop has written."""
        written = self._sim.threads[name].messages
        return sum(each["author"]["login"] == self._sim.seller for each in written)
