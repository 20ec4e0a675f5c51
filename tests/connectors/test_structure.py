"""A large mail's parts: what is fetched, what is listed, whatever a server says of it."""

from __future__ import annotations

from base64 import encodebytes
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.email.structure import TEXT_LIMIT, Plan, parts_of, plan
from connectors.values import Attachment


def text(size: int = 10, disposition: Any = None, sub: bytes = b"plain") -> tuple[Any, ...]:
    """Return a text part as imapclient gives it."""
    return (
        *(b"text", sub, (b"CHARSET", b"utf-8"), None, None, b"8BIT"),
        *(size, 1, None, disposition, None, None),
    )


def image(size: int = 5000, *parameters: bytes) -> tuple[Any, ...]:
    """Return an attached image as imapclient gives it."""
    disposition = (b"ATTACHMENT", parameters or None)
    return (b"IMAGE", b"JPEG", None, None, None, b"BASE64", size, None, disposition, None, None)


def test_texts_are_fetched_and_the_rest_is_listed() -> None:
    """The photo of the broken lamp waits until somebody wants to see it."""
    alternative = ([text(), text(20, sub=b"html")], b"alternative")
    found = plan(([alternative, image(5000, b"filename", b"=?utf-8?q?l=C3=A4mp.jpg?=")], b"mixed"))

    assert [part.number for part in found.texts] == ["1.1", "1.2"]
    assert found.attachments == (Attachment("2", "lämp.jpg", "image/jpeg", 3652),)


def test_a_mail_of_one_part_has_the_number_one() -> None:
    """IMAP's rule for a mail that is no multipart."""
    (part,) = plan(text()).texts

    assert (part.number, part.media_type, part.encoding) == ("1", "text/plain", "8bit")
    assert part.parameters == {"charset": "utf-8"}


def test_an_attached_text_is_listed_and_not_read() -> None:
    """A log file of 50 MB is not the buyer's question."""
    found = plan(([text(), text(9, (b"attachment", (b"filename", b"log.txt")))], b"mixed"))

    assert [part.number for part in found.texts] == ["1"]
    assert [item.name for item in found.attachments] == ["log.txt"]


def test_an_attached_mail_is_one_attachment() -> None:
    """Its own parts are its own."""
    envelope = (b"d", b"s", None, None, None, None, None, None, None, b"<id>")
    attached = (
        *(b"message", b"rfc822", None, None, None, b"7bit", 342, envelope, text(), 9),
        *(None, (b"attachment", (b"filename*", b"utf-8''%c3%a4.eml")), None, None),
    )
    found = plan(([text(), attached], b"mixed"))

    assert found.attachments == (Attachment("2", "ä.eml", "message/rfc822", 342),)


def test_texts_beyond_the_limit_are_listed() -> None:
    """Somebody may send a book."""
    found = plan(([text(TEXT_LIMIT), text(10)], b"mixed"))

    assert [part.number for part in found.texts] == ["1"]
    assert [item.ref for item in found.attachments] == ["2"]


def test_a_bomb_of_nested_parts_ends() -> None:
    """Ten thousand levels are an attack, not a mail."""
    bomb: Any = text()
    for _ in range(10_000):
        bomb = ([bomb], b"mixed")

    assert plan(bomb) == Plan((), ())


leaves = st.none() | st.integers() | st.binary(max_size=8)
nodes = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=12) | st.lists(inner, max_size=12).map(tuple)
)


@pytest.mark.slow
@settings(max_examples=50)
@given(nodes)
def test_nonsense_is_no_crash(structure: Any) -> None:
    """Servers describe odd mails oddly."""
    numbers = [part.number for part in parts_of(structure)]

    assert len(set(numbers)) == len(numbers)
    plan(structure)


@pytest.mark.parametrize("octets", [0, 1, 2, 57, 58, 5000, 12_000_000])
def test_a_file_is_listed_with_its_own_size_and_not_that_of_its_letters(octets: int) -> None:
    """16 MB shown for a photo of 12 MB keeps a seller from passing it on."""
    sent = len(encodebytes(bytes(octets)).replace(b"\n", b"\r\n"))

    (listed,) = plan(image(sent)).attachments

    assert octets - 2 <= (listed.size or 0) <= octets + 2
