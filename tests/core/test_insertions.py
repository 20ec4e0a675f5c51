"""Answers that a buyer wrote into our own words: seen, though a mark says that all of it is old."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.core.insertions import Heard, unfolded
from inbox.core.quoting import Part, split

OURS = """Hello Anna,

thank you for your order number 4711 of two lamps. We have packed both.
Which colour would you like?
Which size?
Is there somebody at home on Friday?

Kind regards
Lamps
Harbour Road 3
http://lamps.example.com
"""
HEAD = """From: Lamps <hello@lamps.example.com>
Sent: Friday, November 20, 2026 10:00 AM
To: Anna <anna@example.org>
Subject: Your order

"""
WROTE = "On Fri, Nov 20, 2026 at 10:00 AM Lamps <hello@lamps.example.com> wrote:\n"


def seen(text: str, *heard: str) -> list[str]:
    """Return the lines of a reply that are seen, where that was said before."""
    said = Heard()
    for each in heard:
        said.hear_message(split(each))
    parts = unfolded(split(text), said)

    assert "".join(part.text for part in parts) == text
    shown = (part.text.splitlines() for part in parts if not part.quoted)
    return [line for lines in shown for line in lines if line.strip()]


def marked(text: str) -> str:
    """Return a text as a mail program quotes it."""
    return "".join(f"> {line}\n" for line in text.splitlines())


def test_answers_that_nothing_announces_are_seen() -> None:
    """Outlook puts no mark before old words, and many answer right below each question."""
    answered = OURS.replace("like?\n", "like?\nGreen\n").replace("size?", "size? - 7")
    answered = answered.replace("Friday?\n", "Friday?\nNo. On Friday I am in Hamburg.\n\n👍\n")

    assert seen(f"Hi,\n\n{HEAD}{answered}", OURS) == [
        "Hi,",
        "Green",
        "Which size? - 7",
        "No. On Friday I am in Hamburg.",
        "👍",
    ]


def test_answers_that_a_program_marks_as_old_are_seen() -> None:
    """Who types into the quote on a phone types behind its mark."""
    answered = marked(OURS).replace("like?\n", "like?\n> Green, the dark one.\n")

    assert seen(f"Hi,\n\n{WROTE}{answered}", OURS) == ["Hi,", "> Green, the dark one."]


@pytest.mark.parametrize("marks", [False, True])
def test_an_answer_in_the_words_of_its_question_is_seen(*, marks: bool) -> None:
    """Whoever is asked for the blue lamp or the red lamp says "the red lamp"."""
    asks = "Do you want the blue lamp or the red lamp?\nShall we send it to Harbour Road 3?\n"
    earlier = f"Which are there?\n\n{WROTE}{marked(asks)}"
    answered = asks.replace("lamp?\n", "lamp?\nThe red lamp\n") + "Harbour Road 3\n"
    reply = f"Hi,\n\n{WROTE}{marked(answered)}" if marks else f"Hi,\n\n{HEAD}{answered}"

    shown = [line.removeprefix("> ") for line in seen(reply, asks, earlier)]

    assert shown == ["Hi,", "The red lamp", "Harbour Road 3"]


@pytest.mark.parametrize(
    "quoted",
    [
        OURS,
        OURS.replace("order number 4711 of two", "order number 4711\nof two"),
        OURS.replace("Lamps\nHarbour", "*Lamps*\nHarbour").replace("com\n", "com<http://x.y/>\n"),
        OURS.replace("Hello Anna", "Hello\u00a0Anna").replace("packed", "pa\u00adcked"),
        f"{OURS}\nSent from my iPhone\n\n{HEAD}Where is it? I wait since Monday.\n",
    ],
)
def test_what_was_said_before_stays_folded(quoted: str) -> None:
    """Programs break lines anew, mark what was bold and say where a link leads."""
    earlier = "Where is it? I wait since Monday."

    assert seen(f"Green.\n\n{HEAD}{quoted}", OURS, earlier) == ["Green."]
    assert seen(f"Green.\n\n{WROTE}{marked(quoted)}", OURS, earlier) == ["Green."]


def test_a_quote_of_what_never_came_by_stays_folded() -> None:
    """A shop system's mail is not in our Sent folder: nothing can be told of it."""
    text = f"Green.\n\n{WROTE}{marked(OURS)}"

    assert seen(text) == ["Green."]
    assert seen(text, "Another thing altogether, said before.") == ["Green."]


def test_announced_answers_that_are_seen_nowhere_unfold_the_quote() -> None:
    """The words above say that there are some: they can only stand among the old ones."""
    text = f"See my answers below.\n\n{WROTE}{marked(OURS)}"

    assert seen(text) == [line for line in text.splitlines() if line.strip()]
    assert seen(f"{text}\nGreen.\n") == ["See my answers below.", "Green."]


@pytest.mark.parametrize("greeting", ["Hi,", "Hallo Frau Lampe,", "您好", "Answers:"])
def test_a_mail_that_only_greets_has_its_words_below(greeting: str) -> None:
    """Nobody sends a greeting alone: what was typed stands among what is quoted."""
    quoted = f"{WROTE}> Which colour?\n> Green.\n"

    assert "> Green." in seen(f"{greeting}\n\n{quoted}")
    assert seen(f"{greeting} Yes, please.\n\n{WROTE}> Both?\n") == [f"{greeting} Yes, please."]


