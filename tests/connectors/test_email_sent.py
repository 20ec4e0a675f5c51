"""The Sent folder holds each reply once, whoever saves it and however often we are killed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from connectors import steps
from connectors.conformance import pull_all, reply_to
from connectors.contract import Temporary, Unsure
from connectors.email import EmailConnector
from connectors.email.compose import compose
from connectors.values import OutgoingFile, Reply
from tests.connectors.mail_service import MailService
from tests.fakes.dovecot import Dovecot
from tests.fakes.mails import mail
from tests.fakes.pymap_server import PymapServer


class Killed(BaseException):
    """The plug was pulled."""


@pytest.fixture
def killing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list: at the step that is put into it the plug is pulled, once."""
    at: list[str] = []

    def hook(name: str) -> None:
        if name in at:
            at.remove(name)
            raise Killed

    monkeypatch.setattr(steps, "hook", hook)
    return at


def answered(shop: MailService) -> tuple[EmailConnector, Reply]:
    """Return a connector and the reply to a question that it sent."""
    shop.put(mail("Question"))
    connector = shop.connect()
    reply = reply_to(shop, pull_all(connector).only)
    connector.send(reply)
    return connector, reply


def test_a_reply_is_saved_as_it_was_sent(shop: MailService, dovecot: Dovecot) -> None:
    """The seller's phone shows it, read, with its time, and it is the same mail."""
    connector, reply = answered(shop)
    connector.settle(reply)
    (saved,) = dovecot.mails(shop.user, "Sent")
    with shop.phone() as phone:
        flags = phone.flags("Re: Question", "Sent")

    assert saved == shop.smtp.received[-1].content == compose(reply)
    assert flags == {"\\Seen"}


def test_the_question_is_marked_as_answered(shop: MailService) -> None:
    """Other mail programs show the little arrow."""
    connector, reply = answered(shop)
    connector.settle(reply)
    with shop.phone() as phone:
        assert phone.flags("Question") == {"\\Answered"}


@pytest.mark.parametrize(
    "step", ["settle.before_append", "settle.appended", "settle.before_answered"]
)
def test_a_kill_while_saving_makes_no_second_copy(
    shop: MailService, dovecot: Dovecot, killing: list[str], step: str
) -> None:
    """After any restart it is looked for before it is saved."""
    connector, reply = answered(shop)
    killing.append(step)
    with pytest.raises(Killed):
        connector.settle(reply)
    connector.close()
    shop.connect().settle(reply)

    assert len(dovecot.mails(shop.user, "Sent")) == 1
    with shop.phone() as phone:
        assert phone.flags("Question") == {"\\Answered"}


@pytest.mark.parametrize("header", [b"Message-ID: <%s>", b"X-Seller-Inbox-Key: %s"])
def test_what_the_provider_saved_is_not_saved_again(
    shop: MailService, dovecot: Dovecot, header: bytes
) -> None:
    """Some change the Message-ID when they save, and keep our own header."""
    connector, reply = answered(shop)
    theirs = header % str(reply.key).encode() + b"\r\nSubject: Re: Question\r\n\r\nSaved.\r\n"
    shop.put(theirs, "Sent")
    connector.settle(reply)

    assert dovecot.mails(shop.user, "Sent") == [theirs]


def test_a_copy_in_the_inbox_is_no_copy_in_sent(shop: MailService, dovecot: Dovecot) -> None:
    """Who sends to himself finds it there; it proves nothing about Sent."""
    connector, reply = answered(shop)
    shop.put(compose(reply), "INBOX")
    connector.settle(reply)

    assert len(dovecot.mails(shop.user, "Sent")) == 1


def test_a_copy_that_the_search_does_not_find_is_found_by_looking(
    shop: MailService, dovecot: Dovecot
) -> None:
    """Some servers search an index that lags behind."""
    connector, reply = answered(shop)
    shop.put(compose(reply), "Sent")
    shop.imap_line.fault.rewrite = lambda said: (
        said.replace(b" UID ALL ", b" UID MIN ")
        if b"ESEARCH" in said and b":" not in said
        else said
    )
    for number in range(3):
        shop.put(mail(f"Other {number}"), "Sent")
    before = len(dovecot.mails(shop.user, "Sent"))
    connector.settle(reply)

    assert len(dovecot.mails(shop.user, "Sent")) == before


