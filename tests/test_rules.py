"""Deadlines as data: from our connectors, from strangers' and from the seller, or told why not."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from connectors.values import Kind
from inbox.config import parse
from inbox.core.model import AccountUid
from inbox.core.obligations import (
    Anchor,
    Book,
    Clock,
    Event,
    EventKind,
    Owner,
    Rule,
    obligations,
    rules_for,
)
from inbox.rules import RuleFault, check, load_book, rules_in, span, terms_of

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
        ('id = "x"\nhours = 1\ndays = 1', "deadline[1].hours", "Give one of"),
        ('id = "x"\nhours = 0', "deadline[1].hours", "above 0"),
        ('id = "x"\nhours = nan', "deadline[1].hours", "above 0"),
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


def test_every_rule_of_the_platforms_is_there() -> None:
    """Whoever sells on one of them is told by its own clock, or why there is none."""
    told = {
        (rule.id, rule.clock.value, rule.target / timedelta(hours=1), rule.kind.value)
        for rule in book_of("").rules
        if rule.owner is Owner.SERVICE
    }

    assert told == {
        ("amazon.buyer_message", "elapsed", 24, "reply"),
        ("amazon.atoz_precontact", "elapsed", 48, "reply"),
        ("amazon.atoz_appeal", "elapsed", 30 * 24, "appeal"),
        ("amazon.atoz_information_request", "elapsed", 72, "reply"),
        ("amazonpay.atoz", "elapsed", 7 * 24, "reply"),
        ("ebay.inr", "business", 72, "reply"),
        ("ebay.return", "business", 72, "reply"),
        ("ebay.payment_dispute", "stated", 0, "reply"),
        ("ebay.message", "unknown", 0, "reply"),
        ("allegro.claim", "stated", 0, "reply"),
        ("allegro.message", "business", 24, "reply"),
        ("allegro.dispute", "unknown", 0, "reply"),
        ("mirakl.thread", "unknown", 0, "reply"),
        ("mirakl.pccomponentes", "elapsed", 24, "reply"),
        ("kaufland.ticket", "business", 48, "reply"),
        ("walmart.inquiry", "elapsed", 48, "reply"),
        ("walmart.bbb_ag_complaint", "elapsed", 1, "reply"),
        ("etsy.star_seller", "elapsed", 24, "reply"),
        ("trendyol.question", "unknown", 0, "reply"),
        ("hepsiburada.question", "business", 24, "reply"),
        ("tiktokshop.chat", "elapsed", 12, "reply"),
        ("tiktokshop.chat.other_region", "elapsed", 24, "reply"),
        ("whatsapp.window", "elapsed", 24, "window"),
        ("meta.messenger_instagram.window", "elapsed", 24, "window"),
        ("paypal.dispute", "stated", 0, "reply"),
        ("stripe.dispute", "stated", 0, "reply"),
        ("mercadolibre.post_sale", "elapsed", 30 * 24, "window"),
        ("backmarket.care", "unknown", 0, "reply"),
        ("yandexmarket.chat", "unknown", 0, "reply"),
    }


@pytest.mark.parametrize(
    ("service", "storefront", "kind", "opened", "due"),
    [
        # Friday 2026-04-30 is followed by Labour Day: Germany, Poland and Turkey rest.
        ("kaufland", "", Kind.MESSAGE, "2026-04-30 12:00+02:00", "2026-05-05 12:00+02:00"),
        # Czechia rests on Friday 2026-05-08 as well, Germany does not.
        ("kaufland", "cz", Kind.MESSAGE, "2026-05-07 12:00+02:00", "2026-05-12 12:00+02:00"),
        ("kaufland", "de", Kind.MESSAGE, "2026-05-07 12:00+02:00", "2026-05-11 12:00+02:00"),
        # Corpus Christi, Thursday 2026-06-04, is free in all Poland.
        ("allegro", "", Kind.MESSAGE, "2026-06-03 15:00+02:00", "2026-06-05 15:00+02:00"),
        # The Republic's day, Thursday 2026-10-29; the half day before it counts as one of work.
        ("hepsiburada", "", Kind.MESSAGE, "2026-10-28 20:00+03:00", "2026-10-30 20:00+03:00"),
        # A weekend begun on a Saturday: counting begins on Monday at midnight.
        ("ebay", "gb", Kind.INQUIRY, "2026-11-21 10:00+00:00", "2026-11-26 00:00+00:00"),
        ("ebay", "gb", Kind.RETURN, "2026-11-20 10:00+00:00", "2026-11-25 10:00+00:00"),
        # A storefront nobody told: UTC's weekdays, no holidays.
        ("ebay", "", Kind.RETURN, "2026-12-24 10:00+00:00", "2026-12-29 10:00+00:00"),
        ("tiktokshop", "th", Kind.MESSAGE, "2026-11-21 10:00+07:00", "2026-11-21 22:00+07:00"),
        ("mirakl", "pccomponentes", Kind.MESSAGE, "2026-11-21 10:00Z", "2026-11-22 10:00Z"),
    ],
)
def test_a_platforms_working_days_are_its_storefronts(
    service: str, storefront: str, kind: Kind, opened: str, due: str
) -> None:
    """Two business days are two days of 24 hours in the buyer's country, without its holidays."""
    at, until = (datetime.fromisoformat(text) for text in (opened, due))
    rules = [
        rule
        for rule in rules_for(book_of(ACCOUNT), SHOP, service, storefront)
        if rule.owner is Owner.SERVICE
    ]

    found = obligations([Event(at=at, kind=EventKind.ASKED, about=kind)], rules)

    assert min(each.due_at for each in found if each.due_at) == until


