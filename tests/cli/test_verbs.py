"""`inbox done` and its like do what the screen's keys do, and undo takes them back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.cli.shop import Shop, wrote


@pytest.fixture
def three(shop: Shop) -> list[str]:
    """Three buyers, each with a question."""
    names = ("Kate", "Omar", "Lena")
    return [
        shop.deliver(wrote(name, subject=name, ago=timedelta(hours=3 - number)))[0]
        for number, name in enumerate(names)
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["done"], {"state": "done", "owed": False}),
        (["no-reply-needed"], {"owed": False}),
        (["not-a-buyer"], {"owed": False}),
        (["spam"], {"state": "spam"}),
        (["trash"], {"state": "done", "owed": False}),
        (["tag", "vip"], {"tags": ["vip"], "owed": True}),
    ],
)
def test_a_verb_changes_what_it_says_and_undo_brings_it_back(
    shop: Shop, three: list[str], words: list[str], expected: dict[str, object]
) -> None:
    """One command for several conversations is one thing to take back."""
    before = {row["id"]: row for row in shop.json("list")}

    changed = shop.json(*words, three[0], three[1][:8])

    assert [row["id"] for row in changed] == three[:2]
    assert [{key: row[key] for key in expected} for row in changed] == [expected] * 2
    assert shop.json("undo")["verb"] == words[0]
    assert {row["id"]: row for row in shop.json("list")} == before
    assert shop.json("redo")["verb"] == words[0]
    assert [{key: row[key] for key in expected} for row in shop.json("undo")["conversations"]] == [
        {key: before[uid][key] for key in expected} for uid in three[:2]
    ]


@pytest.mark.parametrize(
    ("there", "back", "key"),
    [
        (["done"], ["reopen"], "state"),
        (["spam"], ["not-spam"], "state"),
        (["trash"], ["untrash"], "state"),
        (["tag", "vip"], ["untag", "vip"], "tags"),
        (["read"], ["unread"], "unread"),
    ],
)
def test_a_verb_has_its_opposite(
    shop: Shop, three: list[str], there: list[str], back: list[str], key: str
) -> None:
    """What was done in an earlier life can be taken back without undoing all since."""
    (before,) = shop.json("list", "from:kate")
    (changed,) = shop.json(*there, three[0])
    (after,) = shop.json(*back, three[0])

    assert changed[key] != before[key]
    assert after[key] == before[key]


def test_a_star_is_put_on_and_taken_off(shop: Shop, three: list[str]) -> None:
    """A script marks what somebody is to look at, and finds it again."""
    shop.json("star", *three[:2])
    shop.json("unstar", three[0])

    assert [row["id"] for row in shop.json("list", "is:starred")] == [three[1]]


def test_a_whole_domain_can_be_no_buyer(shop: Shop, three: list[str]) -> None:
    """One word for every newsletter of a supplier."""
    shop.json("not-a-buyer", "--domain", three[0])

    assert shop.json("list", "is:owed") == []


def test_nothing_to_undo_is_said(shop: Shop) -> None:
    """And is no failure."""
    result = shop.run("undo")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr
    assert shop.json("undo") == {"verb": None, "conversations": []}
    assert shop.json("redo") == {"verb": None, "conversations": []}


def test_one_unknown_id_among_several_changes_nothing(shop: Shop, three: list[str]) -> None:
    """Half done is worse than refused: the seller would have to look which half."""
    result = shop.run("done", three[0], "zzzzzzzzzzzz")

    assert result.exit_code == 1
    assert shop.json("list", "is:done") == []


@pytest.mark.parametrize("name", ["", "two words", "a,b", "\x1b[2J"])
def test_a_tag_is_a_word(shop: Shop, three: list[str], name: str) -> None:
    """It must be possible to ask for it with tag:NAME."""
    assert shop.run("tag", name, three[0]).exit_code == 2


def test_a_person_reads_what_was_done(shop: Shop, three: list[str]) -> None:
    """On stderr, so that stdout stays data."""
    result = shop.run("done", three[0])

    assert result.stdout == ""
    assert three[0] in result.stderr
    assert "Kate" in result.stderr


def test_no_id_is_wrong_usage(shop: Shop) -> None:
    """A script whose list came out empty must not look as if it had worked."""
    assert shop.run("done").exit_code == 2


def test_what_cannot_be_closed_at_its_service_is_not_said_to_be(
    shop: Shop, three: list[str]
) -> None:
    """Mail has no such thing; a script must not believe that it did it."""
    before = shop.json("list")

    result = shop.run("close", three[0])

    assert result.exit_code == 1
    assert "cannot be closed at the service" in result.stderr
    assert "done" in result.stderr
    assert shop.json("list") == before


@pytest.mark.parametrize("verb", ["spam", "trash"])
def test_a_clock_that_goes_on_is_told_with_the_verb(shop: Shop, verb: str) -> None:
    """What is out of sight and still counted by Etsy would be missed without a word."""
    asked = replace(wrote("Kate", ago=timedelta(hours=3)), service="etsy")
    (etsy,), (plain,) = shop.deliver(asked), shop.deliver(wrote("Omar"))

    result = shop.run(verb, etsy, plain)

    goes_on = f"{etsy}  still owed by the rule etsy.star_seller: its clock goes on."
    assert (goes_on in result.stderr) is (verb != "spam")  # spam is no question to Etsy
    assert f"{plain}  still owed" not in result.stderr


def test_no_reply_needed_is_to_be_said_where_it_counts(shop: Shop) -> None:
    """Amazon's clock stops by Amazon's own page; where its mail has no link, nothing is opened."""
    asked = replace(wrote("Kate"), service="amazon")
    (amazon,) = shop.deliver(asked)

    told = shop.run("no-reply-needed", amazon).stderr

    assert "Tell amazon as well, so that its clock stops." in told
