"""Allegro's disputes and claims: what buyers want, whose turn it is, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.allegro import AllegroConnector, cases
from connectors.allegro.answers import Chat as ChatSummary
from connectors.allegro.answers import Issue, Last, State
from connectors.conformance import Pulled, pull_all, reply_to
from connectors.contract import Rejected, Unsure
from connectors.simulation import Fault, Said
from connectors.values import ConversationChange, Direction, Kind, StatedDeadline
from tests.connectors.test_conformance_allegro import FAST, AllegroService

AT = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
SALES = "https://salescenter.allegro.com"


@pytest.fixture
def service() -> Iterator[AllegroService]:
    """A seller without issues."""
    made = AllegroService()
    yield made
    made.close()


def eager(service: AllegroService) -> AllegroConnector:
    """Return a connector that looks at hidden issues in each round."""
    account = service.account(service.secret)
    connector = AllegroConnector(account, rate=FAST, sends=FAST, settled_after=0, look_every=0)
    service.connectors.append(connector)
    return connector


def said_of(pulled: Pulled) -> tuple[list[StatedDeadline], list[ConversationChange]]:
    """Return what a pull says of instants and of conversations."""
    stated = [each for batch in pulled.batches for each in batch.deadlines]
    changes = [each for batch in pulled.batches for each in batch.conversations]
    return stated, changes


def test_a_claim_states_its_instants_until_it_is_decided(service: AllegroService) -> None:
    """Who lets a claim lie has accepted it; and answering is not deciding."""
    claim = service.sim.claim(at=AT)
    connector = service.connect()
    before = pull_all(connector)
    connector.send(reply_to(service, before.only))
    between = pull_all(connector, before.checkpoint)
    claim.status = "CLAIM_ACCEPTED"
    after = pull_all(connector, between.checkpoint)

    ref, page = f"issue {claim.id}", f"{SALES}/claims/{claim.id}"
    words = "Accept or reject the claim, at Allegro."

    def stated(due: datetime | None, name: str) -> StatedDeadline:
        said = words if due else ""
        return StatedDeadline(
            conversation_ref=ref, ref=name, due_at=due, opened_at=AT, said=said, page=page
        )

    open_ones = [
        stated(AT + timedelta(days=13), "status"),
        stated(AT + timedelta(days=14), "decision"),
    ]
    ended = [stated(None, "status"), stated(None, "decision")]
    assert said_of(before) == (
        open_ones,
        [ConversationChange(ref, closed=False, reply_needed=True)],
    )
    assert said_of(between) == (
        open_ones,
        [ConversationChange(ref, closed=False, reply_needed=None)],
    )
    assert said_of(after) == (ended, [ConversationChange(ref, closed=False, reply_needed=False)])


def test_a_claim_says_what_the_buyer_wants(service: AllegroService) -> None:
    """It stands in a form and not in the chat."""
    claim = service.sim.claim("It is broken.", at=AT)
    claim.description = "The switch."
    claim.expectations = [
        {"name": "PARTIAL_REFUND", "refund": {"amount": "50.00", "currency": "PLN"}}
    ]
    service.sim.hand_in(claim, "lamp.jpg", b"photo")
    connector = service.connect()
    form, word = sorted(pull_all(connector).messages, key=lambda one: "opened" not in one.remote_id)

    assert form.text == "The switch.\n\n(Wanted: partial refund, 50.00 PLN.)"
    assert (form.subject, form.kind) == ("Claim 1/2026: defect found during use", Kind.CLAIM)
    assert (word.text, word.sender.name, word.direction) == (
        "It is broken.",
        "ann_buyer",
        Direction.IN,
    )
    assert (word.order_ref, word.item_ref) == (claim.order, "7778622952")
    assert connector.attachment(word.places[0], word.attachments[0].ref) == b"photo"


def test_each_form_is_sent_as_allegros_type_where_allegro_takes_it(
    service: AllegroService,
) -> None:
    """Whether the item must come back is said by the kind of the message, not by its words."""
    claim, dispute = service.sim.claim(at=AT), service.sim.dispute(at=AT)
    connector = service.connect()
    messages = {one.kind: one for one in pull_all(connector).messages}
    about = {form.name: form.about for form in connector.capabilities.forms}
    for form, kinds in about.items():
        (kind,) = kinds
        connector.send(replace(reply_to(service, messages[kind]), form=form))

    posted = [each for each in service.sim.asked if each.method == "POST" and "issues" in each.path]
    assert [(each.path.split("/")[3], each.json()["type"]) for each in posted] == [
        (dispute.id, "END_REQUEST"),
        (claim.id, "RETURN_REQUIRED_CUSTOM"),
        (claim.id, "RETURN_NOT_REQUIRED"),
    ]
    assert claim.return_required is False
    with pytest.raises(Rejected):  # Allegro's own word: a dispute has nothing to send back
        connector.send(replace(reply_to(service, messages[Kind.DISPUTE]), form="return-needed"))


def test_a_thread_takes_plain_messages_only(service: AllegroService) -> None:
    """There is nothing to end and nothing to send back."""
    service.deliver("Question", "Hello?")
    connector = service.connect()
    reply = reply_to(service, pull_all(connector).only)
    before = len(service.sim.asked)
    with pytest.raises(Rejected):
        connector.send(replace(reply, form="end-request"))

    assert len(service.sim.asked) == before


@pytest.mark.parametrize(("length", "taken"), [(20_000, True), (20_001, False)])
def test_a_dispute_takes_ten_times_what_a_message_takes(
    service: AllegroService, length: int, *, taken: bool
) -> None:
    """What Allegro would take is not refused here, and what it would not never leaves."""
    service.sim.dispute(at=AT)
    connector = service.connect()
    reply = reply_to(service, pull_all(connector).only, "x" * length)
    if taken:
        connector.send(reply)
    else:
        with pytest.raises(Rejected):
            connector.send(reply)

    posted = [each for each in service.sim.asked if each.path.endswith("/message")]
    assert len(posted) == taken


def test_everybodys_words_come_under_their_own_name(service: AllegroService) -> None:
    """Allegro's advisor may want an answer; its machine never does."""
    issue = service.sim.dispute(at=AT)
    for minute, role in enumerate(("SELLER", "ADMIN", "SYSTEM", "FULFILLMENT")):
        service.sim.speak(issue, role, role, AT + timedelta(minutes=minute + 1))

    found = {
        one.text: (one.sender.name, one.direction, one.automatic)
        for one in pull_all(service.connect()).messages
    }

    assert found == {
        "It did not come.": ("ann_buyer", Direction.IN, False),
        "SELLER": ("the_shop", Direction.OUT, False),
        "ADMIN": ("Allegro", Direction.IN, False),
        "SYSTEM": ("Allegro", Direction.IN, True),
        "FULFILLMENT": ("Allegro", Direction.IN, True),
    }


