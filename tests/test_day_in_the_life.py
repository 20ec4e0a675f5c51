"""A week of a seller with four accounts, over Easter and the change to summer time.

Easter Sunday 2027 is 28 March, the day on which Berlin's clocks go from 02:00 to
03:00; Good Friday (26 March) and Easter Monday (29 March) are holidays in Germany.
The expected instants were worked out on paper with a calendar.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from connectors.values import Kind, StatedDeadline
from inbox.config import parse
from inbox.core.model import AccountUid, MessageUid
from inbox.core.obligations import (
    Event,
    EventKind,
    Obligation,
    Verdict,
    obligations,
    rules_for,
    stated_event,
)
from inbox.rules import load_book

BERLIN = ZoneInfo("Europe/Berlin")
ACCOUNTS = {name: AccountUid(f"{name}00000000"[:12]) for name in ("shop", "zon", "land", "craft")}
CONFIG = """
[settings]
timezone = "Europe/Berlin"
[calendars.desk]
weekdays = ["09:00-12:00", "13:00-17:00"]
holidays = "DE-BE"
[[deadline]]
id = "email.reply"
calendar = "desk"
hours = 4
""" + "".join(
    f'[accounts.{name}]\nuid = "{uid}"\nkind = "email"\nstorefront = "de"\n'
    for name, uid in ACCOUNTS.items()
)
BOOK = load_book(parse(CONFIG.encode(), Path("config.toml")))
ASKED, ANSWERED, DONE = EventKind.ASKED, EventKind.ANSWERED, EventKind.DONE


def berlin(text: str) -> datetime:
    """Return `28 21:00` as that instant of March 2027 in Berlin, in UTC."""
    day, time = text.split()
    return datetime.fromisoformat(f"2027-03-{day} {time}").replace(tzinfo=BERLIN).astimezone(UTC)


def event(
    text: str, kind: EventKind, *, automatic: bool = False, about: Kind = Kind.MESSAGE
) -> Event:
    return Event(
        at=berlin(text), kind=kind, automatic=automatic, about=about, message=MessageUid(text)
    )


NOW = berlin("31 12:00")


def told(events: list[Event], account: str, service: str) -> dict[str, tuple[str, str]]:
    """Return rule and opening: due instant in Berlin, and what became of it by Wednesday noon."""
    found = obligations(events, rules_for(BOOK, ACCOUNTS[account], service))
    return {f"{each.rule.id} {_short(each.opened_at)}": _told(each) for each in found}


def _told(one: Obligation) -> tuple[str, str]:
    assert one.due_at is not None
    return _short(one.due_at), one.verdict(NOW).value


def _short(at: datetime) -> str:
    return f"{at.astimezone(BERLIN):%d %H:%M}"


def test_a_mail_before_easter_waits_for_the_desk_to_open() -> None:
    """Two hours on Thursday, then holidays and a weekend, two hours on Tuesday."""
    events = [event("25 15:00", ASKED), event("27 10:00", ASKED), event("30 11:00", ANSWERED)]

    assert told(events, "shop", "email") == {"email.reply 25 15:00": ("30 11:00", "met")}


def test_amazon_counts_easter_and_the_missing_hour_too() -> None:
    """24 hours from Saturday 20:00 end on Sunday at 21:00, for the night was an hour shorter."""
    events = [
        event("27 20:00", ASKED),
        event("27 20:01", ANSWERED, automatic=True),
        event("28 21:00:01", ANSWERED),
    ]

    assert told(events, "zon", "amazon") == {
        "amazon.buyer_message 27 20:00": ("28 21:00", "missed"),
        "amazon.atoz_precontact 27 20:00": ("29 21:00", "met"),
        "email.reply 27 20:00": ("30 14:00", "met"),
    }


def test_kauflands_working_days_leave_out_easter_and_done_does_not_stop_them() -> None:
    """14 hours on Thursday, 24 on Tuesday, 10 on Wednesday."""
    events = [event("25 10:00", ASKED), event("25 14:00", DONE)]

    assert told(events, "land", "kaufland") == {
        "kaufland.ticket 25 10:00": ("31 10:00", "missed"),
        "email.reply 25 10:00": ("25 15:00", "met"),
    }
    assert told([*events, event("31 10:00", ANSWERED)], "land", "kaufland")[
        "kaufland.ticket 25 10:00"
    ] == ("31 10:00", "met")


def test_etsy_counts_the_first_message_and_takes_an_automatic_answer() -> None:
    """The buyer still waits for a person: the seller's own promise runs on."""
    events = [
        event("26 12:00", ASKED),
        event("26 12:05", ANSWERED, automatic=True),
        event("30 13:00", ANSWERED),
        event("31 10:00", ASKED),
    ]

    assert told(events, "craft", "etsy") == {
        "etsy.star_seller 26 12:00": ("27 12:00", "met"),
        "email.reply 26 12:00": ("30 14:00", "met"),
        "email.reply 31 10:00": ("31 15:00", "open"),
    }


def test_what_ebay_states_goes_before_what_we_reckon() -> None:
    """By the rule the return is due on Thursday 1 April; eBay itself says Tuesday 18:00."""
    asked = event("25 10:00", ASKED, about=Kind.RETURN)
    word = StatedDeadline(conversation_ref="r1", ref="return-1", due_at=berlin("30 18:00"))
    gone = StatedDeadline(conversation_ref="r1", ref="return-1", due_at=None)
    promise = {"email.reply 25 10:00": ("25 15:00", "missed")}
    stated = stated_event(word, berlin("25 10:05"))

    reckoned = {"ebay.return 25 10:00": ("01 10:00", "open")}
    assert told([asked], "shop", "ebay") == {**reckoned, **promise}
    assert told([asked, stated], "shop", "ebay") == {
        "stated 25 10:05": ("30 18:00", "missed"),
        **promise,
    }
    assert told([asked, stated, stated_event(gone, berlin("29 09:00"))], "shop", "ebay")[
        "stated 25 10:05"
    ] == ("30 18:00", "met")


@pytest.mark.parametrize("hours", [0, 24, 24 * 400])
def test_a_verdict_does_not_age(hours: int) -> None:
    """Chatwoot's clock runs on after the end: what was answered in time stays so for ever."""
    events = [event("25 15:00", ASKED), event("25 16:00", ANSWERED)]
    [one] = obligations(events, rules_for(BOOK, ACCOUNTS["shop"], "email"))
    later = datetime.fromtimestamp(NOW.timestamp() + hours * 3600, UTC)

    assert (one.verdict(later), one.met_at) == (Verdict.MET, berlin("25 16:00"))


def test_what_is_late_was_missed_at_its_due_instant() -> None:
    """Whoever looks a month later must read when it was missed, not when they looked."""
    [one] = obligations([event("25 15:00", ASKED)], rules_for(BOOK, ACCOUNTS["shop"], "email"))

    assert one.open
    assert (one.verdict(NOW), one.due_at) == (Verdict.MISSED, berlin("30 11:00"))
