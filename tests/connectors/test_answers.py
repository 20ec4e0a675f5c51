"""Answers to FETCH are read whatever order and form a server gives them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email import answers
from connectors.email.answers import Fetched, Piece, instant, read_fetch

AT = datetime(2026, 7, 1, 22, 30, 15, tzinfo=UTC)


def test_an_answer_is_read_whole() -> None:
    """The usual form, with the mail as a literal."""
    pieces: list[Piece] = [
        (
            b'1 (FLAGS (\\Seen $Label) INTERNALDATE "02-Jul-2026 00:30:15 +0200" UID 7 BODY[] {9}',
            b"Subject: ",
        ),
        b" RFC822.SIZE 9)",
    ]

    assert read_fetch(pieces) == {
        7: Fetched(7, frozenset({b"\\seen", b"$label"}), AT, 9, {"": b"Subject: "})
    }


def test_items_after_the_literal_and_several_sections_are_read() -> None:
    """Servers choose their own order."""
    pieces: list[Piece] = [
        (b"1 (BODY[HEADER] {2}", b"ab"),
        (b" BODY[1.2]<0> {3}", b"cde"),
        b' BODY[2] "sh\\"ort" BODY[3] NIL BODY[4] "" UID 9 FLAGS ())',
    ]

    assert read_fetch(pieces) == {
        9: Fetched(
            9,
            frozenset(),
            sections={"HEADER": b"ab", "1.2": b"cde", "2": b'sh"ort', "4": b""},
        )
    }


def test_a_mails_own_words_are_not_taken_for_the_servers() -> None:
    r"""A buyer may write `UID 5 FLAGS (\\Seen)`."""
    words = b'"UID 5 FLAGS (\\\\Seen) RFC822.SIZE 1"'
    pieces: list[Piece] = [b"1 (BODY[] " + words + b" UID 9)"]

    assert read_fetch(pieces) == {
        9: Fetched(9, sections={"": b"UID 5 FLAGS (\\Seen) RFC822.SIZE 1"})
    }


def test_what_a_server_tells_unasked_is_added() -> None:
    """Marks may change while mails are fetched."""
    pieces: list[Piece] = [
        b"3 (FLAGS (\\Seen))",
        (b"1 (UID 7 BODY[] {1}", b"x"),
        b")",
        b"1 (UID 7 FLAGS (\\Answered))",
        None,
    ]

    assert read_fetch(pieces) == {7: Fetched(7, frozenset({b"\\answered"}), sections={"": b"x"})}


@given(st.lists(st.none() | st.binary() | st.tuples(st.binary(), st.binary())))
def test_nonsense_is_left_out(pieces: list[Piece]) -> None:
    """A server's nonsense is no crash."""
    read_fetch(pieces)


@pytest.mark.parametrize(
    "text",
    [
        b"01-Jul-2026 22:30:15 +0000",
        b" 2-Jul-2026 00:30:15 +0200",
        b"1-Jul-2026 18:30:15 -0400",
        b"Wed, 01 Jul 2026 22:30:15 +0000",
        b"01-JUL-2026 22:30:15 -0000",
    ],
)
def test_an_instant_is_utc(text: bytes) -> None:
    """The deadline is counted from it."""
    assert instant(text) == AT


@pytest.mark.parametrize("text", [b"", b"yesterday", b"32-Jul-2026 22:30:15 +0000", b"\xff"])
def test_what_is_no_date_is_none(text: bytes) -> None:
    """Never our own time instead."""
    assert instant(text) is None


@given(st.binary(max_size=40))
def test_no_date_raises(text: bytes) -> None:
    """One odd date must not stop the mails behind it."""
    instant(text)


_ITEMS = st.lists(
    st.sampled_from(
        [
            *("UID 7", "FLAGS (\\Seen $Odd)", "FLAGS ()", "RFC822.SIZE 12", "MODSEQ (5)"),
            *('INTERNALDATE "02-Jul-2026 00:30:15 +0200"', "BODY[] {3}", "uid 7", "BODY[1] {3}"),
        ]
    ),
    max_size=5,
)


@given(_ITEMS)
def test_an_answer_in_the_usual_form_is_read_as_any_other(items: list[str]) -> None:
    """The quick look at an answer must see what the slow one sees, or a mail is lost."""
    text = f"1 ({' '.join(items)})".encode()
    usual: dict[int, Fetched] = {}
    other: dict[int, Fetched] = {}
    answers._add(usual, text, {})
    answers._add(other, text.replace(b"1 (", b"1 ( "), {})  # a blank that no usual answer has

    assert usual == other