def test_new_words_in_an_issue_come_alone(service: AllegroService) -> None:
    """The list is sorted by when an issue was opened: a word moves nothing in it."""
    old = service.sim.dispute("Old", at=AT)
    service.sim.dispute("New", at=AT + timedelta(days=1))
    connector = service.connect()
    before = pull_all(connector)
    service.sim.speak(old, "BUYER", "Still nothing.")
    after = pull_all(connector, before.checkpoint)

    assert {one.text for one in before.messages} == {"Old", "New"}
    assert [one.text for one in after.messages] == ["Still nothing."]
    assert pull_all(connector, after.checkpoint).batches == []


def test_a_living_issue_below_the_first_page_is_looked_at(service: AllegroService) -> None:
    """An old claim that is still argued about must not be forgotten."""
    old = service.sim.claim("Old", at=AT - timedelta(days=30))
    for number in range(55):
        service.sim.dispute(f"New {number}", at=AT + timedelta(minutes=number))
    connector = eager(service)
    before = pull_all(connector)
    service.sim.speak(old, "BUYER", "Still broken.")
    after = pull_all(connector, before.checkpoint)

    assert len(before.messages) == 56
    assert [one.text for one in after.messages] == ["Still broken."]
    assert pull_all(connector, after.checkpoint).batches == []


