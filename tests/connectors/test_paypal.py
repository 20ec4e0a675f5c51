"""PayPal's disputes become what the seller knows them as."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.conformance import pull_all, reply_to
from connectors.contract import LoginRefused, Rejected
from connectors.orders import Money, Order, OrderItem
from connectors.simulation import Fault, Said, in_json
from connectors.values import Checkpoint, Direction, Kind, OutgoingFile, Party, StatedDeadline
from tests.connectors.test_conformance_paypal import PayPalService

AT = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
DUE = AT + timedelta(days=10)
PAGE = "https://www.paypal.com/resolutioncenter/view/"


@pytest.fixture
def service() -> Iterator[PayPalService]:
    """A seller without disputes."""
    made = PayPalService()
    yield made
    made.close()


def deadlines(service: PayPalService) -> tuple[StatedDeadline, ...]:
    """Return what a new pull says of instants."""
    batches = pull_all(service.connect()).batches
    return tuple(due for batch in batches for due in batch.deadlines)


def test_a_dispute_says_until_when_and_what_can_be_done(service: PayPalService) -> None:
    """Who misses it loses the money."""
    dispute = service.sim.open(at=AT, due=DUE)

    assert deadlines(service) == (
        StatedDeadline(
            conversation_ref=dispute.id,
            ref="seller response",
            due_at=DUE,
            opened_at=AT,
            said=(
                "Respond until then, or PayPal decides for the buyer."
                " You can: accept the claim, send a message, make an offer."
            ),
            page=f"{PAGE}{dispute.id}",
        ),
    )


@pytest.mark.parametrize("status", ["WAITING_FOR_BUYER_RESPONSE", "UNDER_REVIEW", "RESOLVED"])
def test_the_instant_is_taken_back_once_it_is_not_our_turn(
    service: PayPalService, status: str
) -> None:
    """Also where PayPal still names the old instant."""
    dispute = service.sim.open(at=AT, due=DUE)
    dispute.status = status
    dispute.more["seller_response_due_date"] = DUE.isoformat()
    pulled = pull_all(service.connect())

    (due,) = (due for batch in pulled.batches for due in batch.deadlines)
    (change,) = (change for batch in pulled.batches for change in batch.conversations)
    assert (due.due_at, "Respond until" in due.said) == (None, False)
    assert (change.reply_needed, change.closed) == (False, status == "RESOLVED")


def test_what_can_be_done_without_an_instant_is_told_with_its_page(service: PayPalService) -> None:
    """A decision can be appealed though PayPal names no day: the seller must not miss that."""
    dispute = service.sim.open(at=AT)
    dispute.status, dispute.appealable = "RESOLVED", True

    (due,) = deadlines(service)
    assert (due.due_at, due.said, due.page) == (None, "You can: appeal.", f"{PAGE}{dispute.id}")


@pytest.mark.parametrize("joint", ["-", "_"])
def test_a_dispute_can_be_answered_however_paypal_spells_its_links(
    service: PayPalService, joint: str
) -> None:
    """Its specification says `send-message`, its examples `send_message`."""
    service.sim.joint = joint
    service.deliver("Question", "Where is it?")
    connector = service.connect()
    message = pull_all(connector).only
    connector.send(reply_to(service, message))

    assert message.answerable
    assert [each.text for each in service.arrived()] == ["It is on its way."]


def test_a_status_nobody_knows_keeps_the_instant(service: PayPalService) -> None:
    """In doubt it is owed."""
    dispute = service.sim.open(at=AT, due=DUE)
    dispute.more |= {"status": "BRAND_NEW", "seller_response_due_date": DUE.isoformat()}

    assert [due.due_at for due in deadlines(service)] == [DUE]


def test_a_dispute_without_a_word_is_seen_with_its_facts(service: PayPalService) -> None:
    """A chargeback of a bank has no message, and is the worst to miss."""
    dispute = service.sim.open("UNAUTHORISED", at=AT, stage="CHARGEBACK")
    message = pull_all(service.connect()).only

    assert (message.kind, message.direction) == (Kind.DISPUTE, Direction.IN)
    assert message.subject == "Payment not authorised, 59.99 EUR: Desk lamp, brass"
    assert message.text == (
        f"Payment not authorised.\nDisputed: 59.99 EUR.\nTransaction: {dispute.transaction}.\n"
        "Desk lamp, brass"
    )
    assert not message.answerable
    assert message.page == f"{PAGE}{dispute.id}"


def test_what_happens_in_a_dispute_is_legible(service: PayPalService) -> None:
    """Offers, proofs and decisions stand between the words, each by who did it."""
    dispute = service.sim.open(at=AT)
    service.sim.say(dispute, "BUYER", "Where is it?", AT)
    stamps = [f"{AT + timedelta(hours=hour):%Y-%m-%dT%H:%M:%SZ}" for hour in range(1, 7)]
    amount = {"currency_code": "EUR", "value": "20.00"}
    proposal = {"offer_type": "REFUND", "offer_amount": amount, "event_type": "PROPOSED"}
    dispute.more = {
        "status": "RESOLVED",
        "update_time": stamps[5],
        "offer": {"history": [{**proposal, "actor": "BUYER", "offer_time": stamps[0]}]},
        "evidences": [
            {
                "evidence_type": "PROOF_OF_DELIVERY_SIGNATURE",
                "source": "REQUESTED_FROM_SELLER",
                "date": stamps[1],
            },
            {
                "evidence_type": "PROOF_OF_FULFILLMENT",
                "source": "SUBMITTED_BY_SELLER",
                "date": stamps[2],
                "notes": "Tracking 1Z.",
            },
        ],
        "adjudications": [{"type": "PAYOUT_TO_BUYER", "adjudication_time": stamps[3]}],
        "money_movements": [
            {
                "affected_party": "SELLER",
                "type": "DEBIT",
                "reason": "DISPUTE_SETTLEMENT",
                "amount": amount,
                "initiated_time": stamps[4],
            }
        ],
        "dispute_outcome": {"outcome_code": "RESOLVED_BUYER_FAVOUR", "amount_refunded": amount},
    }
    messages = pull_all(service.connect()).messages[::-1]

    assert [(each.text, each.sender.name, each.automatic) for each in messages] == [
        ("Where is it?", "Ann Buyer", False),
        ("Proposes: refund, 20.00 EUR.", "Ann Buyer", False),
        ("PayPal asks you for: proof of delivery signature.", "PayPal", False),
        ("Given as evidence: proof of fulfillment.\nTracking 1Z.", "", False),
        ("PayPal decided: payout to buyer.", "PayPal", True),
        ("Money went from you: dispute settlement. 20.00 EUR", "PayPal", True),
        ("The dispute was decided for the buyer. Refunded: 20.00 EUR.", "PayPal", True),
    ]
    assert [each.direction for each in messages].count(Direction.OUT) == 1


def test_the_same_words_twice_in_a_second_are_two_messages(service: PayPalService) -> None:
    """PayPal gives messages no ids; none may swallow another."""
    dispute = service.sim.open(at=AT)
    for _ in range(2):
        service.sim.say(dispute, "BUYER", "Hello?", AT)
    runs = [[m.remote_id for m in pull_all(service.connect()).messages] for _ in range(2)]

    assert len(set(runs[0])) == 2
    assert runs[0] == runs[1]


def test_the_payment_is_an_order(service: PayPalService) -> None:
    """What was bought, for how much, by whom."""
    dispute = service.sim.open(at=AT)
    expected = Order(
        ref=dispute.transaction,
        placed_at=AT - timedelta(days=5),
        status="completed",
        buyer=Party("Ann Buyer", ""),
        items=(OrderItem(title="Desk lamp, brass", item_ref="LAMP2"),),
        total=Money(Decimal("59.99"), "EUR"),
        updated_at=AT,
    )
    connector = service.connect()
    pulled = pull_all(connector)

    assert [order for batch in pulled.batches for order in batch.orders] == [expected]
    assert pulled.only.order_ref == dispute.transaction
    assert connector.order(dispute.transaction) == expected
    assert connector.order("NOPE") is None
    assert connector.order("no transaction at all") is None


def test_the_message_leaves_as_a_form_with_its_files(service: PayPalService) -> None:
    """The specification declares the files and forgets the message: so its form is tested here."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    reply = reply_to(service, pull_all(connector).only, "It is on its way: äöü.")
    connector.send(replace(reply, files=(OutgoingFile("label.pdf", "application/pdf", b"%PDF"),)))

    (asked,) = [each for each in service.sim.asked if each.path.endswith("/send-message")]
    kind, _semicolon, boundary = asked.headers["content-type"].partition("; boundary=")
    parts = asked.body.split(f"--{boundary}".encode())[1:-1]
    assert kind == "multipart/form-data"
    assert [part.strip().split(b"\r\n\r\n", 1)[1] for part in parts] == [
        "It is on its way: äöü.".encode(),
        b"%PDF",
    ]
    assert b'name="message"' in parts[0]
    assert b'name="message_document"; filename="label.pdf"' in parts[1]
    assert b"application/pdf" in parts[1]


