"""`inbox rules check`: what is wrong is found while it is written, not when an answer is late."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbox.config import parse
from inbox.rules import RuleFault
from inbox.rules.checking import check, faults_in

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DESK = '[calendars.desk]\ntimezone = "Europe/Berlin"\n'
RULE = '[[deadline]]\nid = "email.reply"\n'


def found(tmp_path: Path, text: str, now: datetime | None = NOW) -> list[tuple[int | None, str]]:
    """Return the line and key of everything that is wrong in a configuration."""
    file = tmp_path / "config.toml"
    file.write_text(text)
    return [(each.line, each.key) for each in faults_in(parse(text.encode(), file), now)]


def test_every_table_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Mending one mistake only to be told the next is how a check comes to be left out."""
    text = (
        RULE + "hours = -3\n" + RULE + 'hours = 3\nanchor = "last"\n'
        '[calendars.one]\nmon = "9-17"\n[calendars.two]\nmon = "09:00-17:00"\nholidays = "DE-ZZ"\n'
    )

    assert found(tmp_path, text) == [
        (3, "deadline[1].hours"),
        (7, "deadline[2].anchor"),
        (9, "calendars.one.mon"),
        (12, "calendars.two.holidays"),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (RULE + 'service = "amazn"\nhours = 3\n', (3, "deadline[1].service")),
        (RULE + 'storefront = "uk"\nhours = 3\n', (3, "deadline[1].storefront")),
        (RULE + "hours = 3\n" + RULE + "hours = 4\n", (2, "deadline[1].id")),
        (RULE + 'clock = "unknown"\n', (3, "deadline[1].clock")),
        (RULE + "minutes = 0.001\n", (3, "deadline[1].minutes")),
        ('[[deadline]]\nid = "a\\u001bb"\nhours = 3\n', (2, "deadline[1].id")),
        (
            DESK + 'mon = "09:00-17:00"\nvacations = "2027-01-06/2026-12-28"\n',
            (4, "calendars.desk.vacations"),
        ),
    ],
)
def test_what_would_never_count_as_it_was_meant_is_found(
    tmp_path: Path, text: str, place: tuple[int, str]
) -> None:
    """A slip of the keyboard in a name takes no promise away without a word."""
    assert found(tmp_path, text) == [place]


def test_a_calendar_that_does_not_open_long_enough_is_found_by_the_day_of_asking(
    tmp_path: Path,
) -> None:
    """A vacation with the wrong year would leave every question without a time."""
    away = DESK + 'mon = "09:00-12:00"\nvacations = "2026-11-01/2027-12-31"\n'
    once = DESK + '[calendars.desk.dates]\n2026-12-24 = "09:00-12:00"\n'
    four = RULE + 'calendar = "desk"\nhours = 4\n'

    assert found(tmp_path, away) == [(1, "calendars.desk")]
    assert found(tmp_path, away + four) == [(7, "deadline[1].calendar")]
    assert found(tmp_path, once) == []
    assert found(tmp_path, once + four) == [(7, "deadline[1].calendar")]
    assert found(tmp_path, once + four, None) == []


def test_versions_of_a_rule_and_rules_for_different_messages_are_no_twins(tmp_path: Path) -> None:
    """Two of one id are how a change from a day on is written."""
    text = (
        RULE + "hours = 12\n" + RULE + "hours = 6\nvalid_from = 2026-12-01\n"
        + RULE + 'hours = 2\nabout = "claim"\n'
    )  # fmt: skip

    assert found(tmp_path, text) == []


def test_an_engine_starts_with_a_rule_that_only_never_counts(tmp_path: Path) -> None:
    """A marketplace that we do not know may be a stranger's; unknown holidays stop all."""
    file = tmp_path / "config.toml"
    check(parse((RULE + 'service = "amazn"\nhours = 3\n').encode(), file))

    with pytest.raises(RuleFault):
        check(parse((DESK + 'mon = "09:00-17:00"\nholidays = "DE-ZZ"\n').encode(), file))
