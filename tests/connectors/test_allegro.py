"""Allegro's message centre as the seller knows it, and as Allegro wants to be asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.allegro import AllegroConnector, wire
from connectors.allegro.login import Hosts
from connectors.conformance import pull_all, reply_to
from connectors.contract import Account, LoginRefused, Rejected, Temporary
from connectors.pace import Rate
from connectors.simulation import Fault, Said
from connectors.values import (
    Bounce,
    ConversationChange,
    Direction,
    FlagChange,
    Mark,
    OutgoingFile,
    Place,
    Role,
)
from tests.connectors.test_conformance_allegro import FAST, AllegroService

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
PUBLIC = "application/vnd.allegro.public.v1+json"
BETA = "application/vnd.allegro.beta.v1+json"
PICTURE = OutgoingFile("lamp.png", "image/png", b"\x89PNG")


@pytest.fixture
def service() -> Iterator[AllegroService]:
    """A seller without threads."""
    made = AllegroService()
    yield made
    made.close()


def test_a_message_says_what_it_is_about_and_who_wrote(service: AllegroService) -> None:
    """The order and the offer are half of the answer."""
    thread = service.sim.open(at=AT)
    service.sim.say(thread, "ann_buyer", "Is it blue?", AT, offer="82398120310")
    service.sim.say(thread, "the_shop", "Yes.", AT + timedelta(minutes=1), order="88ae369b")

    answer, question = pull_all(service.connect()).messages

    assert (question.item_ref, question.order_ref) == ("82398120310", None)
    assert (answer.item_ref, answer.order_ref) == (None, "88ae369b")
    assert (question.direction, answer.direction) == (Direction.IN, Direction.OUT)
    assert {question.buyer_ref, answer.buyer_ref} == {"ann_buyer"}
    assert json.loads(question.source or b"")["type"] == "ASK_QUESTION"


def test_what_came_before_our_answer_is_read(service: AllegroService) -> None:
    """Allegro only says of a whole thread that it is not read."""
    thread = service.sim.open(at=AT)
    for minute, author in enumerate(("ann_buyer", "the_shop", "ann_buyer")):
        service.sim.say(thread, author, f"{minute}", AT + timedelta(minutes=minute))

    seen = {one.text: one.seen for one in pull_all(service.connect()).messages}

    assert seen == {"0": True, "1": True, "2": False}


def test_words_beside_the_words_are_not_lost(service: AllegroService) -> None:
    """A buyer of car parts gives the car's number in a field of its own."""
    service.deliver("Brake", "Does it fit?")
    message = next(iter(service.sim.threads.values())).messages[0]
    message["additionalInformation"] = {"vin": "JT2SV12E6F0308977"}
    message["hasAdditionalAttachments"] = True

    (found,) = pull_all(service.connect()).messages

    assert found.text == (
        "Does it fit?\n\nVIN: JT2SV12E6F0308977\n\n"
        "(There are more files; they are only shown at Allegro.)"
    )


