"""What fell due under a rule that has changed since is explained by the rule as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.values import Party
from inbox.core.obligations import Clock, make_book
from inbox.store import conversations, derive
from inbox.store.database import Store
from inbox.view.explain import as_json, explain, words
from inbox.view.snoozing import warning
from tests.store.making import BOOK, HOUR, NOON, RULE, TERMS, question, take
from tests.store.test_rejudging import DESK

STRICT = make_book(
    [replace(RULE, clock=Clock.BUSINESS, calendar="desk", target=4 * HOUR)],
    [TERMS],
    {"desk": DESK},
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give a fresh store."""
    opened = Store.open(tmp_path / "inbox.db")
    yield opened
    opened.close()


def test_a_due_instant_is_explained_by_the_rule_that_gave_it(store: Store) -> None:
    """A sentence of four hours below an instant of twenty-four explains nothing."""
    (late,) = take(store, [question(1, accepted_at=NOON)])
    other = Party("Oleg", "oleg@buyers.example")
    (open_still,) = take(store, [question(2, accepted_at=NOON + 20 * HOUR, sender=other)])
    now = NOON + 25 * HOUR
    derive.refresh(store, BOOK, now)
    derive.refresh(store, STRICT, now)

    with store.read() as tx:
        missed = explain(tx, late.conversation, STRICT)
        today = explain(tx, open_still.conversation, STRICT)

    said = "\n".join(words(missed, lambda at: f"{at:%d %H:%M}", now))
    assert "An answer was due 21 12:00: 1h 0m late" in said
    assert "24 h after the first message that has no answer" in said
    assert "The rule has changed since; what it had decided stays." in said
    assert "open hours" not in said
    obligations = as_json(missed, now)["obligations"]
    assert isinstance(obligations, list)
    assert obligations[0]["target_seconds"] == timedelta(days=1).total_seconds()
    told = "\n".join(words(today, lambda at: f"{at:%d %H:%M}", now))
    assert "4 h of open hours (desk)" in told
    assert "changed since" not in told


@pytest.mark.parametrize(
    ("hours", "said"),
    [(23, "The answer is due 21 12:00: it will be"), (25, "was due 21 12:00: it is late already")],
)
def test_putting_off_says_whether_it_is_late_or_will_be(
    store: Store, hours: int, said: str
) -> None:
    """That something will be late which has been for hours sounds as if there were time."""
    (taken,) = take(store, [question(1, accepted_at=NOON)])
    with store.read() as tx:
        one = conversations.get(tx, taken.conversation)

    assert said in warning([one], lambda at: f"{at:%d %H:%M}", NOON + hours * HOUR)
