"""eBay's orders, disputes and requests reach the seller, with the instant that eBay states."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connectors.conformance import Pulled, pull_all, reply_to
from connectors.contract import Rejected
from connectors.ebay.login import Hosts
from connectors.ebay.requests import sources_of
from connectors.orders import Address, Money, Order, OrderItem, Shipment
from connectors.simulation import Fault, Said
from connectors.values import ConversationChange, Kind, Party, StatedDeadline
from tests.connectors.test_conformance_ebay import EbayService

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
DUE = datetime(2026, 11, 27, 23, 59, 59, tzinfo=UTC)
ORDER: dict[str, Any] = {
    "orderId": "12-34567-89012",
    "creationDate": "2026-11-18T08:00:00.000Z",
    "lastModifiedDate": "2026-11-19T08:00:00.000Z",
    "orderFulfillmentStatus": "NOT_STARTED",
    "orderPaymentStatus": "PAID",
    "buyer": {"username": "Ann_Buyer"},
    "pricingSummary": {"total": {"value": "64.98", "currency": "EUR"}},
    "paymentSummary": {"refunds": [{"amount": {"value": "5.00", "currency": "EUR"}}]},
    "fulfillmentStartInstructions": [
        {
            "maxEstimatedDeliveryDate": "2026-11-25T22:00:00.000Z",
            "shippingStep": {
                "shippingCarrierCode": "DHL",
                "shippingServiceCode": "DE_DHLPaket",
                "shipTo": {
                    "fullName": "Ann Buyer",
                    "contactAddress": {
                        "addressLine1": "Lange Gasse 7a",
                        "addressLine2": "2. Stock",
                        "city": "Dresden",
                        "postalCode": "01069",
                        "countryCode": "DE",
                    },
                },
            },
        }
    ],
    "lineItems": [
        {
            "lineItemId": "10",
            "legacyItemId": "110012345678",
            "title": "Desk lamp",
            "quantity": 2,
            "sku": "LAMP-2",
            "lineItemCost": {"value": "59.98", "currency": "EUR"},
            "variationAspects": [{"name": "Colour", "value": "Brass"}],
            "lineItemFulfillmentInstructions": {"shipByDate": "2026-11-20T22:59:59.000Z"},
            "listingMarketplaceId": "EBAY_DE",
        }
    ],
}
DISPUTE: dict[str, Any] = {
    "paymentDisputeId": "5000001",
    "paymentDisputeStatus": "ACTION_NEEDED",
    "openDate": "2026-11-20T09:30:00.000Z",
    "orderId": "12-34567-89012",
    "buyerUsername": "ann_buyer",
    "reason": "ITEM_NOT_RECEIVED",
    "amount": {"value": "64.98", "currency": "EUR"},
    "respondByDate": "2026-11-27T23:59:59.000Z",
    "availableChoices": ["CONTEST", "ACCEPT"],
}
PAGE = "https://www.ebay.com/sh/ord/details?orderid=12-34567-89012"


@pytest.fixture
def service() -> Iterator[EbayService]:
    """One seller, who sold one lamp."""
    made = EbayService()
    made.sim.orders["12-34567-89012"] = dict(ORDER)
    yield made
    made.close()


def stated(pulled: Pulled) -> list[StatedDeadline]:
    """Return what was stated."""
    return [deadline for batch in pulled.batches for deadline in batch.deadlines]


def turns(pulled: Pulled) -> list[ConversationChange]:
    """Return how conversations stand."""
    return [change for batch in pulled.batches for change in batch.conversations]


def test_an_order_has_its_money_its_address_and_its_last_day(service: EbayService) -> None:
    """What the seller would look up at eBay."""
    connector = service.connect()

    assert connector.order("NOPE") is None
    assert connector.order("12-34567-89012") == Order(
        ref="12-34567-89012",
        placed_at=datetime(2026, 11, 18, 8, tzinfo=UTC),
        status="paid, not started",
        buyer_ref="Ann_Buyer",
        buyer=Party("Ann Buyer", "Ann_Buyer"),
        items=(
            OrderItem(
                title="Desk lamp",
                quantity=2,
                price=Money(Decimal("29.99"), "EUR"),
                variant="Colour: Brass",
                sku="LAMP-2",
                item_ref="110012345678",
                page="https://www.ebay.com/itm/110012345678",
            ),
        ),
        total=Money(Decimal("64.98"), "EUR"),
        refunded=Money(Decimal("5.00"), "EUR"),
        ship_to=Address(
            name="Ann Buyer",
            lines=("Lange Gasse 7a", "2. Stock"),
            postcode="01069",
            city="Dresden",
            country="DE",
        ),
        ship_by=datetime(2026, 11, 20, 22, 59, 59, tzinfo=UTC),
        shipments=(
            Shipment(
                carrier="DHL",
                service="DE_DHLPaket",
                estimated_at=datetime(2026, 11, 25, 22, tzinfo=UTC),
            ),
        ),
        storefront="de",
        page=PAGE,
        updated_at=datetime(2026, 11, 19, 8, tzinfo=UTC),
    )


def test_an_order_names_its_parcels_when_it_is_asked_for(service: EbayService) -> None:
    """“Where is it?” is answered with the tracking number."""
    number = ORDER["orderId"]
    service.sim.ship(number, "DHL", "00340434161094015902", "2026-11-19T10:00:00.000Z")
    service.deliver("Question", "Hello?")
    connector = service.connect()
    (listed,) = (order for batch in pull_all(connector).batches for order in batch.orders)
    whole = connector.order(number)

    assert whole is not None
    assert (listed.partial, whole.partial) == (True, False)
    assert whole.shipments == (
        Shipment(
            carrier="DHL",
            service="DE_DHLPaket",
            tracking_number="00340434161094015902",
            shipped_at=datetime(2026, 11, 19, 10, tzinfo=UTC),
            estimated_at=datetime(2026, 11, 25, 22, tzinfo=UTC),
        ),
    )


@pytest.mark.parametrize("status", [403, 404, 500])
def test_an_order_comes_where_its_parcels_do_not(service: EbayService, status: int) -> None:
    """Then it only lacks its tracking, and is not asked for again and again."""
    service.sim.ship(ORDER["orderId"], "DHL", "0034", "2026-11-19T10:00:00.000Z")
    service.sim.faults.append(Fault("shipping_fulfillment", times=9, said=Said(status, b"{}")))
    found = service.connect().order(ORDER["orderId"])

    assert found is not None
    assert (found.ref, found.partial) == (ORDER["orderId"], False)
    assert [each.tracking_number for each in found.shipments] == [""]


def test_a_conversation_finds_its_order_by_item_and_buyer(service: EbayService) -> None:
    """EBay's messages name the item only; names are compared without case."""
    for buyer, item in (("ann_buyer", "110012345678"), ("bob", "110012345678"), ("ann_buyer", "9")):
        conversation = service.sim.open(other=buyer, item=item, at=AT)
        service.sim.say(conversation, buyer, "Hello?", AT)

    pulled = pull_all(service.connect())

    linked = {
        (message.buyer_ref, message.item_ref): (message.order_ref, message.storefront)
        for message in pulled.messages
    }
    assert linked == {
        ("ann_buyer", "110012345678"): ("12-34567-89012", "de"),
        ("bob", "110012345678"): (None, ""),
        ("ann_buyer", "9"): (None, ""),
    }
    assert [order.ref for batch in pulled.batches for order in batch.orders] == ["12-34567-89012"]