def test_read_and_unread_elsewhere_is_told_once(service: AllegroService) -> None:
    """What was read on the phone is not new here, and what was put back is."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    before = pull_all(connector)
    (thread,) = service.sim.threads.values()
    place = before.only.places[0]

    told = []
    checkpoint = before.checkpoint
    for read in (True, False):
        thread.read = read
        after = pull_all(connector, checkpoint)
        again = pull_all(connector, after.checkpoint)
        told.append((after.changes, after.batches[0].conversations, again.batches))
        checkpoint = after.checkpoint

    assert told == [
        (
            [FlagChange(place, read, answered=False)],
            (ConversationChange(thread.id, seen=read),),
            [],
        )
        for read in (True, False)
    ]


def test_a_message_that_allegro_held_up_is_found_by_its_time(service: AllegroService) -> None:
    """It comes to light an hour later, below what came meanwhile, on whichever page."""
    now = datetime.now(UTC)
    for number in range(30):
        service.deliver(f"Question {number}", "Hello?", now - timedelta(seconds=number))
    connector = service.connect()
    before = pull_all(connector)
    service.deliver("Held up", "Hello?", now - timedelta(hours=1))
    after = pull_all(connector, before.checkpoint)

    assert [service.subject_of(one) for one in after.messages] == ["Held up"]
    assert pull_all(connector, after.checkpoint).batches == []


def test_a_thread_that_comes_to_light_days_later_is_found(service: AllegroService) -> None:
    """Nothing tells but that it stands on the first page and was never there."""
    now = datetime.now(UTC)
    service.deliver("New", "Hello?", now)
    connector = service.connect()
    before = pull_all(connector)
    service.deliver("Held up", "Hello?", now - timedelta(days=3))
    after = pull_all(connector, before.checkpoint)

    assert [service.subject_of(one) for one in after.messages] == ["Held up"]
    assert pull_all(connector, after.checkpoint).batches == []


def test_a_message_that_comes_to_light_between_others_comes_once(service: AllegroService) -> None:
    """The thread is unread again, and nothing in it is newer than before."""
    now = datetime.now(UTC)
    service.deliver("Question", "Hello?", now)
    (thread,) = service.sim.threads.values()
    thread.read = True
    connector = service.connect()
    before = pull_all(connector)
    service.sim.say(thread, "ann_buyer", "Held up", now - timedelta(days=3))
    thread.messages.reverse()
    after = pull_all(connector, before.checkpoint)

    assert [one.text for one in after.messages] == ["Held up"]
    assert pull_all(connector, after.checkpoint).batches == []


def test_a_long_thread_comes_whole_and_later_only_its_news(service: AllegroService) -> None:
    """Twenty messages to a page; the second time Allegro is asked for what is new."""
    thread = service.sim.open(at=AT)
    for number in range(65):
        service.sim.say(thread, "ann_buyer", str(number), AT + timedelta(hours=number))
    connector = service.connect()
    before = pull_all(connector)
    service.sim.say(thread, "ann_buyer", "new", AT + timedelta(hours=70))
    asked = len(service.sim.asked)
    after = pull_all(connector, before.checkpoint)

    assert [one.text for one in before.messages] == [str(n) for n in reversed(range(65))]
    assert [one.text for one in after.messages] == ["new"]
    paths = [each.path for each in service.sim.asked[asked:]]
    assert len([path for path in paths if path.endswith("/messages")]) == 1


def test_messages_deleted_while_the_list_is_read_hide_no_other(service: AllegroService) -> None:
    """Pages by number shift: what moved up past the edge of a page would never be seen."""
    for number in range(45):
        service.deliver(f"Question {number}", "Hello?", AT + timedelta(hours=number))
    newest = [*service.sim.threads.values()][-3:]

    def moved(said: Said) -> Said:
        for thread in newest:
            thread.began = AT - timedelta(days=9)
            thread.messages.clear()
        return said

    service.sim.faults.append(Fault(service.LISTS, change=moved))
    pulled = pull_all(service.connect())

    expected = {f"Question {number}" for number in range(42)}
    assert {service.subject_of(one) for one in pulled.messages} >= expected


def test_a_round_without_news_is_two_requests(service: AllegroService) -> None:
    """Written down, so that it stays so."""
    for number in range(30):
        service.deliver(f"Question {number}", "Hello?", AT + timedelta(hours=number))
    service.sim.claim(at=AT)
    connector = service.connect()
    checkpoint = pull_all(connector).checkpoint
    service.sim.asked.clear()

    assert pull_all(connector, checkpoint).batches == []
    assert [each.path for each in service.sim.asked] == ["/messaging/threads", "/sale/issues"]


def test_allegros_filter_stops_an_answer_and_it_is_told(service: AllegroService) -> None:
    """Accepted by the service is not read by the buyer."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    before = pull_all(connector)
    service.sim.verdict = "VERIFYING"
    receipt = connector.send(reply_to(service, before.only))
    between = pull_all(connector, before.checkpoint)
    waiting = pull_all(connector, between.checkpoint)
    (thread,) = service.sim.threads.values()
    thread.messages[-1]["status"] = "BLOCKED"
    after = pull_all(connector, between.checkpoint)
    again = pull_all(connector, after.checkpoint)

    assert [one.bounce for one in between.messages] == [None]
    assert waiting.batches == []
    reason = "Allegro's filter stopped this message; the buyer does not have it."
    assert after.only.bounce == Bounce((str(receipt.remote_id),), (), reason)
    assert (after.only.automatic, after.only.conversation_ref) == (True, thread.id)
    assert again.batches == []


def test_an_answer_stopped_elsewhere_is_told_with_it(service: AllegroService) -> None:
    """It must not end the clock for a moment."""
    service.deliver("Question", "Hello?")
    (thread,) = service.sim.threads.values()
    name = service.sim.say(thread, "the_shop", "Mail me at …", status="BLOCKED")

    found = {str(one.remote_id): one.bounce for one in pull_all(service.connect()).messages}

    assert found[f"{name} stopped"] is not None
    assert found[name] is None


