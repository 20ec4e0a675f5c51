"""Writing a reply: the same every time, readable everywhere, and nothing smuggled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email.compose import compose, envelope_of
from connectors.email.mime import parse, remote_id_of
from connectors.values import Direction, OutgoingFile, Party, Place, Reply, ReplyKey, Role

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SENT = Place("Sent", "1", "1", Role.SENT)
REPLY = Reply(
    key=ReplyKey("abcdefghjkmn.0123456789abcdef@example.com"),
    created_at=AT,
    sender=Party("Jürgens Shop, Berlin", "shop@example.com"),
    recipients=(Party("Anna Nowak", "anna@example.org"),),
    subject="Re: Größe L",
    text="Hallo Anna,\n\nja, Größe L ist da.\n\nDein Shop",
    in_reply_to="m2@example.org",
    references=("m1@example.org", "m2@example.org"),
)

LINE = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=500)


def header_of(reply: Reply, name: str) -> str:
    """Return a header of the composed reply as the standard library reads it."""
    return str(message_from_bytes(compose(reply), policy=default)[name])


def test_a_reply_carries_what_other_programs_need() -> None:
    """Its ids put it into the conversation, and its key finds it in the Sent folder."""
    assert {
        name: header_of(REPLY, name)
        for name in (
            *("From", "To", "Subject", "Date", "Message-ID", "X-Seller-Inbox-Key"),
            *("In-Reply-To", "References", "MIME-Version"),
        )
    } == {
        "From": '"Jürgens Shop, Berlin" <shop@example.com>',
        "To": "Anna Nowak <anna@example.org>",
        "Subject": "Re: Größe L",
        "Date": "Sat, 21 Nov 2026 09:30:00 +0000",
        "Message-ID": "<abcdefghjkmn.0123456789abcdef@example.com>",
        "X-Seller-Inbox-Key": "abcdefghjkmn.0123456789abcdef@example.com",
        "In-Reply-To": "<m2@example.org>",
        "References": "<m1@example.org> <m2@example.org>",
        "MIME-Version": "1.0",
    }


def test_every_attempt_is_the_same_mail() -> None:
    """A second attempt after a crash must be known as the first: by its id and by its bytes."""
    elsewhere = replace(REPLY, created_at=AT.astimezone(timezone(timedelta(hours=-5))))

    assert compose(REPLY) == compose(replace(REPLY)) == compose(elsewhere)


def test_the_copy_in_the_sent_folder_is_the_reply() -> None:
    """Its id is known before it was ever pulled, so it is stored once."""
    raw = compose(REPLY)

    message = parse(raw, place=SENT, accepted_at=AT)

    assert message.remote_id == remote_id_of(raw)
    assert (message.direction, message.key) == (Direction.OUT, REPLY.key)
    assert (message.text, message.subject) == (REPLY.text, REPLY.subject)
    assert (message.sender, message.recipients) == (REPLY.sender, REPLY.recipients)
    assert message.references == REPLY.references
    assert not message.automatic


@given(LINE, LINE, TEXT)
def test_what_is_written_is_read(name: str, subject: str, text: str) -> None:
    """Whatever the language, the buyer gets the seller's words as they stand in the composer."""
    reply = replace(REPLY, sender=Party(name, "shop@example.com"), subject=subject, text=text)

    message = parse(compose(reply), place=SENT, accepted_at=AT)

    assert message.text == text.rstrip("\n") or not text.strip()
    assert (
        message.subject.split()
        == "".join(" " if ord(c) < 32 else c for c in subject)
        .translate(dict.fromkeys(range(0x7F, 0xA0), " ") | {0x2028: " ", 0x2029: " "})
        .split()
    )


@given(LINE, LINE, TEXT)
def test_every_line_fits_and_ends_as_mail_does(name: str, subject: str, text: str) -> None:
    """A longer line, a bare line feed or eight bits, and some server on the way mends the mail."""
    reply = replace(REPLY, recipients=(Party(name, "a@example.org"),), subject=subject, text=text)

    raw = compose(reply)

    assert raw.endswith(b"\r\n")
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()


EVIL = "x\r\nBcc: evil@example.net\r\n\r\nbody"