DESK = """
[settings]
timezone = "Europe/Berlin"
[calendars.desk]
weekdays = ["09:00-12:00", "13:30-18:00"]
fri = "09:00-12:00"
holidays = "DE-BE"
vacations = ["2026-12-28/2027-01-06", 2027-05-07]
[calendars.desk.dates]
2026-12-24 = "09:00-10:00"
2027-01-04 = ["10:00-11:00"]
[[deadline]]
id = "email.reply"
calendar = "desk"
hours = 4
"""


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("2026-11-18 11:00", "2026-11-18 16:30"),
        ("2026-11-20 11:00", "2026-11-23 12:00"),
        # Christmas Eve has one hour, then holidays and a vacation with one open hour in it.
        ("2026-12-23 17:00", "2027-01-07 10:00"),
        # Only Berlin rests on Women's Day, Monday 2027-03-08.
        ("2027-03-05 09:00", "2027-03-09 10:00"),
    ],
)
def test_the_sellers_promise_counts_the_hours_of_the_desk(opened: str, due: str) -> None:
    """Nobody promises to answer while asleep."""
    zone = ZoneInfo("Europe/Berlin")
    at = datetime.fromisoformat(opened).replace(tzinfo=zone)
    rules = rules_for(book_of(ACCOUNT + DESK), SHOP, "email")

    [found] = obligations([Event(at=at, kind=EventKind.ASKED)], rules)

    assert found.due_at is not None
    assert found.due_at.astimezone(zone).replace(tzinfo=None) == datetime.fromisoformat(due)
    assert found.rule.clock is Clock.BUSINESS


