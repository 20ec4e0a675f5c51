"""`inbox forecast`: what to do before leaving, and what to do tonight."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cli.shop import Shop, wrote

OFFICE = """
[calendars.office]
timezone = "UTC"
weekdays = ["9:00-17:00"]
sat = ["11:00-13:00"]
"""


@pytest.fixture
def saturday(empty: Shop) -> Shop:
    """Saturday noon, one hour left; due: late, in half an hour, tonight, on Monday at 11."""
    shop = empty
    shop.add_account(reply_within="72h")
    shop.settings('timezone = "UTC"\nanswer_minutes = 10')
    path = shop.locations.config_file
    path.write_text(path.read_text() + OFFICE)
    for name, left in (("Kate", -1), ("Omar", 0.5), ("Lena", 9), ("Bo", 47)):
        shop.deliver(wrote(name, subject=name, ago=timedelta(hours=72 - left)))
    return shop


def test_it_says_what_to_do_when(saturday: Shop) -> None:
    """In the order in which it falls due, with the last moment to begin."""
    seen = saturday.json("forecast")

    assert (seen["at_desk"], seen["leaves_at"], seen["back_at"]) == (
        True,
        "2026-11-21T13:00:00+00:00",
        "2026-11-23T09:00:00+00:00",
    )
    assert [each["party"]["name"] for each in seen["late"]] == ["Kate"]
    assert [(each["subject"], each["start_by"]) for each in seen["before_leaving"]] == [
        ("Omar", "2026-11-21T12:20:00+00:00"),
        ("Lena", "2026-11-21T12:50:00+00:00"),
    ]
    assert [(each["subject"], each["start_by"]) for each in seen["later"]] == [
        ("Bo", "2026-11-23T10:50:00+00:00")
    ]
    assert seen["away"] == []


def test_leaving_at_once_moves_them_to_the_evening(saturday: Shop) -> None:
    """--until is for days off that no calendar knows of."""
    seen = saturday.json("forecast", "--until", "mon 9")

    assert (seen["at_desk"], seen["back_at"]) == (False, "2026-11-23T09:00:00+00:00")
    assert [each["subject"] for each in seen["away"]] == ["Omar", "Lena"]
    assert saturday.run("forecast", "--until", "someday").exit_code == 2


def test_in_words_it_is_a_list_of_things_to_do(saturday: Shop) -> None:
    """Read on the way to the door."""
    said = saturday.run("forecast").stdout.splitlines()

    assert said == [
        "You are here until 2026-11-21 13:00, then back 2026-11-23 09:00.",
        "",
        "Late now: answer these first (1)",
        "  was due 2026-11-21 11:00  Kate · Kate",
        "",
        "Before you leave (2)",
        "  begin by 2026-11-21 12:20, due 2026-11-21 12:30  Omar · Omar",
        "  begin by 2026-11-21 12:50, due 2026-11-21 21:00  Lena · Lena",
        "",
        "When you are back (1)",
        "  begin by 2026-11-23 10:50, due 2026-11-23 11:00  Bo · Bo",
    ]


def test_without_a_calendar_office_hours_are_assumed_and_said(shop: Shop) -> None:
    """Saturday noon is away then; a calendar that is not there is told."""
    shop.settings('timezone = "UTC"')
    shop.deliver(wrote("Kate", ago=timedelta(hours=1)))

    said = shop.run("forecast").stdout

    assert said.startswith("You are away, back 2026-11-23 09:00.\nYou have no calendar:")
    assert "While you are away: for tonight, or they will be late (1)" in said
    shop.locations.config_file.write_text(
        shop.locations.config_file.read_text().replace("[settings]", '[settings]\ncalendar = "x"')
    )
    wrong = shop.run("forecast")
    assert (wrong.exit_code, "There is no calendar called x." in wrong.stderr) == (1, True)