def test_messages_come_where_orders_do_not(service: EbayService) -> None:
    """Keys without access to orders, or a bad hour of theirs, hide no buyer."""
    service.deliver("Question", "Hello?")
    service.sim.faults.append(Fault("/sell/", times=99, said=Said(403, b"{}")))

    pulled = pull_all(service.connect())

    assert [message.text for message in pulled.messages] == ["Hello?"]


def test_a_dispute_states_its_instant_and_what_can_be_done(service: EbayService) -> None:
    """Missing it loses the money."""
    service.sim.disputes["5000001"] = dict(DISPUTE)
    connector = service.connect()

    pulled = pull_all(connector)

    message = pulled.only
    assert (message.kind, message.order_ref) == (Kind.DISPUTE, "12-34567-89012")
    assert message.text == "The buyer disputes the payment 64.98 EUR: item not received."
    assert not message.answerable
    assert stated(pulled) == [
        StatedDeadline(
            conversation_ref="dispute 5000001",
            ref="dispute 5000001",
            due_at=DUE,
            opened_at=AT,
            said="Answer the payment dispute at eBay: contest, accept.",
            page=PAGE,
        )
    ]
    assert turns(pulled) == [ConversationChange("dispute 5000001", closed=False, reply_needed=True)]
    with pytest.raises(Rejected, match="at eBay itself"):
        connector.send(reply_to(service, message))


