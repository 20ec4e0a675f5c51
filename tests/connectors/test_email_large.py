"""Large mails: the words come at once, the rest when somebody wants it."""

from __future__ import annotations

import pytest

from connectors.conformance import pull_all
from connectors.contract import Rejected
from connectors.email.reading import WHOLE_LIMIT
from connectors.email.structure import TEXT_LIMIT
from connectors.values import Place, Role
from tests.connectors.mail_service import MailService
from tests.fakes.dovecot import Dovecot
from tests.fakes.mails import mail, with_attachment

PHOTO = bytes(range(256)) * 1_000


def test_a_large_mails_words_come_without_its_photos(shop: MailService) -> None:
    """A thousand photos would hold up the first sync for an hour."""
    shop.put(with_attachment("Broken lamp", "lamp.jpg", PHOTO, text="Look!\n"))
    told: list[int] = []

    def count(said: bytes) -> bytes:
        told.append(len(said))
        return said

    shop.imap_line.fault.rewrite = count
    connector = shop.connect()
    message = pull_all(connector).only
    (attachment,) = message.attachments

    assert message.text.strip() == "Look!"
    assert (attachment.name, attachment.media_type) == ("lamp.jpg", "image/jpeg")
    assert message.source is not None
    assert sum(told) < WHOLE_LIMIT
    assert connector.attachment(message.places[0], attachment.ref) == PHOTO


def test_a_small_mail_is_kept_whole(shop: MailService) -> None:
    """Its attachment is there offline."""
    raw = with_attachment("Receipt", "receipt.jpg", b"small")
    shop.put(raw)
    message = pull_all(shop.connect()).only

    assert message.source == raw
    assert [item.name for item in message.attachments] == ["receipt.jpg"]


def test_the_source_of_a_large_mail_can_be_fetched(shop: MailService) -> None:
    """It is one key away."""
    raw = with_attachment("Broken lamp", "lamp.jpg", PHOTO)
    shop.put(raw)
    connector = shop.connect()
    message = pull_all(connector).only

    assert connector.source(message.places[0]) == raw


def parts(kind: str, boundary: str, *inside: str) -> str:
    """Return a multipart with these parts."""
    said = "".join(f"--{boundary}\n{part}\n" for part in inside)
    return f"Content-Type: multipart/{kind}; boundary={boundary}\n\n{said}--{boundary}--\n"


