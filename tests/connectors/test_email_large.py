"""Large mails: the words come at once, the rest when somebody wants it."""

from __future__ import annotations

import pytest

from connectors.conformance import pull_all
from connectors.contract import Rejected
from connectors.email.reading import WHOLE_LIMIT
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
