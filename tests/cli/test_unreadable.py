"""No buyer's words stay unseen because a program could not read them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from connectors.values import Place, Quarantined, Role
from inbox.store import messages
from inbox.store.database import Store
from tests.cli.shop import ACCOUNT, NOW, Shop

SOURCE = (
    b"From: =?utf-8?q?Kate?= <kate@buyers.example>\r\nSubject: My\r\n lamp\x1b[2J\r\n\r\n\x00help"
)


def put_aside(shop: Shop, *sources: bytes) -> None:
    """Keep messages aside as a sync would, the last one the newest."""
    store = Store.open(shop.locations.store_file)
    try:
        with store.write() as tx:
            for number, source in enumerate(sources):
                at = NOW - timedelta(hours=len(sources) - number)
                place = Place("INBOX", "1", str(number), Role.INBOX)
                messages.quarantine(tx, ACCOUNT, Quarantined(place, "It broke.", source, at))
    finally:
        store.close()


def test_what_could_not_be_read_is_listed_with_what_can_be_told(shop: Shop) -> None:
    """From whom and about what decides whether it is worth a look."""
    put_aside(shop, b"", SOURCE)

    kate, empty = shop.json("unreadable")

    assert datetime.fromisoformat(kate["accepted_at"]) == NOW - timedelta(hours=1)
    assert kate == {
        "id": kate["id"],
        "account": "shop",
        "folder": "INBOX",
        "reason": "It broke.",
        "accepted_at": kate["accepted_at"],
        "size": len(SOURCE),
        "sender": "Kate <kate@buyers.example>",
        "subject": "My lamp",
        "seen": False,
    }
    assert (empty["sender"], empty["subject"], empty["size"]) == (None, None, 0)
    assert "Kate <kate@buyers.example>  My lamp" in shop.run("unreadable").stdout


@pytest.mark.parametrize("letters", [4, 12])
def test_it_is_shown_as_it_came(shop: Shop, letters: int) -> None:
    """Byte for byte: what the buyer wrote stands somewhere in it."""
    put_aside(shop, SOURCE)
    (row,) = shop.json("unreadable")

    assert shop.run("unreadable", "show", row["id"][:letters]).stdout_bytes == SOURCE


def test_what_was_looked_at_warns_no_more_and_is_kept(shop: Shop) -> None:
    """A warning that never ends is one that nobody reads."""
    put_aside(shop, b"Subject: one\n\n", SOURCE)
    kate, one = shop.json("unreadable")

    assert [row["seen"] for row in shop.json("unreadable", "seen", one["id"])] == [True]
    assert "1 message could not be read" in shop.run("doctor").stdout
    assert shop.run("unreadable", "seen", kate["id"]).exit_code == 0
    assert "could not be read" not in shop.run("doctor").stdout
    assert [row["seen"] for row in shop.json("unreadable")] == [True, True]


def test_a_wrong_id_is_told(shop: Shop) -> None:
    """The same sentence as for conversations."""
    put_aside(shop, SOURCE)

    for verb in ("show", "seen"):
        result = shop.run("unreadable", verb, "zzzz")
        assert (result.exit_code, "zzzz" in result.stderr) == (1, True)


def test_where_all_could_be_read_it_says_so(shop: Shop) -> None:
    """An empty answer would leave one wondering."""
    assert shop.json("unreadable") == []
    assert shop.run("unreadable").stderr == "Everything that came in could be read.\n"