def test_a_dispute_that_is_answered_ends_its_clock_and_is_not_new(service: EbayService) -> None:
    """Under review, then closed: told each time, once, across restarts."""
    service.sim.disputes["5000001"] = dict(DISPUTE)
    first = pull_all(service.connect())
    service.sim.disputes["5000001"]["paymentDisputeStatus"] = "OPEN"
    del service.sim.disputes["5000001"]["respondByDate"]
    second = pull_all(service.connect(), first.checkpoint)
    service.sim.disputes["5000001"]["paymentDisputeStatus"] = "CLOSED"
    third = pull_all(service.connect(), second.checkpoint)
    fourth = pull_all(service.connect(), third.checkpoint)

    assert (second.messages, third.messages, fourth.batches) == ([], [], [])
    assert [one.due_at for one in (*stated(second), *stated(third))] == [None, None]
    assert [(one.closed, one.reply_needed) for one in (*turns(second), *turns(third))] == [
        (False, False),
        (True, False),
    ]


def test_an_empty_list_alone_ends_no_clock(service: EbayService) -> None:
    """One wrong answer of theirs must not hide what is owed."""
    service.sim.disputes["5000001"] = dict(DISPUTE)
    before = pull_all(service.connect())
    nothing = Said(200, b'{"paymentDisputeSummaries": [], "total": 0}')
    service.sim.faults.append(Fault("payment_dispute_summary", said=nothing))

    assert pull_all(service.connect(), before.checkpoint).batches == []


_AT, _DUE = {"value": "2026-11-20T09:30:00.000Z"}, {"value": "2026-11-27T23:59:59.000Z"}
INQUIRY = {
    "inquiryId": "7",
    "inquiryStatusEnum": "WAITING_SELLER_RESPONSE",
    "creationDate": _AT,
    "respondByDate": _DUE,
    "itemId": "110012345678",
    "buyer": "ann_buyer",
}
RETURN = {
    "returnId": "8",
    "state": "RETURN_REQUESTED",
    "orderId": "12-34567-89012",
    "buyerLoginName": "ann_buyer",
    "creationInfo": {
        "creationDate": _AT,
        "reason": "DEFECTIVE_ITEM",
        "item": {"itemId": "110012345678"},
        "comments": {"content": "It does not glow."},
    },
    "sellerResponseDue": {"activityDue": "SELLER_APPROVE_REQUEST", "respondByDate": _DUE},
}
CANCELLATION = {
    "cancelId": "9",
    "cancelState": "APPROVAL_PENDING",
    "cancelRequestDate": _AT,
    "sellerResponseDueDate": _DUE,
    "requestorType": "BUYER",
    "cancelReason": "ORDER_MISTAKE",
    "legacyOrderId": "12-34567-89012",
    "buyerLoginName": "ann_buyer",
}


