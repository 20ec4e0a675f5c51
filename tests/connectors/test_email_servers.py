"""Servers differ: what one cannot do, or does in its own way, costs no question."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from connectors.conformance import ConnectorConformance, pull_all
from connectors.contract import LoginRefused, Temporary
from connectors.email.comparing import Marks
from connectors.email.imap import Mailbox
from connectors.email.settings import Endpoint, Security
from connectors.email.uidset import UidSet
from tests.connectors.mail_service import MailService
from tests.fakes.dovecot import Dovecot
from tests.fakes.mails import mail
from tests.fakes.ports import HOST
from tests.fakes.pymap_server import PymapServer
from tests.fakes.smtp_server import SmtpServer

BARE = "IMAP4rev1 AUTH=PLAIN"
CAPABILITIES = {
    "bare": BARE,
    "counts changes": f"{BARE} ENABLE CONDSTORE",
    "counts without being asked": f"{BARE} CONDSTORE",
    "ranges": f"{BARE} ESEARCH IDLE",
    "no plain LOGIN": f"{BARE} LOGINDISABLED IDLE SPECIAL-USE",
}


@pytest.fixture(scope="module", params=CAPABILITIES)
def server(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    """Dovecot, able to do less."""
    server = Dovecot.start(capability=CAPABILITIES[request.param])
    yield server
    server.remove()


@pytest.mark.slow
class TestEmailAtManyServers(ConnectorConformance):
    @pytest.fixture
    def service(self, server: Dovecot, smtp: SmtpServer) -> Iterator[MailService]:
        service = MailService(server, smtp)
        yield service
        service.close()


@pytest.mark.slow
@pytest.mark.parametrize("without", ["CONDSTORE", "QRESYNC", "IDLE", "UIDPLUS", "MOVE"])
@pytest.mark.parametrize("at", ["dovecot", "pymap"])
class TestEmailWithoutOne(ConnectorConformance):
    """Each thing that a hoster may have switched off, by itself."""

    @pytest.fixture
    def service(
        self, at: str, without: str, request: pytest.FixtureRequest, smtp: SmtpServer
    ) -> Iterator[MailService]:
        service = MailService(request.getfixturevalue(at), smtp)
        word = re.compile(b" " + without.encode() + rb"(?=[ \]\r])")
        service.imap_line.always = lambda said: word.sub(b"", said)
        yield service
        service.close()


@pytest.mark.parametrize("hidden", [b"UIDNEXT", b"HIGHESTMODSEQ", b"ESEARCH", b"CONDSTORE"])
def test_what_a_server_does_not_tell_is_not_needed(shop: MailService, hidden: bytes) -> None:
    """Not every server tells all that the standard asks for."""
    shop.imap_line.fault.rewrite = lambda said: said.replace(b"[" + hidden, b"[X").replace(
        b" " + hidden + b" ", b" X "
    )
    shop.put(mail("First"))
    connector = shop.connect()
    before = pull_all(connector)
    shop.put(mail("Second"))
    after = pull_all(connector, before.checkpoint)
    again = pull_all(connector, after.checkpoint)
    with shop.phone() as phone:
        phone.flag("First", "\\Seen")
        phone.delete("Second")
    last = pull_all(connector, after.checkpoint)

    assert (before.subjects, after.subjects, again.batches) == (["First"], ["Second"], [])
    assert [change.place.id for change in last.changes] == ["1"]
    assert [place.id for place in last.gone] == ["2"]


@pytest.mark.parametrize("number", [3, 30])
def test_a_listing_with_holes_makes_nothing_gone(shop: MailService, number: int) -> None:
    """A server's bad moment must not look as if the buyers' mails were deleted."""
    for index in range(number):
        shop.put(mail(f"Mail {index}"))

    def listing_only(said: bytes) -> bytes:
        return re.sub(rb" (CONDSTORE|QRESYNC)|\[HIGHESTMODSEQ \d+\]", b"", said)

    shop.imap_line.fault.rewrite = listing_only
    connector = shop.connect()
    before = pull_all(connector)
    shop.imap_line.fault.rewrite = lambda said: re.sub(
        rb" UID ALL [0-9:,]+", b" UID", listing_only(said)
    )
    with shop.phone() as phone:
        phone.delete("Mail 0")
    after = pull_all(connector, before.checkpoint)
    shop.imap_line.fault.rewrite = listing_only
    last = pull_all(connector, after.checkpoint)

    assert after.gone == []
    assert [place.id for place in last.gone] == ["1"]
    assert last.messages == []


@pytest.mark.slow
def test_a_busy_server_is_no_wrong_password(shop: MailService) -> None:
    """The seller would change a password that is right."""
    shop.imap_line.fault.rewrite = lambda said: said.replace(
        b"[AUTHENTICATIONFAILED]", b"[UNAVAILABLE]"
    )
    with pytest.raises(Temporary, match="is busy"):
        pull_all(shop.connect(secret="wrong"))


def test_a_password_is_not_repeated_to_the_seller(shop: MailService) -> None:
    """A server may quote what it was told."""
    shop.imap_line.fault.rewrite = lambda said: said.replace(
        b"Authentication failed", b"hunter2 is not right"
    )
    with pytest.raises(LoginRefused) as refused:
        pull_all(shop.connect(secret="hunter2"))

    assert "hunter2" not in str(refused.value)
    assert "… is not right" in str(refused.value)


def test_a_line_cut_while_logging_in_is_no_wrong_password(shop: MailService) -> None:
    """The library calls both the same."""
    shop.imap_line.fault.cut_on = b"LOGIN"

    with pytest.raises(Temporary, match="broke off"):
        pull_all(shop.connect())


def test_a_listing_of_a_huge_folder_is_asked_for_in_parts(
    pymap: PymapServer,
) -> None:
    """One line of a million bytes is more than imaplib reads."""
    user = pymap.new_user()
    for number in range(5):
        pymap.deliver(user, mail(f"Mail {number}"))
    mailbox = Mailbox(Endpoint(HOST, pymap.port, Security.NONE), user, "secret")
    mailbox.examine("INBOX")
    found = mailbox.search("ALL", messages=200_000)
    mailbox.close()

    assert list(found) == [101, 102, 103, 104, 105]


def test_a_server_that_is_still_there_is_no_news(shop: MailService) -> None:
    """Some say so every two minutes."""
    connector = shop.connect()
    pull_all(connector)
    shop.imap_line.fault.rewrite = lambda said: said.replace(
        b"+ idling\r\n", b"+ idling\r\n* OK Still here\r\n* OK Still here\r\n"
    )

    assert connector.wait(0.2) is False


@pytest.mark.parametrize(
    "news", [b"* 1 EXISTS\r\n", b"* 3 EXPUNGE\r\n", b"* 1 FETCH (FLAGS (\\Seen))\r\n"]
)
@pytest.mark.parametrize("order", ["before", "after"])
def test_news_that_come_with_the_first_words_are_heard(
    shop: MailService, news: bytes, order: str
) -> None:
    """They lie in a buffer, where waiting for the line would not see them."""
    connector = shop.connect()
    pull_all(connector)
    words = news + b"+ idling\r\n" if order == "before" else b"+ idling\r\n" + news
    shop.imap_line.fault.rewrite = lambda said: said.replace(b"+ idling\r\n", words)

    assert connector.wait(20) is True


def test_a_line_in_two_pieces_is_one(shop: MailService) -> None:
    """The network cuts where it likes."""
    connector = shop.connect()
    pull_all(connector)

    def idling(said: bytes) -> bytes:
        if b"+ idling" in said:
            shop.imap_line.say(said + b"* 1 EXI")
            return b"STS\r\n"
        return said

    shop.imap_line.fault.rewrite = idling

    assert connector.wait(20) is True


@pytest.mark.slow
def test_news_count_though_the_server_does_not_end_the_waiting(shop: MailService) -> None:
    """The question is pulled over a new line, instead of an error and a pause."""
    connector = shop.connect(patience=1)
    before = pull_all(connector)
    shop.imap_line.fault.when = (b"DONE", shop.hush)
    shop.imap_line.fault.rewrite = lambda said: said.replace(
        b"+ idling\r\n", b"+ idling\r\n* 1 EXISTS\r\n"
    )
    news = connector.wait(20)
    shop.mend()
    shop.put(mail("Question"))

    assert news is True
    assert pull_all(connector, before.checkpoint).subjects == ["Question"]


@pytest.mark.slow
def test_what_comes_in_while_the_waiting_begins_is_heard_soon(shop: MailService) -> None:
    """Some servers tell of it only when the waiting ends: a question lay there for a minute."""
    kept: list[bytes] = []

    def late(said: bytes) -> bytes:
        if b" OK Idle completed" in said:
            return b"".join(kept) + said
        kept.extend(re.findall(rb"\* \d+ EXISTS\r\n", said))
        return re.sub(rb"\* \d+ EXISTS\r\n", b"", said)

    def arrive() -> None:
        shop.imap_line.fault.rewrite = late
        shop.put(mail("Question"))

    connector = shop.connect()
    before = pull_all(connector)
    shop.imap_line.fault.when = (b" IDLE", arrive)
    began = time.monotonic()
    news = connector.wait(600)
    took = time.monotonic() - began
    shop.mend()

    assert news is True
    assert took < 20
    assert pull_all(connector, before.checkpoint).subjects == ["Question"]


def test_a_line_that_died_unseen_is_replaced(shop: MailService) -> None:
    """The laptop slept: that is no error to show."""
    connector = shop.connect()
    before = pull_all(connector)
    shop.imap_line.cut()
    shop.put(mail("Question"))
    after = pull_all(connector, before.checkpoint)

    assert after.subjects == ["Question"]
    assert shop.imap_line.connections == 2


def test_all_marks_are_compared_once_in_a_while_and_the_newest_always() -> None:
    """An old mail read on a phone is not urgent; a listing of 100,000 each minute is a burden."""
    now = [0.0]
    marks = Marks(clock=lambda: now[0], recent=3, every=100)
    few, many = UidSet.parse("1:3"), UidSet.parse("1:5,9")

    assert marks.scope("INBOX", few) == few
    assert marks.scope("INBOX", many) == many
    assert marks.scope("INBOX", many) == UidSet.parse("4:5,9")
    assert marks.scope("Sent", many) == many
    now[0] = 100
    assert marks.scope("INBOX", many) == many
