"""Orders as Allegro's documentation writes them, for the simulator."""

from __future__ import annotations

from typing import Any


def order_with(
    number: str,
    title: str,
    *,
    offer: str = "3213213",
    quantity: int = 1,
    price: str = "123.45",
    total: str = "123.45",
    login: str = "ann_buyer",
    first: str = "Ann",
    last: str = "Kowalska",
    address: dict[str, str] | None = None,
    bought: str = "2026-11-18T10:23:43.123Z",
    ship_by: str = "2026-11-20T18:00:00Z",
    sent: bool = False,
    method: str = "Allegro Paczkomaty InPost",
    sku: str = "LAMP-2",
) -> dict[str, Any]:
    """Return an order of one line as `GET /order/checkout-forms/{id}` shows it.

    `address`: street, city, zipCode and countryCode.
    """
    line = {
        "id": number,
        "offer": {"id": offer, "name": title, "external": {"id": sku}},
        "quantity": quantity,
        "originalPrice": {"amount": price, "currency": "PLN"},
        "price": {"amount": price, "currency": "PLN"},
        "boughtAt": bought,
    }
    where = {"firstName": first, "lastName": last, **(address or {})}
    buyer = {"login": login, "firstName": first, "lastName": last}
    return {
        "id": number,
        "buyer": {"id": "23123123", "email": "relay@allegromail.pl", "guest": False, **buyer},
        "status": "READY_FOR_PROCESSING",
        "fulfillment": {"status": "SENT" if sent else "PROCESSING"},
        "delivery": {
            "address": where,
            "method": {"id": "1fa56f79", "name": method},
            "time": {"dispatch": {"from": bought, "to": ship_by}},
        },
        "lineItems": [line],
        "surcharges": [],
        "marketplace": {"id": "allegro-pl"},
        "summary": {"totalToPay": {"amount": total, "currency": "PLN"}},
        "updatedAt": bought,
    }
