"""Kaufland's tickets and orders become what the seller knows them as."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.conformance import pull_all, reply_to
from connectors.contract import Account, LoginRefused, Rejected
from connectors.kaufland import KauflandConnector
from connectors.kaufland.simulated_orders import order_with
from connectors.orders import Address, Money, Order, OrderItem
from connectors.simulation import Fault, Said, in_json
from connectors.values import Direction, Kind, Mark, Message, OutgoingFile
from tests.connectors.test_conformance_kaufland import KauflandService

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
UNIT = 314567896580917
ORDER = order_with(
    "MB7UWLD",
    UNIT,
    "Desk lamp, brass",
    address={
        "first_name": "Ann",
        "last_name": "Buyer",
        "company_name": None,
        "street": "Lange Gasse",
        "house_number": "7a",
        "postcode": "01069",
        "additional_field": "2. Stock",
        "city": "Dresden",
        "phone": None,
        "country": "de",
    },
)


@pytest.fixture
def service() -> Iterator[KauflandService]:
    """A shop with one order."""
    made = KauflandService()
    made.sim.orders["MB7UWLD"] = ORDER
    yield made
    made.close()


def test_a_ticket_says_which_order_and_which_kind_it_is(service: KauflandService) -> None:
    """The rule depends on the kind, the answer on the order."""
    ticket = service.sim.open("return_request_label", units=(UNIT,), at=AT)
    service.sim.say(ticket, "buyer", "Ann Buyer", "How do I send it back?", AT)

    message = pull_all(service.connect()).only

    assert (message.kind, message.order_ref, message.storefront) == (Kind.RETURN, "MB7UWLD", "de")
    assert message.subject == "Return request label"
    assert message.page.endswith(ticket.id)
    assert json.loads(message.source or b"")["text"] == "How do I send it back?"


def test_whose_turn_it_is_comes_from_kaufland(service: KauflandService) -> None:
    """They count the seller as responsible or not, whatever we think."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    first = pull_all(connector)
    connector.mark(first.only.places, Mark.CLOSED)
    second = pull_all(connector, first.checkpoint)

    said = [change for batch in (*first.batches, *second.batches) for change in batch.conversations]
    assert [(one.reply_needed, one.closed) for one in said] == [(True, False), (False, True)]


def test_a_message_of_the_system_asks_nothing(service: KauflandService) -> None:
    """Else every status mail would owe an answer."""
    ticket = service.sim.open(at=AT)
    service.sim.say(ticket, "system", "Kaufland", "The ticket was reopened.", AT)
    service.sim.say(ticket, "customer_service", "Kaufland", "Please answer the buyer.", AT)

    found = {message.text: message for message in pull_all(service.connect()).messages}

    assert found["The ticket was reopened."].automatic
    assert not found["Please answer the buyer."].automatic
    assert {message.direction for message in found.values()} == {Direction.IN}


def test_an_order_has_its_money_its_address_and_its_last_day(service: KauflandService) -> None:
    """What the seller would look up in the portal."""
    assert service.connect().order("MB7UWLD") == Order(
        ref="MB7UWLD",
        placed_at=datetime(2026, 11, 18, 8, tzinfo=UTC),
        status="need to be sent",
        items=(
            OrderItem(
                title="Desk lamp, brass",
                price=Money(Decimal("59.99"), "EUR"),
                sku="LAMP-2",
                item_ref=str(UNIT),
                page="https://www.kaufland.de/product/1/",
            ),
        ),
        total=Money(Decimal("59.99"), "EUR"),
        ship_to=Address(
            name="Ann Buyer",
            lines=("Lange Gasse 7a", "2. Stock"),
            postcode="01069",
            city="Dresden",
            country="DE",
        ),
        ship_by=datetime(2026, 11, 25, 22, 59, 59, tzinfo=UTC),
        buyer_ref="7654321",
        storefront="de",
        updated_at=datetime(2026, 11, 18, 8, tzinfo=UTC),
    )


def test_an_order_that_is_not_there_is_none(service: KauflandService) -> None:
    """A buyer may have typed any number."""
    assert service.connect().order("NOPE") is None


def test_a_round_without_news_is_two_requests(service: KauflandService) -> None:
    """As few as the API allows."""
    for number in range(40):
        service.deliver(f"Question {number}", "Hello?", AT + timedelta(hours=number))
    connector = service.connect()
    first = pull_all(connector)
    before = len(service.sim.asked)

    assert pull_all(connector, first.checkpoint).batches == []
    assert [asked.path for asked in service.sim.asked[before:]] == [
        "/v2/tickets",
        "/v2/tickets/messages",
    ]


