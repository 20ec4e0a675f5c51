"""The forecast as a seller reads it: what is late, what to do before leaving and tonight."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from connectors.frozen import frozen
from inbox.core.calendar import Calendar, Hours
from inbox.core.forecast import Absence, Item, When, absence, forecast
from inbox.core.model import Conversation, ConversationUid
from inbox.core.obligations import Book
from inbox.core.query import Query, Term
from inbox.i18n import gettext as _
from inbox.store import conversations
from inbox.store.database import Transaction
from inbox.view.rows import account_name

_NINE, _FIVE = 9 * 60, 17 * 60

Instant = Callable[[datetime], str]


class NoCalendar(Exception):
    """The settings name a calendar that there is not."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.sentence = _("There is no calendar called {name}.").format(name=name)
        self.hint = _("See [settings] calendar and [calendars] in the configuration.")


@frozen(kw_only=True)
class DeskHours:
    """What of the settings the forecast needs."""

    calendar: str = ""
    """The calendar of the hours at the desk; "": the only one there is, else Mon-Fri 9-17."""
    answer_minutes: int = 5
    zone: tzinfo | None = None


@frozen(kw_only=True)
class Outlook:
    """All that the forecast says."""

    now: datetime
    calendar: str
    """"" where the seller has none and Mon-Fri 9-17 is assumed."""
    absent: Absence
    effort: timedelta
    items: tuple[Item, ...]
    found: Mapping[ConversationUid, Conversation]
    names: Mapping[ConversationUid, str]
    """The accounts' names."""

    def of(self, when: When) -> tuple[Item, ...]:
        """Return what is to be begun then, in the order in which it falls due."""
        return tuple(each for each in self.items if each.when is when)


def desk_calendar(hours: DeskHours, book: Book) -> Calendar:
    """Return the hours in which the seller is at the desk; raises NoCalendar."""
    if hours.calendar:
        if hours.calendar not in book.calendars:
            raise NoCalendar(hours.calendar)
        return book.calendars[hours.calendar]
    if len(book.calendars) == 1:
        return next(iter(book.calendars.values()))
    zone = hours.zone
    if zone is None:
        from zoneinfo import ZoneInfo

        from inbox.rules.calendars import machine_zone

        zone = ZoneInfo(machine_zone())
    weekday = (Hours(_NINE, _FIVE),)
    return Calendar(name="", zone=zone, week=(weekday,) * 5 + ((), ()))


def outlook(
    tx: Transaction, book: Book, hours: DeskHours, now: datetime, back_at: datetime | None = None
) -> Outlook:
    """Return what becomes late when; raises NoCalendar.

    `back_at`: the seller leaves now and is back then, whatever the calendar says.
    """
    calendar = desk_calendar(hours, book)
    uids = conversations.ids(tx, Query((Term(field="is", value="owed"),)), now)
    found = [each for each in conversations.page(tx, uids) if each.due_at is not None]
    absent = absence(calendar, now) if back_at is None else Absence(leaves_at=now, back_at=back_at)
    effort = timedelta(minutes=hours.answer_minutes)
    owed = [(each.uid, each.due_at) for each in found if each.due_at is not None]
    return Outlook(
        now=now,
        calendar=calendar.name,
        absent=absent,
        effort=effort,
        items=forecast(owed, calendar, absent, now, effort),
        found={each.uid: each for each in found},
        names={each.uid: account_name(book, each) for each in found},
    )


@frozen
class Line:
    """One line of the forecast."""

    text: str
    conversation: ConversationUid | None = None
    """Whose answer it is about; None where it is about none."""
    heading: bool = False
    """Whether it says what the lines below it are."""


def words(seen: Outlook, instant: Instant) -> tuple[str, ...]:
    """Return the forecast in lines of text."""
    return tuple(line.text for line in lines(seen, instant))


def lines(seen: Outlook, instant: Instant) -> tuple[Line, ...]:
    """Return the forecast: how long the seller is there, then what to do when."""
    said = [Line(_presence(seen, instant))]
    if not seen.calendar:
        said.append(Line(_("You have no calendar: Monday to Friday 9:00-17:00 is assumed.")))
    titles = {
        When.LATE: _("Late now: answer these first"),
        When.BEFORE_LEAVING: _("Before you leave"),
        When.AWAY: _("While you are away: for tonight, or they will be late"),
        When.LATER: _("When you are back"),
    }
    for when, title in titles.items():
        items = seen.of(when)
        if items:
            rows = [Line(_row(seen, each, instant), each.conversation) for each in items]
            said += [Line(""), Line(f"{title} ({len(items)})", heading=True), *rows]
    if not seen.of(When.AWAY) and not seen.of(When.LATE) and not seen.of(When.BEFORE_LEAVING):
        said += [Line(""), Line(_("Nothing becomes late before you are back."))]
    return tuple(said)


def as_json(seen: Outlook) -> dict[str, object]:
    """Return what `inbox forecast --json` prints; instants are aware datetimes."""
    return {
        "now": seen.now,
        "calendar": seen.calendar or None,
        "at_desk": not seen.absent.away(seen.now),
        "leaves_at": seen.absent.leaves_at,
        "back_at": seen.absent.back_at,
        "answer_minutes": seen.effort // timedelta(minutes=1),
        **{when.value: [_row_json(seen, each) for each in seen.of(when)] for when in When},
    }


def _presence(seen: Outlook, instant: Instant) -> str:
    """Return until when the seller is there or away."""
    absent = seen.absent
    if absent.back_at is None:
        return _("Your calendar does not open again: nothing is reckoned at the desk.")
    if absent.away(seen.now):
        return _("You are away, back {back}.").format(back=instant(absent.back_at))
    return _("You are here until {leaves}, then back {back}.").format(
        leaves=instant(absent.leaves_at), back=instant(absent.back_at)
    )


def _row(seen: Outlook, item: Item, instant: Instant) -> str:
    """Return one answer: when to begin, until when, who."""
    one = seen.found[item.conversation]
    who = " · ".join(
        part for part in (one.party.name or one.party.address, one.subject) if part.strip()
    )
    if item.when is When.LATE:
        return "  " + _("was due {due}  {who}").format(due=instant(item.due_at), who=who)
    begin = _("begin now") if item.start_by <= seen.now else _("begin by {at}")
    begin = begin.format(at=instant(item.start_by))
    return "  " + _("{begin}, due {due}  {who}").format(
        begin=begin, due=instant(item.due_at), who=who
    )


def _row_json(seen: Outlook, item: Item) -> dict[str, object]:
    one = seen.found[item.conversation]
    return {
        "id": one.uid,
        "account": seen.names[one.uid],
        "party": {"name": one.party.name, "address": one.party.address},
        "subject": one.subject,
        "rule": one.rule,
        "due_at": item.due_at,
        "start_by": item.start_by.astimezone(UTC),
    }