def photo(size: int) -> str:
    """Return a part with a photo of about that size."""
    lines = ("A" * 76 + "\n") * (size // 77 + 1)
    return f"Content-Type: image/jpeg; name=p.jpg\nContent-Transfer-Encoding: base64\n\n{lines}"


PLAIN = "Content-Type: text/plain\n\nThe lamp is broken, as you see here:"
BELOW = "Content-Type: text/html\n\n<p>And the shade is too, please send me both.</p>"
SHAPES: dict[str, tuple[tuple[str, ...], str]] = {
    "words above and below in two forms": (
        ("signed", PLAIN, "{}", BELOW),
        "The lamp is broken, as you see here:\n\nAnd the shade is too, please send me both.",
    ),
    "encrypted": (
        ("encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1", "{}"),
        "[This mail is encrypted (PGP). Open it in a mail program that has your key.]",
    ),
    "signed around its words": (
        ("mixed", "Content-Type: application/pkcs7-mime; smime-type=signed-data\n\nM", "{}"),
        "[This mail is signed (S/MIME) in a way that hides its words from this program.]",
    ),
    "words called a file": (
        ("mixed", "{}", PLAIN.replace("\n\n", "\nContent-Disposition: attachment\n\n")),
        "The lamp is broken, as you see here:",
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_photo_changes_nothing_of_what_is_read(shop: MailService, shape: str) -> None:
    """A mail that is too large to be fetched whole says what it would say without its photo."""
    (kind, *inside), words = SHAPES[shape]
    for size in (100, WHOLE_LIMIT):
        filled = [photo(size) if part == "{}" else part for part in inside]
        whole = parts("mixed", "o", parts(kind, "i", *filled))
        raw = f"From: a@b.example\nMessage-ID: <{size}@b>\nMIME-Version: 1.0\n{whole}"
        shop.put(raw.replace("\n", "\r\n").encode())

    small, large = pull_all(shop.connect()).messages

    assert {small.text, large.text} == {words}
    assert [each.name for each in small.attachments] == [each.name for each in large.attachments]


REPORT = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n{}\nAction: failed\n"
COPY = f"From: shop@example.com\nMessage-ID: <ours@example.com>\n{photo(WHOLE_LIMIT)}"
NOTICES = {
    "a report": parts(
        *(
            "report",
            "r",
            "\n\nIt came back.",
            REPORT.format("Final-Recipient: rfc822; a@b.example"),
        ),
        f"Content-Type: message/rfc822\n\n{COPY}",
    ),
    "a text": f"X-Failed-Recipients: a@b.example\n\nIt came back.\n\n{COPY}",
}


@pytest.mark.parametrize("form", NOTICES)
def test_an_answer_that_comes_back_with_its_photo_is_known(shop: MailService, form: str) -> None:
    """Else a reply that never arrived would stop the clock for good."""
    raw = f"From: MAILER-DAEMON@mx.example\nMessage-ID: <b@mx>\nMIME-Version: 1.0\n{NOTICES[form]}"
    shop.put(raw.replace("\n", "\r\n").encode())

    found = pull_all(shop.connect()).only.bounce

    assert found is not None
    assert (found.names, found.recipients) == (("ours@example.com",), ("a@b.example",))


def test_a_text_that_does_not_end_says_so(shop: MailService) -> None:
    """What lies behind the limit would be missed by who does not know that there is more."""
    shop.put(mail("Log", "Where is it? " * (TEXT_LIMIT // 13 + 1)))

    assert pull_all(shop.connect()).only.text.endswith(
        "\n\n[This mail is longer than is shown here. Its source has all of it.]"
    )


def test_a_large_text_without_parts_comes(shop: MailService) -> None:
    """Somebody pastes a whole conversation."""
    text = "\n".join(f"Line {number} of a long story." for number in range(4_000))
    shop.put(mail("Long", text))
    message = pull_all(shop.connect()).only

    assert message.text.strip() == text
    assert len(text) > WHOLE_LIMIT


def test_a_large_mail_is_the_same_mail_in_every_folder(shop: MailService) -> None:
    """Moved to another folder it is not a second question."""
    raw = with_attachment("Broken lamp", "lamp.jpg", PHOTO)
    shop.put(raw)
    with shop.phone() as phone:
        phone.create("Orders")
    shop.put(raw, "Orders")
    messages = pull_all(shop.connect_with({"folders": ("INBOX", "Orders")})).messages

    assert len(messages) == 2
    assert len({(message.remote_id, message.body_digest) for message in messages}) == 1


@pytest.mark.parametrize("what", ["BODYSTRUCTURE (", "BODYSTRUCTURE ((("])
def test_a_structure_that_makes_no_sense_costs_no_words(shop: MailService, what: str) -> None:
    """Then the beginning of the mail is fetched as it is."""
    shop.put(with_attachment("Broken lamp", "lamp.jpg", PHOTO, text="Look!\n"))
    shop.put(mail("Other"))
    shop.imap_line.fault.rewrite = lambda said: said.replace(b"BODYSTRUCTURE ((", what.encode())
    pulled = pull_all(shop.connect())

    texts = {message.subject: message.text.strip() for message in pulled.messages}
    assert texts["Broken lamp"] == "Look!"
    assert set(texts) == {"Broken lamp", "Other"}


def test_what_is_no_longer_there_is_said_to_be_gone(shop: MailService, dovecot: Dovecot) -> None:
    """A phone deleted it, or the mailbox was numbered anew: never another mail's photo."""
    shop.put(with_attachment("Broken lamp", "lamp.jpg", PHOTO))
    connector = shop.connect()
    message = pull_all(connector).only
    place = message.places[0]
    ref = message.attachments[0].ref

    with pytest.raises(Rejected):
        connector.attachment(place, "7.7")
    with pytest.raises(Rejected):
        connector.source(Place("Nowhere", place.epoch, place.id, Role.OTHER))
    with pytest.raises(Rejected):
        connector.source(Place("INBOX", place.epoch, "99", Role.INBOX))
    shop.hang_up()
    dovecot.change_uidvalidity(shop.user)
    with pytest.raises(Rejected):
        shop.connect().attachment(place, ref)
