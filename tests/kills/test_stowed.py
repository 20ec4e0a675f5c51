"""What was stowed, before a real mail server: it does not come in again, and its buyer finds it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.kills.seller import Seller

LONG_AGO = datetime.now(UTC).replace(microsecond=0) - timedelta(days=4 * 365)
OLD = (
    "From: Bo <bo@buyers.example>\r\nTo: {shop}\r\nSubject: A green lamp\r\n"
    "Message-ID: <old.{user}@buyers.example>\r\n\r\nIs the green one still there?\r\n"
)
AGAIN = (
    "From: Bo <bo@buyers.example>\r\nTo: {shop}\r\nSubject: Re: A green lamp\r\n"
    "Message-ID: <again.{user}@buyers.example>\r\nReferences: <old.{user}@buyers.example>\r\n"
    "In-Reply-To: <old.{user}@buyers.example>\r\n\r\nNow it flickers.\r\n"
)


@pytest.mark.slow
def test_a_mailbox_numbered_anew_brings_nothing_back_and_the_buyer_all(seller: Seller) -> None:
    """Four years later Bo writes again: the seller must see what was said, and only then."""
    names = {"shop": seller.address, "user": seller.user}
    seller.dovecot.deliver(
        seller.user, OLD.format(**names).encode(), internaldate=LONG_AGO, flags="S"
    )
    config = seller.home / "config.toml"
    since = f"{datetime.now(UTC) - timedelta(days=14):%Y-%m-%d}"
    config.write_text(
        config.read_text().replace('kind = "email"', f'kind = "email"\nowed_since = {since}')
    )
    assert seller.sync()["state"] == "ok"
    (old,) = [row["id"] for row in seller.json("list") if row["party"]["name"] == "Bo"]
    assert seller.json("stow", "--older-than", "3y", "--yes")["conversations"] == 1

    seller.dovecot.change_uidvalidity(seller.user)
    assert seller.sync()["state"] == "ok"

    assert [row["party"]["name"] for row in seller.json("list")] == ["Anna"]
    seller.dovecot.deliver(seller.user, AGAIN.format(**names).encode())
    assert seller.sync()["new"] == 1
    shown = seller.json("show", old)
    assert [each["text"].strip() for each in shown["messages"]] == [
        "Is the green one still there?",
        "Now it flickers.",
    ]
    assert seller.json("doctor")["ok"]