def test_a_message_that_does_not_move_its_ticket_is_found(service: KauflandService) -> None:
    """Kaufland does not promise that it does; a buyer's words must not hang on that."""
    service.sim.moves = False
    for number in range(33):
        service.deliver(f"Question {number}", "Hello?", AT + timedelta(hours=number))
    connector = service.connect()
    first = pull_all(connector)
    service.sim.say(service.tickets[0], "buyer", "Ann Buyer", "Are you there?")
    second = pull_all(connector, first.checkpoint)
    third = pull_all(service.connect(), second.checkpoint)

    assert second.only.text == "Are you there?"
    assert third.batches == []


def test_what_was_closed_without_a_word_is_told_beside_much_that_was_said(
    service: KauflandService,
) -> None:
    """After a weekend the list has pages; an old word found by itself must hide none of them."""
    for number in range(2):
        service.deliver(f"Question {number}", "Hello?", AT + timedelta(hours=number))
    connector = service.connect()
    before = pull_all(connector)
    spoken, closed = service.tickets
    service.sim.say(spoken, "buyer", "Ann Buyer", "Are you there?", AT + timedelta(hours=3))
    closed.status, closed.updated = "customer_service_closed_final", AT + timedelta(hours=4)
    for number in range(30):
        service.deliver(f"New {number}", "Hello?", AT + timedelta(hours=5 + number))
    after = pull_all(connector, before.checkpoint)

    ends = {
        one.conversation_ref for each in after.batches for one in each.conversations if one.closed
    }
    assert ends == {closed.id}
    known = {message.remote_id for message in before.messages}
    assert len({message.remote_id for message in after.messages} - known) == 31


def test_a_second_message_of_the_same_second_is_found(service: KauflandService) -> None:
    """A ticket's instant of change has whole seconds, and buyers press Enter twice."""
    service.deliver("Question", "Hello?", AT)
    connector = service.connect()
    first = pull_all(connector)
    service.sim.say(service.tickets[0], "buyer", "Ann Buyer", "It is the blue one.", AT)
    second = pull_all(connector, first.checkpoint)
    before = len(service.sim.asked)
    third = pull_all(service.connect(), second.checkpoint)

    assert second.only.text == "It is the blue one."
    assert (third.batches, len(service.sim.asked) - before) == ([], 2)


@pytest.mark.parametrize("joins", [False, True])
def test_the_messages_come_however_the_parts_are_asked_for(
    service: KauflandService, *, joins: bool
) -> None:
    """Kaufland's text says commas, its schema one value each: a ticket is never shown empty."""
    service.sim.joins = joins
    service.deliver("Question", "Hello?", AT)

    assert pull_all(service.connect()).only.text == "Hello?"


def test_a_ticket_without_its_messages_is_put_aside_and_told(service: KauflandService) -> None:
    """An empty ticket that is believed would be a buyer's words lost."""
    service.deliver("Question", "Hello?", AT)
    row = {"data": {**ticket_row(service), "storefront": "de"}}
    service.sim.faults.append(Fault("GET /v2/tickets/", times=9, said=in_json(row)))
    pulled = pull_all(service.connect())

    assert pulled.messages == []
    assert [item.reason for item in pulled.quarantined] == [
        "Kaufland showed the ticket without its messages."
    ]


def test_a_row_that_cannot_be_read_keeps_no_other_back(service: KauflandService) -> None:
    """One ticket of a kind nobody knows must not hide all the others."""
    for number in range(2):
        service.deliver(f"Question {number}", "Hello?", AT + timedelta(hours=number))

    def spoiled(said: Said) -> Said:
        page = json.loads(said.body)
        page["data"][0] = {"id_ticket": 17}
        return in_json(page)

    service.sim.faults.append(Fault("GET /v2/tickets$", change=spoiled))
    pulled = pull_all(service.connect())

    assert len(pulled.messages) == 1
    assert [item.source for item in pulled.quarantined] == [b'{"id_ticket":17}']


def test_an_instant_without_an_offset_is_utc_in_every_zone(service: KauflandService) -> None:
    """A clock must not run by the zone of the seller's machine."""
    service.deliver("Question", "Hello?", AT)
    service.tickets[-1].messages[-1]["ts_created_iso"] = "2026-11-20T09:30:00"

    assert pull_all(service.connect()).only.accepted_at == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def ticket_row(service: KauflandService) -> dict[str, object]:
    """Return the last ticket as the list shows it."""
    ticket = service.tickets[-1]
    stamp = "2026-11-20T09:30:00Z"
    return {
        "id_ticket": ticket.id,
        "ts_created_iso": stamp,
        "ts_updated_iso": stamp,
        "status": "opened",
    }


