"""Many messages in one conversation cost what as many in many do: no message is looked at again."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from connectors.values import Message
from inbox.store.database import Store
from tests.store.making import listed, question, take

STEP = 100
"""Instructions of SQLite's machine between two counts."""
ALLOWED = 1.3
"""How many times its share the longer one may take: trees are deeper."""


class Work:
    """Counts SQLite's instructions and Python's calls while a store is at work."""

    def __init__(self) -> None:
        self.steps = 0
        self.calls = 0

    def step(self) -> int:
        """Count instructions; 0 lets SQLite go on."""
        self.steps += 1
        return 0

    def call(self, _frame: FrameType, event: str, _argument: object) -> None:
        """Count calls of functions, those written in C too."""
        self.calls += event.endswith("call")


def one_conversation(count: int) -> list[Message]:
    """Return messages of Anna's that all answer the first."""
    first = question(0)
    answers = (
        question(number, subject=first.subject, references=(first.message_id,))
        for number in range(1, count)
    )
    return [first, *answers]


def work(store: Store, arrived: list[Message]) -> Work:
    """Return the work of taking these in, at once."""
    done = Work()
    with store.write() as tx:
        tx.sql.set_progress_handler(done.step, STEP)
    sys.setprofile(done.call)
    try:
        take(store, arrived)
    finally:
        sys.setprofile(None)
        with store.write() as tx:
            tx.sql.set_progress_handler(None, 0)
    return done


@pytest.mark.parametrize(
    ("few", "times"), [(150, 6), pytest.param(1000, 10, marks=pytest.mark.slow)]
)
def test_ten_times_the_messages_in_a_conversation_are_ten_times_the_work(
    few: int, times: int, store: Store, other_store: Store
) -> None:
    """A buyer, or a robot, who writes ten thousand times must not stop the mail of all others."""
    take(store, one_conversation(1))
    take(other_store, one_conversation(1))
    short = work(store, one_conversation(few))
    long = work(other_store, one_conversation(few * times))
    assert [each.message_count for each in listed(other_store)] == [few * times]
    assert short.steps > few
    assert short.calls > few
    assert long.steps <= ALLOWED * times * short.steps
    assert long.calls <= ALLOWED * times * short.calls
