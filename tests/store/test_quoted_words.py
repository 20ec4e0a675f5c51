"""What a message quotes of another is in the index once, and no word is missed for it."""

from __future__ import annotations

import time
from contextlib import closing
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.values import Message
from inbox.core.query import parse
from inbox.store import conversations, derive, index_check, intake
from inbox.store.database import Store
from inbox.store.folding import BREAK, Words, fold, folded, said_once
from tests.store.making import BOOK, NOON, assert_whole, listed, question, take
from tests.store.past import load

ASKED = "Is the green lamp\nstill there? My hall\nis dark."
QUOTED = "On Friday Anna wrote:\n> Is the green lamp\n> still there? My hall\n> is dark.\n"


def answered(text: str) -> list[Message]:
    """Return a question and a message that answers it."""
    asked = question(1, text=ASKED, message_id="one@x")
    return [asked, question(2, text=text, message_id="two@x", references=("one@x",))]


def occurrences(store: Store, word: str) -> int:
    """Return how often a word stands in the index, its beginnings not counted."""
    with store.read() as tx:
        row = tx.sql.execute("SELECT cnt FROM words_vocabulary WHERE term = ?", (word,)).fetchone()
    return int(row[0]) if row else 0


def test_quoted_words_are_indexed_once_and_found(store: Store) -> None:
    """Ten answers that quote each other must not make the index ten times as large."""
    take(store, answered(f"No, it is sold.\n\n{QUOTED}\nThe red one is here."))

    assert occurrences(store, "hall") == 1
    for said in ("hall", '"green lamp still"', "sold hall", '"red one"', '"is sold"', "friday"):
        assert len(listed(store, said)) == 1, said
    assert_whole(store)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("> Is the green lamp\n> still there? My hallway\n> is dark.\n", "green"),
        ("> Is the green lamp\n> and still there? My hall\n> is dark.\n", "hall"),
        ("> the green lam\n", "green"),
        ("> dark. Is\n", "dark"),
    ],
)
def test_what_is_not_quoted_word_for_word_is_indexed(store: Store, text: str, word: str) -> None:
    """A buyer may write between the marks of quotation; what differs by a letter is new."""
    first, second = answered(text)
    take(store, [first])
    before = occurrences(store, word)
    take(store, [second])

    assert occurrences(store, word) == before + 1 == 2
    assert_whole(store)


def test_a_quotation_outlives_what_it_quotes(store: Store) -> None:
    """The message it came from is taken out; the words still stand in the answer."""
    first, _ = taken = take(store, answered(f"No.\n{QUOTED}"))
    with store.write() as tx:
        (doc,) = (each for each in tx.table("messages").all() if each["uid"] == first.uid)
        intake.remove(tx, doc.doc_id, doc)

    assert occurrences(store, "hall") == 1
    with store.read() as tx:
        assert conversations.ids(tx, parse("hall"), NOON) == [taken[1].conversation]
        assert (index_check.misfits(tx), index_check.unindexed(tx)) == (0, 0)


def test_an_index_of_last_year_is_made_anew(tmp_path: Path) -> None:
    """A store of an earlier version had words otherwise: the words of an answer are found now."""
    load(12, tmp_path / "inbox.db")
    with closing(Store.open(tmp_path / "inbox.db")) as store:
        quoted = "Yes.\n\n> Is lamp number 3 still there?\n"
        take(
            store, [question(20, text=quoted, message_id="20@x", references=("q3@buyers.example",))]
        )

        derive.refresh(store, BOOK)
        assert_whole(store)


LINES = st.lists(
    st.sampled_from(["red", "a lamp", "> red", "> a lamp", ">> red", ">a  lamp", "", "> ", "Łódź"]),
    max_size=8,
).map("\n".join)


@given(st.lists(LINES, min_size=1, max_size=4))
def test_no_word_gets_lost_by_it(bodies: list[str]) -> None:
    """Whatever is left out stands, in the same words and order, in a message before it."""
    for kept, body in zip(said_once(bodies), bodies, strict=True):
        lines = [line for line in kept.split("\n") if line != BREAK]
        assert [line for line in lines if not line.startswith(">")] == [
            line for line in body.split("\n") if not line.startswith(">")
        ]

    rows = [Words(number, "", body, "", "", "", "") for number, body in enumerate(bodies)]
    new = set(folded(rows)[1].replace(">", " ").split())
    assert new - {BREAK} == set(" ".join(map(fold, bodies)).replace(">", " ").split())


def plainly(bodies: list[str]) -> list[str]:
    """Return what is left of the texts when every passage is compared word by word."""
    kept, before = list[str](), ""
    for body in bodies:
        words = " ".join(body.replace(">", " ").split())
        runs = [
            (quoted, list(run))
            for quoted, run in groupby(body.splitlines(keepends=True), lambda line: line[0] == ">")
        ]
        for quoted, run in runs:
            said = " ".join("".join(run).replace(">", " ").split())
            if quoted and before and f" {said} " in before:
                run[:] = [BREAK + "\n" * run[-1].endswith("\n")]
        kept.append("".join("".join(run) for _, run in runs))
        before += f"{BREAK} {words} "
    return kept


@given(st.lists(LINES, min_size=1, max_size=4))
def test_the_short_way_leaves_out_what_the_long_one_does(bodies: list[str]) -> None:
    """A row of the index can only be taken out if the same words are made of its texts again."""
    assert list(said_once(bodies)) == plainly(bodies)
    rows = [Words(number, "", body, "", "", "", "") for number, body in enumerate(bodies)]
    assert folded(rows)[1] == f" {BREAK} ".join(plainly([fold(body) for body in bodies]))


def test_a_hostile_text_takes_no_time() -> None:
    """Thousands of quoted passages against thirty long texts would stop all other mail."""
    hostile = "\n".join(f"> {number}\nnew" for number in range(20_000))
    began = time.process_time()
    list(said_once([hostile] * 8))

    assert time.process_time() - began < 5.0


FIELDS = st.text("1 ä\n\u2003", max_size=4)


@given(st.builds(Words, st.just(1), *[FIELDS] * 6, st.none()))
def test_one_message_is_indexed_as_it_is_among_others(row: Words) -> None:
    """What is made of a message before it is stored must be what a repair makes of it."""
    alone, twice = folded([row]), folded([row, row])

    assert (alone[0], *alone[2:]) == (twice[0], *twice[2:])
    assert f"{alone[1]} {BREAK} {alone[1]}" == twice[1]
