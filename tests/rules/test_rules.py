"""Deadlines as data: from our connectors, from strangers' and from the seller, or told why not."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inbox.config import parse
from inbox.core.model import AccountUid
from inbox.core.obligations import (
    Anchor,
    Book,
    Clock,
    Owner,
    Rule,
    rules_for,
)
from inbox.rules import RuleFault, load_book, rules_in, span, terms_of

SHOP = AccountUid("shop00000001")
ACCOUNT = """
[accounts.shop]
uid = "shop00000001"
kind = "email"
owed_since = 2026-11-01T00:00:00Z
address = "Shop@Shop.example"
aliases = ["sales@shop.example", "shop@shop.example "]
name = "The Shop"
signature = "Kim"
"""
FILE = Path("/somewhere/config.toml")
DAY = timedelta(days=1)


def book_of(text: str) -> Book:
    return load_book(parse(text.encode(), FILE))


def targets(book: Book, service: str = "email") -> dict[str, timedelta]:
    return {rule.id: rule.target for rule in rules_for(book, SHOP, service)}


def test_mail_is_answered_within_24_hours_unless_the_seller_says_otherwise() -> None:
    """The promise that holds from the first minute, with nothing configured."""
    [rule] = rules_for(book_of(ACCOUNT), SHOP, "email")

    assert (rule.target, rule.owner, rule.anchor) == (DAY, Owner.SELLER, Anchor.FIRST_UNANSWERED)


def test_amazons_clock_runs_beside_the_sellers() -> None:
    """Relayed mail is under the platform's rule, which done does not stop."""
    owners = {rule.owner for rule in rules_for(book_of(ACCOUNT), SHOP, "amazon")}

    assert owners == {Owner.SERVICE, Owner.SELLER}


def test_every_rule_we_ship_says_where_it_was_read_and_when() -> None:
    """A rule without a source is a rumour."""
    shipped = [rule for rule in book_of("").rules if rule.owner is Owner.SERVICE]

    assert shipped
    assert [rule.id for rule in shipped if not (rule.source and rule.checked)] == []


def test_an_accounts_own_target_takes_the_place_of_the_general_one() -> None:
    """`reply_within` is the one line most sellers will ever write."""
    book = book_of(ACCOUNT + 'reply_within = "90m"\n')

    [rule] = rules_for(book, SHOP, "email")

    assert (rule.target, rule.source) == (timedelta(minutes=90), "[accounts.shop] reply_within")


def test_a_rule_of_the_seller_beats_the_shipped_one() -> None:
    """It is the seller's promise, so the seller says what it is."""
    book = book_of(ACCOUNT + '[[deadline]]\nid = "mine"\nhours = 4\n')

    assert targets(book) == {"mine": timedelta(hours=4)}
    assert book.rules[-1] == Rule(
        id="mine",
        owner=Owner.SELLER,
        service="*",
        clock=Clock.ELAPSED,
        target=timedelta(hours=4),
        anchor=Anchor.FIRST_UNANSWERED,
        seller_wrote=True,
        source="config.toml: deadline[1]",
    )


def test_a_rule_for_one_account_beats_all_others_there() -> None:
    """The closer a rule is meant, the more it counts."""
    rules = """
        [[deadline]]
        id = "here"
        account = "shop"
        days = 2
        [[deadline]]
        id = "everywhere"
        minutes = 30
    """
    book = book_of(ACCOUNT + 'reply_within = "90m"\n' + rules)

    assert targets(book) == {"here": 2 * DAY}
    assert [rule.id for rule in rules_for(book, AccountUid("other"), "email")] == ["everywhere"]


def test_a_shipped_rule_can_be_changed_by_its_id_and_stays_what_it_is() -> None:
    """A stricter target for Amazon must not turn its clock into one that done stops."""
    shipped = next(rule for rule in book_of("").rules if rule.service == "amazon")

    book = book_of(ACCOUNT + f'[[deadline]]\nid = "{shipped.id}"\nhours = 12\n')

    changed = next(rule for rule in rules_for(book, SHOP, "amazon") if rule.id == shipped.id)
    assert (changed.target, changed.owner) == (timedelta(hours=12), Owner.SERVICE)
    assert changed.no_reply_needed_counts == shipped.no_reply_needed_counts


@pytest.mark.parametrize(
    ("table", "key", "said"),
    [
        ("hours = 4", "deadline[1].id", "missing"),
        ('id = "x"', "deadline[1].hours", "Give one of hours, minutes and days."),
        ('id = "x"\nhours = 1\ndays = 1', "deadline[1].days", "Give one of"),
        ('id = "x"\nhours = 0', "deadline[1].hours", "a second at least"),
        ('id = "x"\nhours = nan', "deadline[1].hours", "a second at least"),
        ('id = "x"\ndays = 401', "deadline[1].days", "at most 400 days"),
        ('id = "x"\nminutes = inf', "deadline[1].minutes", "at most 400 days"),
        ('id = "x"\nhours = "4"', "deadline[1].hours", "a number"),
        ('id = "x"\nhours = true', "deadline[1].hours", "a number"),
        ("id = 7\nhours = 4", "deadline[1].id", "text"),
        ('id = "x"\nhours = 4\nservice = 7', "deadline[1].service", "text"),
        ('id = "x"\nhourz = 4', "deadline[1].hourz", "Known are: id"),
        ('id = "x"\nhours = 4\nclock = "sundial"', "deadline[1].clock", "one of: elapsed"),
        ('id = "x"\nhours = 4\nowner = "me"', "deadline[1].owner", "one of: service, seller"),
        ('id = "x"\nhours = 4\nchecked = "now"', "deadline[1].checked", "a date"),
        (
            'id = "x"\nhours = 4\nauto_reply_counts = "yes"',
            "deadline[1].auto_reply_counts",
            "true or false",
        ),
        ('id = "x"\nhours = 4\naccount = "shpo"', "deadline[1].account", "no account of this name"),
        ('id = "x"\nhours = 4\naccount = ["shop"]', "deadline[1].account", "text"),
    ],
)
def test_a_rule_that_cannot_be_used_is_told_with_its_key(table: str, key: str, said: str) -> None:
    """A deadline that is silently left out is an answer that comes too late."""
    with pytest.raises(RuleFault) as fault:
        book_of(ACCOUNT + "[[deadline]]\n" + table)

    assert (fault.value.file, fault.value.key) == (FILE, key)
    assert said in fault.value.said


