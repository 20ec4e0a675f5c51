"""What a row of the list says: whose turn it is, with whom, and what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.values import Kind, Message, Party, Role
from inbox.core.conversations import summarise
from inbox.core.model import Conversation, Delivery, Fact, State, StoredMessage, Verb
from inbox.core.obligations import Book, Duty, Owner, choice_for, make_book
from inbox.core.turn import state_of
from tests.core.making import (
    DAY,
    HOUR,
    NOON,
    SHOP,
    TALK,
    TERMS,
    at,
    ours,
    rule,
    said,
    stored,
    theirs,
)

NOW = at(6)
PLATFORM = rule(HOUR, name="platform", owner=Owner.SERVICE, service="amazon")
BOOK = Book(rules=(rule(), PLATFORM), accounts={SHOP: TERMS}, hash="book-1")


def summary(
    messages: Sequence[Message | StoredMessage],
    facts: Sequence[Fact] = (),
    *,
    owed_since: datetime | None = None,
    not_buyers: Sequence[str] = (),
    snippet: str = "",
    unsent: Delivery | None = None,
) -> Conversation:
    heads = [each if isinstance(each, StoredMessage) else stored(each) for each in messages]
    terms = replace(TERMS, owed_since=owed_since)
    return summarise(TALK, heads, facts, terms, BOOK, frozenset(not_buyers), snippet, unsent)


def state(messages: Sequence[Message | StoredMessage], facts: Sequence[Fact] = ()) -> State:
    return state_of(summary(messages, facts), NOW)


@settings(max_examples=25)
@given(
    hours=st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=8),
    between=st.integers(0, 9),
)
def test_what_only_says_that_an_answer_follows_changes_no_clock_and_no_turn(
    hours: list[tuple[int, bool]], between: int
) -> None:
    """“We are looking into it” must neither hide a question nor bring an answered one back."""
    told = [stored(theirs(hour)) if asks else stored(ours(hour)) for hour, asks in hours]
    notice = stored(replace(ours(between + 0.5), interim=True), delivery=Delivery.ACCEPTED)
    without, found = summary(told), summary([*told, notice])

    assert (found.owed, found.due_at, found.their_turn, found.done_at) == (
        without.owed,
        without.due_at,
        without.their_turn,
        without.done_at,
    )


def test_a_conversation_says_all_that_its_row_needs() -> None:
    """The list must never open a message to paint a row."""
    question = theirs(0, name="Anna", subject="Blue lamp", order="1001")
    answer = ours(1)
    again = theirs(2, name="Anna B.", subject="Re: Blue lamp", seen=True)

    found = summary([again, answer, question], snippet=" Is it\n here? " + "x" * 200)

    assert replace(found, course=()) == Conversation(
        uid=TALK,
        account=SHOP,
        service="email",
        party=Party("Anna B.", "anna@home.example"),
        subject="Blue lamp",
        order_ref="1001",
        last_at=at(2),
        snippet=("Is it here? " + "x" * 200)[:160],
        message_count=3,
        unread=True,
        owed=True,
        due_at=at(26),
        target=DAY,
        rule="promise",
        rule_hash=choice_for(BOOK, SHOP, "email").hash,
    )


@pytest.mark.parametrize(
    ("messages", "facts", "expected"),
    [
        ([theirs(0)], [], State.OPEN),
        ([theirs(0), ours(1)], [], State.WAITING),
        ([theirs(0), ours(1), theirs(2)], [], State.OPEN),
        ([ours(0)], [], State.WAITING),
        ([theirs(0), ours(1), theirs(2, automatic=True)], [], State.WAITING),
        ([theirs(0), ours(1, automatic=True)], [], State.OPEN),
        ([theirs(0, automatic=True)], [], State.OPEN),
        ([theirs(0)], [said(Verb.NO_REPLY_NEEDED, 1)], State.WAITING),
        ([theirs(0)], [said(Verb.DONE, 1)], State.DONE),
        ([theirs(0), theirs(2)], [said(Verb.DONE, 1)], State.OPEN),
        ([theirs(0), theirs(2, automatic=True)], [said(Verb.DONE, 1)], State.DONE),
        ([theirs(0), ours(2)], [said(Verb.DONE, 1)], State.DONE),
        ([theirs(0)], [said(Verb.DONE, 1), said(Verb.REOPEN, 2)], State.OPEN),
        ([theirs(0), ours(1)], [said(Verb.REOPEN, 2)], State.OPEN),
        ([theirs(0)], [said(Verb.SPAM, 1)], State.SPAM),
        ([theirs(0), theirs(2)], [said(Verb.SPAM, 1)], State.SPAM),
        ([theirs(0)], [said(Verb.SPAM, 1), said(Verb.NOT_SPAM, 2)], State.OPEN),
        ([theirs(0, role=Role.JUNK)], [], State.SPAM),
        ([theirs(0, role=Role.JUNK)], [said(Verb.NOT_SPAM, 1)], State.OPEN),
        ([theirs(0, role=Role.TRASH)], [], State.DONE),
        ([theirs(0, role=Role.TRASH)], [said(Verb.REOPEN, 1)], State.OPEN),
        ([theirs(0, role=Role.TRASH), theirs(1)], [], State.OPEN),
        ([theirs(0)], [said(Verb.TRASH, 1)], State.DONE),
        ([theirs(0, role=Role.TRASH)], [said(Verb.TRASH, 1)], State.DONE),
        ([theirs(0), theirs(2)], [said(Verb.TRASH, 1)], State.OPEN),
        ([theirs(0)], [said(Verb.TRASH, 1), said(Verb.UNTRASH, 2)], State.OPEN),
        ([theirs(0, role=None)], [], State.OPEN),
        ([theirs(0)], [said(Verb.SNOOZE, 1, {"until": at(7).isoformat()})], State.SNOOZED),
        ([theirs(0)], [said(Verb.SNOOZE, 1, {"until": at(6).isoformat()})], State.OPEN),
        ([theirs(0), theirs(2)], [said(Verb.SNOOZE, 1, {"until": at(7).isoformat()})], State.OPEN),
        (
            [theirs(0)],
            [said(Verb.SNOOZE, 1, {"until": at(7).isoformat()}), said(Verb.WAKE, 2)],
            State.OPEN,
        ),
        (
            [theirs(0)],
            [said(Verb.SNOOZE, 1, {"until": at(7).isoformat()}), said(Verb.DONE, 2)],
            State.DONE,
        ),
        (
            [theirs(0)],
            [said(Verb.DONE, 1), said(Verb.SNOOZE, 2, {"until": at(7).isoformat()})],
            State.SNOOZED,
        ),
    ],
)
def test_whose_turn_it_is(messages: list[Message], facts: list[Fact], expected: State) -> None:
    """The seller works through what is open; a row in the wrong place is an answer forgotten."""
    assert state(messages, facts) is expected


def test_what_was_undone_was_not_said() -> None:
    """State is derived from facts, and an undo is one of them."""
    done = said(Verb.DONE, 1, group="g1")
    undone = said(Verb.UNDO, 2, {"group": "g1"})

    assert state([theirs(0)], [done, undone]) is State.OPEN
    assert state([theirs(0)], [done, undone, said(Verb.REDO, 3, {"group": "g1"})]) is State.DONE


def test_done_leaves_a_services_clock_visible() -> None:
    """Amazon still counts; calling it done here does not change that."""
    found = summary([theirs(0, service="amazon")], [said(Verb.DONE, 0.5)])

    assert state_of(found, NOW) is State.DONE
    assert (found.owed, found.due_at, found.rule) == (True, at(1), "platform")


def test_no_reply_needed_is_not_waiting_while_a_service_still_counts() -> None:
    """Else the row would leave the seller's sight before the service is satisfied."""
    found = summary([theirs(0, service="amazon")], [said(Verb.NO_REPLY_NEEDED, 0.5)])

    assert state_of(found, NOW) is State.OPEN


