"""eBay in the demo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from connectors.ebay.simulated_orders import order_with
from connectors.ebay.simulator import EbaySimulator
from connectors.tokens import Tokens
from inbox.demo.markets.market import Market, Sale, euros, iso

_LOGGED_IN = timedelta(days=30)
_SITES = {"DE": "EBAY_DE", "GB": "EBAY_GB"}


class Ebay(Market):
    """Conversations with members, and disputes with the instant that eBay states."""

    kind: ClassVar[str] = "ebay"
    languages: ClassVar[tuple[str, ...]] = ("de", "en")
    via: ClassVar[str] = "ebay"
    topics: ClassVar[bool] = False
    due_in: ClassVar[tuple[int, ...]] = (26,)

    def __init__(self, shop: str) -> None:
        self._sim = EbaySimulator(seller=shop.casefold())
        self._sim.login.seconds = int(_LOGGED_IN.total_seconds())
        super().__init__(self._sim, shop)

    def settings(self) -> Mapping[str, str]:
        """Return the app, the user name and the address."""
        return {
            "username": self._sim.seller,
            "client_id": self._sim.login.client_id,
            "runame": self._sim.runame,
            "base_url": self._sim.base_url,
            "reply_within": "24h",
        }

    def secrets(self) -> Mapping[str, str]:
        """Return the app's secret, and a login as the browser would have given it."""
        access, refresh = self._sim.login.issue()
        ends = self._sim.clock() + _LOGGED_IN
        return {
            "client_secret": self._sim.login.client_secret,
            "tokens": Tokens(access, refresh, ends).text(),
        }

    def ask(self, sale: Sale, topic: str, text: str, at: datetime, due: datetime | None) -> str:
        """Let a member write about an item; where eBay states a time, the payment is disputed."""
        parts = tuple(part.strip() for part in sale.variant.split(",") if part.strip())
        self._sim.orders[sale.order] = order_with(
            sale.order,
            sale.item,
            item=sale.item_id,
            buyer=sale.user,
            name=sale.name,
            variants=tuple(("Variant", part) for part in parts),
            quantity=sale.quantity,
            cents=sale.cents,
            currency="GBP" if sale.country == "GB" else "EUR",
            address={
                "addressLine1": sale.street,
                "city": sale.city,
                "postalCode": sale.postcode,
                "countryCode": sale.country,
            },
            marketplace=_SITES[sale.country],
            placed=_stamp(sale.placed_at),
            ship_by=_stamp(sale.ship_by),
            shipped=_stamp(sale.shipped_at) if sale.shipped_at else None,
            carrier=sale.carrier,
        )
        if sale.shipped_at is not None:
            self._sim.ship(sale.order, sale.carrier, sale.tracking, _stamp(sale.shipped_at))
        if due is not None:
            self._dispute(sale, at, due)
        one = self._sim.open(sale.item, other=sale.user, item=sale.item_id, at=at)
        self._sim.say(one, sale.user, text, at)
        return one.id

    def _dispute(self, sale: Sale, at: datetime, due: datetime) -> None:
        """Let the buyer dispute the payment as well."""
        number = str(self._sim.number())
        currency = "GBP" if sale.country == "GB" else "EUR"
        self._sim.disputes[number] = {
            "paymentDisputeId": number,
            "paymentDisputeStatus": "ACTION_NEEDED",
            "openDate": _stamp(at),
            "orderId": sale.order,
            "buyerUsername": sale.user,
            "reason": "ITEM_NOT_RECEIVED",
            "amount": {"value": euros(sale.total), "currency": currency},
            "respondByDate": _stamp(due),
            "availableChoices": ["CONTEST", "ACCEPT"],
        }

    def say(self, name: str, text: str, at: datetime, *, ours: bool) -> None:
        """Let somebody write into a conversation; who answers has read it."""
        one = self._sim.conversations[name]
        self._sim.say(one, self._sim.seller if ours else one.other, text, at)
        if ours:
            self._sim.mark_read(one, read=True)

    def replies(self, name: str) -> int:
        """Return how often the shop has written."""
        written = self._sim.conversations[name].messages
        return sum(each["senderUsername"] == self._sim.seller for each in written)


def _stamp(at: datetime) -> str:
    """Return an instant as eBay writes it."""
    return iso(at).replace("Z", ".000Z")