def test_a_greeting_above_our_own_words_alone_unfolds_nothing() -> None:
    """Where all of the quote was said here before, there is nothing to be found in it."""
    assert seen(f"Hi,\n\n{WROTE}{marked(OURS)}", OURS) == ["Hi,"]


@pytest.mark.parametrize("heard", [(), (OURS,)])
def test_lines_behind_a_sign_that_nobody_said_are_the_writers(heard: tuple[str, ...]) -> None:
    """A verse for the gift, a listing, a page's indented words: the sign alone proves nothing."""
    verse = ["> Roses are red", "> violets are blue", "please print this on the lamp"]

    assert seen("\n".join(verse), *heard) == verse
    assert seen("> Which size?\n\nSeven.\n", "Which size?") == ["Seven."]


def test_letters_without_blanks_are_compared_one_by_one() -> None:
    """A Japanese line is broken anywhere."""
    ours = "ご注文ありがとうございます。色はどれにしますか。サイズもお知らせください。"
    quoted = "> ご注文ありがとうございま\n> す。色はどれにしますか。\n> 緑\n"
    quoted += "> サイズもお知らせください。\n"

    assert seen(f"下記\n\n2026年11月20日(金) 10:00 L <l@l.example>:\n{quoted}", ours) == [
        "下記",
        "> 緑",
    ]


def test_a_marketplaces_own_lines_stay_folded() -> None:
    """The frame that Amazon puts around each message was not said before, and is no answer."""
    dashes = "-" * 13
    text = (
        f"You have a message.\n{dashes} Begin message {dashes}\nGreen.\n"
        f"{dashes} End message {dashes}\nWas this helpful?\n"
    )

    assert seen(text, text.replace("helpful", "of help")) == ["Green."]


WORDS = st.lists(st.sampled_from("abcdefgh"), min_size=3, max_size=6).map(" ".join)
ANSWERS = st.lists(st.sampled_from(["Xa", "Yb", "Zc 1"]), min_size=1, max_size=3).map(" ".join)


@settings(max_examples=30)
@given(
    lines=st.lists(WORDS, min_size=4, max_size=8, unique=True),
    data=st.data(),
    marks=st.booleans(),
)
def test_whatever_is_typed_into_our_words_is_seen(
    *, lines: list[str], data: st.DataObject, marks: bool
) -> None:
    """Wherever it stands and whatever the program makes of it."""
    answers = data.draw(st.lists(ANSWERS, min_size=1, max_size=2))
    filled = list(lines)
    for answer in answers:
        filled.insert(data.draw(st.integers(0, len(filled))), answer)
    quoted = "\n".join(filled) + "\n"

    found = seen(
        f"Hi,\n\n{WROTE}{marked(quoted)}" if marks else f"Hi,\n\n{HEAD}{quoted}", "\n".join(lines)
    )

    assert set(answers) <= {line.removeprefix("> ") for line in found}


@settings(max_examples=50)
@given(st.lists(st.tuples(st.text(max_size=30), st.booleans(), st.booleans())), st.text())
def test_no_text_is_lost_and_nothing_new_is_folded(
    pieces: list[tuple[str, bool, bool]], heard: str
) -> None:
    """Whatever the parts are."""
    parts = [Part(text, quoted, quoted and signature) for text, quoted, signature in pieces]
    said = Heard()
    said.hear(heard)

    found = unfolded(parts, said)

    assert "".join(part.text for part in found) == "".join(part.text for part in parts)
    new = sum(len(part.text) for part in parts if not part.quoted)
    assert sum(len(part.text) for part in found if not part.quoted) >= new


DIVIDER = "----- Original Message -----\n"


@pytest.mark.parametrize(
    ("below", "shown"),
    [
        ("I wrote that it hums.\nNow it smokes, too.\n", True),
        ("\nNow it smokes, too.\n", True),
        ("Now it smokes. Which size?\nThe small one smokes as well, all day long.\n", True),
        (OURS, False),
        (f"\n{OURS}", False),
        (marked("Something that never came by here.\nNor did this."), False),
        (f"{HEAD}Something that never came by here.\n", False),
        ("From: Lamps\n\nSomething that never came by here.\n", False),
        (f"{WROTE}Something that never came by here.\n", False),
    ],
)
def test_a_divider_that_was_typed_folds_no_words_of_its_writer(below: str, *, shown: bool) -> None:
    """Many draw a line and write on below it: what nobody said before is news."""
    words = [line for line in below.splitlines() if line.strip()]
    found = seen(f"See my first mail:\n\n{DIVIDER}{below}", OURS)

    assert found[:1] == ["See my first mail:"]
    assert found[1:] == ([DIVIDER.strip(), *words] if shown else [])


def test_what_was_typed_into_words_below_a_bare_divider_is_seen() -> None:
    """There it is told by what was said before, as everywhere."""
    answered = OURS.replace("like?\n", "like?\nGreen\n")

    assert seen(f"Hi,\n\n{DIVIDER}{answered}", OURS) == ["Hi,", "Green"]
