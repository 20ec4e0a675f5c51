"""`inbox forget` and `inbox compact` as a seller meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shop import Shop, wrote
from tests.cli.terminal import Terminal

KATE = "kate@buyers.example"


def test_a_buyer_is_erased_and_it_is_told_what_is_left_where(shop: Shop, tmp_path: Path) -> None:
    """The seller has to answer for it."""
    shop.deliver(wrote("Kate"), wrote("Omar"))

    done = shop.json("forget", KATE, "--yes")

    assert done == {
        "what": KATE,
        "counts": {
            "conversations": 1,
            "messages": 1,
            "attachments": 0,
            "drafts": 0,
            "replies": 0,
            "mentions": 0,
        },
        "backups_until": None,
        "aside": [],
    }
    assert [row["party"]["name"] for row in shop.json("list")] == ["Omar"]
    shop.deliver(wrote("Omar"))
    assert len(list(tmp_path.rglob("forgotten-*.txt"))) == 1


def test_what_names_nobody_or_the_seller_erases_nothing(shop: Shop) -> None:
    """A variable that is empty in a script would fit every conversation without an order."""
    kate, omar = shop.deliver(wrote("Kate"), wrote("Omar"))

    for what in ("", "  ", "@", "-", "ANNA@Lamps.example"):
        refused = shop.run("forget", "--yes", "--", what)
        assert (refused.exit_code, refused.stdout) == (1, "")
    assert {row["id"] for row in shop.json("list")} == {kate, omar}


@pytest.mark.slow
def test_it_shows_what_goes_and_asks_twice(shop: Shop) -> None:
    """There is no undo."""
    shop.deliver(wrote("Kate"), wrote("Omar"))
    environ = {"INBOX_HOME": str(shop.home), "LC_ALL": "C.UTF-8"}

    with Terminal(["forget", KATE], environ) as terminal:
        terminal.until("Kate: My parcel")
        terminal.until("1 conversation, 1 message.")
        terminal.answer("[y/N]", "y\n")
        terminal.answer("again to do it", "kate\n")
        terminal.until("Aborted")
    assert len(shop.json("list")) == 2

    with Terminal(["forget", KATE], environ) as terminal:
        terminal.answer("[y/N]", "y\n")
        terminal.answer("again to do it", f"{KATE}\n")
        terminal.until("Erased: 1 conversation, 1 message.")
        terminal.until("The service still has its own copy")
    assert len(shop.json("list")) == 1


def test_a_script_must_say_yes(shop: Shop) -> None:
    """And who is unknown is a failure, not a success."""
    shop.deliver(wrote("Kate"))

    assert shop.run("forget", KATE).exit_code == 2
    unknown = shop.run("forget", "nobody@x.example", "--yes")
    assert (unknown.exit_code, "Nothing is stored of nobody@x.example." in unknown.stderr) == (
        1,
        True,
    )
    assert len(shop.json("list")) == 1


def test_compacting_says_what_it_brought(shop: Shop) -> None:
    """In bytes for scripts."""
    shop.deliver(*[wrote(f"Buyer{number}", "text " * 500) for number in range(30)])

    won = shop.json("compact")

    assert won["won"] == won["before"] - won["after"]
    assert won["after"] == shop.locations.store_file.stat().st_size
    assert "MB won" in shop.run("compact").stdout
