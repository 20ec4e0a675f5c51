"""eBay's conversations become what the seller knows them as."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx2
import pytest

from connectors.conformance import pull_all, reply_to
from connectors.contract import Account, LoginRefused, Rejected
from connectors.ebay import EbayConnector
from connectors.ebay.login import Hosts
from connectors.simulation import Fault, Said
from connectors.values import (
    ConversationChange,
    Direction,
    FlagChange,
    Kind,
    Mark,
    OutgoingFile,
    Party,
)
from tests.connectors.test_conformance_ebay import EbayService

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def service() -> Iterator[EbayService]:
    """One seller."""
    made = EbayService()
    yield made
    made.close()


def test_a_members_message_says_which_item_and_who(service: EbayService) -> None:
    """The order is found by both, and the name may be an id."""
    conversation = service.sim.open("Blue lamp", other="v1|7ncRq", item="155012345678", at=AT)
    service.sim.say(conversation, "v1|7ncRq", "Is it blue?", AT)

    message = pull_all(service.connect()).only

    assert message.direction is Direction.IN
    assert (message.buyer_ref, message.item_ref) == ("v1|7ncRq", "155012345678")
    assert (message.kind, message.conversation_ref) == (Kind.MESSAGE, conversation.id)
    assert message.places[0].folder == conversation.id
    assert json.loads(message.source or b"")["messageBody"] == "Is it blue?"


def test_ebays_own_notice_owes_nothing_and_cannot_be_answered(service: EbayService) -> None:
    """Else every advertisement would count down."""
    conversation = service.sim.open("Pack it", other="eBay", type="FROM_EBAY", item=None, at=AT)
    service.sim.say(conversation, "eBay", "<p>Ship it <b>today</b>.</p>", AT)
    connector = service.connect()

    message = pull_all(connector).only

    assert (message.text, message.automatic, message.kind) == ("Ship it today.", True, Kind.NOTICE)
    assert not message.answerable
    with pytest.raises(Rejected):
        connector.send(reply_to(service, message))
    assert service.arrived() == []


def test_reading_a_notice_tells_ebay_of_which_list_it_is(service: EbayService) -> None:
    """An id is refused under the wrong type."""
    conversation = service.sim.open("Pack it", other="eBay", type="FROM_EBAY", item=None, at=AT)
    service.sim.say(conversation, "eBay", "Ship it.", AT)
    connector = service.connect()

    connector.mark(pull_all(connector).only.places, Mark.SEEN)

    assert conversation.messages[0]["readStatus"] is True


def test_what_was_read_and_put_away_elsewhere_is_taken_over_once(service: EbayService) -> None:
    """Also of a conversation in which nobody wrote for months, and across a restart."""
    service.deliver("Old", "Hello?", AT - timedelta(days=90))
    service.deliver("New", "Hello?", AT)
    before = pull_all(service.connect())
    old = service.conversations[0]
    service.sim.mark_read(old, read=True)
    old.status = "ARCHIVE"

    connector = service.connect()
    (batch,) = pull_all(connector, before.checkpoint).batches
    again = pull_all(connector, batch.checkpoint)

    assert batch.conversations == (ConversationChange(old.id, seen=True, archived=True),)
    place = next(m.places[0] for m in before.messages if m.conversation_ref == old.id)
    assert batch.changes == (FlagChange(place, seen=True, answered=False),)
    assert again.batches == []


def test_a_list_in_another_order_hides_nothing(service: EbayService) -> None:
    """That the newest stand first is nowhere documented."""
    service.sim.sorts = False
    for number in range(60):
        service.deliver(f"Question {number}", "Hello?", AT + timedelta(minutes=number))
    before = pull_all(service.connect())
    service.sim.say(service.conversations[55], service.buyer.name, "And?")
    after = pull_all(service.connect(), before.checkpoint)

    assert len({message.remote_id for message in before.messages}) == 60
    assert "And?" in [message.text for message in after.messages]


def test_the_seller_is_known_by_an_id_that_ebay_put_in_place_of_the_name(
    service: EbayService,
) -> None:
    """Else our own answers would look like questions, and clocks would never stop."""
    service.sim.seller = "v1|OURS"
    for buyer in ("ann", "bob"):
        conversation = service.sim.open(other=buyer, at=AT)
        service.sim.say(conversation, buyer, "Hello?", AT)
        service.sim.say(conversation, "v1|OURS", "Yes.", AT + timedelta(hours=1))
    account = replace(
        service.account(service.secret), settings={**service.settings(), "username": ("the_shop",)}
    )
    connector = EbayConnector(account)
    service.connectors.append(connector)

    found = pull_all(connector).messages

    assert {message.text for message in found if message.direction is Direction.OUT} == {"Yes."}
    assert {message.buyer_ref for message in found} == {"ann", "bob"}


def test_a_conversation_of_several_pages_comes_whole(service: EbayService) -> None:
    """A long haggling is one conversation."""
    conversation = service.sim.open(at=AT)
    for number in range(120):
        service.sim.say(conversation, "ann_buyer", f"Offer {number}", AT + timedelta(hours=number))

    found = pull_all(service.connect()).messages

    assert [message.text for message in found] == [f"Offer {n}" for n in reversed(range(120))]
    shown = [asked for asked in service.sim.asked if asked.path.endswith(conversation.id)]
    assert [asked.one("offset") for asked in shown] == ["0", "50", "100"]


def test_a_round_without_news_is_two_requests(service: EbayService) -> None:
    """What an app asks in a day is counted."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    before = pull_all(connector)
    service.sim.asked.clear()

    assert pull_all(connector, before.checkpoint).batches == []
    assert [asked.one("conversation_type") for asked in service.sim.asked] == [
        "FROM_MEMBERS",
        "FROM_EBAY",
    ]