def test_what_was_stopped_is_no_proof_that_the_same_words_arrived(service: AllegroService) -> None:
    """Sent again and in doubt, it would count as there."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    reply = reply_to(service, pull_all(connector).only)
    service.sim.verdict = "BLOCKED"
    connector.send(reply)
    stopped = connector.look(reply)
    service.sim.verdict = "DELIVERED"
    receipt = connector.send(reply)

    assert stopped is None
    assert connector.look(reply) == receipt


def test_a_message_that_is_checked_for_ever_counts_as_stopped(service: AllegroService) -> None:
    """Silence is no delivery."""
    service.deliver("Question", "Hello?")
    service.sim.verdict = "VERIFYING"
    connector = service.connect()
    before = pull_all(connector)
    connector.send(reply_to(service, before.only))
    between = pull_all(connector, before.checkpoint)
    later = AllegroConnector(
        service.account(service.secret),
        clock=lambda: datetime.now(UTC) + timedelta(days=4),
        rate=FAST,
    )
    after = pull_all(later, between.checkpoint)
    later.close()

    assert after.only.bounce is not None
    assert "three days" in after.only.text
    assert pull_all(connector, after.checkpoint).batches == []


def test_a_message_that_came_through_is_asked_for_no_more(service: AllegroService) -> None:
    """Each round would cost a request for ever."""
    service.deliver("Question", "Hello?")
    service.sim.verdict = "VERIFYING"
    connector = service.connect()
    before = pull_all(connector)
    connector.send(reply_to(service, before.only))
    between = pull_all(connector, before.checkpoint)
    (thread,) = service.sim.threads.values()
    thread.messages[-1]["status"] = "DELIVERED"
    after = pull_all(connector, between.checkpoint)
    service.sim.asked.clear()

    assert after.messages == []
    assert pull_all(connector, after.checkpoint).batches == []
    assert len(service.sim.asked) == 2


def test_allegro_is_asked_in_its_own_media_types(service: AllegroService) -> None:
    """Prism does not look at Content-Type; Allegro does."""
    service.deliver("Question", "Hello?")
    issue = service.sim.dispute()
    connector = service.connect()
    thread, dispute = sorted(pull_all(connector).messages, key=lambda one: one.kind)[::-1]
    for message in (thread, dispute):
        connector.send(replace(reply_to(service, message), files=(PICTURE,)))
    connector.mark(thread.places, Mark.SEEN)

    written = [
        (each.method, each.headers["accept"], each.headers["content-type"])
        for each in service.sim.asked
        if each.method != "GET"
    ]
    assert written == [
        ("POST", PUBLIC, PUBLIC),
        ("PUT", PUBLIC, "image/png"),
        ("POST", PUBLIC, PUBLIC),
        ("POST", BETA, BETA),
        ("PUT", BETA, "image/png"),
        ("POST", BETA, BETA),
        ("PUT", PUBLIC, PUBLIC),
    ]
    read = {each.headers["accept"] for each in service.sim.asked if each.method == "GET"}
    assert read == {PUBLIC, BETA}
    assert issue.chat[-1]["attachments"]


def test_allegro_is_asked_in_the_sellers_language(service: AllegroService) -> None:
    """Reasons and errors are read by the seller."""
    account = service.account(service.secret)
    polish = replace(account, settings={**account.settings, "language": "pl-PL"})
    connector = AllegroConnector(polish, rate=FAST)
    pull_all(connector)
    connector.close()

    assert {each.headers["accept-language"] for each in service.sim.asked} == {"pl-PL"}


def test_messages_leave_one_a_second_and_reading_does_not_wait(service: AllegroService) -> None:
    """Allegro's rule; who breaks it is locked out."""
    service.deliver("Question", "Hello?")
    slow = AllegroConnector(
        service.account(service.secret), rate=FAST, sends=Rate(1, 100.0), settled_after=0
    )
    before = pull_all(slow)
    slow.send(reply_to(service, before.only))
    left: list[bool] = []
    with pytest.raises(Temporary) as waits:
        slow.send(reply_to(service, before.only), lambda: left.append(True))
    after = pull_all(slow, before.checkpoint)
    slow.close()

    assert (waits.value.retry_after or 0) > 90
    assert left == []
    assert len(after.messages) == len(service.arrived()) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"errors": [{"userMessage": "No access."}, {"message": "Nope"}]}', "No access. Nope."),
        (b'{"errors": [{"code": "X"}]}', ""),
        (b'{"error": "invalid_token", "error_description": "It is void"}', "It is void."),
        (b"<html>", ""),
    ],
)
def test_allegros_words_are_passed_on(body: bytes, said: str) -> None:
    """The seller reads what Allegro says, not a number alone."""
    assert wire.words_of(body) == said


