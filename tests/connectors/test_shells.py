"""Parts that no reader shows: a mail never looks empty when it is not."""

from __future__ import annotations

import base64
import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email import calendars, tnef
from connectors.email.mime import parse
from connectors.email.parameters import made_name
from connectors.values import Message, Place, Role

INVITATION = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY;LANGUAGE=en:Pick up the lamp\\, and
  the shade
DTSTART;TZID=Europe/Berlin:20261120T100000
DTEND;TZID=Europe/Berlin:20261120T103000
LOCATION:Harbour Road 3\\nHamburg
END:VEVENT
END:VCALENDAR
"""


def read(head: str, body: str) -> Message:
    """Return a mail with these header lines and this body as a message."""
    raw = f"From: anna@example.org\n{head}\n\n{body}".replace("\n", "\r\n").encode()
    place = Place("INBOX", "1", "1", Role.INBOX)
    return parse(raw, place=place, accepted_at=datetime(2026, 11, 20, tzinfo=UTC))


def winmail(*attributes: tuple[int, bytes]) -> bytes:
    """Return a container with these attributes."""
    written = struct.pack("<IH", 0x223E9F78, 1)
    for kind, value in attributes:
        written += struct.pack("<BHHI", 1, kind, 1, len(value)) + value
        written += struct.pack("<H", sum(value) % 65536)
    return written


def test_an_invitation_is_told_in_three_lines() -> None:
    """A buyer who proposes to pick it up has said when."""
    message = read("Content-Type: text/calendar; method=REQUEST; charset=utf-8", INVITATION)

    assert message.text == (
        "[Invitation: Pick up the lamp, and the shade\n"
        "When: 2026-11-20 10:00 Europe/Berlin - 10:30 Europe/Berlin\n"
        "Where: Harbour Road 3 Hamburg]"
    )
    assert [each.media_type for each in message.attachments] == ["text/calendar"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("SUMMARY:x\nDTSTART:20261120T090000Z", "[Invitation: x\nWhen: 2026-11-20 09:00 UTC]"),
        ("SUMMARY:x\nDTSTART;VALUE=DATE:20261120", "[Invitation: x\nWhen: 2026-11-20]"),
        (
            "DTSTART:20261120T0900\nDTEND:20261121T0900",
            "[Invitation: no title\nWhen: 2026-11-20 09:00 - 2026-11-21 09:00]",
        ),
        ("DTSTART:tomorrow\nSUMMARY:x", "[Invitation: x]"),
        ("", ""),
    ],
)
def test_as_much_is_told_as_there_is(lines: str, told: str) -> None:
    """Calendars of phones leave out what they like."""
    assert calendars.told(f"BEGIN:VEVENT\n{lines}\nEND:VEVENT\nSUMMARY:outside") == told


def test_an_invitation_stands_below_the_words() -> None:
    """The words come first, as the sender wrote them."""
    message = read(
        "Content-Type: multipart/alternative; boundary=b",
        f"--b\n\nSee you.\n--b\nContent-Type: text/calendar\n\n{INVITATION}--b--\n",
    )

    assert message.text.startswith("See you.\n\n[Invitation: Pick up the lamp")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("DESCRIPTION:I come by car\\, is\n  that ok?\\nAnna", "I come by car, is that ok?\nAnna"),
        ("DESCRIPTION:\nCOMMENT:Only after five.", "Only after five."),
        ("COMMENT:Only after five.\nDESCRIPTION:Your own words", "Only after five."),
    ],
)
def test_words_that_stand_in_an_invitation_alone_are_read(lines: str, words: str) -> None:
    """A buyer who writes into the invitation has written to us."""
    inside = INVITATION.replace("END:VEVENT", f"{lines}\nEND:VEVENT")
    message = read("Content-Type: text/calendar", inside)

    assert message.text.startswith(f"{words}\n\n[Invitation: Pick up the lamp")


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "encrypted (S/MIME)"),
        ("application/x-pkcs7-mime; name=smime.p7m", "encrypted (S/MIME)"),
        ("application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", "signed (S/MIME)"),
    ],
)
def test_an_smime_shell_is_shown_as_such(head: str, told: str) -> None:
    """An empty mail would be taken for a mistake of the buyer's, and left."""
    message = read(f"Content-Type: {head}\nContent-Transfer-Encoding: base64", "MIAGCSqG\n")

    assert told in message.text
    assert [each.name for each in message.attachments] == ["smime.p7m"]


