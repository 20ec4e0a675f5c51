"""A conversation in another width: what stood on top stands there still."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from inbox.widgets.reading_lines import Line
from inbox.widgets.reading_place import line_of, top_of

CONSOLE = Console(width=80)
words = st.lists(st.text("abcäł刘", min_size=1, max_size=9), max_size=12).map(" ".join)
messages = st.lists(st.lists(words, max_size=6), min_size=1, max_size=4)


def laid(several: list[list[str]], width: int) -> list[Line]:
    """Return these messages' paragraphs wrapped, each message behind its head."""
    found = []
    for number, paragraphs in enumerate(several):
        found.append(Line(((f"From {number}", "theirs"),), number, head=True))
        for paragraph in paragraphs:
            parts = Text(paragraph).wrap(CONSOLE, width) if paragraph else [Text("")]
            found += [Line(((part.plain, "text"),), number) for part in parts]
    return found


def before(shown: list[Line], index: int) -> tuple[int, int]:
    """Return the message of a line and the letters of it before that line, by counting them all."""
    line = shown[index]
    mine = [each for each in shown[:index] if each.message == line.message and not each.head]
    return line.message, sum(len(text.replace(" ", "")) for each in mine for text, _ in each.pieces)


@given(several=messages, wide=st.integers(10, 120), narrow=st.integers(10, 120), data=st.data())
def test_another_width_shows_the_same_words_on_top(
    several: list[list[str]], wide: int, narrow: int, data: st.DataObject
) -> None:
    """A terminal made wider in the middle of a long complaint must not lose the sentence."""
    first, second = laid(several, wide), laid(several, narrow)
    index = data.draw(st.integers(0, len(first) - 1))
    message, letters = before(first, index)

    found = line_of(second, top_of(first, index))

    assert second[found].message == message
    assert second[found].head is first[index].head
    here = before(second, found)[1]
    length = sum(len(text.replace(" ", "")) for text, _ in second[found].pieces)
    assert here <= letters
    assert letters < here + length or letters == here or found + 1 == len(second)


@given(several=messages, width=st.integers(10, 120), data=st.data())
def test_the_same_width_shows_the_same_line_or_the_next_with_words(
    several: list[list[str]], width: int, data: st.DataObject
) -> None:
    """An empty line on top is no place of its own."""
    shown = laid(several, width)
    index = data.draw(st.integers(0, len(shown) - 1))

    found = line_of(shown, top_of(shown, index))

    assert found >= index
    assert all(not text for each in shown[index:found] for text, _ in each.pieces)
