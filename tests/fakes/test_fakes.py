"""The servers of the tests are what they say, so that a failure is the product's."""

from __future__ import annotations

import imaplib
import smtplib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.dovecot import Dovecot
from tests.fakes.mails import mail
from tests.fakes.missing import need
from tests.fakes.ports import listening
from tests.fakes.pymap_server import PymapServer
from tests.fakes.smtp_server import SmtpServer


def subjects(port: int, user: str) -> list[bytes]:
    """Return the Subject lines of the user's INBOX."""
    imap = imaplib.IMAP4("127.0.0.1", port)
    imap.login(user, "secret")
    imap.select(readonly=True)
    _, (found,) = imap.search(None, "ALL")
    lines = []
    for number in (found or b"").split():
        _, said = imap.fetch(number.decode(), "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        assert isinstance(said[0], tuple)
        lines.append(said[0][1].strip())
    imap.logout()
    return lines


def test_dovecot_keeps_its_mails_and_ports_while_it_is_away(tmp_path: Path) -> None:
    """Offline, then back: what the kill tests rest on."""
    server = Dovecot.start(tmp_path)
    user = server.new_user()
    at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    path = server.deliver(user, mail("Before"), internaldate=at)
    server.stop()
    away = listening(server.port)
    server.start_again()
    there = subjects(server.port, user)
    server.remove()

    assert (away, there) == (False, [b"Subject: Before"])
    assert path.stat().st_mtime == at.timestamp()
    assert not listening(server.port)


def test_pymap_keeps_its_mails_and_its_port_while_it_is_away() -> None:
    """Offline, then back."""
    server = PymapServer.start()
    user = server.new_user()
    server.deliver(user, mail("Before"))
    server.stop()
    away = listening(server.port)
    server.start_again()
    there = subjects(server.port, user)
    server.remove()

    assert (away, there) == (False, [b"Subject: Before"])


def test_the_smtp_server_keeps_what_it_got_while_it_is_away() -> None:
    """Offline, then back: nothing is sent twice means nothing arrived twice."""
    server = SmtpServer()
    for _ in range(2):
        server.start()
        with smtplib.SMTP(server.host, server.port) as smtp:
            smtp.login("shop", "secret")
            smtp.sendmail("shop@example.com", ["ann@buyer.example"], mail("Hello"))
        server.stop()

    assert [envelope.rcpt_tos for envelope in server.received] == [("ann@buyer.example",)] * 2


def test_without_a_login_the_smtp_server_takes_nothing() -> None:
    """Else a test would not notice that we forgot it."""
    server = SmtpServer().start()
    with smtplib.SMTP(server.host, server.port) as smtp:
        smtp.ehlo()
        code, _ = smtp.mail("shop@example.com")
    server.stop()

    assert code == 530


def test_a_missing_program_skips_or_fails_as_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """In CI nothing is skipped; on a laptop without Dovecot most still runs."""
    monkeypatch.delenv("SELLER_INBOX_NO_SKIP", raising=False)
    with pytest.raises(pytest.skip.Exception, match="not there"):
        need(None, "it is not there")
    monkeypatch.setenv("SELLER_INBOX_NO_SKIP", "1")
    with pytest.raises(pytest.fail.Exception, match="not there"):
        need(None, "it is not there")
    assert need("/bin/it", "it is not there") == "/bin/it"
