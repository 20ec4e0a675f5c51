"""Mails cut, doubled and mixed: none raises, none loses a line, none takes a second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.email.mime import Unreadable, parse
from connectors.html import text_of
from connectors.values import Place, Role
from inbox.core.links import misleading
from inbox.core.plaintext import clean
from inbox.core.quoting import split
from inbox.sync.cleaning import cleaned
from tests.corpus.marketplaces import AUTHSERV
from tests.corpus.marketplaces import cases as marketplace_cases
from tests.corpus.replies import cases, pages

CORPUS = Path(__file__).parents[1] / "corpus"
MAILS = [path.read_bytes() for path in sorted((CORPUS / "bounces").glob("*.eml"))]
TEXTS = [case.text for case in cases()]
PAGES = [html for _, html, _ in pages()]
FIELDS = [
    *(b"Content-Type: multipart/mixed; boundary=b\n", b"\n--b\n", b"--b--\n", b"\n\n", b"\r\r\n"),
    *(b"Content-Type: text/html; charset=utf-7\n", b"Content-Type: text/calendar\n", b"\x1b$B"),
    *(b"Content-Type: text/plain; charset=utf-16; format=flowed; delsp=yes\n", b"Action: failed\n"),
    *(b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: x-uuencode\n"),
    *(b"Content-Type: application/ms-tnef; name=winmail.dat\n", b"\x78\x9f\x3e\x22\x01\x00"),
    *(b"Content-Type: message/rfc822\n", b"Subject: =?utf-8?b?4pyT?= =?x?q?=ff?=\n", b"\x00"),
    *(b"Date: Fri, 99 Nov 99999\n", b"To: a, b; c: d@e, ;\n", b"name*0*=utf-8''%e2; name*=x''%f"),
    *(b"BEGIN:VEVENT\nSUMMARY:x\n", b"Content-Type: message/delivery-status\n", b"\xff\xfe"),
]
TAGS = [
    *("<table>", "<th>", "<td>", "</table>", "<blockquote>", "</blockquote>", "<pre>", "</div>"),
    *("<div class=yahoo_quoted>", "<div name=quote>", "-- <br>", "<ol start=9><li>", "<!--"),
    *("<div style='border:none;border-top:solid red 1pt;padding:3pt'>", "<a href='https://x.y/'>"),
    *(
        "</a>",
        "<svg>",
        "<select>",
        "<plaintext>",
        "<template>",
        "&#x",
        '"',
        "<td",
        "\x00",
        "\ud800",
    ),
]
MARKS = [
    *(
        "> ",
        "\n",
        "\n\n",
        "-- \n",
        "--\n",
        "From: a@b.c\nSent: 1:00\nTo: b\nSubject: c\n",
        "wrote:",
    ),
    *("On 1/1/2026 at 1:00 <a@b.c> wrote:\n", "-----Original Message-----\n", "_" * 32 + "\n", "@"),
    *("----- Begin message -----", "----- End message -----", "Sent from my iPhone\n", "| a\n"),
    *(
        "see answers below\n",
        ">:(\n",
        "---------- Forwarded message ---------\n",
        "A> b\n",
        "\ud800",
    ),
]


@st.composite
def mixed(draw: st.DrawFn, wholes: list[bytes], pieces: list[bytes]) -> bytes:
    """Return a whole of the corpus with pieces put in, taken out and repeated."""
    data = draw(st.sampled_from(wholes))
    for _ in range(draw(st.integers(0, 8))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 60)))
        times = draw(st.sampled_from([0, 0, 1, 2, 40]))
        piece = draw(st.sampled_from([*pieces, data[start:end]]))
        data = data[:start] + piece * times + data[end:]
    return data[:200_000]


def _bytes(texts: list[str]) -> list[bytes]:
    return [text.encode("utf-8", "surrogatepass") for text in texts]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


@given(mixed(MAILS, FIELDS))
def test_no_mail_raises_or_takes_long(raw: bytes) -> None:
    """One such mail among thousands would hold up all that lie behind it."""
    check_mail(raw)


@given(mixed(_bytes(PAGES), _bytes(TAGS)))
def test_no_page_raises_or_takes_long(data: bytes) -> None:
    """Pages are made by programs of every age, and by people who mean harm."""
    check_page(data)


@given(mixed(_bytes(TEXTS), _bytes(MARKS)))
def test_no_reply_loses_a_line_or_all_of_them(data: bytes) -> None:
    """Marks in any order: the parts are the text, and something of it is seen."""
    check_reply(data)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["mail", "page", "reply"])
def test_the_same_for_longer(kind: str) -> None:
    """What a minute of chance does not find is rare enough to be told by a user."""
    wholes, pieces, check = {
        "mail": (MAILS, FIELDS, check_mail),
        "page": (_bytes(PAGES), _bytes(TAGS), check_page),
        "reply": (_bytes(TEXTS), _bytes(MARKS), check_reply),
    }[kind]

    settings(max_examples=1_000, deadline=None)(given(mixed(wholes, pieces))(check))()


def check_mail(raw: bytes) -> None:
    """Read a mail as ingest and the screen do."""
    begun = process_time()
    try:
        message = parse(
            raw,
            place=Place("INBOX", "1", "1", Role.INBOX),
            accepted_at=datetime(2026, 11, 20, tzinfo=UTC),
        )
    except Unreadable:
        return
    text = clean(message.text)
    misleading(text)
    assert "".join(part.text for part in split(text, subject=message.subject)) == text
    assert process_time() - begun < 1


def check_page(data: bytes) -> None:
    """Read a page; what comes out has lines that all stand in parts."""
    begun = process_time()
    text = clean(text_of(_text(data)))
    assert "".join(part.text for part in split(text)) == text
    assert process_time() - begun < 1


def check_reply(data: bytes) -> None:
    """Read a reply; its parts joined are its text, and one of them is seen if any words are."""
    text = _text(data)
    parts = split(text)
    assert "".join(part.text for part in parts) == text
    assert not text.strip() or any(not part.quoted and part.text.strip() for part in parts)


def check_pack(raw: bytes) -> None:
    """Read a mail as one whose sender our server may have proven."""
    begun = process_time()
    try:
        message = parse(
            raw,
            place=Place("INBOX", "1", "1", Role.INBOX),
            accepted_at=datetime(2026, 11, 20, tzinfo=UTC),
            own=frozenset({"shop@shop.example"}),
            authserv_id=AUTHSERV,
        )
    except Unreadable:
        return
    cleaned(message)
    assert process_time() - begun < 1


READERS: dict[str, Callable[[bytes], None]] = {
    "mail": check_mail,
    "page": check_page,
    "reply": check_reply,
    "pack": check_pack,
}
SEEDS: dict[str, list[bytes]] = {
    "mail": MAILS,
    "page": _bytes(PAGES),
    "reply": _bytes(TEXTS),
    "pack": [case.raw for case in marketplace_cases()],
}


@given(mixed(SEEDS["pack"], FIELDS))
def test_no_marketplace_mail_raises_or_takes_long(raw: bytes) -> None:
    """A marketplace changes its mails without asking us."""
    check_pack(raw)
