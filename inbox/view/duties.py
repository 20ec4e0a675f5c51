"""An obligation in words: what is due, whose clock it is, how the time is counted. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, tzinfo

from inbox.core.calendar import Day, Why, closed_days, open_spans
from inbox.core.obligations import STOREFRONT, Anchor, Clock, Duty, Obligation, Owner, Rule
from inbox.i18n import gettext as _
from inbox.i18n import ngettext

Instant = Callable[[datetime], str]
"""How an instant is written for this seller."""

_MOST_CLOSED = 8
"""Closed days and open spans that are named; a longer list is not read."""
_WEEKEND = 2
"""Days of one; more in a row are told as from when to when."""
_HOUR, _DAY = 60, 24


def still_owed(obligations: Iterable[Obligation]) -> list[Obligation]:
    """Return the open ones, the first due first, of two at once the service's; never due last."""
    return sorted((each for each in obligations if each.open), key=by_due)


def by_due(obligation: Obligation) -> tuple[datetime, bool, str]:
    """Return by what obligations are ordered: the first due first, never due last."""
    never = datetime.max.replace(tzinfo=UTC)
    rule = obligation.rule
    return (obligation.due_at or never, rule.owner is Owner.SELLER, rule.id)


def whose(rule: Rule) -> str:
    """Return whose clock it is, in two or three words."""
    if rule.clock is Clock.STATED:
        return _("stated by the service")
    if rule.owner is Owner.SELLER:
        return _("your promise")
    return _("{service}'s rule").format(service=rule.service) if rule.service != "*" else _("rule")


def stated_words(obligation: Obligation, service: str, instant: Instant) -> list[str]:
    """Return where an instant was stated, when we were told, and since when the service counts."""
    words = [each for each in obligation.counted if each.stated is not None]
    if obligation.rule.clock is not Clock.STATED or not words:
        return []
    said = [
        _('Stated by {service} ("{ref}"); told to us {at}.').format(
            service=service, ref=obligation.ref, at=instant(words[-1].at)
        )
    ]
    opened = words[-1].stated.opened_at if words[-1].stated is not None else None
    if opened is not None:
        said.append(_("The service's clock began {at}.").format(at=instant(opened)))
    earlier = [each.stated.due_at for each in words[:-1] if each.stated is not None]
    said += [
        _("Before that it had said {at}.").format(at=instant(each))
        for each in earlier
        if each is not None and each != obligation.due_at
    ]
    return said


def duty(kind: Duty) -> str:
    """Return what is due, in a word."""
    words = {
        Duty.REPLY: _("answer"),
        Duty.WINDOW: _("window closes"),
        Duty.APPEAL: _("appeal"),
    }
    return words[kind]


def span(length: timedelta) -> str:
    """Return a length of time in hours and minutes, whole days beyond two of them."""
    minutes = length // timedelta(minutes=1)
    hours, rest = divmod(minutes, _HOUR)
    if hours > 2 * _DAY and not rest and not hours % _DAY:
        days = hours // _DAY
        return ngettext("{days} day", "{days} days", days).format(days=days)
    if not hours:
        return _("{minutes} min").format(minutes=rest)
    said = _("{hours} h {minutes} min") if rest else _("{hours} h")
    return said.format(hours=hours, minutes=rest)


def reckoned(obligation: Obligation) -> str:
    """Return how the time is counted, in a sentence."""
    rule = obligation.rule
    if rule.clock is Clock.STATED:
        return _("The service itself gives the instant; it goes before every rule.")
    anchors = {
        Anchor.FIRST_UNANSWERED: _("the first message that has no answer"),
        Anchor.EVERY_MESSAGE: _("the last message of the buyer"),
        Anchor.FIRST_OF_CONVERSATION: _("the first message of the conversation"),
    }
    since = anchors[rule.anchor]
    if rule.starts:
        since = _("what happened ({topic})").format(topic=rule.starts)
    if rule.clock is Clock.BUSINESS:
        said = _("{span} of open hours ({calendar}) after {since}.")
        if rule.calendar == STOREFRONT:
            said = _("{span} on working days ({calendar}) after {since}.")
        return said.format(span=span(rule.target), calendar=hours_name(rule), since=since)
    said = _("{span} after {since}, nights, weekends and holidays included.")
    return said.format(span=span(rule.target), since=since)