@pytest.mark.parametrize(
    ("text", "key", "line", "said"),
    [
        ("[calendars.x]\n", "calendars.x", 1, "never open"),
        ("[calendars.x]\nmon = []\n", "calendars.x", 1, "never open"),
        ('[calendars.x]\nmon = "9-17"\n', "calendars.x.mon", 2, "09:00-17:00"),
        ('[calendars.x]\n\nmon = "09:00-24:01"\n', "calendars.x.mon", 3, "00:00 to 24:00"),
        ('[calendars.x]\nmon = "09:60-17:00"\n', "calendars.x.mon", 2, "00:00 to 24:00"),
        ('[calendars.x]\nmon = "09:00-09:00"\n', "calendars.x.mon", 2, "opens and closes at once"),
        (
            '[calendars.x]\ndaily = ["09:00-12:00", "11:00-13:00"]\n',
            "calendars.x.daily",
            2,
            "overlap",
        ),
        ('[calendars.x]\nmonday = "09:00-12:00"\n', "calendars.x.monday", 2, "Known are: timezone"),
        (
            '[calendars.x]\nmon = "09:00-12:00"\ntimezone = "Mars"\n',
            "calendars.x.timezone",
            3,
            "Europe/Berlin",
        ),
        (
            '[calendars.x]\nmon = "09:00-12:00"\nholidays = "Germany"\n',
            "calendars.x.holidays",
            3,
            "DE-BE",
        ),
        (
            '[calendars.x]\nmon = "09:00-12:00"\nvacations = "2027-01-02/2027-01-01"\n',
            "calendars.x.vacations",
            3,
            "first and last day",
        ),
        (
            '[calendars.x]\nmon = "09:00-12:00"\n[calendars.x.dates]\n2026-02-30 = []\n',
            "calendars.x.dates.2026-02-30",
            4,
            "a date",
        ),
        ('[calendars.storefront]\nmon = "09:00-12:00"\n', "calendars.storefront", 1, "taken"),
        (
            '[[deadline]]\nid = "a"\nhours = 1\n[[deadline]]\nid = "b"\nclock = "business"\n',
            "deadline[2].calendar",
            4,
            "needs a calendar",
        ),
        (
            '[[deadline]]\nid = "a"\nhours = 1\ncalendar = "dsk"\n',
            "deadline[1].calendar",
            4,
            "no calendar of this name",
        ),
        (
            '[[deadline]]\nid = "a"\nclock = "stated"\nhours = 1\n',
            "deadline[1].hours",
            4,
            "takes no time",
        ),
    ],
)
def test_a_bad_calendar_or_rule_is_refused_with_its_line(
    tmp_path: Path, text: str, key: str, line: int, said: str
) -> None:
    """Whoever mends it should not have to look for it."""
    file = tmp_path / "config.toml"
    file.write_text(text)

    with pytest.raises(RuleFault) as fault:
        load_book(parse(text.encode(), file))

    assert (fault.value.key, fault.value.line) == (key, line)
    assert said in fault.value.said


def test_a_country_nobody_knows_is_found_when_somebody_looks(tmp_path: Path) -> None:
    """The dates are looked up late, because that is slow; a check looks them up."""
    file = tmp_path / "config.toml"
    file.write_text('[calendars.x]\nmon = "09:00-12:00"\nholidays = "XX-YY"\n')

    with pytest.raises(RuleFault) as fault:
        check(parse(file.read_bytes(), file))

    assert (fault.value.key, fault.value.line) == ("calendars.x.holidays", 3)


def test_no_holiday_is_looked_up_before_a_date_is_asked_for() -> None:
    """Loading that library takes longer than reading all rules; the list needs none of it."""
    code = (
        "import sys; from pathlib import Path; from inbox.config import parse;"
        "from inbox.rules import load_book;"
        'raw = b\'[calendars.x]\\nmon = "09:00-12:00"\\nholidays = "DE"\';'
        "load_book(parse(raw, Path('config.toml'))); print('holidays' in sys.modules)"
    )

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert found.stdout.strip() == "False"


def test_what_opened_before_a_version_stays_under_the_one_before() -> None:
    """A platform that shortens its time does not make yesterday's question late."""
    versions = """
        [[deadline]]
        id = "shop.promise"
        hours = 24
        [[deadline]]
        id = "shop.promise"
        hours = 6
        valid_from = 2026-12-01
    """
    rules = rules_for(book_of(ACCOUNT + versions), SHOP, "email")
    before, after = datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    answered = before + timedelta(minutes=30)
    events = [
        Event(at=before, kind=EventKind.ASKED),
        Event(at=answered, kind=EventKind.ANSWERED),
        Event(at=after, kind=EventKind.ASKED),
    ]

    found = obligations(events, rules)

    assert [each.due_at for each in found] == [before + DAY, after + timedelta(hours=6)]
    assert len({each.rule_hash for each in found}) == 2


def test_a_rule_for_one_kind_leaves_the_other_kinds_their_own() -> None:
    """A stricter promise for claims must not take ordinary questions off the clock."""
    rules = rules_for(
        book_of(ACCOUNT + '[[deadline]]\nid = "claims"\nabout = "claim"\nhours = 2\n'),
        SHOP,
        "email",
    )
    opened = datetime(2026, 11, 20, 10, tzinfo=UTC)

    due = {
        kind: obligations([Event(at=opened, kind=EventKind.ASKED, about=kind)], rules)[0].due_at
        for kind in (Kind.MESSAGE, Kind.CLAIM)
    }

    assert due == {Kind.MESSAGE: opened + DAY, Kind.CLAIM: opened + timedelta(hours=2)}