def test_hidden_issues_are_looked_at_each_ten_minutes_twenty_at_a_time(
    service: AllegroService,
) -> None:
    """Else an old shop costs a request for each dispute it ever had, each minute."""
    for number in range(75):
        service.sim.dispute(str(number), at=AT + timedelta(minutes=number))
    patient, looking = service.connect(), eager(service)
    checkpoint = pull_all(patient).checkpoint
    service.sim.asked.clear()
    pull_all(patient, checkpoint)
    patiently = len(service.sim.asked)
    names: list[str] = []
    for _ in range(2):
        service.sim.asked.clear()
        pull_all(looking, checkpoint)
        names += [each.path for each in service.sim.asked[2:]]

    assert patiently == 2
    assert len(names) == 40
    assert len(set(names)) == 25


def test_an_issue_that_is_gone_ends_no_clock(service: AllegroService) -> None:
    """One wrong answer of theirs must not let a claim be accepted by silence."""
    old = service.sim.claim("Old", at=AT - timedelta(days=30))
    for number in range(55):
        service.sim.dispute(f"New {number}", at=AT + timedelta(minutes=number))
    connector = eager(service)
    before = pull_all(connector)
    del service.sim.issues[old.id]
    after = pull_all(connector, before.checkpoint)

    assert said_of(after) == ([], [])
    assert [each.place.folder for each in after.quarantined] == [f"issue {old.id}"]
    assert pull_all(connector, after.checkpoint).batches == []


def test_an_issue_that_is_over_is_watched_no_more() -> None:
    """What can be written in for ever would cost a request for ever."""
    now = datetime.now(UTC)

    def made(status: str, days: int, *, chat: bool) -> Issue:
        state = State(status, chat_active=chat)
        return Issue("1", "CLAIM", (now - timedelta(days=days)).isoformat(), state)

    assert cases.alive(made("CLAIM_SUBMITTED", 400, chat=False), now)
    assert cases.alive(made("CLAIM_ACCEPTED", 179, chat=True), now)
    assert not cases.alive(made("CLAIM_ACCEPTED", 181, chat=True), now)
    assert not cases.alive(made("CLAIM_REJECTED", 1, chat=False), now)


@pytest.mark.parametrize(
    ("kind", "status", "last", "chat", "closed", "needed"),
    [
        ("DISPUTE", "DISPUTE_ONGOING", "NEW", True, False, True),
        ("DISPUTE", "DISPUTE_ONGOING", "BUYER_REPLIED", True, False, True),
        ("DISPUTE", "DISPUTE_ONGOING", "ALLEGRO_ADVISOR_REPLIED", True, False, True),
        ("DISPUTE", "DISPUTE_ONGOING", "SELLER_REPLIED", True, False, False),
        ("DISPUTE", "DISPUTE_UNRESOLVED", "BUYER_REPLIED", True, False, True),
        ("DISPUTE", "DISPUTE_UNRESOLVED", "BUYER_REPLIED", False, True, False),
        ("DISPUTE", "DISPUTE_UNRESOLVED", "NEW", True, False, None),
        ("DISPUTE", "DISPUTE_CLOSED", "BUYER_REPLIED", True, True, False),
        ("CLAIM", "CLAIM_SUBMITTED", "NEW", True, False, True),
        # That nothing need be said would end the instant by which to decide.
        ("CLAIM", "CLAIM_SUBMITTED", "SELLER_REPLIED", True, False, None),
        ("CLAIM", "CLAIM_SUBMITTED", "BUYER_REPLIED", False, False, True),
        ("CLAIM", "CLAIM_ACCEPTED", "BUYER_REPLIED", True, False, True),
        ("CLAIM", "CLAIM_ACCEPTED", "SELLER_REPLIED", True, False, False),
        ("CLAIM", "CLAIM_REJECTED", "NEW", True, False, None),
        ("CLAIM", "CLAIM_REJECTED", "BUYER_REPLIED", False, True, False),
        ("CLAIM", "SOMETHING_NEW", "", True, False, None),
    ],
)
def test_whose_turn_it_is(
    kind: str, status: str, last: str, *, chat: bool, closed: bool, needed: bool | None
) -> None:
    """Wrong one way it is late, the other way nobody looks."""
    issue = Issue(
        "1",
        kind,
        AT.isoformat(),
        State(status, chat_active=chat),
        chat=ChatSummary(Last(last or None)),
    )

    expected = ConversationChange("issue 1", closed=closed, reply_needed=needed)
    assert cases.change_of(issue) == expected


