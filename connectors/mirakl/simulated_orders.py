"""Orders as Mirakl's documentation writes them, for the simulator."""

from __future__ import annotations

from typing import Any


def order_with(
    number: str,
    title: str,
    *,
    quantity: int = 1,
    price: float = 29.95,
    customer: str = "customer-7",
    first: str = "Ann",
    last: str = "Buyer",
    address: dict[str, Any] | None = None,
    placed: str = "2026-11-18T08:00:00Z",
    ship_by: str = "2026-11-20T22:00:00Z",
    shipped: str | None = None,
    carrier: str = "Correos",
    tracking: str = "",
    sku: str = "LAMP-2",
) -> dict[str, Any]:
    """Return an order of one line as `GET /api/orders` shows it; `address`: without the name."""
    line = {
        "order_line_id": f"{number}-1",
        "product_title": title,
        "quantity": quantity,
        "price_unit": price,
        "offer_sku": sku,
        "shipped_date": shipped,
    }
    return {
        "order_id": number,
        "created_date": placed,
        "last_updated_date": shipped or placed,
        "order_state": "SHIPPED" if shipped else "SHIPPING",
        "currency_iso_code": "EUR",
        "total_price": round(price * quantity, 2),
        "customer": {
            "customer_id": customer,
            "firstname": first,
            "lastname": last,
            "shipping_address": {"firstname": first, "lastname": last, **(address or {})},
        },
        "order_lines": [line],
        "shipping_company": carrier if shipped else None,
        "shipping_type_label": "Standard",
        "shipping_tracking": tracking or None,
        "shipping_deadline": ship_by,
    }
