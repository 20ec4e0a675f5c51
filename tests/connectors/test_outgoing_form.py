"""The form of what is sent: flowed text, the same as a page, whom it names, mails passed on."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.email.compose import compose, envelope_of
from connectors.email.flowing import flowed
from connectors.email.mime import parse
from connectors.email.pages import page_of
from connectors.email.texts import unflowed
from connectors.values import OutgoingFile, Party, Place, Reply, ReplyKey, Role

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SENT = Place("Sent", "1", "1", Role.SENT)
REPLY = Reply(
    key=ReplyKey("abcdefghjkmn.0123456789abcdef@example.com"),
    created_at=AT,
    sender=Party("The Shop", "shop@example.com"),
    recipients=(Party("Anna Nowak", "anna@example.org"),),
    subject="Your order",
    text="Hello Anna,\n\nit is on its way.",
    flowed=True,
)

WORDS = st.text(st.sampled_from(">- \tabcFrom .ä中\u00a0"), max_size=60)
LONG = st.lists(st.sampled_from(["a", "parcel", ">", "--", "From", "", "x" * 90]), max_size=60)
TEXTS = st.lists(WORDS | st.builds(" ".join, LONG), max_size=6).map("\n".join)


def paragraphs(text: str) -> list[tuple[int, str]]:
    """Return what a text says, line by line: how deep it is quoted, and the words."""
    found = []
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ") if depth else content
        found.append((depth, content if content == "-- " else content.rstrip(" \t")))
    return found


def read(reply: Reply) -> EmailMessage:
    """Return the composed mail as the standard library reads it."""
    return message_from_bytes(compose(reply), _class=EmailMessage, policy=default)


def body_of(reply: Reply, kind: str) -> str:
    """Return the words of one form of the composed mail."""
    part = read(reply).get_body((kind,))
    assert isinstance(part, EmailMessage)
    found = part.get_content()
    assert isinstance(found, str)
    return found.replace("\r\n", "\n")


@settings(max_examples=30)
@given(TEXTS)
def test_flowed_text_says_what_was_written(text: str) -> None:
    """Lines are broken for old terminals only; the buyer reads the seller's paragraphs."""
    assert paragraphs(unflowed(flowed(text))) == paragraphs(text)


@settings(max_examples=30)
@given(TEXTS)
def test_flowed_lines_are_short_where_words_allow_it(text: str) -> None:
    """RFC 3676 asks for 78 characters; only a word that is longer itself may be."""
    for line in flowed(text).split("\n"):
        longest = max(map(len, line.split(" ")))
        marks = len(line) - len(line.lstrip(">"))
        assert len(line) <= 78 or longest + marks > 60


@settings(max_examples=30)
@given(TEXTS)
def test_flowed_text_is_read_back_from_the_sent_copy(text: str) -> None:
    """What our own store shows of a reply is what was typed, whatever encoding it travelled in."""
    raw = compose(replace(REPLY, text=text))
    found = parse(raw, place=SENT, accepted_at=AT).text

    said = [paragraphs(each.rstrip(" \t\n")) for each in (found, text)]
    assert said[0] == said[1] or not text.strip()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("short", "short"),
        (" indented", "  indented"),
        ("From here", " From here"),
        ("> said\n>> before", "> said\n>> before"),
        ("-- \nThe Shop", "-- \nThe Shop"),
        ("> -- \n> Anna", "> -- \n> Anna"),
        ("a " * 50 + "b", "a " * 36 + "\n" + "a " * 14 + "b"),
        ("> " + "a " * 50 + "b", "> " + "a " * 35 + "\n> " + "a " * 15 + "b"),
        ("end  ", "end"),
        ("x" * 67 + " -- y", "x" * 67 + " -- \ny"),
        ("x" * 80 + " -- " + "y" * 80, "x" * 80 + " \n-- " + "y" * 80),
    ],
)
def test_flowed_text_by_hand(text: str, wire: str) -> None:
    """Stuffing, quotation marks on each line, and the signature's mark that stands alone."""
    assert flowed(text) == wire


def test_ascii_text_travels_as_it_is_read() -> None:
    """A reader without format=flowed sees plain lines, not transfer codes."""
    raw = compose(replace(REPLY, text="word " * 40 + "end"))

    assert b"format=flowed" in raw
    assert b"Content-Transfer-Encoding: 7bit" in raw
    assert raw.endswith(b"word word end\r\n")


