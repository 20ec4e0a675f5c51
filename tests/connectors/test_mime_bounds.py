"""Hostile mail: no input raises anything but Unreadable, and none takes more than its share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.email.mime import TextPart, Unreadable, parse, parse_parts, remote_id_of
from connectors.values import Message, Place, Role

TAKEN = datetime(2026, 11, 21, tzinfo=UTC)
INBOX = Place("INBOX", "1", "1", Role.INBOX)
GRAINS = st.sampled_from(
    [
        *(b"From: ", b"To: ", b"Subject: ", b"Date: ", b"Message-ID: ", b"References: <"),
        *(
            b"Content-Type: multipart/mixed; boundary=b",
            b"Content-Type: text/html; charset=",
            b"--b",
        ),
        *(b"Content-Type: message/rfc822", b"Content-Transfer-Encoding: base64", b"--b--"),
        *(
            b"Content-Type: text/plain; format=flowed",
            b"Content-Disposition: attachment; filename*=",
        ),
        *(b"Content-Transfer-Encoding: quoted-printable", b"Content-Transfer-Encoding: x-uuencode"),
        *(
            b"=?utf-8?q?",
            b"=?gb2312?b?",
            b"?=",
            b"utf-16",
            b"utf-7",
            b"hex",
            b"''%ff",
            b"=C3",
            b"=",
        ),
        *(
            b"\r\n",
            b"\n",
            b"\r\n\r\n",
            b"\r",
            b" ",
            b"\t",
            b";",
            b'"',
            b"<",
            b">",
            b"@",
            b",",
            b"(",
        ),
        *(
            b"\x00",
            b"\xff",
            b"\xc3\xbc",
            b"<p>",
            b"<!--",
            b"<a href='",
            b"a@b.c",
            b"begin 644 x\r\nA",
        ),
        *(
            b"donotreply@amazon.com",
            b"x@marketplace.amazon.de",
            b"Order #12345678",
            b"Auto-Submitted: ",
        ),
    ]
)


def read(raw: bytes) -> Message | None:
    """Return the message of a mail, None for what is none."""
    try:
        return parse(raw, place=INBOX, accepted_at=TAKEN, own=frozenset({"a@b.c"}))
    except Unreadable:
        return None


@given(st.one_of(st.binary(max_size=400), st.lists(GRAINS, max_size=60).map(b"".join)))
@example(b"From: a\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\r\n\r\nx\r\n----\r\n")
@example(b"From: a\r\nContent-Type: text/plain; charset=\x00\r\n\r\n\xff")
def test_no_bytes_make_the_reader_fail(raw: bytes) -> None:
    """A mail that stopped the reader would hold up every mail behind it."""
    message = read(raw)

    assert message is None or message.source == raw
    assert len(remote_id_of(raw)) == 32


@given(st.binary(max_size=200), st.binary(max_size=200), st.text(max_size=12), st.text(max_size=12))
def test_no_parts_make_the_reader_fail(
    head: bytes, body: bytes, charset: str, encoding: str
) -> None:
    """What a server says of its parts is as little to be trusted as the mail itself."""
    part = TextPart(media_type="text/html", charset=charset, encoding=encoding, raw=body)

    message = parse_parts(b"From: a@b.c\r\n" + head, [part], [], place=INBOX, accepted_at=TAKEN)

    assert message.html is not None


def nested(depth: int) -> bytes:
    """Return a mail of so many multiparts, each in the one before."""
    inner = [
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth)
    ]
    return b"From: a@b.c\r\n" + "".join(inner).encode() + b"\r\nwords\r\n"


TEXT = b"From: a@b.c\r\nContent-Type: text/plain\r\n\r\n"
PAGE = b"From: a@b.c\r\nContent-Type: text/html\r\n\r\n"
MIXED = b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"

BOMBS: dict[str, Callable[[], bytes]] = {
    "nested multiparts": lambda: nested(5_000),
    "one mail in another": lambda: b"From: a\r\nContent-Type: message/rfc822\r\n\r\n" * 20_000,
    "very many parts": lambda: MIXED + b"--b\r\n\r\nx\r\n" * 100_000,
    "half boundaries": lambda: MIXED + b"--b--b x\r\n" * 100_000,
    "a long header": lambda: b"Subject: " + b"a" * 3_000_000 + b"\r\n\r\nx",
    "very many headers": lambda: b"X-A: b\r\n" * 300_000 + b"\r\nx",
    "no header ends": lambda: b"From: a\r\n" + b"rubbish\r\n" * 300_000,
    "folded for ever": lambda: b"Subject: a" + b"\r\n b" * 300_000 + b"\r\n\r\nx",
    "encoded words": lambda: b"Subject: " + b"=?utf-8?q?" * 30_000 + b"\r\n\r\nx",
    "quotation marks": lambda: b"From: " + b'"\\' * 15_000 + b"\r\n\r\nx",
    "brackets": lambda: (
        b"From: " + b"(<" * 15_000 + b"\r\nReferences: " + b"<" * 30_000 + b"\r\n\r\nx"
    ),
    "addresses": lambda: b"To: " + b"a@b.c," * 40_000 + b"\r\nFrom: a@b.c\r\n\r\nx",
    "parameters": lambda: b"Content-Type: text/plain" + b';a*1*="' * 4_000 + b"\r\n\r\nx",
    "blanks at line ends": lambda: TEXT + b" " * 2_000_000 + b"x\n",
    "numbers": lambda: TEXT + b"order 1234-" * 200_000,
    "digits": lambda: TEXT + b"1-" * 1_000_000,
    "lines": lambda: TEXT + b"order no 1\n" * 200_000,
    "flowed lines": lambda: (
        b"From: a\r\nContent-Type: text/plain; format=flowed\r\n\r\n" + b"> a \n" * 200_000
    ),
    "nested elements": lambda: PAGE + b"<div>" * 200_000,
    "attributes": lambda: PAGE + b"<div " + b"a=1 " * 300_000 + b">x",
    "dashes": lambda: PAGE + b"<!--" + b"- " * 500_000,
    "less-than signs": lambda: PAGE + b"<" * 1_000_000,
    "broken base64": lambda: (
        b"From: a\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"A=" * 1_000_000
    ),
    "a form's text": lambda: b"From: x <mailer@shopify.com>\r\n\r\n" + b"name:\n" * 200_000,
    "an Etsy subject": lambda: (
        b"From: no-reply@account.etsy.com\r\nSubject: "
        + b"Etsy Conversation with a from b " * 1_000
        + b"\r\n\r\n"
        + b"https://www.etsy.com/conversation" * 30_000
    ),
}


QUICK = ("lines", "attributes")
"""What the default suite tries; the slow one tries all."""


@pytest.mark.parametrize(
    "bomb", [pytest.param(bomb, marks=() if bomb in QUICK else pytest.mark.slow) for bomb in BOMBS]
)
def test_no_mail_takes_more_than_its_share(bomb: str) -> None:
    """Anybody may send such a mail to a shop, and the engine reads it for all accounts.

    Each takes a fraction of a second; work that grows with the square of the
    size would take minutes, so that a slow machine is no reason to fail.
    """
    raw = BOMBS[bomb]()
    begun = process_time()
    read(raw)

    assert process_time() - begun < 5


def test_what_lies_deeper_than_anybody_packs_is_an_attachment() -> None:
    """Nothing is lost: it is listed, and the source is kept."""
    message = read(nested(100))

    assert message is not None
    assert len(message.attachments) == 1
    assert message.text == (
        "[This mail has more parts than are shown here. Its source has all of them.]"
    )
