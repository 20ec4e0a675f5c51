"""Mirakl's threads and orders as the seller knows them; and nobody else is written to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from connectors.conformance import pull_all, reply_to
from connectors.contract import CheckpointLost, Rejected
from connectors.orders import Address, Money, Order, OrderItem, Shipment
from connectors.simulation import Fault, Said, in_json
from connectors.values import OutgoingFile, Party
from tests.connectors.test_conformance_mirakl import MiraklService

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ORDER: dict[str, Any] = {
    "order_id": "PC-881-A",
    "created_date": "2026-11-18T08:00:00Z",
    "last_updated_date": "2026-11-19T10:00:00Z",
    "order_state": "SHIPPED",
    "currency_iso_code": "EUR",
    "total_price": 64.9,
    "customer": {
        "customer_id": "customer-7",
        "firstname": "Ann",
        "lastname": "Buyer",
        "shipping_address": {
            "firstname": "Ann",
            "lastname": "Buyer",
            "company": None,
            "street_1": "Calle Mayor 3",
            "street_2": "2 B",
            "zip_code": "28013",
            "city": "Madrid",
            "state": "Madrid",
            "country_iso_code": "es",
        },
    },
    "order_lines": [
        {
            "order_line_id": "PC-881-A-1",
            "product_title": "Desk lamp, brass",
            "quantity": 2,
            "price_unit": 29.95,
            "offer_sku": "LAMP-2",
            "shipped_date": "2026-11-19T10:00:00Z",
        }
    ],
    "delivery_date": {"earliest": "2026-11-21T00:00:00Z", "latest": "2026-11-24T00:00:00Z"},
    "shipping_company": "Correos",
    "shipping_type_label": "Standard",
    "shipping_tracking": "CX123",
    "shipping_tracking_url": "https://correos.example/CX123",
    "shipping_deadline": "2026-11-20T22:00:00Z",
}


@pytest.fixture
def service() -> Iterator[MiraklService]:
    """A shop."""
    made = MiraklService()
    yield made
    made.close()


def said_to(service: MiraklService) -> list[dict[str, str]]:
    """Return whom the one answer went to."""
    (asked,) = [asked for asked in service.sim.asked if asked.method == "POST"]
    part = asked.body.split(b"\r\n\r\n", 1)[1].split(b"\r\n--", 1)[0]
    to: list[dict[str, str]] = json.loads(part)["to"]
    return to


def test_a_thread_says_which_order_it_is_about(service: MiraklService) -> None:
    """The order is half of the answer."""
    thread = service.sim.open("Where is it?", order="PC-881-A", at=AT)
    service.sim.say(thread, "CUSTOMER_USER", "It did not come.", AT)

    message = pull_all(service.connect()).only

    assert (message.subject, message.order_ref) == ("Where is it?", "PC-881-A")
    assert message.buyer_ref == "customer-7"
    assert json.loads(message.source or b"")["body"] == "It did not come."


def test_whose_turn_it_is_comes_from_mirakl(service: MiraklService) -> None:
    """`shop_reply_needed_since` is what the operator measures."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    first = pull_all(connector)
    connector.send(reply_to(service, first.only))
    second = pull_all(connector, first.checkpoint)

    changes = [one for batch in (*first.batches, *second.batches) for one in batch.conversations]
    assert [one.reply_needed for one in changes] == [True, False]
    assert [one.needed_since for one in changes] == [first.only.accepted_at, None]


def test_an_answer_goes_to_the_buyer_alone_where_only_the_buyer_wrote(
    service: MiraklService,
) -> None:
    """The operator need not read along."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    connector.send(reply_to(service, pull_all(connector).only))

    assert said_to(service) == [{"type": "CUSTOMER", "id": "customer-7"}]


def test_an_answer_to_the_operator_goes_to_the_operator(service: MiraklService) -> None:
    """A buyer must not read what was meant for the marketplace."""
    thread = service.sim.open("Your offer")
    service.sim.say(thread, "OPERATOR_USER", "Please check the price.")
    connector = service.connect()
    reply = reply_to(service, pull_all(connector).only)
    connector.send(replace(reply, recipients=(Party("The operator", "operator"),)))

    assert said_to(service) == [{"type": "OPERATOR"}]


def test_who_may_not_be_written_to_is_not(service: MiraklService) -> None:
    """Mirakl says who is authorized, thread by thread."""
    thread = service.sim.open("Your offer")
    thread.operator = False
    service.sim.say(thread, "OPERATOR_USER", "Please check the price.")
    service.sim.say(thread, "CUSTOMER_USER", "Hello?")
    connector = service.connect()
    reply = reply_to(service, pull_all(connector).messages[0])
    connector.send(replace(reply, recipients=(Party("The operator", "operator"),)))

    assert said_to(service) == [{"type": "CUSTOMER", "id": "customer-7"}]


@pytest.mark.parametrize("text", ["", "ok"])
def test_an_answer_that_is_too_short_is_refused_before_anything_is_asked(
    service: MiraklService, text: str
) -> None:
    """Mirakl wants three characters; the seller is told at once."""
    with pytest.raises(Rejected):
        service.connect().send(reply_to(service, text=text))
    assert service.sim.asked == []


def test_files_leave_with_the_answer(service: MiraklService) -> None:
    """The invoice is the answer."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    first = pull_all(connector)
    file = OutgoingFile("rechnung ü.pdf", "application/pdf", b"%PDF\x00")
    connector.send(replace(reply_to(service, first.only), files=(file,)))
    answer = pull_all(connector, first.checkpoint).only

    (attached,) = answer.attachments
    assert connector.attachment(answer.places[0], attached.ref) == file.content
    assert (attached.name, attached.size) == ("rechnung ü.pdf", 5)