@pytest.mark.parametrize(
    ("kind", "status", "last", "stands"),
    [
        ("CLAIM", "CLAIM_SUBMITTED", "SELLER_REPLIED", True),
        ("CLAIM", "SOMETHING_NEW", "SELLER_REPLIED", True),
        ("CLAIM", "CLAIM_ACCEPTED", "BUYER_REPLIED", False),
        ("CLAIM", "CLAIM_REJECTED", "BUYER_REPLIED", False),
        # Documented as null for disputes; it was seen all the same, a day after the opening.
        ("DISPUTE", "DISPUTE_ONGOING", "NEW", True),
        ("DISPUTE", "DISPUTE_ONGOING", "SELLER_REPLIED", False),
        ("DISPUTE", "DISPUTE_UNRESOLVED", "BUYER_REPLIED", False),
    ],
)
def test_an_instant_stands_as_long_as_something_is_owed(
    kind: str, status: str, last: str, *, stands: bool
) -> None:
    """In doubt it stands."""
    due = AT + timedelta(days=1)
    issue = Issue(
        "1", kind, AT.isoformat(), State(status, due.isoformat()), chat=ChatSummary(Last(last))
    )

    status_due, decision_due = cases.deadlines_of(issue)

    assert status_due.due_at == (due if stands else None)
    assert decision_due.due_at is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-06-29T18:12:12.019Z", datetime(2025, 6, 29, 18, 12, 12, 19000, UTC)),
        ("2025-06-29T20:12:12+02:00", datetime(2025, 6, 29, 18, 12, 12, tzinfo=UTC)),
        ("2025-06-29T18:12:12", datetime(2025, 6, 29, 18, 12, 12, tzinfo=UTC)),
        # As Allegro's own examples have it.
        ("2025-06-29T18:12:12.000.019Z", datetime(2025, 6, 29, 18, 12, 12, tzinfo=UTC)),
    ],
)
def test_an_instant_written_badly_is_read(text: str, expected: datetime) -> None:
    """One point too many must not hide until when a claim stands."""
    issue = Issue("1", "CLAIM", text, State("CLAIM_SUBMITTED", text), decision_due_date=text)

    assert [each.due_at for each in cases.deadlines_of(issue)] == [expected] * 2
    assert cases.read(issue, ()).messages == ()


def test_a_claim_whose_instant_cannot_be_read_is_told(service: AllegroService) -> None:
    """Shown without its instant it would look as if there were time."""
    service.sim.claim("Good", at=AT)
    service.sim.claim("Bad", at=AT + timedelta(hours=1))

    def spoilt(said: Said) -> Said:
        due = [*service.sim.issues.values()][-1].decision_due
        assert due is not None
        day = f"{due:%Y-%m-%d}".encode()
        return replace(said, body=said.body.replace(day, b"in two weeks", 1))

    service.sim.faults.append(Fault("GET /sale/issues$", change=spoilt))
    pulled = pull_all(service.connect())

    assert [one.text for one in pulled.messages] == ["Good"]
    assert [b"in two weeks" in each.source for each in pulled.quarantined] == [True]


