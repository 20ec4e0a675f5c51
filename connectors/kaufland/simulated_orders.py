"""Orders as Kaufland's documentation writes them, for the simulator."""

from __future__ import annotations

from typing import Any

_UNIT = {
    "is_marketplace_deemed_supplier": False,
    "note": None,
    "unit_condition": "new",
    "delivery_time_min": 3,
    "delivery_time_max": 6,
    "order_received_timestamp_iso": None,
    "shipping_rate": 390,
    "cancel_reason": None,
    "vat": 19,
}
_PRODUCT = {
    "id_product": 362524873,
    "eans": ["0194252013212"],
    "id_category": 34401,
    "main_picture": "https://media.cdn.kaufland.de/product-images/lamp.jpg",
    "manufacturer": "Brassworks",
    "age_rating": 0,
    "is_valid": True,
    "dangerous_goods_li_shipping": None,
    "danger_label_9A": None,
}


def order_with(
    number: str,
    unit: int,
    title: str,
    *,
    cents: int = 5999,
    currency: str = "EUR",
    buyer: int = 7654321,
    address: dict[str, Any] | None = None,
    storefront: str = "de",
    placed: str = "2026-11-18T08:00:00Z",
    offer: str = "LAMP-2",
    ship_by: str = "2026-11-25T22:59:59Z",
) -> dict[str, Any]:
    """Return an order of one piece as `GET /orders/{number}` shows it."""
    page = f"https://www.kaufland.{storefront}/product/1/"
    sold = {
        **_UNIT,
        "id_order_unit": unit,
        "id_order": number,
        "ts_created_iso": placed,
        "ts_updated_iso": placed,
        "status": "need_to_be_sent",
        "price": cents,
        "revenue_gross": cents,
        "revenue_net": cents * 100 // 119,
        "id_offer": offer,
        "storefront": storefront,
        "currency": currency,
        "delivery_time_expires_iso": ship_by,
        "product": {**_PRODUCT, "title": title, "url": page, "storefront": storefront},
        "tickets": None,
    }
    return {
        "id_order": number,
        "ts_created_iso": placed,
        "is_marketplace_deemed_supplier": False,
        "storefront": storefront,
        "fulfillment_type": "fulfilled_by_merchant",
        "order_units": [sold],
        "buyer": {"id_buyer": buyer, "email": "relay@kaufland.example"},
        "shipping_address": address,
        "billing_address": address,
    }


def unit_of_ticket(order: dict[str, Any], unit: dict[str, Any]) -> dict[str, Any]:
    """Return a piece of an order as a ticket shows it: with what stands at the order."""
    own = {name: value for name, value in unit.items() if name not in {"tickets", "kss_eligible"}}
    whole = ("buyer", "billing_address", "shipping_address", "fulfillment_type")
    return {**own, **{name: order[name] for name in whole}}