def hours_name(rule: Rule) -> str:
    """Return the name of the calendar whose hours a rule counts."""
    return rule.hours.name if rule.hours is not None else rule.calendar


def hours_counted(obligation: Obligation) -> tuple[tuple[datetime, datetime], ...]:
    """Return the open hours that were counted from the clock's start to the due instant (UTC)."""
    hours = obligation.rule.hours
    if hours is None or obligation.due_at is None:
        return ()
    return tuple(open_spans(hours, obligation.opened_at, obligation.due_at))


def counted(obligation: Obligation) -> str:
    """Return which open hours were counted, in a sentence; "" if all are or none can be named."""
    hours, spans = obligation.rule.hours, hours_counted(obligation)
    if hours is None or not spans:
        return ""
    names = ", ".join(_open_span(hours.zone, *each) for each in spans[:_MOST_CLOSED])
    if len(spans) > _MOST_CLOSED:
        names = _("{names} and {n} more").format(names=names, n=len(spans) - _MOST_CLOSED)
    return _("Counted: {names} ({zone}).").format(names=names, zone=hours.zone_name)


def _open_span(zone: tzinfo, opens: datetime, closes: datetime) -> str:
    """Return an open span by the clock on the wall there; the last midnight of a day is 24:00."""
    first, last = opens.astimezone(zone), closes.astimezone(zone)
    ends = f"{last:%H:%M}"
    if ends == "00:00":
        last, ends = last - timedelta(days=1), "24:00"
    if first.date() != last.date():
        ends = f"{last:%Y-%m-%d} {ends}"
    return f"{first:%Y-%m-%d %H:%M}-{ends}"


def closed(obligation: Obligation) -> str:
    """Return which whole days are not counted, in a sentence; "" if every day has open hours."""
    hours = obligation.rule.hours
    if hours is None or obligation.due_at is None:
        return ""
    days = closed_days(hours, obligation.opened_at, obligation.due_at)
    if not days:
        return ""
    runs = [name for run in _runs(days) for name in _closed_run(run)]
    names = ", ".join(runs[:_MOST_CLOSED])
    if len(runs) > _MOST_CLOSED:
        names = _("{names} and {n} more").format(names=names, n=len(runs) - _MOST_CLOSED)
    return _("Closed days in between: {names}.").format(names=names)


def _runs(days: Iterable[Day]) -> list[list[Day]]:
    """Return days in groups that follow each other and are closed for the same reason."""
    found: list[list[Day]] = []
    for day in days:
        last = found[-1][-1] if found else None
        if last and (last.why, last.note, last.date + timedelta(days=1)) == (
            day.why,
            day.note,
            day.date,
        ):
            found[-1].append(day)
        else:
            found.append([day])
    return found


def _closed_run(run: list[Day]) -> list[str]:
    """Return closed dates with why they are; from three days on their first and last."""
    if len(run) <= _WEEKEND:
        return [_closed_day(each) for each in run]
    return [_("{first} to {last}").format(first=run[0].date.isoformat(), last=_closed_day(run[-1]))]


def _closed_day(day: Day) -> str:
    """Return a closed date with why it is."""
    reasons = {
        Why.WEEK: "",
        Why.EXCEPTION: _("exception"),
        Why.VACATION: _("vacation"),
        Why.HOLIDAY: day.note,
    }
    reason = reasons[day.why]
    return f"{day.date.isoformat()} ({reason})" if reason else day.date.isoformat()
