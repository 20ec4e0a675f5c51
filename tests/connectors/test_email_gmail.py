"""Gmail's folders are labels: a mail under three is one, and to archive is to leave INBOX."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.conformance import pull_all
from connectors.contract import Account
from connectors.email import EmailConnector
from connectors.values import Mark, Role
from tests.fakes.gmail import ALL, SENT, SPAM, Gmail
from tests.fakes.mails import mail
from tests.fakes.ports import HOST


@pytest.fixture
def gmail() -> Iterator[Gmail]:
    """A mailbox with a label of the seller's own."""
    with Gmail(["Orders"]) as server:
        yield server


def connect(gmail: Gmail, *folders: str) -> EmailConnector:
    """Return a new connector to the mailbox."""
    settings: dict[str, str | tuple[str, ...]] = {
        "address": "shop@example.com",
        "username": "shop",
        "imap_host": HOST,
        "imap_port": str(gmail.port),
        "imap_security": "none",
        "smtp_host": HOST,
        "smtp_port": "9",
        "smtp_security": "none",
        "folders": folders,
    }
    return EmailConnector(Account("uid", "shop", settings, lambda _: "secret"), answer_seconds=20)


@pytest.fixture
def shop(gmail: Gmail) -> Iterator[EmailConnector]:
    """The account, as most have it."""
    connector = connect(gmail)
    yield connector
    connector.close()


def test_a_mail_under_several_labels_is_one_message(gmail: Gmail) -> None:
    """A question answered once must not be owed twice."""
    gmail.deliver(mail("Question"), "INBOX", "Orders")
    gmail.deliver(mail("Re: Question", sender="shop@example.com"), SENT)
    connector = connect(gmail, "INBOX", "Orders")
    found = pull_all(connector)
    connector.close()

    names = {(each.subject, each.remote_id, each.body_digest) for each in found.messages}
    assert sorted(name[0] for name in names) == ["Question", "Re: Question"]
    assert {place.folder for each in found.messages for place in each.places} == {
        "INBOX",
        "Orders",
        SENT,
    }


def test_to_archive_takes_it_out_of_inbox_and_nothing_else(
    gmail: Gmail, shop: EmailConnector
) -> None:
    """The phone shows it under All Mail, with its other labels; here it is the same message."""
    gmail.deliver(mail("Archived long ago"))
    gmail.deliver(mail("Done"), "INBOX", "Orders")
    before = pull_all(shop)
    shop.mark(before.only.places, Mark.ARCHIVED)
    after = pull_all(shop, before.checkpoint)

    assert gmail.where("Done") == [{ALL, "Orders"}]
    assert [place.folder for place in after.gone] == ["INBOX"]
    assert (after.only.remote_id, after.only.places[0].role) == (
        before.only.remote_id,
        Role.ARCHIVE,
    )


@pytest.mark.parametrize("restarted", [False, True])
def test_undo_puts_the_label_back_and_the_mail_is_there_once(
    gmail: Gmail, shop: EmailConnector, *, restarted: bool
) -> None:
    """A restart between the two knows nothing of the move, and finds the mail by its name."""
    gmail.deliver(mail("Done", message_id="done@buyer.example"), "INBOX")
    before = pull_all(shop)
    shop.mark(before.only.places, Mark.ARCHIVED)
    again = connect(gmail) if restarted else shop
    pulled = pull_all(again, before.checkpoint)
    places = again.find(["done@buyer.example", "other@buyer.example"])
    if not restarted:
        assert places == pulled.only.places
    again.mark(places, Mark.UNARCHIVED)
    after = pull_all(again, pulled.checkpoint)
    again.close()

    assert gmail.where("Done") == [{ALL, "INBOX"}]
    assert after.only.remote_id == before.only.remote_id
    assert after.only.places[0].folder == "INBOX"
    assert not any("MOVE" in said for said in gmail.heard[-12:])


def test_spam_leaves_every_label_and_comes_back(gmail: Gmail, shop: EmailConnector) -> None:
    """Spam is the one place where a mail is alone."""
    gmail.deliver(mail("Win"), "INBOX")
    before = pull_all(shop)
    shop.mark(before.only.places, Mark.JUNK)
    aside = gmail.where("Win")
    shop.mark(before.only.places, Mark.NOT_JUNK)

    assert (aside, gmail.where("Win")) == ([{SPAM}], [{ALL, "INBOX"}])


def test_what_the_phone_archives_is_not_told_as_new(gmail: Gmail, shop: EmailConnector) -> None:
    """All Mail holds years: what lies there already is nobody's question."""
    kept = gmail.deliver(mail("Question"), "INBOX")
    before = pull_all(shop)
    gmail.archive(kept)
    gmail.deliver(mail("Filed by a filter"))
    after = pull_all(shop, before.checkpoint)

    assert (after.subjects, [place.folder for place in after.gone]) == ([], ["INBOX"])
