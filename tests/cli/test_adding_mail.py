"""A seller adds a mailbox on a terminal: an address, a password, and it works or says why not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox import config
from tests.cli.shop import Shop
from tests.cli.terminal import Terminal
from tests.fakes.dovecot import Dovecot
from tests.fakes.mails import mail
from tests.fakes.smtp_server import SmtpServer

PASSWORD = "right and secret"
SIGNED = b"Authentication-Results: mx.gmx.de; dmarc=pass header.from=buyer.example\r\n"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    """A mailbox of Anna's."""
    server = Dovecot.start()
    server.add_user("anna", PASSWORD)
    yield server
    server.remove()


@pytest.fixture(scope="module")
def smtp() -> Iterator[SmtpServer]:
    """Her way out."""
    server = SmtpServer({"anna": PASSWORD}).start()
    yield server
    server.stop()


@pytest.fixture
def keyring(tmp_path: Path) -> Path:
    """The file of a keyring."""
    return tmp_path / "keyring.json"


def _environ(shop: Shop, keyring: Path) -> dict[str, str]:
    return {
        "INBOX_HOME": str(shop.home),
        "PYTHON_KEYRING_BACKEND": "tests.fakes.keyrings.FileKeyring",
        "FAKE_KEYRING": str(keyring),
    }


def _change(terminal: Terminal, dovecot: Dovecot, smtp: SmtpServer) -> None:
    """Answer the questions on the servers."""
    terminal.answer("IMAP server [", dovecot.host)
    terminal.answer("IMAP port [", str(dovecot.port))
    terminal.answer("IMAP encryption (tls", "none")
    terminal.answer("SMTP server [", smtp.host)
    terminal.answer("SMTP port [", str(smtp.port))
    terminal.answer("SMTP encryption", "none")


def _number(terminal: Terminal, title: str) -> str:
    """Return the number that stands before a setting in the list."""
    found = re.findall(rf"(\d+)  {title}: ", terminal.seen.decode())
    assert found, terminal.seen
    return str(found[-1])


def _kept(keyring: Path) -> list[str]:
    return list(json.loads(keyring.read_text()).values()) if keyring.exists() else []


@pytest.mark.slow
def test_what_is_known_of_an_address_is_shown_and_can_be_changed(
    empty: Shop, keyring: Path, dovecot: Dovecot, smtp: SmtpServer
) -> None:
    """An address and a password are all most sellers can say; the servers are offered to them.

    Whose word on senders is believed they are asked: a stranger's could be in the newest mails.
    """
    for _each in range(3):
        dovecot.deliver("anna", SIGNED + mail())
    with Terminal(["accounts", "add", "email", "shop"], _environ(empty, keyring)) as terminal:
        terminal.answer("Your address:", "anna")
        terminal.until("is no mail address")
        terminal.answer("Your address:", "anna@gmx.de")
        terminal.until("imap.gmx.net")
        terminal.until("mail.gmx.net")
        terminal.answer("Use these settings? [Y/n]", "n")
        terminal.answer("User name [anna@gmx.de]", "anna")
        _change(terminal, dovecot, smtp)
        terminal.until("Allow IMAP once")
        terminal.answer("Password:", PASSWORD)
        terminal.answer("From which day", "")
        terminal.answer("Believe mx.gmx.de where it says whether a sender is genuine?", "")
        terminal.until("Saved: shop")
        terminal.until('Now open your list: "inbox"')
        assert terminal.end() == 0, terminal.seen

    (account,) = config.load(empty.locations.config_file).accounts
    assert account.settings["authserv_id"] == "mx.gmx.de"
    assert (account.settings["address"], account.settings["imap_host"]) == (
        "anna@gmx.de",
        dovecot.host,
    )
    assert _kept(keyring) == [PASSWORD]
    files = [path for path in empty.home.rglob("*") if path.is_file()]
    assert [path for path in files if PASSWORD.encode() in path.read_bytes()] == []