def test_files_leave_with_the_answer(service: KauflandService) -> None:
    """The return label is the answer."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    reply = reply_to(service, pull_all(connector).only)
    connector.send(replace(reply, files=(OutgoingFile("label.pdf", "application/pdf", b"%PDF"),)))

    (asked,) = [asked for asked in service.sim.asked if asked.method == "POST"]
    assert asked.json()["ticket_message_files"] == [
        {
            "filename": "label.pdf",
            "mime_type": "application/pdf",
            "data": "data:application/pdf;base64,JVBERg==",
        }
    ]


def test_an_interim_notice_is_marked_as_one_and_the_ticket_stays_with_the_seller(
    service: KauflandService,
) -> None:
    """Kaufland counts on for who only says that an answer will follow."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    first = pull_all(connector)
    reply = reply_to(service, first.only)
    connector.send(replace(reply, text="We ask the carrier.", form="interim"))
    between = pull_all(connector, first.checkpoint)
    connector.send(reply)
    after = pull_all(connector, between.checkpoint)

    posted = [asked.json() for asked in service.sim.asked if asked.method == "POST"]
    assert posted == [
        {"text": "We ask the carrier.", "interim_notice": True, "ticket_message_files": []},
        {"text": reply.text, "ticket_message_files": []},
    ]
    said = [one for batch in (*between.batches, *after.batches) for one in batch.conversations]
    assert [one.reply_needed for one in said] == [True, False]


def test_an_answer_to_no_ticket_is_refused_before_it_leaves(service: KauflandService) -> None:
    """Kaufland lets a seller answer, not begin."""
    reply = replace(reply_to(service), conversation_ref=None)

    with pytest.raises(Rejected):
        service.connect().send(reply)
    assert service.sim.asked == []


def test_a_refusal_is_told_in_kauflands_own_words(service: KauflandService) -> None:
    """`403` is no sentence."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    reply = reply_to(service, pull_all(connector).only)
    service.tickets[-1].status = "customer_service_closed_final"

    with pytest.raises(Rejected, match="It is closed"):
        connector.send(reply)


def test_a_file_elsewhere_is_not_fetched(service: KauflandService) -> None:
    """No remote content but the service's own."""
    with pytest.raises(Rejected):
        service.connect().attachment(
            pull_one(service).places[0], "https://kaufland.com.evil.example/a"
        )


def pull_one(service: KauflandService) -> Message:
    """Return the one message of a new question."""
    service.deliver("Question", "Hello?")
    return pull_all(service.connect()).only


def test_a_clock_that_is_wrong_is_refused_as_a_login(service: KauflandService) -> None:
    """The signature holds the second: the seller must mend the clock."""
    account = Account("uid", "shop", service.settings(), lambda _key: service.secret)
    connector = KauflandConnector(account, clock=lambda: 1_000_000_000.0)
    service.connectors.append(connector)

    with pytest.raises(LoginRefused, match="timestamp"):
        connector.check()


def test_a_ticket_that_vanishes_meanwhile_stops_nobody(service: KauflandService) -> None:
    """Between the list and the ticket a moment passes."""
    service.deliver("Question", "Hello?", AT)
    service.deliver("Gone", "Hello?", AT + timedelta(hours=1))
    gone = service.tickets[-1].id
    service.sim.faults.append(Fault(f"GET /v2/tickets/{gone}", said=Said(404, b"{}")))

    assert pull_all(service.connect()).only.text == "Hello?"


def test_what_was_sent_need_not_be_sent_until_a_day_any_more(service: KauflandService) -> None:
    """Of an order whose last piece has left no day frightens the seller."""
    first = order_with("MB7", 1, "Desk lamp", ship_by="2026-11-24T22:59:59Z")
    second = order_with("MB7", 2, "Desk lamp", ship_by="2026-11-25T22:59:59Z")
    first["order_units"][0]["status"] = "sent"
    first["order_units"] += second["order_units"]
    service.sim.orders["MB7"] = first
    connector = service.connect()
    half = connector.order("MB7")
    first["order_units"][1]["status"] = "sent"
    whole = connector.order("MB7")

    assert half is not None
    assert half.ship_by == datetime(2026, 11, 25, 22, 59, 59, tzinfo=UTC)
    assert whole is not None
    assert whole.ship_by is None