def test_no_message_leaves_where_paypal_offers_none(service: PayPalService) -> None:
    """From a chargeback on, a message to the buyer is not what answers."""
    service.deliver("Question", "Hello?")
    service.disputes[-1].stage = "CHARGEBACK"
    connector = service.connect()
    message = pull_all(connector).only
    left: list[bool] = []

    with pytest.raises(Rejected, match="its own page"):
        connector.send(reply_to(service, message), lambda: left.append(True))
    assert (message.answerable, left) == (False, [])


def test_an_answer_to_no_dispute_is_refused_before_it_leaves(service: PayPalService) -> None:
    """PayPal lets a seller answer, not begin."""
    with pytest.raises(Rejected):
        service.connect().send(replace(reply_to(service), conversation_ref=None))


def test_a_refusal_is_told_in_paypals_own_words(service: PayPalService) -> None:
    """`422` is no sentence."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    reply = reply_to(service, pull_all(connector).only)
    details = [{"issue": "MISSING", "description": "Say more."}]
    problem = {"name": "UNPROCESSABLE_ENTITY", "message": "No.", "details": details}
    service.sim.faults.append(Fault(service.SENDS, said=in_json(problem, 422)))

    with pytest.raises(Rejected, match=r"No\. Say more\."):
        connector.send(reply)


def test_a_round_without_news_is_one_request(service: PayPalService) -> None:
    """As few as the API allows."""
    for number in range(60):
        service.deliver(f"Question {number}", "Hello?", AT + timedelta(minutes=number))
    connector = service.connect()
    first = pull_all(connector)
    before = len(service.sim.asked)

    assert pull_all(connector, first.checkpoint).batches == []
    assert len(service.sim.asked) - before == 1


def test_the_links_of_other_hosts_are_not_followed(service: PayPalService) -> None:
    """PayPal's own links name a host that we did not ask: only their question is taken."""
    for number in range(60):
        service.deliver(f"Question {number}", "Hello?", AT + timedelta(minutes=number))

    assert len(pull_all(service.connect()).messages) == 60


