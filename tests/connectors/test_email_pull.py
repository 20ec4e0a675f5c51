"""Pulling a mailbox: the cases that only mailboxes have."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from connectors.conformance import Pulled, pull_all
from connectors.values import Batch, Direction, Mark, Origin, Place, Role
from tests.connectors.mail_service import MailService
from tests.fakes.dovecot import Dovecot
from tests.fakes.mails import mail
from tests.fakes.pymap_server import PymapServer

TELLS = (
    "The server tells of new mail in INBOX at once; other folders are looked at every 60 seconds."
)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_our_own_address_in_the_inbox_is_the_buyers_until_proven(shop: MailService) -> None:
    """A forged sender must not stop a clock."""
    shop.put(mail("Forged", sender=f"The Shop <{shop.seller.address.upper()}>"))
    message = pull_all(shop.connect()).only

    assert (message.direction, message.claims_to_be_us) == (Direction.IN, True)


def test_an_alias_is_our_own_address_too(shop: MailService) -> None:
    """The shop may answer as sales@ and info@."""
    shop.put(mail("Forged", sender="sales@example.com"))
    connector = shop.connect_with({"aliases": ("sales@example.com", "info@example.com")})

    assert pull_all(connector).only.claims_to_be_us


def test_inbox_and_sent_are_mixed_by_time(shop: MailService) -> None:
    """A question that was answered must not stand there as owed until Sent has its turn."""
    for number in range(90):
        folder = "Sent" if number % 3 == 2 else "INBOX"
        shop.put(mail(f"Mail {number}"), folder, START + timedelta(minutes=number))
    pulled = pull_all(shop.connect())

    assert pulled.subjects == [f"Mail {number}" for number in reversed(range(90))]
    roles = {message.places[0].role for message in pulled.batches[0].messages}
    assert roles == {Role.INBOX, Role.SENT}


def test_a_place_says_where_the_mail_lies(shop: MailService) -> None:
    """Marks and attachments are asked for by it."""
    shop.put(mail("Question"))
    place = pull_all(shop.connect()).only.places[0]

    assert place == Place("INBOX", place.epoch, "1", Role.INBOX)
    assert int(place.epoch) > 0


def test_a_mailbox_numbered_anew_makes_no_doubles(shop: MailService, dovecot: Dovecot) -> None:
    """The same ids come again under the new numbers, and only then are the old ones void."""
    for number in range(70):
        shop.put(mail(f"Mail {number}"), accepted_at=START + timedelta(minutes=number))
    before = pull_all(shop.connect())
    shop.hang_up()
    dovecot.change_uidvalidity(shop.user)
    after = pull_all(shop.connect(), before.checkpoint)
    again = pull_all(shop.connect(), after.checkpoint)

    assert {m.remote_id for m in after.messages} == {m.remote_id for m in before.messages}
    old = before.messages[0].places[0].epoch
    assert [batch.lapsed for batch in after.batches] == [(), (("INBOX", old),)]
    assert after.gone == []
    assert again.batches == []


def test_a_kill_while_a_mailbox_is_numbered_anew_leaves_the_old_places_until_the_end(
    shop: MailService, dovecot: Dovecot
) -> None:
    """Declared void too early, mails would look gone."""
    for number in range(70):
        shop.put(mail(f"Mail {number}"), accepted_at=START + timedelta(minutes=number))
    before = pull_all(shop.connect())
    shop.hang_up()
    dovecot.change_uidvalidity(shop.user)
    first: Batch = next(iter(shop.connect().pull(before.checkpoint)))
    rest = pull_all(shop.connect(), first.checkpoint)

    assert first.lapsed == ()
    assert rest.batches[-1].lapsed == (("INBOX", before.messages[0].places[0].epoch),)
    assert len(first.messages) + len(rest.messages) == 70


def test_a_round_without_news_asks_for_no_list(shop: MailService) -> None:
    """It is made every minute, also on a train."""
    for number in range(5):
        shop.put(mail(f"Mail {number}"))
    connector = shop.connect()
    before = pull_all(connector)
    shop.imap_line.heard = b""
    after = pull_all(connector, before.checkpoint)

    assert after.batches == []
    assert b"SEARCH" not in shop.imap_line.heard
    assert b"FETCH" not in shop.imap_line.heard


def test_nothing_is_opened_for_writing_by_looking(shop: MailService) -> None:
    """Read-only, so that no mail is marked as read and no `Recent` is taken from others."""
    shop.put(mail("Question"))
    connector = shop.connect()
    pull_all(connector)
    connector.check()

    assert b"SELECT" not in shop.imap_line.heard
    assert b"BODY[" not in shop.imap_line.heard


def test_a_mail_that_goes_while_we_look_is_passed_over(shop: MailService) -> None:
    """The phone deletes while we fetch: the others come in all the same."""
    for number in range(3):
        shop.put(mail(f"Mail {number}"))

    def delete() -> None:
        with shop.phone() as phone:
            phone.delete("Mail 1")

    shop.imap_line.fault.when = (b"BODY.PEEK", delete)
    connector = shop.connect()
    pulled = pull_all(connector)
    again = pull_all(connector, pulled.checkpoint)

    assert sorted(pulled.subjects) == ["Mail 0", "Mail 2"]
    assert again.messages == []


def test_a_mail_that_is_never_handed_out_is_told_in_the_end(shop: MailService) -> None:
    """It must not stop the others, and must not be forgotten either."""
    shop.put(mail("Good", "Hello?"))
    shop.put(mail("Bad", "XXXX" * 10))
    shop.imap_line.fault.rewrite = _without_the_words_of(b"XXXX")
    pulled = Pulled(None)
    for _ in range(4):
        for batch in shop.connect().pull(pulled.checkpoint):
            pulled.add(batch)

    assert pulled.subjects == ["Good"]
    (kept,) = pulled.quarantined
    assert "does not hand it out" in kept.reason


def test_a_mail_that_is_handed_out_later_comes_in(shop: MailService) -> None:
    """A server's bad moment loses no question."""
    shop.put(mail("Bad", "XXXX" * 10))
    shop.imap_line.fault.rewrite = _without_the_words_of(b"XXXX")
    connector = shop.connect()
    before = pull_all(connector)
    shop.imap_line.fault.rewrite = None
    after = pull_all(connector, before.checkpoint)
    again = pull_all(connector, after.checkpoint)

    assert before.messages == []
    assert after.subjects == ["Bad"]
    assert again.batches == []


