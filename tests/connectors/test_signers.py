"""Whose word on senders is proposed: likely a server of the mailbox's own, else to be asked of."""

from __future__ import annotations

import pytest

from connectors.email.checking import is_near


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("mx.google.com", False),
        ("mx.shop.example", True),
        ("shop.example", True),
        ("mx.mailer.co.uk", True),
        ("mx.other.co.uk", False),
        ("mailer.co.uk.evil.example", False),
        ("evil.co.uk", False),
    ],
)
def test_a_server_of_the_mailbox_s_own_is_likely_the_one(name: str, *, near: bool) -> None:
    """A key pressed without reading must not make a stranger's server our judge."""
    assert is_near(name, ["anna@shop.example"], "imap.mailer.co.uk") is near