def test_requests_of_buyers_state_their_instant(service: EbayService) -> None:
    """An item that did not come, a return, a cancellation: each with eBay's own time."""
    service.sim.inquiries["7"] = dict(INQUIRY)
    service.sim.returns["8"] = dict(RETURN)
    service.sim.cancellations["9"] = dict(CANCELLATION)

    first = pull_all(service.connect())
    for rows, name in (
        (service.sim.inquiries["7"], "inquiryStatusEnum"),
        (service.sim.returns["8"], "state"),
        (service.sim.cancellations["9"], "cancelState"),
    ):
        rows[name] = "CLOSED"
    second = pull_all(service.connect(), first.checkpoint)

    assert [(one.kind, one.text) for one in first.messages] == [
        (Kind.INQUIRY, "The buyer says that the item did not arrive."),
        (Kind.RETURN, "It does not glow."),
        (Kind.CANCELLATION, "The buyer wants to cancel the order: order mistake."),
    ]
    assert [(one.ref, one.due_at) for one in stated(first)] == [
        ("inquiry 7", DUE),
        ("return 8", DUE),
        ("cancellation 9", DUE),
    ]
    assert stated(first)[1].said == "Act on the return at eBay: seller approve request."
    assert {one.conversation_ref for one in turns(second) if one.closed} == {
        "inquiry 7",
        "return 8",
        "cancellation 9",
    }
    assert {one.due_at for one in stated(second)} == {None}


def test_a_request_that_cannot_be_read_is_put_aside_once(service: EbayService) -> None:
    """It is told, and keeps no other back."""
    service.sim.disputes = {"1": {"paymentDisputeStatus": "OPEN"}, "5000001": dict(DISPUTE)}

    first = pull_all(service.connect())
    second = pull_all(service.connect(), first.checkpoint)

    assert [one.kind for one in first.messages] == [Kind.DISPUTE]
    assert len(first.quarantined) == 1
    assert second.batches == []


def test_ten_minutes_pass_between_two_looks_at_requests(service: EbayService) -> None:
    """They last days; what an app asks in a day is counted."""
    connector = service.connect()
    first = pull_all(connector)
    asked = [one.path for one in service.sim.asked]
    service.sim.asked.clear()
    pull_all(connector, first.checkpoint)

    assert [path for path in asked if "/message/" not in path] == [
        "/sell/fulfillment/v1/payment_dispute_summary",
        "/post-order/v2/inquiry/search",
        "/post-order/v2/return/search",
        "/post-order/v2/cancellation/search",
    ]
    assert [one.path for one in service.sim.asked if "/message/" not in one.path] == []


def test_what_the_keys_may_not_see_is_said_by_the_check(service: EbayService) -> None:
    """Else the seller would believe that there are no disputes."""
    service.sim.faults.append(Fault("payment_dispute_summary", said=Said(403, b"{}")))
    service.sim.post_order = False

    assert service.connect().check().lines[-1] == (
        "Your keys are not allowed to see payment disputes, items not received, returns,"
        " cancellations."
    )


def test_the_sandbox_is_not_asked_for_what_it_lacks() -> None:
    """Its Post-Order API does not exist."""
    production, sandbox = Hosts.of(""), Hosts.of("https://api.sandbox.ebay.com")

    assert [source.name for source in sources_of(production)] == [
        "dispute",
        "inquiry",
        "return",
        "cancellation",
    ]
    assert [source.name for source in sources_of(sandbox)] == ["dispute"]


def test_an_order_that_changes_hands_late_is_found_again(service: EbayService) -> None:
    """The newest order of an item by a buyer is the one they ask about."""
    later = {**ORDER, "orderId": "99-1", "creationDate": "2026-11-19T08:00:00.000Z"}
    service.sim.orders = {"99-1": later, **service.sim.orders}
    service.deliver("Question", "Hello?", AT + timedelta(hours=1))

    assert pull_all(service.connect()).only.order_ref == "99-1"