class Terminal:
    """A seller at a terminal, who agrees on a phone."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def say(self, sentence: str) -> None:
        """Note it."""
        self.heard.append(sentence)

    def open(self, address: str) -> None:
        """Note it."""
        self.heard.append(address)

    def ask(self, question: str) -> str:
        """Type nothing: a device login asks nothing."""
        raise LoginRefused(question)

    def stopped(self, seconds: float) -> bool:
        """Wait for as long as one likes, at once."""
        self.heard.append(f"waited {seconds:g}")
        return False


def test_a_seller_logs_in_with_a_code(service: AllegroService) -> None:
    """The phone is at hand where the browser is not, and the token is renewed by itself."""
    service.sim.login.pending = 1
    terminal = Terminal()
    connector = service.connect()
    connector.login(terminal)
    connector.close()
    service.deliver("Question", "Hello?")
    service.sim.login.revoke()
    again = service.connect()

    assert [service.subject_of(one) for one in pull_all(again).messages] == ["Question"]
    address = "https://allegro.pl/skojarz-aplikacje?user_code=WDJB-MJHT"
    assert terminal.heard == ["The code is WDJB-MJHT.", address, "waited 5", "waited 5"]
    (form,) = [each.body.decode() for each in service.sim.asked if each.path.endswith("/device")]
    assert form == f"client_id={service.sim.login.client_id}"


def test_sandbox_and_production_have_their_own_hosts() -> None:
    """A trial must not reach a buyer."""
    assert Hosts.of("") == Hosts(
        api="https://api.allegro.pl",
        uploads="https://upload.allegro.pl",
        auth="https://allegro.pl",
        site="https://allegro.pl",
        sales="https://salescenter.allegro.com",
    )
    sandbox = Hosts.of("https://api.allegro.pl.allegrosandbox.pl/")
    assert sandbox == Hosts(
        api="https://api.allegro.pl.allegrosandbox.pl",
        uploads="https://upload.allegro.pl.allegrosandbox.pl",
        auth="https://allegro.pl.allegrosandbox.pl",
        site="https://allegro.pl.allegrosandbox.pl",
        sales="",
    )
    assert sandbox.takes_files_at("https://upload.allegro.pl.allegrosandbox.pl/x")
    assert not sandbox.takes_files_at("https://upload.allegro.pl/x")
    assert not sandbox.takes_files_at("http://upload.allegro.pl.allegrosandbox.pl/x")
    assert not sandbox.takes_files_at("https://upload.allegro.pl.allegrosandbox.pl:8443/x")


def test_a_check_says_whose_account_it_is_and_what_is_not_shown(service: AllegroService) -> None:
    """A permission that is missing is found before the first claim is."""
    service.sim.faults.append(Fault("GET /sale/issues", said=Said(403, b"{}")))
    lines = service.connect().check().lines

    assert lines[0].endswith(" as the_shop.")
    assert lines[1:] == (
        "There is no thread with a buyer yet.",
        "This app may not see disputes and claims (allegro:api:disputes).",
    )


def test_a_name_that_the_app_may_not_know_hides_no_account(service: AllegroService) -> None:
    """Messages come without that permission."""
    service.sim.faults.append(Fault("GET /me$", said=Said(403, b"{}")))

    assert service.connect().check().lines[0].endswith(" as somebody.")


def test_an_app_of_the_wrong_kind_is_named_in_allegros_word(service: AllegroService) -> None:
    """Allegro answers with a list here, and not as OAuth has it."""
    body = b'[{"code": "unauthorized_client", "message": "No device_code grant."}]'
    service.sim.faults.append(Fault("POST /auth/oauth/device", said=Said(401, body)))
    with pytest.raises(LoginRefused, match="unauthorized_client"):
        service.connect().login(Terminal())


def test_an_answer_without_a_thread_or_words_is_refused_here(service: AllegroService) -> None:
    """Nothing leaves for what Allegro would never take."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    reply = reply_to(service, pull_all(connector).only)
    for wrong in (replace(reply, conversation_ref=None), replace(reply, text="")):
        with pytest.raises(Rejected):
            connector.send(wrong)

    assert {each.method for each in service.sim.asked} == {"GET"}


def test_marks_go_to_threads_alone(service: AllegroService) -> None:
    """Of disputes Allegro keeps no mark."""
    service.sim.dispute()
    connector = service.connect()
    connector.mark(pull_all(connector).only.places, Mark.SEEN)
    with pytest.raises(Rejected):
        connector.mark([Place("thread", "", "1", Role.INBOX)], Mark.CLOSED)

    assert {each.method for each in service.sim.asked} == {"GET"}


def test_an_account_without_a_login_is_told_what_to_do(service: AllegroService) -> None:
    """The first thing that happens to everybody."""

    def secret(key: str) -> str:
        if key == "tokens":
            raise LoginRefused("There is none.")
        return "secret"

    connector = AllegroConnector(Account("uid", "shop", service.settings(), secret))
    with pytest.raises(LoginRefused, match="inbox accounts login shop"):
        pull_all(connector)
    connector.close()