def test_a_long_thread_comes_whole(service: MiraklService) -> None:
    """The list shows the last hundred messages of a thread and no more."""
    thread = service.sim.open("A long story", at=AT)
    for minute in range(130):
        service.sim.say(thread, "CUSTOMER_USER", f"Part {minute}", AT + timedelta(minutes=minute))

    texts = [message.text for message in pull_all(service.connect()).messages]

    assert texts == [f"Part {minute}" for minute in reversed(range(130))]


def test_an_order_has_its_money_its_address_and_its_parcel(service: MiraklService) -> None:
    """What the seller would look up in the back office."""
    service.sim.orders["PC-881-A"] = ORDER

    assert service.connect().order("PC-881-A") == Order(
        ref="PC-881-A",
        placed_at=datetime(2026, 11, 18, 8, tzinfo=UTC),
        updated_at=datetime(2026, 11, 19, 10, tzinfo=UTC),
        status="shipped",
        buyer=Party("Ann Buyer", "customer-7"),
        buyer_ref="customer-7",
        items=(
            OrderItem(
                title="Desk lamp, brass",
                quantity=2,
                price=Money(Decimal("29.95"), "EUR"),
                sku="LAMP-2",
                item_ref="PC-881-A-1",
            ),
        ),
        total=Money(Decimal("64.9"), "EUR"),
        ship_to=Address(
            name="Ann Buyer",
            lines=("Calle Mayor 3", "2 B"),
            postcode="28013",
            city="Madrid",
            region="Madrid",
            country="ES",
        ),
        ship_by=datetime(2026, 11, 20, 22, tzinfo=UTC),
        shipments=(
            Shipment(
                carrier="Correos",
                service="Standard",
                tracking_number="CX123",
                tracking_url="https://correos.example/CX123",
                shipped_at=datetime(2026, 11, 19, 10, tzinfo=UTC),
                estimated_at=datetime(2026, 11, 24, tzinfo=UTC),
            ),
        ),
    )
    assert service.connect().order("NOPE") is None


def test_a_round_without_news_is_one_request(service: MiraklService) -> None:
    """Its documentation allows no hard polling."""
    for number in range(70):
        service.deliver(f"Question {number}", "Hello?", AT + timedelta(hours=number))
    connector = service.connect()
    first = pull_all(connector)
    before = len(service.sim.asked)

    assert pull_all(connector, first.checkpoint).batches == []
    assert len(service.sim.asked) - before == 1


def test_a_place_whose_token_has_ended_begins_anew(service: MiraklService) -> None:
    """A laptop closed in the first sync and opened a week later."""
    for number in range(120):
        service.deliver(f"Question {number}", "Hello?", AT + timedelta(hours=number))
    first = next(iter(service.connect().pull(None)))
    service.sim.expired = True

    with pytest.raises(CheckpointLost):
        pull_all(service.connect(), first.checkpoint)
    service.sim.expired = False
    assert len(pull_all(service.connect()).messages) == 120


def test_a_thread_that_cannot_be_read_is_told_and_keeps_no_round_back(
    service: MiraklService,
) -> None:
    """A round holds only what is new: one bad thread may be all of it."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    first = pull_all(connector)

    def spoil(said: Said) -> Said:
        page = msgspec.json.decode(said.body)
        page["data"] = [{**page["data"][0], "date_updated": None}]
        return in_json(page)

    service.deliver("Second", "Hello?")
    service.far.faults.append(Fault(service.LISTS, change=spoil))
    told = pull_all(connector, first.checkpoint)
    after = pull_all(connector, told.checkpoint)

    assert (told.messages, len(told.quarantined)) == ([], 1)
    assert "Mirakl lists something" in told.quarantined[0].reason
    assert after.subjects == ["Second"]