def test_the_earlier_of_two_clocks_sorts_and_the_services_of_two_at_once() -> None:
    """The one that bites first is the one to show."""
    equal = replace(PLATFORM, id="the_platforms", target=DAY)
    book = make_book([rule(), equal], [TERMS])
    heads = [stored(theirs(0, service="amazon"))]

    assert summary([theirs(0, service="amazon")]).rule == "platform"
    assert summarise(TALK, heads, [], TERMS, book, frozenset()).rule == "the_platforms"


def test_a_window_that_closes_is_no_answer_that_is_owed() -> None:
    """After it one can still answer by a template: nobody counts it against the seller."""
    window = replace(PLATFORM, kind=Duty.WINDOW)
    heads = [stored(theirs(0, service="amazon"))]

    alone, beside = (
        summarise(TALK, heads, [], TERMS, make_book(rules, [TERMS]), frozenset())
        for rules in ([window], [rule(), window])
    )

    assert (alone.owed, alone.due_at) == (False, None)
    assert (beside.rule, beside.due_at) == ("promise", at(24))


def test_history_is_done_and_owes_nothing() -> None:
    """A new account must not begin with ten thousand late answers."""
    found = summary([theirs(-48), theirs(-24)], owed_since=at(-1))

    assert (state_of(found, NOW), found.done_at, found.owed) == (State.DONE, at(-24), False)