def _without_the_words_of(words: bytes) -> Callable[[bytes], bytes]:
    """Return a rewriting of answers in which a mail with these words comes without them."""

    def rewrite(said: bytes) -> bytes:
        for found in re.finditer(rb"BODY\[\] \{(\d+)\}\r\n", said):
            whole = said[found.start() : found.end() + int(found[1])]
            if words in whole:
                return said.replace(whole, b"BODY[] NIL")
        return said

    return rewrite


def test_a_message_that_moved_keeps_its_id(shop: MailService) -> None:
    """Sorted into another folder it is still the same question."""
    shop.put(mail("Question", message_id="same@buyer.example"))
    connector = shop.connect_with({"folders": ("INBOX", "Orders")})
    with shop.phone() as phone:
        phone.create("Orders")
    before = pull_all(connector)
    shop.put(mail("Question", message_id="same@buyer.example"), "Orders")
    after = pull_all(connector, before.checkpoint)

    assert [message.places[0].folder for message in after.messages] == ["Orders"]


def test_a_folder_with_foreign_letters_is_pulled(shop: MailService) -> None:
    """Folder names have an encoding of their own."""
    with shop.phone() as phone:
        phone.create("Bestellungen &- K&AOQ-ufe")
    connector = shop.connect_with({"folders": ("INBOX", "Bestellungen & Käufe")})
    lines = connector.check().lines

    assert "Bestellungen & Käufe holds 0 messages." in lines