def test_a_copy_is_named_once_and_a_blind_one_by_nobody() -> None:
    """Two copies look careless; a blind copy that is told is none."""
    anna, boss = Party("Anna", "ANNA@example.org"), Party("", "boss@example.net")
    reply = replace(REPLY, cc=(anna, boss), bcc=(boss, Party("", "books@example.net")))
    seen, kept = compose(reply), compose(reply, keep_bcc=True)

    assert read(reply)["To"] == "Anna Nowak <anna@example.org>"
    assert read(reply)["Cc"] == "boss@example.net"
    assert b"books@" not in seen
    assert kept.replace(b"Bcc: books@example.net\r\n", b"") == seen
    assert envelope_of(reply).recipients == (
        "anna@example.org",
        "boss@example.net",
        "books@example.net",
    )


@pytest.mark.parametrize("field", ["cc", "bcc"])
def test_a_line_break_in_a_copied_address_adds_no_header(field: str) -> None:
    """A Cc copied from a stranger's mail must not write to the stranger's friends."""
    evil = Party("x\r\nX-Evil: 1", "a@example.org\r\nX-Evil: 2")
    raw = compose(replace(REPLY, **{field: (evil,)}), keep_bcc=True)  # type: ignore[arg-type] # a field of a reply

    assert message_from_bytes(raw)["X-Evil"] is None


def test_the_same_as_a_page_stands_beside_the_text() -> None:
    """Programs that join no lines show the page; both say the same, and nothing is remote."""
    text = (
        "Hello <Anna> & co,\n"
        "see https://shop.example/a?b=1&c=2.\n"
        "\n"
        "  yours\n"
        "> you said\n"
        ">> and I before\n"
        "> again"
    )
    page = body_of(replace(REPLY, text=text, html=True), "html")

    assert body_of(replace(REPLY, text=text, html=True), "plain").strip() == flowed(text)
    assert page.strip() == (
        '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>\n'
        '<p dir="auto">Hello &lt;Anna&gt; &amp; co,<br>\n'
        'see <a href="https://shop.example/a?b=1&amp;c=2">'
        "https://shop.example/a?b=1&amp;c=2</a>.</p>\n"
        '<p dir="auto"> &nbsp;yours</p>\n'
        '<blockquote type="cite">\n'
        '<p dir="auto">you said</p>\n'
        '<blockquote type="cite">\n'
        '<p dir="auto">and I before</p>\n'
        "</blockquote>\n"
        '<p dir="auto">again</p>\n'
        "</blockquote>\n"
        "</body></html>"
    )


@settings(max_examples=30)
@given(
    st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("<>&\"'\n"), max_size=200)
)
def test_a_page_holds_no_element_of_the_texts_own(text: str) -> None:
    """Words are words: nothing typed or quoted becomes a form, a picture or a script."""
    found = set(re.findall(r"<\s*/?\s*([a-zA-Z!]+)", page_of(text)))

    assert found <= {"!DOCTYPE", "html", "head", "meta", "body", "p", "br", "a", "blockquote"}


def test_page_text_and_files_come_out_again() -> None:
    """The most there is in one mail: our own reader finds text and file."""
    file = OutgoingFile("label.pdf", "application/pdf", b"%PDF")
    raw = compose(replace(REPLY, html=True, files=(file,)))
    message = parse(raw, place=SENT, accepted_at=AT)
    outer, inner = re.findall(rb'boundary="([^"]+)"', raw)

    assert message.text.strip() == REPLY.text
    assert message.html is not None
    assert [(each.name, each.media_type) for each in message.attachments] == [
        ("label.pdf", "application/pdf")
    ]
    assert not inner.startswith(outer), "RFC 2046 lets a reader compare only the beginning"
    assert not outer.startswith(inner)


def test_a_mail_is_passed_on_as_the_mail_it_is() -> None:
    """The supplier opens it in their own program, headers, files and all."""
    original = compose(replace(REPLY, subject="The original"))
    file = OutgoingFile("mail.eml", "message/rfc822", original)
    (part,) = read(replace(REPLY, files=(file,))).iter_attachments()

    assert part.get_content_type() == "message/rfc822"
    inner = part.get_content()
    assert isinstance(inner, EmailMessage)
    assert inner["Subject"] == "The original"
    assert inner.get_content().replace("\r\n", "\n").strip() == REPLY.text


@pytest.mark.parametrize(
    "raw", [b"Subject: \xe4\r\n\r\n", b"Subject: x\r\n\r\n" + b"y" * 999, b"\0"]
)
def test_a_mail_that_servers_would_change_is_passed_on_as_bytes(raw: bytes) -> None:
    """RFC 2046 lets a mail in a mail stand in no other encoding: whole is worth more than nice."""
    file = OutgoingFile("mail.eml", "message/rfc822", raw)
    (part,) = read(replace(REPLY, files=(file,))).iter_attachments()

    assert part.get_content_type() == "application/octet-stream"
    assert part.get_payload(decode=True) == raw
