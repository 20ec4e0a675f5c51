"""A seller with a domain of their own sees what was found, and says where the password goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.shop import Shop
from tests.cli.terminal import Terminal
from tests.fakes.dns_server import DnsServer


@pytest.fixture
def names() -> Iterator[DnsServer]:
    """The only name server there is."""
    with DnsServer() as server:
        yield server


def added(shop: Shop, names: DnsServer) -> Terminal:
    """Return the wizard at its first question."""
    words = [str(names.port), "accounts", "add", "email", "shop"]
    environ = {
        "INBOX_HOME": str(shop.home),
        "PYTHON_KEYRING_BACKEND": "tests.fakes.keyrings.FileKeyring",
        "FAKE_KEYRING": str(shop.home / "keyring.json"),
    }
    return Terminal(words, environ, module="tests.cli.named_child")


def test_a_strangers_servers_are_not_taken_by_enter(empty: Shop, names: DnsServer) -> None:
    """Who forges an answer gets no password, and no third party learns of the domain unasked."""
    names.add("_imaps._tcp.lamps.test", "SRV", "0 1 993 imap.stranger.test.")
    with added(empty, names) as terminal:
        terminal.answer("Your address:", "anna@lamps.test")
        terminal.until("Asking lamps.test for its servers")
        terminal.until("Found by the DNS of lamps.test:")
        terminal.until("imap.stranger.test lies outside lamps.test")
        terminal.answer("Use these settings? [y/N]", "")
        terminal.answer("Ask it? [y/N]", "")
        terminal.answer("User name [anna@lamps.test]", "")
        terminal.until("IMAP server:")

    assert {name for name, _ in names.asked} == {
        "_imaps._tcp.lamps.test",
        "_submissions._tcp.lamps.test",
        "_submission._tcp.lamps.test",
    }


@pytest.mark.slow
def test_what_the_domain_says_needs_only_a_yes(empty: Shop, names: DnsServer) -> None:
    """An address and a password, nothing else."""
    names.add("_imaps._tcp.lamps.test", "SRV", "0 1 993 imap.lamps.test.")
    names.add("_submissions._tcp.lamps.test", "SRV", "0 1 465 smtp.lamps.test.")
    with added(empty, names) as terminal:
        terminal.answer("Your address:", "anna@lamps.test")
        terminal.until("imap.lamps.test")
        terminal.answer("Use these settings? [Y/n]", "")
        terminal.until("Password:")


@pytest.mark.slow
def test_without_a_network_the_seller_is_asked(empty: Shop, names: DnsServer) -> None:
    """On a train an account can be set up, too."""
    names.broken = True
    with added(empty, names) as terminal:
        terminal.answer("Your address:", "anna@lamps.test")
        terminal.until("is there a network?")
        terminal.answer("User name [anna@lamps.test]", "")
        terminal.until("IMAP server:")