def test_a_folder_that_is_missing_is_told(shop: MailService) -> None:
    """A slip of the pen in the settings would hide a whole folder."""
    connector = shop.connect_with({"folders": ("INBOX", "Shpo")})
    lines = connector.check().lines

    assert any(line.startswith("There is no folder named Shpo.") for line in lines)
    assert pull_all(connector).messages == []
    assert connector.lacks == "There is no folder named Shpo. What lies in it is not seen here."


def test_a_folder_that_somebody_renames_is_told_until_it_is_back(shop: MailService) -> None:
    """What buyers write into it would lie there unseen while all seems well."""
    shop.put(mail("Return", message_id="r@x"), "Returns")
    connector = shop.connect_with({"folders": ("INBOX", "Returns")})
    found = pull_all(connector)
    before = connector.lacks
    with shop.phone() as phone:
        phone.rename("Returns", "Old")
    found = pull_all(connector, found.checkpoint)
    lacks = connector.lacks
    with shop.phone() as phone:
        phone.rename("Old", "Returns")
    found = pull_all(connector, found.checkpoint)

    assert (before, lacks) == (
        "",
        "There is no folder named Returns. What lies in it is not seen here.",
    )
    assert connector.lacks == ""
    assert all(message.subject == "Return" for message in found.messages)


def test_the_check_says_what_there_is(shop: MailService) -> None:
    """In words a seller understands."""
    shop.put(mail("Question"))

    assert shop.connect().check().lines == (
        f"Logged in to 127.0.0.1 as {shop.user}.",
        "INBOX holds 1 message.",
        "Sent holds 0 messages.",
        "Sent mail lies in Sent.",
        TELLS,
        "Your mail server says nothing of senders: none of them can be proven.",
        "127.0.0.1 accepted the login; replies can be sent.",
    )


def test_the_server_that_judges_senders_is_proposed_and_believed_once_confirmed(
    shop: MailService,
) -> None:
    """Nobody reads headers; and until the seller agrees, no pass proves anything."""
    word = b"Authentication-Results: mx.shop.example; dmarc=pass header.from=example.com\r\n"
    for name in ("One", "Two", "Three"):
        shop.put(word + mail(name, sender="Anna <anna@example.com>"))
    before = shop.connect()
    trusting = shop.connect_with({"authserv_id": "MX.shop.example"})

    found = before.check()
    assert any('set authserv_id = "mx.shop.example"' in line for line in found.lines)
    assert [(one.key, one.value) for one in found.proposals] == [("authserv_id", "mx.shop.example")]
    assert "Senders are judged by the word of mx.shop.example." in trusting.check().lines
    assert trusting.check().proposals == ()
    assert {each.origin for each in pull_all(before).messages} == {Origin.UNKNOWN}
    assert {each.origin for each in pull_all(trusting).messages} == {Origin.GENUINE}


def test_marks_of_a_mailbox_numbered_anew_are_not_touched(
    shop: MailService, dovecot: Dovecot
) -> None:
    """The same number is another mail now."""
    shop.put(mail("Question"))
    connector = shop.connect()
    message = pull_all(connector).only
    shop.hang_up()
    dovecot.change_uidvalidity(shop.user)
    shop.connect().mark(message.places, Mark.SEEN)

    assert pull_all(shop.connect()).only.seen is False


@pytest.mark.parametrize("flags", ["", "\\Seen"])
def test_marks_are_compared_where_the_server_does_not_count_changes(
    pymap: PymapServer, shop: MailService, flags: str
) -> None:
    """The phone's reading is noticed at every server."""
    poor = MailService(pymap, shop.smtp)
    try:
        pymap.deliver(poor.user, mail("Question"), flags=flags)
        connector = poor.connect()
        before = pull_all(connector)
        quiet = pull_all(connector, before.checkpoint)
        with poor.phone() as phone:
            phone.flag("Question", "\\Seen", on=not flags)
        after = pull_all(connector, before.checkpoint)

        assert quiet.batches == []
        assert [change.seen for change in after.changes] == [not flags]
    finally:
        poor.close()