def test_a_row_that_cannot_be_read_keeps_no_other_back(service: PayPalService) -> None:
    """One dispute of a kind nobody knows must not hide all the others."""
    now = datetime.now(UTC).replace(microsecond=0)
    for number in range(2):
        service.deliver(f"Question {number}", "Hello?", now - timedelta(hours=number))

    def spoiled(said: Said) -> Said:
        page = json.loads(said.body)
        page["items"][0] = {"dispute_id": "PP-1", "update_time": "yesterday"}
        return in_json(page)

    service.sim.faults.append(Fault(service.LISTS, change=spoiled))
    pulled = pull_all(service.connect())

    assert len(pulled.messages) == 1
    assert [item.source for item in pulled.quarantined] == [
        b'{"dispute_id":"PP-1","update_time":"yesterday"}'
    ]


def test_a_file_elsewhere_is_not_fetched(service: PayPalService) -> None:
    """No remote content but PayPal's own."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    place = pull_all(connector).only.places[0]

    with pytest.raises(Rejected):
        connector.attachment(place, "https://paypal.com.evil.example/a.pdf")


def test_a_wrong_secret_is_told_as_a_login(service: PayPalService) -> None:
    """The seller must mend it, and the sentence shows no secret."""
    with pytest.raises(LoginRefused) as refused:
        service.connect(secret="wrong-one").check()
    assert "wrong-one" not in str(refused.value)


def test_a_check_is_one_request_however_many_disputes_there_are(service: PayPalService) -> None:
    """The wizard is not to list half a year before it says that the keys are good."""
    for number in range(60):
        service.deliver(f"Question {number}", "Hello?")
    found = service.connect().check()
    asked = [each.path for each in service.sim.asked]

    assert found.lines[1] == "Disputes of the last 180 days: more than 50."
    assert asked.count("/v1/customer/disputes") == len(asked) - 1 == 1  # and one for the token


def test_the_newest_of_many_stand_in_the_list_before_the_oldest_are_asked_for(
    service: PayPalService,
) -> None:
    """What must be answered today does not wait until half a year is listed."""
    now = datetime.now(UTC).replace(microsecond=0)
    for days in range(0, 170, 2):
        service.deliver(f"Question {days}", "Hello?", now - timedelta(days=days, minutes=1))
    batches = service.connect().pull(None)
    first = next(batches)
    lists = [asked for asked in service.sim.asked if asked.path == "/v1/customer/disputes"]
    rest = [message for batch in batches for message in batch.messages]
    times = [message.accepted_at for message in (*first.messages, *rest)]
    every = [asked for asked in service.sim.asked if asked.path == "/v1/customer/disputes"]

    assert (len(lists), len(every)) == (1, 9)  # of 1, 1, 2, 4, 8, 16, 32, 64 and the other days
    assert now - min(message.accepted_at for message in first.messages) < timedelta(days=1)
    assert len({message.remote_id for message in (*first.messages, *rest)}) == 85
    assert times == sorted(times, reverse=True)


def test_a_busy_days_first_five_do_not_wait_for_the_others(service: PayPalService) -> None:
    """Each dispute is a request of its own, and PayPal is asked five times a second."""
    now = datetime.now(UTC).replace(microsecond=0)
    for minutes in range(40):
        service.deliver(f"Question {minutes}", "Hello?", now - timedelta(minutes=minutes))
    sizes = [len(batch.messages) for batch in service.connect().pull(None)]

    assert sizes[:3] == [5, 25, 10]
    assert sum(sizes) == 40


def test_a_walk_goes_on_in_the_stretch_in_which_it_was_stopped(service: PayPalService) -> None:
    """Half a year of disputes comes in over several evenings, each once."""
    now = datetime.now(UTC).replace(microsecond=0)
    for days in range(0, 170, 2):
        service.deliver(f"Question {days}", "Hello?", now - timedelta(days=days, minutes=1))
    place: Checkpoint | None = None
    names: list[str] = []
    while (batch := next(service.connect().pull(place), None)) is not None:
        place, names = batch.checkpoint, [*names, *(one.remote_id for one in batch.messages)]

    assert len(names) == len(set(names)) == 85
