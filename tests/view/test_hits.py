"""What is marked is what was found: the same fold, the same words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.view.hits import finder


@pytest.mark.parametrize(
    ("search", "text", "marked"),
    [
        ("lamp", "A lamp, two LAMPS.", ["lamp", "LAMPS"]),
        ("lamp ", "A lamp, two LAMPS.", ["lamp"]),
        ("zarowka ", "Ładna żarówka?", ["żarówka"]),
        ("strasse ", "In der Straße", ["Straße"]),
        ("cafe ", "un cafe\u0301 bon", ["cafe\u0301"]),
        ("еще ", "Всё ещё жду", ["ещё"]),
        ("发货", "请问什么时候发货", ["发货"]),
        ('"blue lamp"', "a blue  lamp, lamp blue", ["blue  lamp"]),
        ("34567", "order 302-1234567-1", ["1234567"]),
        ("lamp -vase", "lamp vase", ["lamp"]),
        ("from:kate lamp ", "kate lamp", ["lamp"]),
        ("lamp la", "lamp last", ["lamp", "last"]),
    ],
)
def test_the_words_of_a_search_are_marked(search: str, text: str, marked: list[str]) -> None:
    """The eye must find at once why this was found."""
    find = finder(search)

    assert find is not None
    assert [text[begin:end] for begin, end in find(text)] == marked


@pytest.mark.parametrize("search", ["", "is:owed", "-lamp", "from:kate", "?!", 'a "b', "lang:de"])
def test_a_search_without_words_marks_nothing(search: str) -> None:
    """Then n and p go from message to message."""
    assert finder(search) is None


@given(st.text(max_size=40), st.text(max_size=8))
def test_no_text_breaks_the_marks(text: str, search: str) -> None:
    """Marks never overlap and never leave the text."""
    find = finder(search)
    spans = find(text) if find is not None else []
    edges = [edge for span in spans for edge in span]

    assert edges == sorted(edges)
    assert all(0 <= begin < end <= len(text) for begin, end in spans)
