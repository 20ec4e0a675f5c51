"""What the list shows of a reply that was typed into our own words."""

from __future__ import annotations

import pytest

from inbox.store.database import Store
from tests.store.making import answer, assert_whole, listed, question, take

OURS = """Hello Anna,
thank you for your order number 4711 of two lamps.
Which colour would you like?
Kind regards, your lamp shop at the harbour
"""
WROTE = "On Fri, Nov 20, 2026 at 1:00 PM Lamp Shop\n<shop@lamps.example> wrote:\n"
HEADER = """From: Lamp Shop <shop@lamps.example>
Sent: Friday, November 20, 2026 1:00 PM
To: Anna
Subject: Lamps

"""


def marked(text: str) -> str:
    """Return a text as a mail program quotes it."""
    return "".join(f"> {line}\n" for line in text.splitlines())


TYPED = OURS.replace("like?\n", "like?\nGreen, the dark one.\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"{WROTE}{marked(TYPED)}", "Green, the dark one."),
        (marked(TYPED), "Green, the dark one."),
        (f"{HEADER}{TYPED}", "Green, the dark one."),
        (f"Both in green.\n\n{WROTE}{marked(TYPED)}", "Both in green."),
        ("Please note:\nI moved to Harbour Road 3.\n", "Please note: I moved to Harbour Road 3."),
    ],
)
def test_a_row_shows_what_was_typed_into_our_words_and_not_these(
    store: Store, text: str, shown: str
) -> None:
    """A list of our own greetings does not say who wants green."""
    asked = question(1)
    ours = answer(1, asked, text=OURS)
    reply = question(90, text=text, in_reply_to=(ours.message_id,), references=(ours.message_id,))
    take(store, [asked, ours])
    take(store, [reply])

    (row,) = listed(store)
    assert row.snippet == shown
    assert_whole(store)
