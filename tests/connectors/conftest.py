"""Servers that live as long as the tests of the connectors; each test has a user of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connectors.mail_service import MailService
from tests.fakes.dovecot import Dovecot
from tests.fakes.pymap_server import PymapServer
from tests.fakes.smtp_server import SmtpServer


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """Dovecot with all it can do."""
    server = Dovecot.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def pymap() -> Iterator[PymapServer]:
    """An IMAP server that can do little."""
    server = PymapServer.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def smtp() -> Iterator[SmtpServer]:
    """An SMTP server without encryption."""
    server = SmtpServer().start()
    yield server
    server.stop()


@pytest.fixture
def shop(dovecot: Dovecot, smtp: SmtpServer) -> Iterator[MailService]:
    """A mailbox at Dovecot."""
    service = MailService(dovecot, smtp)
    yield service
    service.close()
