"""Quotes: old words are folded, never deleted, and a buyer's answer is never among them."""

# ruff: noqa: RUF001 - words and marks of other alphabets are the subject
from __future__ import annotations

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.core import quotemarks
from inbox.core.quoting import Part, _Reading, hides_more_than_it_shows, new_words, split

LINES = st.sampled_from(
    [
        *("", " ", "> old", ">> older", "new words", "On Fri, Nov 20, 2026 at 9:00 Shop <s@x.de>"),
        *("wrote:", "-----Original Message-----", "From: a", "Sent: b", "To: c", "Subject: d"),
        *("-- ", "_" * 32, "----- Begin message -----", "----- End message -----", "Anna wrote:"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(LINES).map("\n".join))

ATTRIBUTIONS = [
    "On Fri, Nov 20, 2026 at 10:00 AM Shop <shop@example.com> wrote:",
    "On 20/11/2026 10:00, Shop wrote:",
    "Am Fr., 20. Nov. 2026 um 10:00 Uhr schrieb Shop <shop@example.com>:",
    "Am 20.11.26 um 10:00 schrieb Shop:",
    "Le ven. 20 nov. 2026 à 10:00, Shop <shop@example.com> a écrit :",
    "El vie, 20 nov 2026 a las 10:00, Shop (<shop@example.com>) escribió:",
    "Il giorno ven 20 nov 2026 alle ore 10:00 Shop <shop@example.com> ha scritto:",
    "pt., 20 lis 2026 o 10:00 Shop <shop@example.com> napisał(a):",
    "W dniu 20.11.2026 o 10:00, Shop pisze:",
    "În vin., 20 nov. 2026 la 10:00, Shop <shop@example.com> a scris:",
    "Pe 20 nov. 2026, Shop a scris:",
    "пт, 20 нояб. 2026 г. в 10:00, Shop <shop@example.com>:",
    "20 ноября 2026 г., 10:00 пользователь Shop <shop@example.com> написал:",
    "Shop <shop@example.com> 于2026年11月20日周五 10:00写道：",
    "在 2026年11月20日，Shop <shop@example.com> 写道：",
    "2026年11月20日(金) 10:00 Shop <shop@example.com>:",
    "Op vr 20 nov 2026 om 10:00 schreef Shop <shop@example.com>:",
    "Em sex., 20 de nov. de 2026 às 10:00, Shop <shop@example.com> escreveu:",
]


@given(TEXTS)
def test_the_parts_joined_are_the_text(text: str) -> None:
    """Folding may hide words for a moment; it never loses one."""
    parts = split(text)

    assert "".join(part.text for part in parts) == text
    assert all(part.text for part in parts)
    assert all(
        (one.quoted, one.signature) != (other.quoted, other.signature)
        for one, other in pairwise(parts)
    )


@given(st.lists(st.sampled_from(["a word", "", "please, where is it?", "Bitte um Antwort"])))
def test_text_without_marks_is_all_new(lines: list[str]) -> None:
    """In doubt a line shows."""
    assert not any(part.quoted for part in split("\n".join(lines)))


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_who_wrote_what_follows_is_folded_with_it(line: str) -> None:
    """Left over, it would be the snippet in the list instead of the buyer's words."""
    text = f"Thank you!\n\n{line}\n> Your order left today.\n> Bye\n"

    assert new_words(text) == "Thank you!"


@pytest.mark.parametrize("line", [line for line in ATTRIBUTIONS if len(line) > 50])
def test_an_attribution_may_be_wrapped(line: str) -> None:
    """Programs break it wherever their line ends."""
    middle = line.rindex(" ", 0, 45)
    text = f"Thank you!\n\n{line[:middle]}\n{line[middle + 1 :]}\n\n> Your order left today.\n"

    assert new_words(text) == "Thank you!"


def test_answers_between_quotes_stay_new() -> None:
    """A buyer who answers point by point has written every one of those lines to us."""
    text = "> Which size?\nLarge, please.\n> Which colour?\nBlue.\n"

    assert split(text) == (
        Part("> Which size?\n", quoted=True),
        Part("Large, please.\n", quoted=False),
        Part("> Which colour?\n", quoted=True),
        Part("Blue.\n", quoted=False),
    )


def test_a_paragraph_on_one_long_line_is_words_like_any() -> None:
    """Phones write a whole answer as one line."""
    answer = "It came broken, and " * 200

    assert new_words(f"> Did it come?\n{answer}\n> Bye\n") == answer.strip()
    assert new_words(f"{answer}\n-----Original Message-----\nold\n") == answer.strip()
    assert new_words(f"Yes.\n\n> {answer}\n") == "Yes."


@pytest.mark.parametrize(
    "divider",
    [
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "----- Message d'origine -----",
        "-----Mensaje original-----",
        "-----Messaggio originale-----",
        "-----Wiadomość oryginalna-----",
        "-----Исходное сообщение-----",
        "------------------ 原始邮件 ------------------",
    ],
)
def test_what_follows_the_original_message_line_is_old(divider: str) -> None:
    """Outlook marks no line of what it quotes."""
    text = f"It arrived, thanks.\n\n{divider}\nFrom: Shop\nSent: today\nTo: me\n\nold words\n"

    assert new_words(text) == "It arrived, thanks."


@pytest.mark.parametrize(
    "labels",
    [
        ("From", "Sent", "To", "Subject"),
        ("Von", "Gesendet", "An", "Betreff"),
        ("De", "Envoyé", "À", "Objet"),
        ("De", "Enviado el", "Para", "Asunto"),
        ("Da", "Inviato", "A", "Oggetto"),
        ("Od", "Wysłano", "Do", "Temat"),
        ("De la", "Trimis", "Către", "Subiect"),
        ("От", "Отправлено", "Кому", "Тема"),
        ("发件人", "发送时间", "收件人", "主题"),
    ],
)
def test_the_header_of_a_quoted_mail_opens_old_words(labels: tuple[str, ...]) -> None:
    """So newer Outlook quotes, in the language of its user."""
    header = "\n".join(f"{label}: something" for label in labels)

    assert new_words(f"Still broken.\n\n{'_' * 32}\n{header}\n\nold words\n") == "Still broken."


@pytest.mark.parametrize(
    "line",
    [
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "-------- Weitergeleitete Nachricht --------",
        "---------- Message transféré ---------",
        "-------- Пересылаемое сообщение --------",
    ],
)
def test_what_a_buyer_passes_on_is_shown(line: str) -> None:
    """The carrier's mail below it is what the buyer wants us to read."""
    text = f"See what they say.\n\n{line}\nFrom: a\nDate: b\nTo: c\n\nno such parcel"

    assert new_words(text) == text


def test_a_form_is_no_quote() -> None:
    """A contact form looks like a quoted header, and the buyer's words stand below it."""
    text = "New enquiry\n\nFrom: Anna\nSubject: Size\nDate: today\n\nIs there an XL?\n"

    assert new_words(text) == text.strip()


def test_a_mail_that_begins_with_a_header_is_not_folded_away() -> None:
    """Where nothing new stands above, the quote is what the buyer wants us to read."""
    text = "-----Original Message-----\nFrom: a\nSent: b\nTo: c\n\nplease see this\n"

    assert split(text) == (Part(text, quoted=False),)


def test_words_below_an_outlook_header_stay_new_if_other_lines_are_marked() -> None:
    """Where old lines carry marks, an unmarked line below them is an answer."""
    text = "See below.\n-----Original Message-----\nFrom: a\nSent: b\nTo: c\n> Which?\nThis one.\n"

    assert new_words(text) == "See below.\nThis one."


def test_a_signature_is_folded_and_what_follows_a_long_one_is_not() -> None:
    """A line of two dashes is also how people part their own paragraphs."""
    long = "\n".join(["a line"] * 30)

    assert new_words("Thanks\n-- \nAnna\nBerlin\n") == "Thanks"
    assert new_words(f"Thanks\n-- \n{long}\n") == f"Thanks\n-- \n{long}"


def test_a_sentence_with_a_writer_is_no_attribution() -> None:
    """So people tell what a courier told them; an attribution names an address."""
    text = "On Monday your courier wrote:\nwill come later\nbut nobody came.\n"

    assert new_words(text) == text.strip()


def test_an_unmarked_quote_below_a_full_attribution_is_old() -> None:
    """Some programs mark nothing, but name date and address."""
    text = (
        "Thanks!\n\nOn Friday, November 20, 2026 at 10:00, Shop <shop@example.com> wrote:\n\n"
        "  Your order left.\n"
    )

    assert new_words(text) == "Thanks!"


def test_a_relays_frame_shows_the_buyers_words() -> None:
    """A marketplace wraps ten words of a buyer in forty lines of its own."""
    text = (
        "You have received a message.\n\n------------- Begin message -------------\n\n"
        "Where is my parcel?\n\n------------- End message -------------\n\nReport it: link\n"
    )

    assert new_words(text) == "Where is my parcel?"
    assert new_words(text.replace("\n", " ")) == "Where is my parcel?"


def test_a_quoted_frame_does_not_hide_what_stands_above() -> None:
    """The answer to a relayed message quotes its frame."""
    text = (
        "Thanks, it came.\n\n> ---- Begin message ----\n> old\n> ---- End message ----\n> footer\n"
    )

    assert new_words(text) == "Thanks, it came."


def test_only_old_words_are_all_we_have() -> None:
    """A snippet of nothing says less than a snippet of a quote."""
    assert new_words("> only this\n") == "> only this"
    assert new_words("") == ""
    assert split("") == ()


ENDLESS = [
    *(
        "> a\nb\n",
        "> a\n\n",
        "On 1/1/2026 a@b\n",
        "On 1/1/2026 1:00 a@b\n\n> x\n",
        "-- \n",
        "--\na\n\n",
    ),
    *("From: a@b\n", "From: a\nSent: 1:00\nTo: b@c\nSubject: d\n", "----", "\n", "-", ">", ":\n"),
    *(
        "-----Begin message----- ",
        "-----Original Message-----\n",
        "Sent from my iPhone\n",
        "a:\n| b\n",
    ),
    *("Begin forwarded message:\n> a\n", "see answers below\n", "wrote:\n> a\n", "> :(\n", ">a <"),
]


@pytest.mark.parametrize("piece", ENDLESS)
def test_long_mails_are_read_in_one_go(piece: str) -> None:
    """Work that grows with the square of a mail's size would let one mail stop the engine."""
    once, twice = (_seconds_for("Hello.\n\n" + piece * count) for count in (2_000, 4_000))

    assert twice < max(3.5 * once, 0.2)


def _seconds_for(text: str) -> float:
    """Return the least processor time of two readings of a text."""
    return min(_once(text) for _ in range(2))


def _once(text: str) -> float:
    """Return the processor time of one reading, which changes nothing of the text."""
    begun = process_time()
    parts = split(text)
    spent = process_time() - begun
    assert "".join(part.text for part in parts) == text
    return spent


@given(TEXTS, st.sampled_from(["", "Re: lamp", "Fwd: lamp"]))
def test_words_that_are_all_alone_are_never_folded(text: str, subject: str) -> None:
    """A mail that shows nothing says nothing: what is folded stands beside something seen."""
    parts = split(text, subject=subject)

    assert not text.strip() or any(not part.quoted and part.text.strip() for part in parts)


@given(
    st.lists(LINES.filter(lambda line: "message -" not in line), max_size=8),
    st.text(alphabet="abc éß語", min_size=1, max_size=40),
)
def test_a_line_above_every_mark_is_seen(old: list[str], words: str) -> None:
    """Most buyers write on top: whatever stands below, their first line is there."""
    text = "\n".join([f"{words}.", "", *old])

    first = split(text)[0]

    assert not first.quoted
    assert first.text.startswith(f"{words}.")


def test_much_that_is_folded_is_told() -> None:
    """Two words above a hundred folded lines may be all there was, or the wrong ones."""
    long = "> old words\n" * 100

    assert hides_more_than_it_shows(split(f"Thanks!\n\n{long}"))
    assert not hides_more_than_it_shows(split("Thanks, it all works.\n\n> ok\n"))
    assert not hides_more_than_it_shows(split("Ok\n-- \nAnna Muster\nHamburg\n"))


def test_a_mail_of_somebody_who_does_not_talk_here_is_news() -> None:
    """A buyer who pastes the carrier's mail wants it read, though it looks like a quote."""
    pasted = "Look:\n\nFrom: Carrier <c@x.example>\nSent: 1 May 9:00\nTo: me\nSubject: s\n\nLost.\n"

    assert new_words(pasted) == "Look:"
    assert new_words(pasted, known={"shop@y.example"}) == pasted.strip()
    assert new_words(pasted, known={"c@x.example"}) == "Look:"


@given(
    st.lists(
        st.sampled_from(
            [
                *("Where is it", "Sent from my iPhone", "Gesendet von meinem iPad", "| it came"),
                *("A> so", "Anna wrote", "20 ноября 2026 Shop пишет", "", " ", "\u2028", "\x1c"),
                *("Get Outlook for iOS", "x" * 1001, "Sent from my iPhone" + " " * 1000 + "x"),
            ]
        )
    ).map("\n".join)
)
def test_a_text_that_is_said_to_have_no_mark_has_none(text: str) -> None:
    """What is seen at a glance must be what each line says: else an old word shows as new."""
    reading = _Reading(text, frozenset())
    reading.read()

    assert not (quotemarks.has_none(text) and any(reading.kinds))
