"""Rules of the platforms, calendars and versions, by the calendar on the wall."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from connectors.values import Kind
from inbox.config import parse
from inbox.core.model import AccountUid
from inbox.core.obligations import Clock, Event, EventKind, Owner, obligations, rules_for
from inbox.rules import RuleFault, load_book
from inbox.rules.checking import check
from tests.rules.test_rules import ACCOUNT, DAY, SHOP, book_of


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
        ("ebay.cancellation", "stated", 0, "reply"),
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
            "ends before it begins",
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


@pytest.mark.parametrize(
    "own",
    [
        'id = "email.reply"\nhours = 6',
        'id = "shop.promise"\nhours = 6',
        'id = "shop.promise"\nhours = 6\naccount = "shop"',
        'id = "shop.promise"\nhours = 6\nabout = "message"',
    ],
)
def test_what_opened_before_the_sellers_first_version_stays_under_the_shipped_one(own: str) -> None:
    """A stricter promise from Monday on must not take the weekend's questions off the clock."""
    rules = rules_for(
        book_of(ACCOUNT + f"[[deadline]]\n{own}\nvalid_from = 2026-12-01\n"), SHOP, "email"
    )
    before, after = datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    asked, again = Event(at=before, kind=EventKind.ASKED), Event(at=after, kind=EventKind.ASKED)

    assert [each.due_at for each in obligations([asked], rules)] == [before + DAY]
    assert [each.due_at for each in obligations([again], rules)] == [after + timedelta(hours=6)]
    assert [each.due_at for each in obligations([asked, again], rules)] == [before + DAY]


def test_a_platforms_rule_changed_from_a_day_on_counts_as_shipped_before_it() -> None:
    """Amazon counted yesterday's question, whatever the seller wrote down of today's."""
    rules = rules_for(
        book_of(
            ACCOUNT
            + '[[deadline]]\nid = "amazon.buyer_message"\nhours = 12\nvalid_from = 2026-12-01\n'
        ),
        SHOP,
        "amazon",
    )
    before, after = datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)

    due = [
        {each.rule.id: each.due_at for each in obligations([event], rules)}["amazon.buyer_message"]
        for event in (Event(at=at, kind=EventKind.ASKED) for at in (before, after))
    ]

    assert due == [before + DAY, after + timedelta(hours=12)]


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


OPERATORS = """
[accounts.deco]
uid = "deco00000001"
kind = "mirakl"
base_url = "https://deco.example"
operator_within = "36h"
[accounts.other]
uid = "other0000001"
kind = "mirakl"
base_url = "https://other.example"
"""


def test_how_long_an_operator_gives_is_a_setting_of_its_account() -> None:
    """Each Mirakl operator has its own time; the one that was not told has none."""
    book = book_of(OPERATORS)
    begun = Event(at=datetime(2026, 11, 20, 9, tzinfo=UTC), kind=EventKind.ASKED)

    def due(account: str) -> list[datetime | None]:
        rules = rules_for(book, AccountUid(account), "mirakl")
        theirs = [rule for rule in rules if rule.owner is Owner.SERVICE]
        return [each.due_at for each in obligations([begun], theirs) if each.open]

    assert due("deco00000001") == [datetime(2026, 11, 21, 21, tzinfo=UTC)]
    assert due("other0000001") == []
    (rule,) = (each for each in book.rules if each.account == "deco00000001")
    assert (rule.id, rule.source) == ("mirakl.thread", "config.toml: accounts.deco.operator_within")


def test_an_operators_time_that_is_none_is_told_with_its_place() -> None:
    """A typing mistake must not leave the seller without a clock."""
    with pytest.raises(RuleFault, match=r"accounts.deco.operator_within"):
        book_of(OPERATORS.replace("36h", "soon"))
