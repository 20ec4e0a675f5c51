"""Kaufland through the engine: a notice in between, and the clock that it leaves running."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.kaufland import KauflandConnector
from inbox.config import AccountConfig, Config
from inbox.core.model import Conversation, ConversationUid
from inbox.rules import load_book
from inbox.store import conversations
from inbox.triage import Triage
from tests.connectors.test_conformance_kaufland import KauflandService
from tests.sync.desk import SHOP, Desk

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class Counter:
    """A seller with one account at Kaufland, under the rules that the product ships."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        self.desk.watch.now = FRIDAY
        account = AccountConfig(
            uid=SHOP, name="shop", kind="kaufland", settings={"reply_within": "9d"}
        )
        self.desk.book = load_book(Config(path=folder / "config.toml", accounts=(account,)))
        self.service = KauflandService()
        self.service.sim.clock = self.desk.watch
        self.connector = KauflandConnector(
            self.service.account(self.service.secret),
            clock=lambda: self.desk.watch().timestamp(),
            settled_after=0,
        )
        self.runner = self.desk.runner(lambda: self.connector)

    def round(self) -> Conversation:
        """Send what is due, take in what is new; return the only conversation."""
        self.runner.round()
        with self.desk.store.read() as tx:
            (uid,) = self.desk.conversations()
            return conversations.get(tx, uid)

    def write(self, uid: ConversationUid, text: str, form: str = "") -> None:
        """Let the seller write."""
        Triage(self.desk.store, self.desk.book, self.desk.watch).reply(
            uid, text, delay=False, form=form
        )

    def close(self) -> None:
        """Let go of all."""
        self.runner.close()
        self.service.close()
        self.desk.store.close()


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A seller at work on a Friday morning."""
    made = Counter(tmp_path)
    yield made
    made.close()


def test_kauflands_48_hours_run_on_after_a_notice_until_the_answer(counter: Counter) -> None:
    """Asked on Friday at 9:00 UTC in Germany, due after two working days: Tuesday at 9:00 UTC."""
    counter.service.deliver("Question", "Where is it?", FRIDAY)
    asked = counter.round()
    counter.desk.watch.forward(3600)
    counter.write(asked.uid, "We ask the carrier.", form="interim")
    noticed = counter.round()
    counter.desk.watch.forward(3600)
    again = counter.round()
    counter.write(asked.uid, "It comes on Monday.")
    counter.round()
    answered = counter.round()

    tuesday = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert [(each.owed, each.due_at, each.their_turn) for each in (asked, noticed, again)] == [
        (True, tuesday, False)
    ] * 3
    assert (answered.owed, answered.their_turn) == (False, True)
    assert [each.text for each in counter.service.arrived()] == [
        "We ask the carrier.\n",
        "It comes on Monday.\n",
    ]


@pytest.mark.slow
def test_a_notice_where_nothing_is_owed_opens_nothing(counter: Counter) -> None:
    """A word more after the answer is no new promise, as long as Kaufland asks for none."""
    counter.service.deliver("Question", "Where is it?", FRIDAY)
    asked = counter.round()
    counter.desk.watch.forward(3600)
    counter.write(asked.uid, "It comes on Monday.")
    counter.round()
    counter.desk.watch.forward(3600)
    counter.write(asked.uid, "The carrier has it.", form="interim")
    counter.round()
    after = counter.round()

    assert (after.owed, after.their_turn) == (False, True)
