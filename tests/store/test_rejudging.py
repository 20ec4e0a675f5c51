"""After a change of rules the store says what deriving all of it anew would say, in less time."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.values import ConversationChange, Kind, Message, Role, StatedDeadline
from inbox.core.calendar import Calendar, Hours
from inbox.core.model import ConversationUid, Verb
from inbox.core.obligations import Anchor, Book, Clock, Duty, Owner, SatisfiedBy, make_book
from inbox.store import conversations, derive, journal, messages, stated, verdicts
from inbox.store.database import Store, Transaction
from inbox.store.rejudging import rejudge
from inbox.store.rows import decoded, hot_reader
from inbox.store.schema import CONVERSATIONS
from tests.store.making import (
    ACCOUNT,
    BOOK,
    HOUR,
    NOON,
    RULE,
    TERMS,
    TakenBack,
    answer,
    inbox_place,
    question,
    take,
)

DESK = Calendar(
    name="desk",
    zone=ZoneInfo("Europe/Berlin"),
    zone_name="Europe/Berlin",
    week=((Hours(540, 1020),),) * 5 + ((), ()),
)
PLATFORM = replace(RULE, id="bazaar.reply", owner=Owner.SERVICE, target=48 * HOUR)
SINCE = NOON + 30 * HOUR
RULES = (
    RULE,
    replace(RULE, target=HOUR),
    replace(RULE, clock=Clock.BUSINESS, calendar="desk", target=6 * HOUR),
    replace(RULE, anchor=Anchor.EVERY_MESSAGE),
    replace(RULE, valid_from=SINCE, target=3 * HOUR),
    PLATFORM,
    replace(PLATFORM, anchor=Anchor.FIRST_OF_CONVERSATION, auto_reply_counts=True),
    replace(PLATFORM, about=(Kind.CLAIM,), spam_counts=True, no_reply_needed_counts=True),
    replace(PLATFORM, id="bazaar.window", kind=Duty.WINDOW, anchor=Anchor.EVERY_MESSAGE),
    replace(PLATFORM, id="bazaar.appeal", kind=Duty.APPEAL, starts="claim_granted"),
    replace(PLATFORM, satisfied_by=SatisfiedBy.SERVICE),
)
books = st.builds(
    lambda rules, later: make_book(
        rules,
        [replace(TERMS, owed_since=NOON + later * HOUR if later else None)],
        {"desk": DESK},
        edition="1",
    ),
    st.lists(st.sampled_from(RULES), max_size=4, unique=True),
    st.sampled_from([0, 0, 0, 2]),
)
WORDS = (
    *(Verb.DONE, Verb.REOPEN, Verb.NO_REPLY_NEEDED, Verb.SPAM, Verb.NOT_SPAM, Verb.TRASH),
    *(Verb.HAPPENED, Verb.SNOOZE, Verb.TAG),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("asked"), st.sampled_from(["plain", "claim", "automatic", "junk"])),
        st.tuples(st.just("answered"), st.sampled_from(["plain", "automatic"])),
        st.tuples(st.just("word"), st.sampled_from(WORDS)),
        st.tuples(st.just("said"), st.sampled_from(["deadline", "closed", "needed"])),
        st.tuples(st.just("settled"), st.just("")),
    ),
    min_size=1,
    max_size=9,
)

FIRST = question(0, accepted_at=NOON, conversation_ref="talk")


def arrive(tx: Transaction, message: Message, book: Book) -> None:
    """Take a message in."""
    (taken,) = messages.ingest_messages(tx, ACCOUNT, [message], book)
    derive.derive(tx, [taken.conversation], book)


def live(
    tx: Transaction, uid: ConversationUid, number: int, step: tuple[str, Any], book: Book
) -> None:
    """Let one thing happen, seven hours after the last."""
    at, (kind, which) = NOON + number * 7 * HOUR, step
    more = {"accepted_at": at, "automatic": which == "automatic"}
    if kind == "asked":
        about = Kind.CLAIM if which == "claim" else Kind.MESSAGE
        asked = question(number, in_reply_to=(FIRST.message_id,), kind=about, **more)
        place = inbox_place(number, Role.JUNK if which == "junk" else Role.INBOX)
        arrive(tx, replace(asked, conversation_ref="talk", places=(place,)), book)
    elif kind == "answered":
        arrive(tx, answer(number, FIRST, conversation_ref="talk", **more), book)
    elif kind == "word":
        until = {Verb.SNOOZE: {"until": (at + HOUR).isoformat()}, Verb.TAG: {"name": "vip"}}
        said = until.get(which, {"topic": "claim_granted"} if which is Verb.HAPPENED else {})
        journal.add(tx, at=at, verb=which, conversation=uid, arguments=said)
    elif kind == "said":
        due = [StatedDeadline(conversation_ref="talk", ref="case", due_at=at + 9 * HOUR)]
        change = ConversationChange(
            "talk",
            closed=which == "closed" or None,
            reply_needed=which == "needed" or None,
            needed_since=at - HOUR if which == "needed" else None,
        )
        stated.take(tx, ACCOUNT, [change], due if which == "deadline" else [], at)
    else:
        verdicts.settle(tx, at)
    derive.derive(tx, [uid], book)


_columns_of = hot_reader(CONVERSATIONS)


def dump(tx: Transaction) -> list[Any]:
    """Return every row that rules have a say in; each says what its document says."""
    rows = tx.sql.execute("SELECT * FROM doc_conversations ORDER BY doc_id").fetchall()
    for _doc_id, *columns, raw in rows:
        assert columns == _columns_of(decoded(raw))
    return [
        rows,
        tx.sql.execute("SELECT * FROM verdicts ORDER BY account, anchor, rule").fetchall(),
    ]


def after(tx: Transaction, way: Any) -> list[Any]:
    """Return what the rows are after something was done, which is taken back."""
    found: list[Any] = []
    with suppress(TakenBack), tx.savepoint():
        way()
        found = dump(tx)
        raise TakenBack
    return found


def check(store: Store, history: list[tuple[str, Any]], before: Book, then: Book) -> None:
    """Live a history under one book, then compare both ways to another."""
    with suppress(TakenBack), store.write() as tx:
        (taken,) = messages.ingest_messages(tx, ACCOUNT, [FIRST], before)
        uid = taken.conversation
        derive.derive(tx, [uid], before)
        for number, step in enumerate(history, 1):
            live(tx, uid, number, step, before)
        every = [
            ConversationUid(one) for (one,) in tx.sql.execute("SELECT uid FROM doc_conversations")
        ]

        lived = dump(tx)
        assert after(tx, lambda: derive.derive(tx, every, before, anew=True)) == lived

        whole = after(tx, lambda: derive.derive(tx, every, then, anew=True))
        assert after(tx, lambda: derive.derive(tx, every, then)) == whole
        stale = derive.stale(tx, then)
        judged = after(tx, lambda: derive.renew(tx, stale, then))

        assert judged == whole
        raise TakenBack


ALL = tuple(replace(rule, id=f"{number}") for number, rule in enumerate(RULES))
"""Every rule at once."""
ONE, OTHER = (
    make_book(rules, [replace(TERMS, owed_since=None)], {"desk": DESK}, edition="1")
    for rules in (ALL, [replace(rule, target=2 * rule.target) for rule in ALL])
)


@pytest.mark.parametrize(
    "history",
    [
        [("answered", "plain"), ("asked", "junk")],
        [("answered", "plain"), ("asked", "claim"), ("word", Verb.DONE), ("word", Verb.REOPEN)],
        [("answered", "automatic"), ("word", Verb.HAPPENED), ("word", Verb.NO_REPLY_NEEDED)],
        [("word", Verb.SPAM), ("word", Verb.NOT_SPAM), ("settled", ""), ("answered", "plain")],
        [("asked", "plain"), ("said", "needed"), ("settled", ""), ("said", "closed")],
        [("asked", "automatic"), ("said", "deadline"), ("word", Verb.HAPPENED)],
    ],
    ids=lambda history: " ".join(which or kind for kind, which in history),
)
def test_whatever_happened_is_judged_anew_as_if_derived(
    store: Store, history: list[tuple[str, Any]]
) -> None:
    """Junk, words taken back, what happened, what a service says: nothing of it is forgotten."""
    check(store, history, ONE, OTHER)


@settings(max_examples=14, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, books, books)
def test_judging_anew_says_what_deriving_anew_says(
    store: Store, history: list[tuple[str, Any]], before: Book, then: Book
) -> None:
    """A quick way that forgets one case is an answer late under the rules of today."""
    check(store, history, before, then)


@pytest.mark.slow
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, books, books)
def test_judging_anew_says_what_deriving_anew_says_in_many_histories(
    store: Store, history: list[tuple[str, Any]], before: Book, then: Book
) -> None:
    """The same, often."""
    check(store, history, before, then)


def test_a_rule_touches_only_what_hangs_on_it(store: Store) -> None:
    """Who changes one marketplace's rule waits for that marketplace's conversations only, and
    ten years of old mail wait for no rule at all.
    """
    bazaar = question(1, service="bazaar", sender=replace(FIRST.sender, address="b@b.example"))
    old = question(
        *(2,),
        accepted_at=NOON - timedelta(days=90),
        sender=replace(FIRST.sender, address="c@c.example"),
    )
    first = make_book([RULE, replace(PLATFORM, service="bazaar")], [TERMS])
    take(store, [FIRST, bazaar, old], book=first)

    again = make_book([RULE, replace(PLATFORM, service="bazaar", target=HOUR)], [TERMS])
    other = make_book([replace(RULE, target=HOUR)], [TERMS])
    later = make_book([replace(RULE, target=HOUR)], [replace(TERMS, owed_since=None)])

    assert [derive.refresh(store, each) for each in (first, again, other, other)] == [0, 1, 2, 0]
    assert derive.refresh(store, later) == 3
    with store.read() as tx:
        assert derive.stale(tx, BOOK) != []


def test_a_verdict_that_became_part_of_another_conversation_is_asked_about_again(
    store: Store,
) -> None:
    """A mail of what an API told as well joins its conversation: it must not be counted twice."""
    other = question(1, sender=replace(FIRST.sender, address="b@b.example"))
    one, two = (each.conversation for each in take(store, [FIRST, other]))
    with store.write() as tx:
        before = verdicts.of_conversations(tx, [one])
        verdicts.move(tx, two, one)
        derive.derive(tx, [one], BOOK)

        assert verdicts.of_conversations(tx, [one]) == before


def test_a_verdict_that_is_lost_is_given_again(store: Store) -> None:
    """A damaged store is mended from messages: how well was answered counts what was asked."""
    (taken,) = take(store, [FIRST])
    with store.write() as tx:
        before = dump(tx)
        tx.sql.execute("DELETE FROM verdicts")
        derive.derive(tx, [taken.conversation], BOOK)

        assert dump(tx) == before


@pytest.mark.parametrize("damaged", ["{}", '{"course": 7}', '{"uid": "x", "owed": true', "nothing"])
def test_a_damaged_document_is_made_anew(store: Store, damaged: str) -> None:
    """What is mended is mended from messages: what stood there before must not be in the way."""
    (taken,) = take(store, [FIRST])
    with store.write() as tx:
        before = dump(tx)
        tx.sql.execute("UPDATE doc_conversations SET doc = ?", (damaged,))
        assert rejudge(tx, conversations.kept(tx, [taken.conversation]), BOOK) == set()
        derive.derive(tx, [taken.conversation], BOOK)

        assert dump(tx) == before


def test_a_long_conversation_is_judged_from_its_messages(store: Store) -> None:
    """Its row stays small, and nothing of it is forgotten."""
    asked = [
        question(number, conversation_ref="talk", accepted_at=NOON + number * HOUR)
        for number in range(1, 40)
    ]
    (taken, *_rest) = take(store, [FIRST, *asked])
    strict = make_book([replace(RULE, target=HOUR)], [TERMS])

    with store.write() as tx:
        (size,) = tx.sql.execute("SELECT max(length(doc)) FROM doc_conversations").fetchone()
        assert rejudge(tx, conversations.kept(tx, [taken.conversation]), strict) == set()
    derive.refresh(store, strict)

    assert size < 1000
    with store.read() as tx:
        (due_at,) = tx.sql.execute("SELECT due_at FROM doc_conversations").fetchone()
    assert datetime.fromtimestamp(due_at / 1e6, UTC) == NOON + HOUR