def test_a_target_that_is_no_time_is_told_with_its_key() -> None:
    """`reply_within = "soon"` is a wish, not a promise."""
    with pytest.raises(RuleFault) as fault:
        book_of(ACCOUNT + 'reply_within = "soon"')

    assert fault.value.key == "accounts.shop.reply_within"
    assert '"24h"' in fault.value.said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24h", DAY),
        ("90m", timedelta(minutes=90)),
        ("2d", 2 * DAY),
        (" 1d 12h ", timedelta(hours=36)),
        ("1.5H", timedelta(minutes=90)),
    ],
)
def test_a_time_is_written_as_people_write_it(text: str, expected: timedelta) -> None:
    """Days, hours and minutes, alone or together."""
    assert span(text) == expected


@pytest.mark.parametrize(
    "text", ["", "24", "h", "-1h", "0m", "401d", "24 hours ago", "1h,", "99999d"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    """Guessing the unit would guess the deadline."""
    with pytest.raises(ValueError, match=r".*"):
        span(text)


def test_an_accounts_terms_are_what_its_table_says() -> None:
    """Addresses are compared in one form and written in the seller's."""
    config = parse(ACCOUNT.encode(), FILE)

    terms = terms_of(config.accounts[0], quote_below=True)

    assert terms.addresses == {"shop@shop.example", "sales@shop.example"}
    assert terms.address_order[:2] == ("Shop@Shop.example", "sales@shop.example")
    assert (terms.display_name, terms.signature, terms.quote_below) == ("The Shop", "Kim", True)
    assert terms.owed_since == datetime(2026, 11, 1, tzinfo=UTC)
    assert terms.reply_within is None


def test_the_books_hash_follows_what_a_verdict_hangs_on_and_nothing_else() -> None:
    """It says when everything must be derived again, which is dear."""
    before = book_of(ACCOUNT).hash

    assert book_of(ACCOUNT.replace('"Kim"', '"Kim B."')).hash == before
    assert book_of(ACCOUNT + '[keys]\ndone = "x"').hash == before
    assert book_of(ACCOUNT + 'reply_within = "2h"').hash != before
    assert book_of(ACCOUNT.replace("2026-11-01", "2026-11-02")).hash != before
    assert book_of(ACCOUNT.replace("sales@", "buy@")).hash != before
    assert book_of(ACCOUNT + '[[deadline]]\nid = "x"\nhours = 4').hash != before


STRANGE = """
[accounts.bazaar]
uid = "bazaar000001"
kind = "bazaar"
"""


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield the folder of an installed connector whose module must never be imported."""
    folder = tmp_path / "bazaar_connector"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "service.py").write_text("raise RuntimeError('imported')")
    about = tmp_path / "bazaar_connector-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: bazaar-connector\nVersion: 1.0\n")
    entry = "[inbox.connectors]\nbazaar = bazaar_connector.service:Bazaar\n"
    (about / "entry_points.txt").write_text(entry)
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    sys.modules.pop("bazaar_connector", None)


def test_a_strangers_connector_brings_its_own_rules(stranger: Path) -> None:
    """A plugin's deadlines are data like ours, read without running its code."""
    (stranger / "deadlines.toml").write_text(
        '[[deadline]]\nid = "bazaar.reply"\nowner = "service"\nservice = "bazaar"\nhours = 6\n'
    )

    assert targets(book_of(STRANGE), "bazaar")["bazaar.reply"] == timedelta(hours=6)


def test_a_strangers_mistake_is_logged_and_stops_nothing(
    stranger: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The other accounts must open all the same."""
    (stranger / "deadlines.toml").write_text('[[deadline]]\nid = "bazaar.reply"\n')

    with caplog.at_level(logging.ERROR):
        book = book_of(STRANGE + ACCOUNT)

    assert targets(book)
    assert "bazaar" in caplog.text


def test_a_connector_that_is_nowhere_has_no_rules() -> None:
    """The engine tells of it; the list opens without it."""
    assert book_of(STRANGE.replace("bazaar", "nowhere")).rules == book_of("").rules


@pytest.mark.parametrize(
    "raw",
    [b'[[deadline]]\nid = "x', b'[[deadline]]\nid = "\xff"', b'[[deadline]]\nid = "x"\nhours = 1'],
    ids=["no TOML", "no UTF-8", "no owner"],
)
def test_a_broken_file_of_rules_is_named(tmp_path: Path, raw: bytes) -> None:
    """Whoever writes a connector is told which file is wrong."""
    file = tmp_path / "deadlines.toml"
    file.write_bytes(raw)

    with pytest.raises(RuleFault) as fault:
        rules_in(file)

    assert fault.value.file == file
