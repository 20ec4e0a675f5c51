"""Whenever something is stowed: a store that never stowed anything ends up the same."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.values import Message
from inbox.core.model import Verb
from inbox.core.query import parse
from inbox.store import conversations, derive, journal, messages
from inbox.store.database import Store
from inbox.store.stowed import bringing
from tests.store.keeping.home import Home
from tests.store.making import ANNA, BOOK, NOON, answer, assert_whole, question
from tests.store.stowed.silent import YEAR, arrive, stow

BUYERS = [replace(ANNA, address=f"anna{number}@buyers.example") for number in range(2)]
STOW = "stow"
_AGES = [4 * YEAR, 4 * YEAR, 3 * YEAR, timedelta(days=400), timedelta(days=20)]

Step = list[Message] | tuple[Verb, int] | str


@st.composite
def letters(draw: st.DrawFn, number: int) -> Message:
    """Return a message that may go on with any of those numbered before it."""
    before = draw(st.lists(st.integers(0, max(number - 1, 0)), max_size=2)) if number else []
    names = tuple(f"q{each}@buyers.example" for each in before)
    asked = question(
        number,
        accepted_at=NOON - draw(st.sampled_from(_AGES)) + timedelta(minutes=number),
        sender=draw(st.sampled_from(BUYERS)),
        subject=draw(st.sampled_from(["A lamp", "Another lamp"])),
        seen=draw(st.integers(0, 5)) > 0,
        references=names,
        in_reply_to=names[-1:],
    )
    return answer(number, asked) if draw(st.integers(0, 4)) == 0 else asked


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Return rounds of mail, words of the seller, and moments at which old mail is stowed."""
    steps: list[Step] = []
    number = 0
    for _ in range(draw(st.integers(2, 5))):
        count = draw(st.integers(1, 4))
        fresh = [draw(letters(each)) for each in range(number, number + count)]
        again = [each for step in steps if isinstance(step, list) for each in step]
        if draw(st.booleans()) and again:
            fresh.append(draw(st.sampled_from(again)))
        number += count
        steps.append(fresh)
        if draw(st.booleans()):
            verb = draw(st.sampled_from([Verb.DONE, Verb.STAR, Verb.SPAM, Verb.NO_REPLY_NEEDED]))
            steps.append((verb, draw(st.integers(0, number - 1))))
        if draw(st.booleans()):
            steps.append(STOW)
    return steps


def play(home: Home, store: Store, steps: Sequence[Step], *, stowing: bool) -> None:
    """Let a history happen; what is stowed when the seller speaks of it is brought back first."""
    for step in steps:
        if isinstance(step, list):
            arrive(store, *step)
        elif isinstance(step, str):
            if stowing:
                stow(home, store)
        else:
            said_of(store, *step)
    if stowing:
        with store.write() as tx:
            wanted = [uid for (uid,) in tx.sql.execute("SELECT conversation FROM stowed")]
            derive.derive(tx, bringing.bring_back(tx, wanted), BOOK)


def said_of(store: Store, verb: Verb, number: int) -> None:
    """Let the seller say something of the conversation that a message is in, years ago."""
    with store.write() as tx:
        lying = [uid for (uid,) in tx.sql.execute("SELECT conversation FROM stowed")]
        derive.derive(tx, bringing.bring_back(tx, lying), BOOK)
        row = tx.sql.execute(
            "SELECT conversation FROM doc_messages WHERE remote_id IN (?, ?)",
            (f"remote-{number}", f"sent-{number}"),
        ).fetchone()
        journal.add(tx, at=NOON - 2 * YEAR, verb=verb, conversation=row[0])
        tx.sql.execute("DELETE FROM untold")
        derive.derive(tx, [row[0]], BOOK)


def seen_by_the_seller(store: Store) -> list[tuple[object, ...]]:
    """Return every conversation by what it says and how it stands, without any id."""
    with store.read() as tx:
        uids = [
            *conversations.ids(tx, parse(""), NOON),
            *conversations.ids(tx, parse("is:spam"), NOON),
        ]
        return sorted(
            (
                sorted(
                    (each.message.remote_id, each.message.seen)
                    for each in messages.heads(tx, row.uid)
                ),
                (row.owed, row.due_at, row.unread, row.starred, row.spam, row.their_turn),
                (row.last_at, row.message_count, row.snippet, row.done_at is not None),
            )
            for row in conversations.page(tx, uids)
        )


@pytest.mark.slow
@pytest.mark.timeout(300)
@given(histories())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_stowing_changes_nothing_of_what_is_there(steps: list[Step]) -> None:
    """Threads, clocks and words are those of a store that kept everything."""
    with tempfile.TemporaryDirectory() as folder:
        plain, small = (Home(Path(folder) / name) for name in ("plain", "small"))
        with closing(plain.store()) as one, closing(small.store()) as other:
            play(plain, one, steps, stowing=False)
            play(small, other, steps, stowing=True)

            assert seen_by_the_seller(other) == seen_by_the_seller(one)
            assert_whole(other)
