"""Lists asked by number while others change them: each row comes, or it is said that it is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.allegro.paging import page_at, whole
from connectors.contract import Temporary
from connectors.walking import Listed

AT = datetime(2026, 11, 20, tzinfo=UTC)
SIZE = 4


@settings(max_examples=40)
@example(count=12, taken_away=[(1, 12), (1, 11)], put_on_top=[])
@given(
    count=st.integers(0, 30),
    taken_away=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 29)), max_size=3),
    put_on_top=st.lists(st.integers(0, 8), max_size=5),
)
def test_no_row_is_missed_whatever_comes_and_goes(
    count: int, taken_away: list[tuple[int, int]], put_on_top: list[int]
) -> None:
    """The brute-force answer: all that was there from the beginning to the end is found."""
    rows = list(range(count, 0, -1))
    stay = set(rows) - {row for _when, row in taken_away}
    asked = 0

    def ask(offset: int) -> Sequence[Listed[int]]:
        nonlocal asked
        for when, row in taken_away:
            if when == asked and row in rows:
                rows.remove(row)
        rows[:0] = [1000 + asked] * put_on_top.count(asked)
        asked += 1
        some = rows[offset : offset + SIZE]
        return [Listed(str(row), AT + timedelta(minutes=row), row) for row in some]

    found: set[int] = set()
    cursor: str | None = ""
    visited: set[str] = set()
    while cursor is not None and cursor not in visited:
        visited.add(cursor)
        page = page_at(cursor, SIZE, ask)
        found |= {item.value for item in page.items}
        cursor = page.after

    assert cursor is not None or found >= stay  # a place seen before ends a walk with Temporary


def raw(numbers: Sequence[int]) -> list[msgspec.Raw]:
    """Return numbers as rows."""
    return [msgspec.Raw(str(number).encode()) for number in numbers]


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 7, 8, 10, 11])
def test_a_list_comes_whole_and_each_row_once(count: int) -> None:
    """At the edges of pages as between them."""
    rows, more = whole(SIZE, 100, lambda offset: raw(range(count)[offset : offset + SIZE]))

    assert [int(row) for row in rows] == list(range(count))
    assert not more


def test_a_list_that_loses_a_row_meanwhile_is_read_again() -> None:
    """What moved up behind our back would else be missing."""
    numbers = list(range(10))

    def ask(offset: int) -> list[msgspec.Raw]:
        page = raw(numbers[offset : offset + SIZE])
        if offset == 0 and 0 in numbers:
            numbers[:2] = []
        return page

    rows, _more = whole(SIZE, 100, ask)

    assert {int(row) for row in rows} >= set(range(2, 10))


@pytest.mark.parametrize("below", [[], [0, 1, 2, 3], [7]], ids=["none", "the same", "another"])
def test_pages_that_never_fit_are_no_end(below: list[int]) -> None:
    """Where the last row should stand again, no row, the same page or a strange one is a hole."""
    with pytest.raises(Temporary):
        whole(SIZE, 100, lambda offset: raw(below if offset else range(4)))


def test_a_list_without_end_is_cut_and_told() -> None:
    """Allegro shows no more than so many messages of a thread."""
    rows, more = whole(SIZE, 9, lambda offset: raw(range(offset, offset + SIZE)))

    assert (len(rows), more) == (13, True)