def test_history_with_a_new_question_is_open() -> None:
    """Whoever comes back after years is a buyer all the same."""
    found = summary([theirs(-48), theirs(0)], owed_since=at(-1))

    assert (state_of(found, NOW), found.due_at) == (State.OPEN, at(24))


def test_a_newsletter_does_not_bring_history_back() -> None:
    """An automatic message asks nothing."""
    found = summary([theirs(-48), theirs(0, automatic=True)], owed_since=at(-1))

    assert state_of(found, NOW) is State.DONE


def test_history_can_be_reopened() -> None:
    """The seller's word stands above a date in the configuration."""
    found = summary([theirs(-48)], [said(Verb.REOPEN, 1)], owed_since=at(-1))

    assert state_of(found, NOW) is State.OPEN


def test_who_is_no_buyer_is_owed_nothing() -> None:
    """A supplier's mail stays in sight and asks for no answer."""
    found = summary([theirs(0)], not_buyers=["@home.example"])

    assert (found.owed, found.due_at, found.rule, state_of(found, NOW)) == (
        False,
        None,
        None,
        State.OPEN,
    )


def test_a_reply_on_its_way_counts_for_nothing_yet_and_is_told() -> None:
    """Queued and offline look different from answered."""
    queued = stored(ours(1), delivery=Delivery.QUEUED)

    found = summary([theirs(0), queued], unsent=Delivery.QUEUED)

    assert (found.owed, found.their_turn, found.unsent) == (True, False, Delivery.QUEUED)


def test_the_party_of_a_contact_form_is_the_buyer() -> None:
    """The row names whom an answer goes to, not the machine that wrote."""
    form = replace(
        theirs(0, who="wordpress@shop.example", name="Shop"),
        reply_to=(Party("Anna", "anna@home.example"),),
    )

    assert summary([form]).party == Party("Anna", "anna@home.example")


def test_the_party_is_a_person_before_a_machine_and_the_recipient_where_nobody_wrote() -> None:
    """An out-of-office note must not rename the conversation."""
    away = theirs(2, name="Auto", automatic=True)
    notice = theirs(3, name="Service", kind=Kind.NOTICE)

    assert summary([theirs(0, name="Anna"), away, notice]).party.name == "Anna"
    assert summary([away]).party.name == "Auto"
    assert summary([ours(0, to=["shop@shop.example", "ben@home.example"])]).party == Party(
        "", "ben@home.example"
    )


def test_tags_and_stars_are_what_was_put_on_and_not_taken_off() -> None:
    """Marks are facts too."""
    facts = [
        said(Verb.TAG, 1, {"name": "vip"}),
        said(Verb.TAG, 1, {"name": "late"}),
        said(Verb.UNTAG, 2, {"name": "vip"}),
        said(Verb.TAG, 3, {"name": "again"}),
        said(Verb.STAR, 1),
    ]

    found = summary([theirs(0)], facts)

    assert (found.tags, found.starred) == (("again", "late"), True)
    assert not summary([theirs(0)], [*facts, said(Verb.UNSTAR, 4)]).starred


def test_gone_is_said_only_when_all_of_it_is_gone_and_hides_nothing() -> None:
    """What a service lost is still owed an answer."""
    lost = stored(theirs(0, role=None), gone_at=at(1))

    assert (summary([lost]).gone, summary([lost]).owed) == (True, True)
    assert not summary([lost, theirs(2)]).gone


def test_the_order_of_messages_plays_no_part() -> None:
    """The store hands them over as it finds them."""
    heads = [stored(each) for each in (theirs(0, subject="First"), ours(1), theirs(2))]

    assert summary(heads[::-1]) == summary(heads)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["theirs", "automatic", "ours", *Verb]),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=8,
)


@given(STEPS)
def test_what_is_owed_is_never_out_of_sight(steps: list[tuple[str, int]]) -> None:
    """Owed means a due instant, a rule and a place in the list that is not "their turn"."""
    messages: list[Message] = [theirs(0)]
    facts = []
    for name, hour in steps:
        match name:
            case "theirs" | "automatic":
                messages.append(theirs(hour, automatic=name == "automatic"))
            case "ours":
                messages.append(ours(hour))
            case _:
                facts.append(said(Verb(name), hour, {"until": at(hour + 3).isoformat()}))

    found = summary(messages, facts)

    assert found.owed == (found.due_at is not None) == (found.rule is not None)
    assert not (found.owed and state_of(found, NOW) is State.WAITING)
    asked_last = max(messages, key=lambda each: each.accepted_at)
    if not facts and not asked_last.automatic and asked_last.direction == "in":
        assert found.due_at is not None
        assert found.due_at <= asked_last.accepted_at + timedelta(days=1)
        assert found.due_at >= NOON + DAY