def test_a_pgp_shell_is_shown_as_such() -> None:
    """So the seller asks again, or opens it elsewhere."""
    message = read(
        'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
        "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n"
        "--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN"
        " PGP\n--b--\n",
    )

    assert "encrypted (PGP)" in message.text
    assert "encrypted.asc" in [each.name for each in message.attachments]


def test_words_encrypted_within_the_text_are_shown_as_such() -> None:
    """Old programs put the letters where the words were: they look like a virus."""
    armour = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----"

    assert read("Subject: x", armour).text.startswith("[This mail is encrypted (PGP).")
    assert read("Subject: x", f"What is this?\n\n{armour}").text.startswith("What is this?")


@pytest.mark.parametrize(
    ("number", "media_type", "name"),
    [
        ("2", "text/calendar", "text-2.ics"),
        ("2", "image/jpeg", "image-2.jpeg"),
        ("1.2", "message/disposition-notification", "message-1.2.txt"),
        ("1.1.1.1.1.1.7", "multipart/mixed", "multipart-7.mixed"),
        ("3", "message/rfc822", "message.eml"),
        ("3", "application/", "application-3"),
    ],
)
def test_a_part_without_a_name_gets_one_that_opens(number: str, media_type: str, name: str) -> None:
    """A computer opens an invitation by its ending, or asks what it is."""
    assert made_name(number, media_type) == name


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n"])
def test_words_are_found_whatever_ends_a_line(end: str) -> None:
    """Relays that end each line twice are old, and still there."""
    raw = "From: anna@example.org\nSubject: Lamp\n\nPlease cancel.\n".replace("\n", end).encode()
    place = Place("INBOX", "1", "1", Role.INBOX)

    message = parse(raw, place=place, accepted_at=datetime(2026, 11, 20, tzinfo=UTC))

    assert (message.subject, message.text.strip()) == ("Lamp", "Please cancel.")


def test_a_mail_that_is_passed_on_without_a_word_is_read() -> None:
    """A buyer who sends the carrier's mail as a file has said what it says."""
    inner = "From: DPD <a@dpd.example>\nSubject: Returned\n\nThe parcel goes back.\n"
    message = read("Content-Type: message/rfc822", inner)
    beside = read(
        "Content-Type: multipart/mixed; boundary=b",
        f"--b\n\nSee this.\n--b\nContent-Type: message/rfc822\n\n{inner}--b--\n",
    )

    assert message.text == (
        "[A mail that is passed on: Returned\nFrom: DPD <a@dpd.example>]\n\nThe parcel goes back."
    )
    assert beside.text == "See this."
    assert [each.name for each in message.attachments] == ["message.eml"]


def test_a_signed_mail_is_read_like_any() -> None:
    """The signature is a file beside the words."""
    message = read(
        "Content-Type: multipart/signed; micalg=sha-256; boundary=b",
        "--b\n\nPlease cancel.\n--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\n"
        "\nx\n--b--\n",
    )

    assert message.text == "Please cancel."


def test_what_outlook_packed_is_named() -> None:
    """The photo of the broken lamp is in there, and no other program says so."""
    data = winmail(
        (0x9007, struct.pack("<I", 1252)), (0x8010, b"lamp.jpg\0"), (0x8010, b"\xe4.pdf\0")
    )
    encoded = base64.encodebytes(data).decode()
    message = read(
        "Content-Type: multipart/mixed; boundary=b",
        "--b\n\nIt broke.\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n"
        f"Content-Transfer-Encoding: base64\n\n{encoded}--b--\n",
    )

    assert message.text == "It broke.\n\n[winmail.dat, made by Outlook, holds: lamp.jpg, ä.pdf]"


def test_words_that_only_outlook_packed_are_read() -> None:
    """Else the buyer's words would be lost in a file that nobody opens."""
    encoded = base64.encodebytes(winmail((0x800C, b"It broke.\r\nAnna\0"))).decode()
    message = read(
        "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64",
        encoded,
    )

    assert message.text.startswith("It broke.\nAnna\n\n[winmail.dat, made by Outlook, holds:")


@pytest.mark.slow
@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_container_is_too_broken(tail: bytes, cut: int) -> None:
    """Anybody may send one."""
    whole = winmail((0x8010, b"a.jpg\0"), (0x800C, b"words")) + tail
    found = tnef.read(whole[:cut])

    assert tail or all("a.jpg".startswith(name) for name in found.names)
    assert tail or "words".startswith(found.text)


@given(st.text(max_size=300))
def test_no_invitation_is_too_broken(text: str) -> None:
    """It may be cut anywhere and hold anything."""
    told = calendars.told(f"BEGIN:VEVENT\nSUMMARY:{text}\nDTSTART;{text}:{text}\n{text}")

    assert told.startswith("[")
