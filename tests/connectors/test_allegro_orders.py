"""Allegro's orders become what the seller knows them as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from connectors.allegro.orders import Form, Parcels, order_of
from connectors.orders import Address, Money, Order, OrderItem, Shipment
from connectors.simulation import Fault, Said
from connectors.values import Party
from tests.connectors.test_conformance_allegro import AllegroService

ID = "29738e61-7f6a-11e8-ac45-09db60ede9d6"
SITE = "https://allegro.pl"
FORM: dict[str, Any] = {
    "id": ID,
    "messageToSeller": "Red, please",
    "buyer": {
        "id": "23123123",
        "email": "ann@allegromail.pl",
        "login": "ann_buyer",
        "firstName": "Ann",
        "lastName": "Kowalska",
        "guest": False,
    },
    "status": "READY_FOR_PROCESSING",
    "fulfillment": {"status": "SENT", "shipmentSummary": {"lineItemsSent": "ALL"}},
    "delivery": {
        "address": {
            "firstName": "Ann",
            "lastName": "Kowalska",
            "street": "Grunwaldzka 182",
            "city": "Poznań",
            "zipCode": "60-166",
            "countryCode": "PL",
            "companyName": "Kowalex",
        },
        "method": {"id": "1fa56f79", "name": "Allegro Paczkomaty InPost"},
        "time": {
            "from": "2026-11-21T10:00:00.000Z",
            "to": "2026-11-24T18:00:00.000Z",
            "dispatch": {"from": "2026-11-19T16:00:00Z", "to": "2026-11-20T18:00:00Z"},
        },
    },
    "lineItems": [
        {
            "id": "62ae358b-8f65-4fc4-9c77-bedf604a2e2b",
            "offer": {"id": "3213213", "name": "Desk lamp, brass", "external": {"id": "LAMP-2"}},
            "quantity": 2,
            "originalPrice": {"amount": "129.90", "currency": "PLN"},
            "price": {"amount": "123.45", "currency": "PLN"},
            "boughtAt": "2026-11-18T10:23:43.123Z",
        }
    ],
    "surcharges": [],
    "marketplace": {"id": "allegro-cz"},
    "summary": {"totalToPay": {"amount": "255.89", "currency": "PLN"}},
    "updatedAt": "2026-11-19T10:15:30.133Z",
}
PARCEL: dict[str, Any] = {
    "id": "REhMOjEyMzQ1Njc4OTEwUEw=",
    "waybill": "AD-1239134",
    "carrierId": "INPOST",
    "createdAt": "2026-11-19T11:46:48.264Z",
}
EXPECTED = Order(
    ref=ID,
    placed_at=datetime(2026, 11, 18, 10, 23, 43, 123000, UTC),
    status="ready for processing, sent",
    buyer=Party("Ann Kowalska", "ann_buyer"),
    buyer_ref="ann_buyer",
    items=(
        OrderItem(
            title="Desk lamp, brass",
            quantity=2,
            price=Money(Decimal("123.45"), "PLN"),
            sku="LAMP-2",
            item_ref="3213213",
            page=f"{SITE}/oferta/3213213",
        ),
    ),
    total=Money(Decimal("255.89"), "PLN"),
    ship_to=Address(
        name="Ann Kowalska",
        lines=("Kowalex", "Grunwaldzka 182"),
        postcode="60-166",
        city="Poznań",
        country="PL",
    ),
    ship_by=datetime(2026, 11, 20, 18, tzinfo=UTC),
    shipments=(
        Shipment(
            carrier="INPOST",
            service="Allegro Paczkomaty InPost",
            tracking_number="AD-1239134",
            shipped_at=datetime(2026, 11, 19, 11, 46, 48, 264000, UTC),
            estimated_at=datetime(2026, 11, 24, 18, tzinfo=UTC),
        ),
    ),
    storefront="cz",
    page=f"{SITE}/moje-allegro/sprzedaz/zamowienia/{ID}",
    updated_at=datetime(2026, 11, 19, 10, 15, 30, 133000, UTC),
)


@pytest.fixture
def service() -> Iterator[AllegroService]:
    """A seller with one order."""
    made = AllegroService()
    made.sim.orders[ID] = FORM
    made.sim.parcels[ID] = [PARCEL]
    yield made
    made.close()


def test_an_order_has_its_money_its_address_and_its_last_day(service: AllegroService) -> None:
    """What "where is my parcel" is answered from."""
    assert service.connect().order(ID) == EXPECTED


def test_an_order_comes_where_its_parcels_do_not(service: AllegroService) -> None:
    """The address alone answers half of the questions."""
    service.sim.faults.append(Fault("/shipments", said=Said(403, b"{}")))
    planned = Shipment(
        service="Allegro Paczkomaty InPost", estimated_at=datetime(2026, 11, 24, 18, tzinfo=UTC)
    )

    assert service.connect().order(ID) == replace(EXPECTED, shipments=(planned,))


@pytest.mark.parametrize("ref", ["29738e61-7f6a-11e8-ac45-09db60ede9d7", "", "../me", "PC-881-A"])
def test_what_is_no_order_of_allegros_is_none(service: AllegroService, ref: str) -> None:
    """A number that a buyer mistyped is no error of the account's."""
    assert service.connect().order(ref) is None
    assert all(ref in each.path for each in service.sim.asked)
    assert len(service.sim.asked) == (len(ref) == len(ID))


def test_a_parcel_locker_stands_under_the_buyers_name() -> None:
    """The parcel goes there and not to the address of who pays."""
    delivery = {
        **FORM["delivery"],
        "pickupPoint": {
            "id": "POZ08A",
            "name": "Paczkomat POZ08A",
            "description": "Stacja paliw BP",
            "address": {"street": "Głogowska 1", "zipCode": "60-702", "city": "Poznań"},
        },
    }
    form = msgspec.convert({**FORM, "delivery": delivery}, Form)

    assert order_of(form, Parcels(), SITE).ship_to == Address(
        name="Ann Kowalska",
        lines=("Kowalex", "Paczkomat POZ08A", "Stacja paliw BP", "Głogowska 1"),
        postcode="60-702",
        city="Poznań",
        country="PL",
    )


@pytest.mark.parametrize("amount", ["", "free", "NaN", "Infinity"])
def test_money_that_is_none_is_none(amount: str) -> None:
    """A sum that is no number would be printed to a buyer."""
    summary = {"totalToPay": {"amount": amount, "currency": "PLN"}}

    assert (
        order_of(msgspec.convert({**FORM, "summary": summary}, Form), Parcels(), SITE).total is None
    )
