"""Orders as Mirakl's documentation writes them, for the simulator."""

from __future__ import annotations

from typing import Any

_HOME = {"street_1": "", "city": "", "country": "", "country_iso_code": ""}
_LINE = {
    "can_refund": True,
    "cancelations": [],
    "category_code": "1",
    "category_label": "Things",
    "commission_fee": 0,
    "commission_rate_vat": 0,
    "commission_vat": 0,
    "description": "",
    "offer_id": 1,
    "offer_state_code": "11",
    "order_line_additional_fields": [],
    "order_line_index": 1,
    "product_medias": [],
    "refunds": [],
    "shipping_price": 0,
    "total_commission": 0,
}
_ORDER = {
    "can_cancel": False,
    "can_shop_ship": True,
    "currency_iso_code": "EUR",
    "fulfillment": {"center": {"code": "DEFAULT"}},
    "fully_refunded": False,
    "has_customer_message": False,
    "has_incident": False,
    "has_invoice": False,
    "leadtime_to_ship": 2,
    "order_tax_mode": "TAX_INCLUDED",
    "paymentType": "",
    "shipping_price": 0,
    "shipping_type_code": "STD",
    "shipping_type_label": "Standard",
    "shipping_zone_code": "1",
    "shipping_zone_label": "Home",
    "total_commission": 0,
}


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
    total, state = round(price * quantity, 2), "SHIPPED" if shipped else "SHIPPING"
    changed = shipped or placed
    home = {**_HOME, "firstname": first, "lastname": last, **(address or {})}
    line = {
        **_LINE,
        "created_date": placed,
        "last_updated_date": changed,
        "offer_sku": sku,
        "order_line_id": f"{number}-1",
        "order_line_state": state,
        "price": total,
        "price_unit": price,
        "product_sku": sku,
        "product_title": title,
        "quantity": quantity,
        "total_price": total,
        **({"shipped_date": shipped} if shipped else {}),
    }
    parcel = {"shipping_company": carrier, "shipping_tracking": tracking} if shipped else {}
    return {
        **_ORDER,
        **parcel,
        "commercial_id": number,
        "created_date": placed,
        "customer": {
            "customer_id": customer,
            "firstname": first,
            "lastname": last,
            "billing_address": home,
            "shipping_address": home,
        },
        "last_updated_date": changed,
        "order_id": number,
        "order_lines": [line],
        "order_state": state,
        "price": total,
        "shipping_deadline": ship_by,
        "total_price": total,
    }