@pytest.mark.parametrize("save_sent", ["no", "yes", "auto"])
def test_the_setting_decides_whether_replies_are_saved(
    shop: MailService, dovecot: Dovecot, save_sent: str
) -> None:
    """The seller knows the provider better than we do."""
    connector = shop.connect_with({"save_sent": save_sent})
    reply = reply_to(shop)
    connector.send(reply)
    connector.settle(reply)

    assert len(dovecot.mails(shop.user, "Sent")) == (0 if save_sent == "no" else 1)


def test_gmail_saves_by_itself(shop: MailService, dovecot: Dovecot) -> None:
    """A second copy would be in the conversation twice, for the buyer's next quote to confuse."""
    shop.imap_line.fault.rewrite = lambda said: said.replace(b"SNIPPET=FUZZY", b"X-GM-EXT-1")
    connector = shop.connect()
    reply = reply_to(shop)
    connector.send(reply)
    connector.settle(reply)

    assert dovecot.mails(shop.user, "Sent") == []


def test_a_sent_folder_is_made_where_there_is_none(pymap: PymapServer, shop: MailService) -> None:
    """A new mailbox may have none; the reply must not get lost over it."""
    bare = MailService(pymap, shop.smtp)
    try:
        connector = bare.connect()
        found = connector.check().lines
        reply = reply_to(bare)
        connector.send(reply)
        connector.settle(reply)
        connector.settle(reply)

        assert any("no folder for sent mail yet" in line for line in found)
        assert pymap.mails(bare.user, "Sent") == [compose(reply)]
        assert pull_all(connector).subjects == [reply.subject]
    finally:
        bare.close()


def test_looking_finds_what_stands_in_sent(shop: MailService) -> None:
    """Interrupted before the answer was noted: the Sent copy is the proof."""
    reply = reply_to(shop)
    accepted_at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    shop.put(compose(reply), "Sent", accepted_at)
    receipt = shop.connect().look(reply)

    assert receipt is not None
    assert receipt.accepted_at == accepted_at
    assert pull_all(shop.connect()).only.remote_id == receipt.remote_id


def test_absence_in_sent_proves_nothing(shop: MailService) -> None:
    """Not every provider saves what it sends: then the seller decides."""
    with pytest.raises(Unsure):
        shop.connect().look(reply_to(shop))


def test_saving_that_fails_is_temporary_and_sends_nothing(shop: MailService) -> None:
    """The reply is out; only its copy is late."""
    connector, reply = answered(shop)
    shop.imap_line.fault.cut_on = b"APPEND"
    with pytest.raises(Temporary):
        connector.settle(reply)
    shop.mend()
    connector.settle(reply)

    assert len(shop.arrived()) == 1
    assert sorted(pull_all(connector).subjects) == ["Question", "Re: Question"]


def test_a_reply_in_the_middle_of_a_pull_disturbs_neither(shop: MailService) -> None:
    """A first sync may take an hour; an answer given meanwhile goes out at once."""
    for number in range(120):
        shop.put(mail(f"Mail {number}"), "Sent" if number % 2 else "INBOX")
    connector = shop.connect()
    batches = connector.pull(None)
    first = next(batches)
    reply = reply_to(shop, first.messages[0])
    connector.send(reply)
    connector.settle(reply)
    rest = list(batches)
    after = pull_all(connector, rest[-1].checkpoint)

    subjects = [m.subject for batch in (first, *rest) for m in batch.messages]
    assert sorted(subjects) == sorted(f"Mail {number}" for number in range(120))
    assert after.subjects == [reply.subject]
    assert len(after.changes) == 1


def test_a_file_arrives_and_stands_in_sent_as_it_was_sent(
    shop: MailService, dovecot: Dovecot
) -> None:
    """The buyer has the label, and the seller's phone shows the same mail."""
    shop.put(mail("Question"))
    connector = shop.connect()
    content = bytes(range(256)) * 400
    file = OutgoingFile("Etikett Größe L.pdf", "application/pdf", content)
    reply = replace(reply_to(shop, pull_all(connector).only), files=(file,))
    connector.send(reply)
    connector.settle(reply)
    (saved,) = dovecot.mails(shop.user, "Sent")
    arrived = shop.smtp.received[-1].content
    read = message_from_bytes(arrived, policy=policy.default)

    assert saved == arrived == compose(reply)
    assert [
        (part.get_filename(), part.get_payload(decode=True)) for part in read.iter_attachments()
    ] == [(file.name, content)]
