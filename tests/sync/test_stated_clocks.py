"""When a service says since when, and until when, its clock runs: that counts, and is explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from connectors.values import Kind
from inbox.core.obligations import make_book
from inbox.view import explain
from tests.sync.desk import DAY, Desk
from tests.sync.test_stated import (
    SERVICE,
    answered,
    asked,
    conversation,
    says,
    states,
    with_the_services_own_rule,
)

HOUR = timedelta(hours=1)


def owed_of(desk: Desk) -> list[tuple[str, datetime, datetime | None]]:
    """Return what is owed: by which rule, since when, until when."""
    with desk.store.read() as tx:
        found = explain.explain(tx, conversation(desk).uid, desk.book).owed
    return [(each.rule.id, each.opened_at, each.due_at) for each in found]


def words_of(desk: Desk) -> list[str]:
    """Return the explanation in words."""
    with desk.store.read() as tx:
        found = explain.explain(tx, conversation(desk).uid, desk.book)
    return list(explain.words(found, lambda at: f"{at:%d %H:%M}", desk.watch()))


def test_the_services_clock_began_when_it_says(desk: Desk) -> None:
    """An operator counts from its own instant: ours a minute later would be a minute too late."""
    with_the_services_own_rule(desk)
    desk.ingest(asked(desk))
    since = desk.watch() - 3 * HOUR

    says(desk, reply_needed=True, needed_since=since)

    assert owed_of(desk) == [("far.answer", since, since + 48 * HOUR)]
    assert conversation(desk).due_at == since + 48 * HOUR
    began = f"The service says that its clock began {since:%d %H:%M}: that counts."
    assert f"  {began}" in words_of(desk)


def test_the_sellers_own_promise_counts_from_the_question_all_the_same(desk: Desk) -> None:
    """What a service counts is no promise of the seller's."""
    desk.book = make_book([SERVICE, DAY], desk.book.accounts.values())
    question = asked(desk)
    desk.ingest(question)

    says(desk, reply_needed=True, needed_since=desk.watch() - 3 * HOUR)

    due = {rule: due_at for rule, _since, due_at in owed_of(desk)}
    assert due == {
        SERVICE.id: desk.watch() + 45 * HOUR,
        DAY.id: question.accepted_at + 24 * HOUR,
    }


def test_said_again_it_is_no_news_and_after_an_answer_a_new_one_counts(desk: Desk) -> None:
    """A service repeats at each round what it said before."""
    with_the_services_own_rule(desk)
    desk.ingest(asked(desk))
    first = desk.watch() - 2 * HOUR
    says(desk, reply_needed=True, needed_since=first)
    desk.watch.forward(60)
    answered(desk)
    says(desk, reply_needed=True, needed_since=first)
    assert owed_of(desk) == []

    desk.watch.forward(60)
    desk.ingest(replace(asked(desk), accepted_at=desk.watch()))
    again = desk.watch() - timedelta(minutes=1)
    says(desk, reply_needed=True, needed_since=again)

    assert owed_of(desk) == [("far.answer", again, again + 48 * HOUR)]


def test_a_service_that_waits_for_an_answer_to_no_message_counts_from_its_own_instant(
    desk: Desk,
) -> None:
    """A notice asks nothing; the operator still counts."""
    with_the_services_own_rule(desk)
    desk.ingest(asked(desk, automatic=True))
    since = desk.watch() - HOUR

    says(desk, reply_needed=True, needed_since=since)

    assert owed_of(desk) == [("far.answer", since, since + 48 * HOUR)]


def test_what_is_answered_at_the_service_carries_its_stated_instant_only(desk: Desk) -> None:
    """A promise of 24 hours that cannot be kept from here would be late for nothing."""
    desk.ingest(asked(desk, kind=Kind.DISPUTE, answerable=False))
    assert [rule for rule, _since, _due in owed_of(desk)] == [DAY.id]
    due_at = desk.watch() + 100 * HOUR

    states(desk, due_at)

    assert [(rule, due) for rule, _since, due in owed_of(desk)] == [("stated", due_at)]
    assert conversation(desk).due_at == due_at


def test_what_can_be_answered_here_keeps_the_promise_beside_the_stated_instant(desk: Desk) -> None:
    """A claim's date in two weeks does not make a question wait for two weeks."""
    desk.ingest(asked(desk))

    states(desk, desk.watch() + 100 * HOUR)

    assert [rule for rule, _since, _due in owed_of(desk)] == [DAY.id, "stated"]


def test_a_stated_instant_says_where_and_when_it_was_stated(desk: Desk) -> None:
    """Whoever doubts it must know whose word it is, and how old."""
    with_the_services_own_rule(desk)
    desk.ingest(asked(desk, automatic=True))
    now = desk.watch()
    states(desk, now + 5 * HOUR)
    desk.watch.forward(3600)
    states(desk, now + 9 * HOUR, opened_at=now - HOUR)

    said = words_of(desk)

    service = conversation(desk).service
    told = f'  Stated by {service} ("case"); told to us {now + HOUR:%d %H:%M}.'
    at = said.index(told)
    assert said[at + 1 : at + 3] == [
        f"  The service's clock began {now - HOUR:%d %H:%M}.",
        f"  Before that it had said {now + 5 * HOUR:%d %H:%M}.",
    ]
    assert f"  {now + HOUR:%d %H:%M}  The service stated: due {now + 9 * HOUR:%d %H:%M}." in said
    assert not [line for line in said if "message from" in line]


def test_scripts_are_told_each_word_of_the_service(desk: Desk) -> None:
    """`inbox explain --json` says what `D` says."""
    with_the_services_own_rule(desk)
    desk.ingest(asked(desk, automatic=True))
    now = desk.watch()
    states(desk, now + 5 * HOUR, opened_at=now - HOUR)

    with desk.store.read() as tx:
        found = explain.explain(tx, conversation(desk).uid, desk.book)
    told = explain.as_json(found, now)["obligations"]

    assert isinstance(told, list)
    assert [(each["ref"], each["stated"], each["opened_by"]) for each in told] == [
        (
            "case",
            [{"told_at": now, "due_at": now + 5 * HOUR, "opened_at": now - HOUR}],
            None,
        )
    ]
