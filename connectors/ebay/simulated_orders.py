"""Orders as eBay's documentation writes them, for the simulator."""

from __future__ import annotations

from typing import Any


def order_with(
    number: str,
    title: str,
    *,
    item: str = "110012345678",
    buyer: str = "ann_buyer",
    name: str = "Ann Buyer",
    variants: tuple[tuple[str, str], ...] = (),
    quantity: int = 1,
    cents: int = 2999,
    currency: str = "EUR",
    address: dict[str, str] | None = None,
    marketplace: str = "EBAY_DE",
    placed: str = "2026-11-18T08:00:00.000Z",
    ship_by: str = "2026-11-20T22:59:59.000Z",
    shipped: str | None = None,
    carrier: str = "DHL",
) -> dict[str, Any]:
    """Return an order of one line as `GET /order/{number}` shows it; `cents`: of one piece."""
    cost = {"value": f"{cents * quantity / 100:.2f}", "currency": currency}
    ship_to = {"fullName": name, "contactAddress": address or {}}
    step = {"shippingCarrierCode": carrier, "shippingServiceCode": "Standard", "shipTo": ship_to}
    line = {
        "lineItemId": f"{number}-1",
        "legacyItemId": item,
        "title": title,
        "quantity": quantity,
        "sku": f"SKU-{item[-4:]}",
        "lineItemCost": cost,
        "variationAspects": [{"name": one, "value": value} for one, value in variants],
        "lineItemFulfillmentInstructions": {"shipByDate": ship_by},
        "listingMarketplaceId": marketplace,
    }
    return {
        "orderId": number,
        "creationDate": placed,
        "lastModifiedDate": shipped or placed,
        "orderFulfillmentStatus": "FULFILLED" if shipped else "NOT_STARTED",
        "orderPaymentStatus": "PAID",
        "buyer": {"username": buyer},
        "pricingSummary": {"total": cost},
        "paymentSummary": {"refunds": []},
        "fulfillmentStartInstructions": [{"shippingStep": step}],
        "lineItems": [line],
    }
