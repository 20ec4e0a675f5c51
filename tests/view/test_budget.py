"""The platforms' measures, counted from what is stored here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from connectors.values import Message
from inbox.core.budget import Measure
from inbox.core.model import ConversationUid
from inbox.core.obligations import Anchor, Clock, Owner, Rule, make_book
from inbox.core.query import parse
from inbox.store import conversations, verdicts
from inbox.store.database import Store
from inbox.store.instants import instant
from inbox.store.keeping import forget
from inbox.triage import Triage
from inbox.view import budget
from tests.screens.shop import MAIL, NOON, RULE, TERMS, answered, fill, hours, wrote

AMAZON = Rule(
    id="amazon.reply",
    owner=Owner.SERVICE,
    service="amazon",
    clock=Clock.ELAPSED,
    target=timedelta(hours=24),
    anchor=Anchor.FIRST_UNANSWERED,
    no_reply_needed_counts=True,
    measure=Measure(days=(7, 90), at_least=Fraction(90), source="https://a.example", note="Ours."),
)
BOOK = make_book([RULE, AMAZON], [TERMS])


def question(name: str, days: float) -> Message:
    return wrote(name, "Where?", ago=hours(24 * days), subject=name, service="amazon")


def story() -> list[Message]:
    """Return 20 answered in 2 hours, one in 30, one never, one of today, one that asks nothing."""
    found: list[Message] = []
    for number in range(20):
        one = question(f"Quick{number}", 10 + number)
        found += [one, answered(one, "Here.", ago=hours(24 * (10 + number) - 2))]
    slow = question("Slow", 5)
    found += [slow, answered(slow, "Sorry.", ago=hours(24 * 5 - 30))]
    return [*found, question("Never", 80), question("Today", 0.1), question("Thanks", 0.5)]


class Counter:
    """A store with that story in it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.triage = Triage(store, BOOK, lambda: NOON)

    def uid(self, subject: str) -> ConversationUid:
        with self.store.read() as tx:
            every = conversations.page(tx, conversations.ids(tx, parse(""), NOON))
        return next(each.uid for each in every if each.subject == subject)

    def scores(self) -> tuple[budget.Score, ...]:
        with self.store.read() as tx:
            return budget.scores(tx, BOOK, NOON)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    store = Store.open(tmp_path / "inbox.db")
    try:
        fill(store, BOOK, story())
        found = Counter(store)
        found.triage.no_reply_needed([found.uid("Thanks")])
        yield found
    finally:
        store.close()


def test_what_was_answered_in_time_is_counted_over_each_window(counter: Counter) -> None:
    """22 in 90 days, 20 of them in time: at 90 % that can carry 22. Of the last week only the
    slow one counts: what waits, and what asked nothing, is left out.
    """
    (score,) = counter.scores()

    assert (score.account, score.rule.id) == (MAIL, "amazon.reply")
    assert [
        (each.days, each.in_time, each.total, each.waiting, each.can_miss) for each in score.budgets
    ] == [(7, 0, 1, 1, -1), (90, 20, 22, 1, 0)]
    assert score.budgets[1].until == NOON + timedelta(days=10)
    assert budget.percent(score.budgets[1]) == "90.9 %"


def test_it_is_said_in_words_and_whose_count_it_is(counter: Counter) -> None:
    """A number that the platform does not confirm must say so."""
    said = budget.words(counter.scores(), lambda at: f"{at:%d %b}")

    assert said == (
        "mail · amazon.reply",
        "  7 days: 0.0 % of 1; below 90 %: the next 9 in a row must be in time",
        "  90 days: 90.9 % of 22; you can miss 0 more (90 %) until 30 Nov",
        "  Ours.",
        "  Source: https://a.example (read on ?)",
        "",
        "This is our count of what was stored here, not the platform's.",
    )
    assert budget.shortest(counter.scores()) == {MAIL: "0.0 % below"}


def test_forgetting_buyers_changes_no_share(counter: Counter) -> None:
    """The platform goes on counting how they were answered: a share that jumps says it is lost."""
    before = counter.scores()
    gone = [counter.uid(each) for each in ("Quick3", "Slow", "Never", "Thanks")]

    with counter.store.write() as tx:
        verdicts.settle(tx, NOON)
        forget.erase_conversations(tx, gone)

    with counter.store.read() as tx:
        assert budget.scores(tx, BOOK, NOON) == before
        rows = verdicts.of_rule(tx, AMAZON.id, NOON - timedelta(days=100))
    nobodys = [row for row in rows if not row.conversation]
    assert sorted((NOON - instant(row.opened_at)).days for row in nobodys) == [5, 13, 80]
    assert {row.met_at for row in nobodys} == {None}
    assert not {row.anchor for row in nobodys} & {row.anchor for row in rows if row.conversation}


def test_json_holds_every_window(counter: Counter) -> None:
    """For a chart, or for a bell before the last miss."""
    (score,) = budget.as_json(counter.scores())

    assert (score["counted_by"], score["target"], score["above"]) == ("us", 90.0, False)
    windows = score["windows"]
    assert isinstance(windows, list)
    assert windows[1] == {
        "days": 90,
        "begins": NOON - timedelta(days=90),
        "ends": None,
        "counted": 22,
        "in_time": 20,
        "waiting": 1,
        "share": 90.91,
        "can_miss": 0,
        "needed": 0,
        "until": NOON + timedelta(days=10),
    }


def test_without_history_nothing_is_claimed(tmp_path: Path) -> None:
    """A new shop has no score, not a perfect one."""
    store = Store.open(tmp_path / "inbox.db")
    try:
        with store.read() as tx:
            found = budget.scores(tx, BOOK, NOON)
    finally:
        store.close()

    assert found == ()
    assert budget.words(found, str) == ("Nothing is counted yet: no measured rule has run here.",)


def test_a_share_is_never_rounded_up(counter: Counter) -> None:
    """94.96 % is not 95."""
    (score,) = counter.scores()
    near = replace(score.budgets[0], total=2500, in_time=2374)

    assert budget.percent(near) == "94.9 %"
