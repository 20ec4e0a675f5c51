"""The list: what a query means is said by core, how it is found by SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.values import Party
from inbox.core.answering import matches
from inbox.core.model import AccountUid, Conversation, ConversationUid, Delivery
from inbox.core.query import STATES, Query, Term, parse
from inbox.store import conversations, listing
from inbox.store.database import Store, Transaction
from inbox.store.rows import decoded, hot_reader
from inbox.store.schema import CONVERSATIONS
from inbox.store.tags import known as known_tags
from tests.store.making import ACCOUNT, NOON, OTHER, TakenBack

HOUR = timedelta(hours=1)
ZONES = (None, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Kiritimati"))
instants = st.integers(-30, 30).map(lambda hours: NOON + hours * HOUR)
texts = st.sampled_from(["", "Lamp", "lamp shade", "STRASSE", "Straße", "%", "_", "x"])
tags = st.lists(st.sampled_from(["Wholesale", "vip", "a b"]), max_size=2, unique=True)


def in_order(found: list[Conversation], now: datetime) -> list[Conversation]:
    """Return late oldest first, then due ascending, then no due by newest message; ties by uid."""
    dated = sorted(((each.due_at, each.uid), each) for each in found if each.due_at is not None)
    late = [each for (due_at, _uid), each in dated if due_at < now]
    due = [each for (due_at, _uid), each in dated if due_at >= now]
    rest = sorted((each for each in found if each.due_at is None), key=lambda each: each.uid)
    return late + due + sorted(rest, key=lambda each: each.last_at, reverse=True)


@st.composite
def conversation(draw: st.DrawFn) -> Conversation:
    """Draw a conversation, however unlikely."""
    owed = draw(st.booleans())
    return Conversation(
        uid=ConversationUid(draw(st.text("0123456789ab", min_size=12, max_size=12))),
        account=AccountUid(draw(st.sampled_from([ACCOUNT, OTHER]))),
        service=draw(st.sampled_from(["email", "Amazon"])),
        party=Party(draw(texts), draw(texts)),
        subject=draw(texts),
        order_ref=draw(st.none() | texts),
        last_at=draw(instants),
        unread=draw(st.booleans()),
        starred=draw(st.booleans()),
        spam=draw(st.booleans()),
        gone=draw(st.booleans()),
        tags=tuple(draw(tags)),
        attached=draw(st.booleans()),
        language=draw(st.sampled_from(["", "de", "zh"])),
        done_at=draw(st.none() | instants),
        snoozed_until=draw(st.none() | instants),
        their_turn=draw(st.booleans()),
        owed=owed,
        due_at=draw(st.none() | instants) if owed else None,
        target=draw(st.none() | st.integers(1, 60).map(lambda hours: hours * HOUR)),
        unsent=draw(st.none() | st.sampled_from(Delivery)),
    )


values = st.sampled_from(["email", "amazon", "AMAZON", "vip", "a b", "de", "DE", "zh", "%", "x"])
DUE = ("<2h", ">2h", "<1d", "today", "tomorrow", "yesterday", "2026-11", "<2026-11-20", ">2026")
DATES = ("today", "yesterday", "2026-11-20", "2026-11", "2026", "3h", "1d", "2w")
terms = st.one_of(
    st.builds(Term, st.just("is"), st.sampled_from(STATES), st.booleans()),
    st.builds(Term, st.just("account"), st.sampled_from([ACCOUNT, "nobody"]), st.booleans()),
    st.builds(Term, st.sampled_from(["service", "tag", "lang"]), values, st.booleans()),
    st.builds(Term, st.just("has"), st.just("attachment"), st.booleans()),
    st.builds(Term, st.just("due"), st.sampled_from(DUE), st.booleans()),
    st.builds(Term, st.sampled_from(["before", "after"]), st.sampled_from(DATES), st.booleans()),
)


def no_words(_term: Term) -> bool:
    """Answer for words, of which these queries have none."""
    raise AssertionError


@contextmanager
def holding(store: Store, stored: list[Conversation]) -> Iterator[Transaction]:
    """Give a transaction in which these conversations, and no others, are stored."""
    with suppress(TakenBack), store.write() as tx:
        conversations.put(tx, stored)
        yield tx
        raise TakenBack


one_store = settings(
    max_examples=80,
    deadline=None,  # the machine may be busy
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # `holding` leaves nothing in it
)


@one_store
@given(
    stored=st.lists(conversation(), max_size=12, unique_by=lambda each: each.uid),
    query=st.builds(Query, st.lists(terms, max_size=3).map(tuple), st.sampled_from(ZONES)),
    now=instants,
)
def test_the_list_answers_as_the_query_means(
    store: Store, stored: list[Conversation], query: Query, now: datetime
) -> None:
    """Right members, right order: the first row is what is most urgent."""
    with holding(store, stored) as tx:
        found = conversations.ids(tx, query, now)
        page = conversations.page(tx, found)
        first = conversations.ids(tx, query, now, limit=2)

    expected = in_order([each for each in stored if matches(query, each, now, no_words)], now)
    assert page == expected
    assert found == [each.uid for each in expected]
    assert first == found[:2]


@pytest.mark.slow
@one_store
@given(stored=st.lists(conversation(), max_size=12, unique_by=lambda each: each.uid), now=instants)
def test_the_views_count_what_they_show(
    store: Store, stored: list[Conversation], now: datetime
) -> None:
    """A number beside a view that is not the number of its rows makes both doubtful."""
    with holding(store, stored) as tx:
        counted = conversations.counts(tx, now)
        few = conversations.owed_counts(tx, now)
        shown = {name: len(conversations.ids(tx, parse(f"is:{name}"), now)) for name in STATES}
        shown["all"] = len(conversations.ids(tx, parse(""), now))

    assert counted == shown
    assert few == {"owed": shown["owed"], "late": shown["late"]}


def test_only_what_differs_is_written(store: Store) -> None:
    """A verdict made again and found the same must wake no screen."""
    one = Conversation(
        uid=ConversationUid("aaaaaaaaaaaa"),
        account=ACCOUNT,
        service="email",
        party=Party("Anna", "anna@buyers.example"),
        subject="Lamp",
        last_at=NOON,
    )
    with store.write() as tx:
        conversations.put(tx, [one])
    before = store.revision()
    with store.write() as tx:
        conversations.put(tx, [one])
    assert store.revision() == before

    values_of = hot_reader(CONVERSATIONS)
    judged = replace(one, rule_hash="hash", owed=True, due_at=NOON, target=HOUR, course=((1,),))
    for each in (judged, replace(judged, unsent=Delivery.REFUSED), replace(judged, tags=("a",))):
        with store.write() as tx:
            conversations.put(tx, [each])
            assert conversations.get(tx, one.uid) == each
            ((_doc_id, *columns, raw),) = tx.sql.execute("SELECT * FROM doc_conversations")
            assert columns == values_of(decoded(raw))

    with store.write() as tx:
        conversations.forget(tx, [one.uid])
        conversations.forget(tx, [])
        assert conversations.ids(tx, Query(), NOON) == []


def plans(store: Store, act: Callable[[Transaction], object]) -> list[str]:
    """Return how SQLite finds what an action reads."""
    asked: list[str] = []
    with store.read() as tx:
        tx.sql.set_trace_callback(asked.append)
        act(tx)
        tx.sql.set_trace_callback(None)
        ours = [sql for sql in asked if not sql.startswith("--")]  # what FTS5 asks begins so
        return [row[3] for sql in ours for row in tx.sql.execute(f"EXPLAIN QUERY PLAN {sql}")]


def test_a_list_is_read_from_one_index(store: Store) -> None:
    """With 100,000 conversations anything else takes a noticeable time at each key."""
    covering = "SCAN doc_conversations USING COVERING INDEX conversations_list"
    asked = [Query(), *(parse(f"is:{name}") for name in STATES), parse(f"account:{ACCOUNT}")]

    for query in asked:

        def read(tx: Transaction, query: Query = query) -> object:
            return conversations.ids(tx, query, NOON)

        assert [plan for plan in plans(store, read) if "subquery" not in plan] == [covering]


def test_all_views_are_counted_from_one_index(store: Store) -> None:
    """Ten years of conversations are not read for a number beside each view."""
    found = plans(store, lambda tx: conversations.counts(tx, NOON))

    assert "SCAN doc_conversations USING COVERING INDEX conversations_list" in found


def test_only_what_is_owed_is_read_to_count_it(store: Store) -> None:
    """It is counted at each change of the store: over ten years of history nearly all is done."""
    (plan,) = plans(store, lambda tx: conversations.owed_counts(tx, NOON))

    assert plan == "SCAN doc_conversations USING COVERING INDEX conversations_soon"


def test_a_search_by_words_alone_reads_no_conversation(store: Store) -> None:
    """50,000 hits lie all over the file: to look each up takes seconds on a cold disk."""
    found = plans(store, lambda tx: listing.newest_ids(tx, parse("lamp"), NOON, -1))

    (about,) = [plan for plan in found if "doc_conversations" in plan]
    assert about.startswith("SEARCH doc_conversations USING COVERING INDEX conversations_spam")


def test_a_page_is_looked_up_by_its_names(store: Store) -> None:
    """A page of a hundred must not cost a walk over all."""
    names = [ConversationUid(name) for name in ("aaaaaaaaaaaa", "bbbbbbbbbbbb")]

    for plan in plans(store, lambda tx: conversations.page(tx, names)):
        assert not plan.startswith("SCAN")


def test_a_search_is_read_newest_first_from_its_index(store: Store) -> None:
    """As one types, a hundred hits must cost a hundred rows, however many there are."""
    found = plans(store, lambda tx: listing.newest_ids(tx, parse("lamp is:open"), NOON, 100))

    assert not [plan for plan in found if "SCAN doc_conversations" in plan]
    assert not [plan for plan in found if "TEMP B-TREE" in plan]
    assert any("SEARCH stretches USING INTEGER PRIMARY KEY" in plan for plan in found)


def test_every_tag_is_known_the_most_used_first(store: Store) -> None:
    """What completes a tag is what there is."""
    with holding(store, []) as tx:
        for number, tags in enumerate([("b", "a"), ("b",), ()]):
            one = Conversation(
                uid=ConversationUid(f"aaaaaaaaaaa{number}"),
                account=ACCOUNT,
                service="email",
                party=Party("Anna", "anna@buyers.example"),
                subject="Lamp",
                last_at=NOON,
                tags=tags,
            )
            conversations.put(tx, [one])
        assert known_tags(tx) == ("b", "a")
