"""`inbox snooze` puts off until a time that is typed; no clock stops for it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cli.shop import NOW, Shop, wrote


@pytest.fixture(autouse=True)
def new_york(shop: Shop) -> None:
    """The seller's clock is five hours behind UTC."""
    shop.settings('timezone = "America/New_York"')


def put_off(shop: Shop, uid: str, phrase: str) -> dict[str, Any]:
    """Put one off, whatever is warned of, and return its row."""
    done = shop.run("snooze", uid, phrase, "--json")
    assert done.exit_code == 0, done.output
    (row,) = json.loads(done.stdout)
    return dict(row)


def test_what_is_put_off_comes_back_by_itself(shop: Shop) -> None:
    """Noon in London is 7:00 in New York, where this seller sits: tomorrow at 9 is 26 h ahead."""
    (uid,) = shop.deliver(wrote("Kate"))

    row = put_off(shop, uid, "tomorrow 9")

    assert (row["state"], row["snoozed_until"]) == ("snoozed", "2026-11-22T09:00:00-05:00")
    shop.now = NOW + timedelta(hours=25, minutes=59)
    assert shop.json("list", "is:snoozed")[0]["id"] == uid
    shop.now = NOW + timedelta(hours=26)
    assert shop.json("list", "is:snoozed") == []
    assert shop.json("list")[0]["state"] == "open"


def test_a_clock_goes_on_while_its_conversation_is_put_off(shop: Shop) -> None:
    """The service does not know that the seller wants to see it later."""
    (uid,) = shop.deliver(wrote("Kate", ago=timedelta(hours=1)))

    row = put_off(shop, uid, "2h")

    assert (row["owed"], row["due_at"]) == (True, "2026-11-22T06:00:00-05:00")
    shop.now = NOW + timedelta(hours=24)
    put_off(shop, uid, "2h")
    assert [late["id"] for late in shop.json("list", "is:late")] == [uid]


def test_a_phrase_of_several_words_needs_no_quotes(shop: Shop) -> None:
    """Nobody thinks of the shell at "in 3 days"; and "in" and "3" may well begin an id."""
    one, two = shop.deliver(wrote("Kate")), shop.deliver(wrote("Omar"))

    done = shop.run("snooze", *one, *two, "tomorrow", "9", "--json")
    later = shop.run("snooze", *one, "in", "3", "days", "--json")
    due = shop.run("snooze", *one, "30m", "before", "due", "--json")
    wrong = shop.run("snooze", *one, "zzzz", "2h")

    assert [row["snoozed_until"] for row in json.loads(done.stdout)] == [
        "2026-11-22T09:00:00-05:00"
    ] * 2
    assert [row["snoozed_until"] for row in json.loads(later.stdout)] == [
        "2026-11-24T07:00:00-05:00"
    ]
    assert [row["snoozed_until"] for row in json.loads(due.stdout)] == [
        (
            datetime.fromisoformat(json.loads(due.stdout)[0]["due_at"]) - timedelta(minutes=30)
        ).isoformat()
    ]
    assert wrong.exit_code == 1
    assert "zzzz" in wrong.stderr


def test_what_would_be_late_by_then_is_said_and_a_better_time_offered(shop: Shop) -> None:
    """It is the seller's decision, but never one made without knowing."""
    (uid,) = shop.deliver(wrote("Kate", ago=timedelta(hours=1)))

    done = shop.run("snooze", uid, "mon")

    assert done.exit_code == 0
    assert "The answer is due 2026-11-22 06:00: it will be late" in done.stderr
    assert '"before due"' in done.stderr
    assert shop.json("snooze", uid, "before due")[0]["snoozed_until"] == "2026-11-22T05:00:00-05:00"


def test_the_buyers_next_words_bring_it_back(shop: Shop) -> None:
    """A buyer who writes again must not wait behind a snooze."""
    (uid,) = shop.deliver(wrote("Kate", ago=timedelta(hours=1)))
    shop.run("snooze", uid, "mon")

    shop.deliver(wrote("Kate", "Hello?", subject="Re: My parcel", ago=timedelta(minutes=-5)))

    assert [row["state"] for row in shop.json("list", "from:kate")] == ["open"]


def test_wake_and_undo_bring_it_back_too(shop: Shop) -> None:
    """Plans change."""
    (uid,) = shop.deliver(wrote("Kate"))
    shop.run("snooze", uid, "mon")
    assert shop.json("wake", uid)[0]["state"] == "open"
    shop.run("snooze", uid, "tue")
    assert shop.json("snooze", uid, "now")[0]["state"] == "open"
    shop.run("snooze", uid, "wed")

    undone = shop.json("undo")

    assert (undone["verb"], undone["conversations"][0]["state"]) == ("snooze", "open")


def test_a_phrase_that_is_no_time_changes_nothing(shop: Shop) -> None:
    """Exit status 2, as for every wrong usage, and a sentence that shows right ones."""
    (uid,) = shop.deliver(wrote("Kate"))

    refused = shop.run("snooze", uid, "someday")

    assert refused.exit_code == 2
    assert "This is no time: someday." in refused.stderr
    assert shop.json("list")[0]["state"] == "open"