@pytest.mark.slow
def test_a_wrong_password_is_asked_again(
    empty: Shop, keyring: Path, dovecot: Dovecot, smtp: SmtpServer
) -> None:
    """Hidden letters are mistyped; nobody should have to answer everything again for that."""
    servers = [
        f"imap_host={dovecot.host}", f"imap_port={dovecot.port}", "imap_security=none",
        f"smtp_host={smtp.host}", f"smtp_port={smtp.port}", "smtp_security=none",
        "address=anna@lamps.example", "username=anna", "password_command=echo wrong",
    ]  # fmt: skip
    words = [word for pair in servers for word in ("--set", pair)]
    assert empty.run("accounts", "add", "email", "shop", *words).exit_code == 0
    written = empty.locations.config_file
    written.write_text(written.read_text().replace('password_command = "echo wrong"\n', ""))

    with Terminal(["accounts", "login", "shop"], _environ(empty, keyring)) as terminal:
        terminal.answer("Password:", "mistyped")
        terminal.until("does not let anna in")
        terminal.answer("Try again? [Y/n]", "")
        terminal.answer("Password:", PASSWORD)
        terminal.until("Logged in: shop")
        assert terminal.end() == 0, terminal.seen

    assert _kept(keyring) == [PASSWORD]


@pytest.mark.slow
def test_what_does_not_work_can_be_changed_or_left(
    empty: Shop, keyring: Path, dovecot: Dovecot, smtp: SmtpServer
) -> None:
    """A wrong server is found while the seller still sits there; stopping leaves nothing behind."""
    with Terminal(["accounts", "add", "email", "shop"], _environ(empty, keyring)) as terminal:
        terminal.answer("Your address:", "anna@lamps.example")
        terminal.answer("User name [anna@lamps.example]", "anna")
        terminal.answer("IMAP server:", dovecot.host)
        terminal.answer("SMTP server:", smtp.host)
        terminal.answer("Password:", PASSWORD)
        terminal.answer("From which day", "")
        terminal.answer("What now?", "change")
        for title, value in (
            ("IMAP port", str(dovecot.port)),
            ("IMAP encryption", "none"),
            ("SMTP port", str(smtp.port)),
            ("SMTP encryption", "none"),
        ):
            terminal.until("Enter: done")
            terminal.answer("Enter: done", _number(terminal, title))
            terminal.answer(f"{title} {'(' if value == 'none' else '['}", value)
        terminal.answer("Enter: done", "")
        terminal.answer("Password:", "mistyped")
        terminal.until("does not let anna in")
        terminal.answer("What now?", "stop")
        terminal.until("Nothing was saved")
        assert terminal.end() == 1

    assert not empty.locations.config_file.exists()
    assert _kept(keyring) == []


@pytest.mark.slow
def test_a_server_elsewhere_is_never_talked_to_in_the_clear(empty: Shop, keyring: Path) -> None:
    """Also not where the seller asks for it in the wizard."""
    with Terminal(["accounts", "add", "email", "shop"], _environ(empty, keyring)) as terminal:
        terminal.answer("Your address:", "anna@gmx.de")
        terminal.answer("Use these settings? [Y/n]", "n")
        for question in ("User name [", "IMAP server [", "IMAP port ["):
            terminal.answer(question, "")
        terminal.answer("IMAP encryption (tls", "none")
        for question in ("SMTP server [", "SMTP port [", "SMTP encryption"):
            terminal.answer(question, "")
        terminal.answer("Password:", PASSWORD)
        terminal.until("would send your password there for all to read")
        assert terminal.end() == 2

    assert not empty.locations.config_file.exists()
    assert _kept(keyring) == []


@pytest.mark.slow
def test_leaving_by_ctrl_c_saves_nothing(empty: Shop, keyring: Path) -> None:
    """Half an account would be an error on every screen."""
    with Terminal(["accounts", "add", "email", "shop"], _environ(empty, keyring)) as terminal:
        terminal.answer("Your address:", "anna@gmx.de")
        terminal.answer("Use these settings? [Y/n]", "")
        terminal.answer("Password:", "\x03")
        assert terminal.end() != 0

    assert not empty.locations.config_file.exists()
    assert _kept(keyring) == []
