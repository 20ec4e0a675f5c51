"""`inbox reply --at` and the verbs of `inbox outbox`: what waits can be changed until it left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.core.model import OutboxItem
from inbox.store import outbox
from inbox.store.database import Store
from tests.cli.shop import NOW, Shop, wrote


@pytest.fixture
def uid(shop: Shop) -> str:
    """One buyer's question, due in 23 hours; the storefront is Japan's."""
    return shop.deliver(wrote("Kate", storefront="jp"))[0]


def queued(shop: Shop) -> list[OutboxItem]:
    """Return what is in the outbox."""
    store = Store.open(shop.locations.store_file)
    try:
        with store.read() as tx:
            return outbox.every(tx)
    finally:
        store.close()


def schedule(shop: Shop, uid: str, when: str) -> str:
    """Schedule an answer and return its key."""
    result = shop.run("reply", uid, "--text", "-", "--yes", "--at", when, input="It left today.")
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def test_a_reply_leaves_when_it_is_told_to(shop: Shop, uid: str) -> None:
    """A script plans as the screen does, and what is planned is plain in the list."""
    shop.settings('timezone = "UTC"')
    key = schedule(shop, uid, "3h")

    (item,) = queued(shop)
    (row,) = shop.json("outbox")
    (listed,) = shop.json("list")

    assert item.send_after == NOW + timedelta(hours=3)
    assert (row["key"], row["leaves_at"], row["scheduled"], row["held"]) == (
        key,
        "2026-11-21T15:00:00+00:00",
        "3h",
        None,
    )
    assert (listed["owed"], listed["leaves_at"]) == (True, row["leaves_at"])
    assert "Leaves 2026-11-21 15:00" in shop.run("outbox").stdout


def test_their_time_is_that_of_the_storefront_and_is_said(shop: Shop, uid: str) -> None:
    """Nine in Tokyo is midnight here; where it is not known that is said too."""
    shop.settings('timezone = "UTC"')
    other = shop.deliver(wrote("Omar", subject="Other"))[0]

    known = shop.run("reply", uid, "--text", "-", "--yes", "--at", "9:00 their time", input="Yes.")
    unknown = shop.run("reply", other, "--text", "-", "--yes", "--at", "9 their time", input="Yes.")

    assert "Their time is taken as that of Asia/Tokyo." in known.stderr
    assert "Leaves: 2026-11-22 00:00" in known.stderr
    assert "Their time is not known: yours is taken." in unknown.stderr
    assert "Leaves: 2026-11-22 09:00" in unknown.stderr


def test_with_too_little_time_left_it_says_that_it_leaves_at_once(shop: Shop) -> None:
    """Asked for tomorrow, due in ten minutes: the seller is told, and can undo."""
    late = shop.deliver(wrote("Omar", ago=timedelta(hours=23, minutes=50)))[0]

    result = shop.run(
        *("reply", late, "--text", "-", "--yes"),
        *("--at", "tomorrow 9 but at latest 30 min before due"),
        input="Yes.",
    )

    assert "It leaves at once: it is due in less than 30 minutes." in result.stderr
    assert queued(shop)[0].send_after == NOW + timedelta(seconds=10)


def test_what_is_no_time_queues_nothing(shop: Shop, uid: str) -> None:
    """Wrong usage, and no reply that leaves at a time nobody meant."""
    result = shop.run("reply", uid, "--text", "-", "--yes", "--at", "someday", input="Yes.")

    assert (result.exit_code, queued(shop)) == (2, [])
    assert "This is no time" in result.stderr


def test_time_now_and_edit_change_what_waits(shop: Shop, uid: str) -> None:
    """One after the other on the same answer, by the beginning of its key."""
    shop.settings('timezone = "UTC"')
    key = schedule(shop, uid, "3h")

    moved = shop.run("outbox", "time", key[:12], "5h", "--json")
    edited = shop.run("outbox", "edit", key, "--text", "-", "--yes", input="On Monday.")
    (fresh,) = queued(shop)
    gone = shop.json("outbox", "now", fresh.key)

    assert '"leaves_at": "2026-11-21T17:00:00+00:00"' in moved.stdout
    assert edited.exit_code == 0
    assert fresh.key != key
    assert fresh.reply.text.strip() == "On Monday."
    assert fresh.send_after == NOW + timedelta(hours=5)
    assert (gone["leaves_at"], gone["scheduled"], gone["state"]) == (None, None, "queued")
    assert queued(shop)[0].send_after == NOW


def test_edit_without_a_terminal_takes_nothing_back(shop: Shop, uid: str) -> None:
    """Nobody could write it anew, and it would not leave."""
    key = schedule(shop, uid, "3h")

    result = shop.run("outbox", "edit", key)
    nothing = [shop.run("outbox", verb, "").exit_code for verb in ("cancel", "retry", "now")]

    assert nothing == [1, 1, 1]  # of an empty name every key is a beginning
    assert (result.exit_code, [item.key for item in queued(shop)]) == (2, [key])