@pytest.mark.parametrize(
    "reply",
    [
        replace(REPLY, subject=EVIL),
        replace(REPLY, sender=Party(EVIL, "shop@example.com")),
        replace(REPLY, sender=Party("", "shop@example.com\r\nBcc: evil@example.net")),
        replace(REPLY, recipients=(Party(EVIL, f"a@x.org>{EVIL}"),)),
        replace(REPLY, in_reply_to=EVIL, references=(EVIL, "a@b>\r\nBcc: evil@example.net")),
        replace(REPLY, key=ReplyKey("k@x>\r\nBcc: evil@example.net")),
        replace(REPLY, subject="x\x0bBcc: a\x85Bcc: b\u2028Bcc: c\rBcc: d\nBcc: e"),
    ],
)
def test_nothing_copied_from_a_mail_adds_a_header(reply: Reply) -> None:
    """A subject with a line break in it would make our own reply write to strangers."""
    said = message_from_bytes(compose(reply), policy=default)

    assert set(said.keys()) <= {
        *("From", "To", "Subject", "Date", "Message-ID", "X-Seller-Inbox-Key", "In-Reply-To"),
        *("References", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
    }
    assert said.get_content().startswith("Hallo Anna")


def test_references_end_with_the_mail_that_is_answered() -> None:
    """Programs hang an answer under the last id; the first is where the conversation began."""
    ids = tuple(f"{number}@example.org" for number in range(300))

    kept = header_of(
        replace(REPLY, references=ids, in_reply_to="5@example.org"), "References"
    ).split()

    assert (len(kept), kept[0], kept[-2], kept[-1]) == (
        101,
        "<0@example.org>",
        "<299@example.org>",
        "<5@example.org>",
    )


def test_a_first_mail_names_no_other() -> None:
    """An empty field is a fault to some servers."""
    raw = compose(replace(REPLY, in_reply_to="", references=()))

    assert b"In-Reply-To" not in raw
    assert b"References" not in raw


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain words", "7bit"),
        ("From here on", "quoted-printable"),
        (".", "quoted-printable"),
        ("-- \nShop", "quoted-printable"),
        ("Größe L ist wieder da", "quoted-printable"),
        ("您的订单已发货", "base64"),
        ("a" * 2000, "quoted-printable"),
    ],
)
def test_the_lightest_encoding_that_survives_is_taken(text: str, encoding: str) -> None:
    """Servers change lines that begin with "From " or a dot, and blanks at line ends."""
    assert header_of(replace(REPLY, text=text), "Content-Transfer-Encoding") == encoding


def test_the_envelope_names_everybody_once() -> None:
    """Two copies of one answer look careless."""
    anna, again = Party("Anna", "anna@example.org"), Party("A.", "ANNA@example.org")
    reply = replace(REPLY, recipients=(anna, again, Party("", "jo@müller.example")))

    envelope = envelope_of(reply)

    assert (envelope.sender, envelope.utf8) == ("shop@example.com", False)
    assert envelope.recipients == ("anna@example.org", "jo@xn--mller-kva.example")


def test_letters_that_need_more_of_a_server_are_said() -> None:
    """Not every server takes such an address; the connector has to ask before it sends."""
    assert envelope_of(replace(REPLY, recipients=(Party("", "jörg@example.org"),))).utf8


FILES = (
    OutgoingFile("label.pdf", "application/pdf", bytes(range(256)) * 9),
    OutgoingFile(
        "Größe, Übersicht für Frau Müller und die ganze Familie.csv", "text/csv", b"a;b\r\n"
    ),
    OutgoingFile('bad"name\r\nBcc: x@evil.example.txt', "nonsense", b""),
    OutgoingFile("mail.eml", "message/rfc822", b"From: x\r\n\r\n\xe4"),
)


def test_files_go_along_whole_and_under_their_names() -> None:
    """Whatever they hold and however they are called."""
    raw = compose(replace(REPLY, files=FILES))
    read = message_from_bytes(raw, policy=default)
    parts = list(read.iter_attachments())

    assert raw == compose(replace(REPLY, files=FILES))
    assert raw.isascii() or header_of(REPLY, "Subject")
    assert max(map(len, raw.split(b"\r\n"))) < 998
    assert read["Bcc"] is None
    body = read.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").strip() == REPLY.text
    assert [part.get_payload(decode=True) for part in parts] == [file.content for file in FILES]
    assert [part.get_filename() for part in parts] == [
        "label.pdf",
        FILES[1].name,
        "bad_name_Bcc: x@evil.example.txt",
        "mail.eml",
    ]
    assert [part.get_content_type() for part in parts] == [
        "application/pdf",
        "text/csv",
        "application/octet-stream",
        "application/octet-stream",
    ]


@given(st.lists(st.tuples(LINE, st.binary(max_size=300)), min_size=1, max_size=3))
def test_any_file_comes_out_as_it_went_in(files: list[tuple[str, bytes]]) -> None:
    """Also through our own reader, as the copy in Sent does."""
    outgoing = tuple(OutgoingFile(name, "image/png", content) for name, content in files)
    read = message_from_bytes(compose(replace(REPLY, files=outgoing)), policy=default)

    found = [part.get_payload(decode=True) for part in read.iter_attachments()]
    assert found == [content for _name, content in files]
