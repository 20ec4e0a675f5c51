"""`inbox rules`: shown, checked and tried on what is stored before they are used."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.cli.shop import Shop, wrote

DESK = """
[calendars.desk]
timezone = "Europe/Berlin"
weekdays = ["09:00-12:00", "13:00-17:00"]
holidays = "DE-BE"
vacations = "2026-11-30"
[calendars.desk.dates]
2026-11-24 = []
2026-11-29 = "10:00-11:00"
"""


def configured(shop: Shop, text: str) -> Path:
    path = shop.locations.config_file
    path.write_text(path.read_text() + text)
    return path


def test_every_rule_is_listed_with_where_it_was_read(shop: Shop) -> None:
    """The seller can look a deadline up at its source."""
    rules = {rule["id"]: rule for rule in shop.json("rules", "list")}

    assert rules["kaufland.ticket"] | {"note": None} == {
        "id": "kaufland.ticket",
        "owner": "service",
        "service": "kaufland",
        "account": None,
        "storefronts": [],
        "about": [],
        "kind": "reply",
        "clock": "business",
        "target_seconds": 172_800,
        "calendar": "storefront",
        "anchor": "first_unanswered",
        "starts": None,
        "satisfied_by": "reply",
        "auto_reply_counts": False,
        "no_reply_needed_counts": False,
        "spam_counts": False,
        "valid_from": None,
        "in_force": True,
        "source": (
            "https://www.kauflandglobalmarketplace.com/en/seller-university/selling/"
            "customer-enquiries/"
        ),
        "checked": "2026-11-21",
        "confidence": "high",
        "note": None,
    }
    assert rules["trendyol.question"]["in_force"] is False
    assert rules["trendyol.question"]["target_seconds"] is None


def test_a_rule_that_another_replaced_says_so(shop: Shop) -> None:
    """Of two with one id the seller must see which counts."""
    configured(shop, '[[deadline]]\nid = "email.reply"\nhours = 4\n')

    promises = [rule for rule in shop.json("rules", "list") if rule["id"] == "email.reply"]

    assert [(each["target_seconds"], each["in_force"]) for each in promises] == [
        (86_400, False),
        (14_400, True),
    ]
    assert "replaced" in shop.run("rules", "list").stdout


def test_the_time_of_a_rule_is_told_as_people_say_it(shop: Shop) -> None:
    """Two working days are not 48 hours, and four hours at the desk not four hours."""
    configured(
        shop,
        DESK + '[[deadline]]\nid = "email.reply"\ncalendar = "desk"\nhours = 4\n'
        "valid_from = 2026-11-20\n",
    )

    lines = {line.split()[0]: line for line in shop.run("rules", "list").stdout.splitlines()}

    assert "2 working days" in lines["kaufland.ticket"]
    assert "1 working day " in lines["allegro.message"]
    assert "4 hours while desk is open" in lines["email.reply"]
    assert "all from 2026-11-20" in lines["email.reply"]


def test_a_bad_rule_is_told_with_file_line_and_reason(shop: Shop, tmp_path: Path) -> None:
    """It is found while it is written, not when an answer comes too late."""
    draft = tmp_path / "draft.toml"
    draft.write_text('[calendars.desk]\nmon = "9-5"\n')

    told = shop.run("rules", "check", str(draft))
    found = shop.run("rules", "check", str(draft), "--json")

    assert (told.exit_code, found.exit_code) == (1, 1)
    assert f"{draft}:2, calendars.desk.mon" in told.stderr
    assert '"line": 2' in found.stdout
    assert shop.json("rules", "check") == {"ok": True, "faults": []}


def test_a_desk_without_its_calendar_is_found_by_checking(shop: Shop, tmp_path: Path) -> None:
    """A forecast by a calendar that is not there would be missed on the evening it is needed."""
    draft = tmp_path / "draft.toml"
    draft.write_text('[settings]\nname = "Lena"\ncalendar = "dekc"\n')

    told = shop.run("rules", "check", str(draft))

    assert told.exit_code == 1
    assert f"{draft}:3, settings.calendar: There is no calendar called dekc." in told.stderr


def test_holidays_nobody_knows_are_found_by_checking(shop: Shop, tmp_path: Path) -> None:
    """A code with a slip of the keyboard would keep the desk open at Christmas."""
    draft = tmp_path / "draft.toml"
    draft.write_text('[calendars.desk]\nmon = "09:00-17:00"\nholidays = "DE-XX"\n')

    told = shop.run("rules", "check", str(draft))

    assert (told.exit_code, f"{draft}:3" in told.stderr) == (1, True)


def test_a_rule_is_tried_on_what_is_stored_and_changes_nothing(empty: Shop, tmp_path: Path) -> None:
    """Before promising four hours the seller sees how often it would have been broken."""
    shop = empty
    shop.add_account(reply_within="24h")
    (late,) = shop.deliver(wrote("Kate", ago=timedelta(hours=30)))
    shop.deliver(wrote("Omar", ago=timedelta(hours=6)))
    (new,) = shop.deliver(wrote("Lena", ago=timedelta(hours=1)))
    shop.run("done", new)
    draft = tmp_path / "draft.toml"
    draft.write_text('[[deadline]]\nid = "email.reply"\nservice = "email"\nhours = 4\n')

    before = shop.json("rules", "test", "email.reply")
    trial = shop.json("rules", "test", "email.reply", "--file", str(draft))

    assert {key: before[key] for key in ("met", "missed", "open")} == {
        "met": 1,
        "missed": 1,
        "open": 1,
    }
    assert before["differences"] == []
    assert (trial["met"], trial["missed"], trial["open"]) == (1, 2, 0)
    assert [(each["kept_verdict"], each["verdict"]) for each in trial["differences"]] == [
        ("open", "missed")
    ]
    assert shop.json("rules", "test", "email.reply") == before
    assert shop.run("rules", "test", "nothing.of.the.kind").exit_code == 2
    assert late in {row["id"] for row in shop.json("list")}


def test_the_coming_days_are_shown_as_we_understand_them(shop: Shop) -> None:
    """What we think is open is no secret: a wrong hour is seen before it matters."""
    configured(shop, DESK)

    [desk] = shop.json("rules", "calendar", "--days", "10")

    assert (desk["name"], desk["timezone"], desk["holidays"]) == ("desk", "Europe/Berlin", "DE-BE")
    days = {day["date"]: day for day in desk["days"]}
    assert days["2026-11-23"]["open"] == [
        {"from": "2026-11-23T09:00:00+01:00", "to": "2026-11-23T12:00:00+01:00"},
        {"from": "2026-11-23T13:00:00+01:00", "to": "2026-11-23T17:00:00+01:00"},
    ]
    special = [days[f"2026-11-{day}"] for day in (24, 29, 30)]
    assert [(day["why"], len(day["open"])) for day in special] == [
        ("exception", 0),
        ("exception", 1),
        ("vacation", 0),
    ]
    assert "closed  (vacation)" in shop.run("rules", "calendar", "desk").stdout.replace(" (", "  (")
    assert shop.run("rules", "calendar", "moon").exit_code == 2
