"""A common word and a rare condition: asked either way round the answer is the same, and soon."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.values import Message
from inbox.core.query import parse
from inbox.store import asked, conversations, derive, listing, messages, search
from inbox.store.database import Store
from tests.store.making import ACCOUNT, ANNA, BOOK, NOON, TakenBack, question, take
from tests.store.test_long_conversations import STEP, Work

TEXTS = st.lists(st.sampled_from(["refund", "lamp", "blue"]), min_size=1, max_size=3)
SPOKEN = st.lists(st.tuples(st.integers(0, 7), TEXTS, st.booleans()), min_size=1, max_size=16)
QUERIES = st.sampled_from(
    [
        "refund is:unread",
        "refund lamp is:unread",
        "refund -lamp is:unread",
        "-lamp is:unread",
        "refund -is:unread",
        "refund or is:unread",
        "ref* is:spam",
        "lamp account:shop00000001 after:2020",
    ]
)


def told(number: int, talk: int, words: list[str], *, seen: bool) -> Message:
    """Return a message of one of a few talks."""
    return question(
        number,
        subject="",
        text=" ".join(words),
        seen=seen,
        in_reply_to=(f"talk{talk}@x.example",),
        references=(f"talk{talk}@x.example",),
    )


@pytest.mark.parametrize("sizes", [(1000, 1000), (1, 1000), (2, 3), (1, 1)])
@settings(
    max_examples=12,
    deadline=None,  # the machine may be busy
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # every example is taken back
)
@given(spoken=SPOKEN, text=QUERIES, limit=st.sampled_from([-1, 1, 3, 50]))
def test_every_way_of_asking_gives_the_same_answer(
    store: Store,
    sizes: tuple[int, int],
    spoken: list[tuple[int, list[str], bool]],
    text: str,
    limit: int,
) -> None:
    """What is found must not depend on how many others there are."""
    query = parse(text)
    with pytest.MonkeyPatch.context() as patch, suppress(TakenBack), store.write() as tx:
        patch.setattr(search, "FULL", 2)
        batch = [told(number, *each[:2], seen=each[2]) for number, each in enumerate(spoken)]
        taken = messages.ingest_messages(tx, ACCOUNT, batch, BOOK)
        derive.derive(tx, [each.conversation for each in taken], BOOK)
        # So many rows there never are: all that have the words are walked.
        patch.setattr(asked, "LOOKED", 1000)
        patch.setattr(asked, "FEW", 0)
        whole = listing.newest_ids(tx, query, NOON, -1)
        listed = conversations.ids(tx, query, NOON)
        patch.setattr(asked, "LOOKED", sizes[0])
        patch.setattr(asked, "FEW", sizes[1])

        newest = listing.newest_ids(tx, query, NOON, limit)
        again = conversations.ids(tx, query, NOON)
        raise TakenBack

    assert again == listed
    if whole is None or newest is None:
        assert whole is newest
    elif limit < 0:
        assert newest == whole
    else:
        assert newest == whole[: len(newest)]
        assert bool(newest) == bool(whole)


def steps_of(store: Store, text: str) -> int:
    """Return how often SQLite's machine took so many steps to answer as it is typed."""
    done = Work()
    with store.read() as tx:
        tx.sql.set_progress_handler(done.step, STEP)
        found = listing.newest_ids(tx, parse(text), NOON, 50)
        tx.sql.set_progress_handler(None, 0)
    assert found is not None
    assert len(found) == 1
    return done.steps


def test_a_common_word_with_a_rare_condition_reads_little_of_the_index(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every mail of ten years says "lamp"; the one that is unread must not take them all."""
    monkeypatch.setattr(asked, "LOOKED", 20)
    count = 600
    take(
        store,
        [
            question(
                number,
                text="the lamp",
                seen=number > 0,
                accepted_at=NOON - timedelta(days=30) + timedelta(minutes=number),
                sender=replace(ANNA, address=f"b{number}@x.example"),
                subject=f"lamp {number}",
            )
            for number in range(count)
        ],
    )

    either_way = steps_of(store, "lamp is:unread")
    monkeypatch.setattr(asked, "FEW", 0)
    walked = steps_of(store, "lamp is:unread")

    assert either_way < 0.6 * walked
