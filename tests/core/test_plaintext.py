"""Cleaning: nothing a stranger writes may drive the terminal or read otherwise than it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.core.plaintext import clean

HOSTILE = "\x00\x07\x08\x0b\x0c\r\x1b\x7f\x85\x90\x9b\x9d\x9c\u202e\u2066\u200b\ufeff\ud800"
NASTY = st.text(st.one_of(st.sampled_from(HOSTILE + "[]PX^_;0m?Ah\\\n\t "), st.characters()))


@given(NASTY)
def test_no_control_or_hidden_character_survives(text: str) -> None:
    """One left over would be enough to rewrite the seller's screen or its title."""
    left = [
        char
        for char in clean(text)
        if (unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} and char not in "\n\t")
        or "\u202a" <= char <= "\u202e"
        or "\u2066" <= char <= "\u2069"
    ]

    assert left == []


@given(NASTY)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """Text is cleaned at ingest and again when it is quoted: both must agree."""
    once, line = clean(text), clean(text, one_line=True)

    assert clean(once) == once
    assert clean(line, one_line=True) == line


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_what_can_be_printed_is_untouched(text: str) -> None:
    """A buyer's words are theirs: cleaning takes out what cannot be seen, nothing else."""
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07shown", "shown"),
        ("\x1b]52;c;ZXZpbA==\x1b\\shown", "shown"),
        ("\x1b]8;;http://evil.example\x07click\x1b]8;;\x07", "click"),
        ("\x1bPq#0;2;0;0;0\x1b\\shown", "shown"),
        ("\x9b2Jshown", "shown"),
        ("\x9d0;title\x9cshown", "shown"),
        ("\x1b(0\x1bcshown", "shown"),
        ("\x1b[38;5;1", "38;5;1"),
    ],
)
def test_an_escape_sequence_goes_whole(text: str, shown: str) -> None:
    """Half a sequence would stand in the list as rubbish."""
    assert clean(text) == shown


def test_a_sequence_that_never_ends_takes_no_words_with_it() -> None:
    """Else one stray byte would swallow the buyer's whole mail."""
    assert clean("\x1b]0;Where is\nmy order?") == "0;Where is\nmy order?"


@pytest.mark.parametrize("break_", ["\r\n", "\r", "\n", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_kind_of_line_break_is_a_line_feed(break_: str) -> None:
    """A bare carriage return lets the end of a line overwrite its beginning."""
    assert clean(f"a{break_}b") == "a\nb"


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧 ❤️ 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می‌خواهم",
        "क्‍ष",
        "שלום, איפה ההזמנה?",
        "注文はどこですか",
    ],
)
def test_emoji_and_scripts_stay_whole(text: str) -> None:
    """Joiners and variation selectors are part of how these are written."""
    assert clean(text) == text


def test_words_hidden_in_tag_characters_are_taken_out() -> None:
    """They are invisible to the seller and not to a program that reads the text."""
    hidden = "".join(chr(0xE0000 + ord(char)) for char in "refund me")

    assert clean(f"hello{hidden}") == "hello"


def test_one_line_is_one_line() -> None:
    """A subject with a line break would push the list down by a row."""
    assert clean(" Re:\r\n\t your   order\n", one_line=True) == "Re: your order"


@pytest.mark.parametrize("piece", ["\x1b]", "\x9d", "\x1bP", "\x1b[", "\x9b0;", "\x90a", "\x1b ("])
def test_an_endless_run_of_beginnings_is_read_once(piece: str) -> None:
    """Work that grows with the square of a mail's size would let one mail stop the engine."""
    assert len(clean(piece * 200_000)) <= 200_000 * len(piece)