def test_a_file_or_too_many_words_are_said_before_anything_leaves(service: EbayService) -> None:
    """They want an address of the seller's own server for a file."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    reply = reply_to(service, pull_all(connector).only)
    service.sim.asked.clear()
    picture = OutgoingFile("lamp.jpg", "image/jpeg", b"x")
    for refused in (
        replace(reply, files=(picture,)),
        replace(reply, text="x" * 2001),
        replace(reply, text=""),
        replace(reply, conversation_ref=None, recipients=()),
    ):
        with pytest.raises(Rejected) as said:
            connector.send(refused)
        assert str(said.value).endswith(".")

    assert service.sim.asked == []


def test_a_file_on_a_strangers_host_is_not_fetched(service: EbayService) -> None:
    """Asking for it would tell them that and where it was opened."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    place = pull_all(connector).only.places[0]
    for address in ("https://evil.example/x.jpg", "https://ebayimg.com.evil.example/x"):
        with pytest.raises(Rejected):
            connector.attachment(place, address)


def test_an_answer_in_doubt_is_found_under_another_name_of_ours(service: EbayService) -> None:
    """Not to know oneself would be to send a second time."""
    service.deliver("Question", "Hello?")
    reply = reply_to(service, pull_all(service.connect()).only)
    service.connect().send(reply)
    for message in service.conversations[-1].messages:
        for end in ("senderUsername", "recipientUsername"):
            message[end] = message[end].replace("the_shop", "v1|OURS")

    assert service.connect().look(reply) is not None


def test_ebays_words_are_passed_on(service: EbayService) -> None:
    """The seller reads why a message was not taken."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    reply = reply_to(service, pull_all(connector).only)
    words = {"errors": [{"errorId": 355013, "longMessage": "No links, please"}]}
    service.sim.faults.append(Fault(service.SENDS, said=Said(400, json.dumps(words).encode())))
    with pytest.raises(Rejected, match=r"No links, please\.$"):
        connector.send(reply)


class _Seller:
    """A seller who logs in, and pastes where the browser ended."""

    def __init__(self) -> None:
        self.ended_on = ""

    def say(self, sentence: str) -> None:
        """Read a sentence."""

    def open(self, address: str) -> None:
        """Agree at eBay's page."""
        self.ended_on = httpx2.get(address).headers["location"]

    def ask(self, question: str) -> str:
        """Paste the last address."""
        return self.ended_on

    def stopped(self, seconds: float) -> bool:
        """Never give up."""
        return False


def test_a_seller_logs_in_by_pasting_an_address(service: EbayService) -> None:
    """They send the browser to a page of its own: a RuName, not a port of this machine."""
    nothing: dict[str, str] = {}

    def secret(key: str) -> str:
        if key == "tokens" and key not in nothing:
            raise LoginRefused("No tokens are kept.")
        return nothing.get(key, service.secret)

    account = Account("uid", "shop", service.settings(), secret, nothing.__setitem__)
    connector = EbayConnector(account)
    service.connectors.append(connector)
    with pytest.raises(LoginRefused, match="inbox accounts login shop"):
        connector.check()
    seller = _Seller()
    connector.login(seller)

    assert urlsplit(seller.ended_on).hostname == "signin.ebay.com"
    assert connector.check().lines == (
        "Logged in to eBay as the_shop.",
        "There are 0 conversations with members and 0 from eBay.",
    )


def test_sandbox_and_production_have_their_own_hosts() -> None:
    """A trial must not reach a real buyer."""
    assert Hosts.of("") == Hosts(
        "https://api.ebay.com", "https://apiz.ebay.com", "https://auth.ebay.com", sandbox=False
    )
    assert Hosts.of("https://api.sandbox.ebay.com/") == Hosts(
        "https://api.sandbox.ebay.com",
        "https://apiz.sandbox.ebay.com",
        "https://auth.sandbox.ebay.com",
        sandbox=True,
    )
    assert Hosts.of("http://127.0.0.1:9", "http://127.0.0.1:8") == Hosts(
        "http://127.0.0.1:9", "http://127.0.0.1:9", "http://127.0.0.1:8", sandbox=False
    )


def test_a_conversation_can_be_begun_with_a_member(service: EbayService) -> None:
    """To say that a parcel comes late, before anybody asks."""
    connector = service.connect()
    receipt = connector.send(replace(reply_to(service), recipients=(Party("Bob", "bob_99"),)))

    message = pull_all(connector).only
    assert (message.direction, message.remote_id) == (Direction.OUT, receipt.remote_id)
    assert message.recipients == (Party("bob_99", "bob_99"),)