def test_an_issue_nobody_may_write_in_says_so(service: AllegroService) -> None:
    """The screen offers its page instead; and Allegro's word is passed on where it is late."""
    issue = service.sim.dispute(at=AT)
    issue.chat_active = False
    connector = service.connect()
    message = pull_all(connector).only

    assert not message.answerable
    assert message.page == f"{SALES}/discussions-with-buyers/{issue.id}"
    with pytest.raises(Rejected, match="No message can be added any more"):
        connector.send(reply_to(service, message))


def test_what_is_sent_into_an_issue_is_found_again(service: AllegroService) -> None:
    """And what was not is not: it is sent once."""
    issue = service.sim.dispute(at=AT)
    connector = service.connect()
    message = pull_all(connector).only
    reply = reply_to(service, message)
    receipt = connector.send(reply)

    assert connector.look(reply) == receipt
    assert connector.look(reply_to(service, message, "Never sent.")) is None
    assert len(issue.chat) == 2


def test_a_chat_that_cannot_be_read_hides_no_claim(service: AllegroService) -> None:
    """Its instants stand in the list, and so do the buyer's wishes."""
    claim = service.sim.claim(at=AT)
    claim.description = "The switch."
    service.sim.faults.append(Fault("/chat", said=Said(200, b'{"chat": [{"id": 5}]}')))
    pulled = pull_all(service.connect())

    assert [one.text for one in pulled.messages] == ["The switch."]
    assert [one.due_at for one in said_of(pulled)[0]] == [claim.status_due, claim.decision_due]
    assert len(pulled.quarantined) == 1


def test_what_cannot_be_read_is_no_proof_that_nothing_was_sent(service: AllegroService) -> None:
    """A second message to a buyer who has the first is worse than a question to the seller."""
    service.sim.dispute(at=AT)
    connector = service.connect()
    reply = reply_to(service, pull_all(connector).only)
    service.sim.faults.append(Fault("/chat", said=Said(200, b'{"chat": [{"id": 5}]}')))
    with pytest.raises(Unsure):
        connector.look(reply)


def test_issues_that_the_app_may_not_see_are_told_once(service: AllegroService) -> None:
    """Threads go on; but a claim that nobody sees is a claim accepted."""
    service.deliver("Question", "Hello?")
    service.sim.claim(at=AT)
    refused = Fault("GET /sale/issues", times=10**9, said=Said(403, b"{}"))
    service.sim.faults.append(refused)
    connector = service.connect()
    first = pull_all(connector)
    second = pull_all(connector, first.checkpoint)
    service.sim.faults.clear()
    third = pull_all(connector, first.checkpoint)

    assert first.subjects == ["Question"]
    assert [each.place.folder for each in first.quarantined] == ["issues"]
    assert "allegro:api:disputes" in first.quarantined[0].reason
    assert second.batches == []
    assert [one.text for one in third.messages] == ["It is broken."]


def test_a_dispute_that_becomes_a_claim_says_what_is_new(service: AllegroService) -> None:
    """Allegro first shows some claims as disputes, without their form."""
    issue = service.sim.dispute(at=AT)
    connector = service.connect()
    before = pull_all(connector)
    issue.type, issue.status = "CLAIM", "CLAIM_SUBMITTED"
    issue.description, issue.decision_due = "The switch.", AT + timedelta(days=14)
    after = pull_all(connector, before.checkpoint)

    assert [one.text for one in after.messages] == ["The switch."]
    assert [one.due_at for one in said_of(after)[0]] == [None, issue.decision_due]


def test_an_issue_opened_again_is_a_new_question(service: AllegroService) -> None:
    """What was answered a month ago is owed again."""
    issue = service.sim.dispute(at=AT - timedelta(days=30))
    issue.description = "Again."
    issue.status, issue.chat_active = "DISPUTE_CLOSED", False
    connector = service.connect()
    before = pull_all(connector)
    issue.opened, issue.status, issue.chat_active = AT, "DISPUTE_ONGOING", True
    service.sim.speak(issue, "BUYER", "It broke again.", AT)
    after = pull_all(connector, before.checkpoint)

    assert {one.text for one in after.messages} == {"Again.", "It broke again."}
    assert {one.accepted_at for one in after.messages} == {AT}
