"""What is inserted into an answer stands apart, and nobody signs twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.widgets.editor import set_apart

CANNED = "Hello Kate,\n\nit left today.\n\nKind regards,\nAnna"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", ("", "")),
        ("", "\n\nAnna", ("", "")),
        ("\n", "\n\nAnna\n", ("", "")),
        ("", "\n\nBo", ("", "\n\nBo")),
        ("One more thing.", "", ("\n\n", "")),
        ("One more thing.\n", "\n\nAnna", ("\n", "")),
        ("One more thing.\n\n", "\n\nAnna", ("", "")),
        ("", "See you,\nAnna", ("", "\n\nSee you,\nAnna")),
        ("", "\nSee you", ("", "\n\nSee you")),
    ],
)
def test_a_canned_answer_stands_apart_and_signs_once(
    before: str, after: str, expected: tuple[str, str]
) -> None:
    """A buyer who reads "Anna" twice, or "AnnaHello", knows that nobody looked."""
    assert set_apart(before, CANNED, after, "Anna") == expected


def test_one_line_goes_into_the_sentence() -> None:
    """An address or a link is inserted where one is in the middle of a line."""
    assert set_apart("Send it to ", "Elm Street 4", ", please.", "Anna") == ("", ", please.")


def test_a_name_within_a_line_is_no_signature() -> None:
    """Only a whole line at the end says who writes."""
    assert set_apart("", "Yours,\nDear Anna", "\n\nAnna", "Anna") == ("", "\n\nAnna")


@given(st.text("ab\n"), st.text("ab\n"), st.text("ab\n"))
def test_no_word_is_lost_but_a_second_signature(before: str, text: str, after: str) -> None:
    """What the seller wrote around it stays, letter by letter."""
    lead, rest = set_apart(before, text, after, "b")

    assert lead.strip("\n") == ""
    signed_again = not rest and after.strip() == "b" and text.rstrip().endswith("b")
    assert rest.endswith(after) or signed_again
