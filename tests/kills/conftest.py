"""Mail servers that live in this process's care while the product's processes are killed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.dovecot import PASSWORD, Dovecot
from tests.fakes.smtp_server import SmtpServer
from tests.kills.seller import Seller


@pytest.fixture(scope="package")
def dovecot() -> Iterator[Dovecot]:
    """Return a running IMAP server.

    Not below pytest's own temporary folder: another pytest that starts closes
    that to the mail user in the middle of our tests.
    """
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        server = Dovecot.start(Path(folder))
        yield server
        server.remove()


@pytest.fixture(scope="package")
def smtp() -> Iterator[SmtpServer]:
    """Return a running SMTP server."""
    server = SmtpServer().start()
    yield server
    server.stop()


@pytest.fixture
def seller(tmp_path: Path, dovecot: Dovecot, smtp: SmtpServer) -> Iterator[Seller]:
    """Return a seller whose account is set up, with one question waiting at the server."""
    user = dovecot.new_user()
    smtp.users[user] = PASSWORD
    seller = Seller(tmp_path / "home", dovecot, smtp, user)
    seller.set_up()
    yield seller
    seller.close()
