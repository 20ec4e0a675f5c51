"""`inbox list`: the most urgent first, in words and as JSON."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cli.shop import ACCOUNT, NOW, OURS, Shop, wrote

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """Four buyers: one late, two owed, one from long ago."""
    shop.settings('timezone = "Europe/Berlin"')
    shop.deliver(
        wrote("Kate", subject="Lamp", ago=2 * HOUR, order_ref="77-1"),
        wrote("Omar", subject="Chair", ago=25 * HOUR),
        wrote("Lena", subject="Table", ago=5 * HOUR, seen=True),
        wrote("Otto", subject="Shelf", ago=40 * DAY),
    )
    return shop


def test_the_most_urgent_stands_first(busy: Shop) -> None:
    """The seller works from the top down: the top must be what cannot wait."""
    found = busy.json("list")

    assert [(row["party"]["name"], row["due_state"]) for row in found] == [
        ("Omar", "late"),
        ("Lena", "ok"),
        ("Kate", "ok"),
        ("Otto", "none"),
    ]


def test_each_view_tells_how_many_it_has(busy: Shop) -> None:
    """A status bar shows what waits; the seller's own views stand beside ours."""
    with busy.locations.config_file.open("a") as file:
        file.write('\n[views]\nLamps = "lamp"\n')

    counted = busy.json("list", "--counts")

    assert counted["views"] == {"Lamps": 1}
    assert {name: count for name, count in counted["is"].items() if count} == {
        "all": 4,
        "open": 3,
        "done": 1,
        "owed": 3,
        "late": 1,
        "unread": 3,
    }


def test_a_row_holds_every_documented_key(busy: Shop) -> None:
    """Scripts rely on it: absent is null, never missing; times have their offset."""
    (row,) = busy.json("list", "from:kate")

    assert row == {
        "id": row["id"],
        "account": "shop",
        "service": "email",
        "party": {"name": "Kate", "address": "kate@buyers.example"},
        "subject": "Lamp",
        "order_ref": "77-1",
        "state": "open",
        "snoozed_until": None,
        "owed": True,
        "due_at": "2026-11-22T11:00:00+01:00",
        "due_state": "ok",
        "rule": row["rule"],
        "leaves_at": None,
        "held": None,
        "unread": True,
        "has_attachment": False,
        "language": "en",
        "tags": [],
        "last_at": "2026-11-21T11:00:00+01:00",
        "snippet": "Hello, where is my parcel?",
    }
    assert (len(row["id"]), bool(row["rule"])) == (12, True)


def test_history_is_done_and_owes_nothing(busy: Shop) -> None:
    """On the first day a seller must not face ten years of late mail."""
    (row,) = busy.json("list", "is:done")

    assert (row["party"]["name"], row["state"], row["due_at"], row["rule"]) == (
        "Otto",
        "done",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (["is:owed"], ["Omar", "Lena", "Kate"]),
        (["is:late"], ["Omar"]),
        (["-is:late", "is:owed"], ["Lena", "Kate"]),
        (["lamp"], ["Kate"]),
        (["from:omar"], ["Omar"]),
        (["account:Shop", "is:done"], ["Otto"]),
        (["where is my", "-chair", "is:owed"], ["Lena", "Kate"]),
        (["nothing like it"], []),
        (["--limit", "1"], ["Omar"]),
        (["--limit", "0"], []),
    ],
)
def test_a_query_narrows_the_list(busy: Shop, query: list[str], names: list[str]) -> None:
    """The words of the screen's search are the words of the command line."""
    assert [row["party"]["name"] for row in busy.json("list", *query)] == names


@pytest.mark.parametrize("query", [["account:nobody"], ["is:strange"], ["--jsn"], ["--limit", "x"]])
def test_a_query_that_is_none_is_wrong_usage(busy: Shop, query: list[str]) -> None:
    """A script must not take a typing mistake for an empty inbox."""
    result = busy.run("list", *query, "--json")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr


def test_for_a_person_there_is_a_line_for_each(busy: Shop) -> None:
    """Who reads it in a terminal sees the time left, whose turn, who and what."""
    lines = busy.run("list").stdout.splitlines()

    assert len(lines) == 4
    assert all(word in lines[0] for word in ("1h", "open", "Omar", "Chair"))


def test_an_empty_inbox_says_so_beside_the_data(shop: Shop) -> None:
    """Empty output in a terminal looks like something broke."""
    result = shop.run("list")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "inbox sync" in result.stderr
    assert shop.json("list") == []


def test_before_any_account_the_list_is_empty(empty: Shop) -> None:
    """The first command a newcomer types works."""
    assert empty.json("list") == []
    assert "inbox accounts add email NAME" in empty.run("list").stderr


def test_an_account_that_was_removed_keeps_its_messages(busy: Shop) -> None:
    """Leaving a marketplace must not lose what was agreed there."""
    assert busy.run("accounts", "remove", "shop", "--yes").exit_code == 0

    found = busy.json("list")

    assert {row["account"] for row in found} == {ACCOUNT}
    assert len(found) == 4


def test_outside_text_cannot_command_the_terminal(shop: Shop) -> None:
    """A subject is a stranger's: it must not clear the screen or forge a row."""
    shop.deliver(wrote("Eve\x1b[2J", subject="a\x1b]0;x\x07b\nc\u202ed", text="\x9b31mred"))

    table, data = shop.run("list").stdout, shop.run("list", "--json").stdout

    for text in (table, data):
        assert not any(bad in text for bad in "\x1b\x07\x9b\u202e")
    assert len(table.splitlines()) == 1


def test_what_we_wrote_last_waits_for_them(shop: Shop) -> None:
    """An answered buyer is off the list of what is owed."""
    from connectors.values import Direction

    asked = wrote("Kate", ago=3 * HOUR)
    answered = wrote(
        "Kate",
        "On its way.",
        subject="Re: My parcel",
        ago=2 * HOUR,
        direction=Direction.OUT,
        sender=OURS,
        recipients=(asked.sender,),
        in_reply_to=(asked.message_id,),
    )
    shop.deliver(answered, asked)

    (row,) = shop.json("list")

    assert (row["state"], row["owed"], row["due_at"]) == ("waiting", False, None)
    assert row["last_at"] == (NOW - 2 * HOUR).astimezone().isoformat()
