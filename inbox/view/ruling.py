"""Rules and calendars as they are shown and tried: values, sentences, JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from connectors.frozen import frozen
from inbox.core.calendar import Calendar, Day, Why, days_of
from inbox.core.model import ConversationUid
from inbox.core.obligations import (
    STOREFRONT,
    Book,
    Clock,
    Obligation,
    Owner,
    Rule,
    Verdict,
    rules_for,
)
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.store import derive, listing, verdicts
from inbox.store.database import Transaction
from inbox.store.instants import maybe_instant
from inbox.store.rows import portions
from inbox.store.verdicts import Row

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@frozen(kw_only=True)
class Difference:
    """One obligation on which a rule that is tried and what is kept do not agree."""

    conversation: ConversationUid
    opened_at: datetime
    due_at: datetime | None
    verdict: Verdict | None
    """None: the rule would have opened nothing."""
    kept_due_at: datetime | None
    kept_verdict: Verdict | None
    """None: nothing was kept of it."""


@frozen(kw_only=True)
class Trial:
    """What would have become of all that is stored under a rule."""

    rule: str
    conversations: int
    """How many it would have had a say in."""
    verdicts: dict[Verdict, int]
    unreachable: int
    differences: tuple[Difference, ...]


def tried(tx: Transaction, rule: str, book: Book, now: datetime) -> Trial:
    """Return what a rule of the book would make of the stored history, verdicts kept left aside."""
    counted: Counter[Verdict] = Counter()
    touched = unreachable = 0
    differences = list[Difference]()
    for some in portions(listing.every(tx)):
        kept = verdicts.of_conversations(tx, some)
        for uid, findings in derive.tried(tx, some, book).items():
            found = {each.anchor: each for each in findings.obligations if each.rule.id == rule}
            rows = {key[1]: row for key, row in kept.get(uid, {}).items() if key[0] == rule}
            touched += bool(found)
            unreachable += sum(each.due_at is None for each in found.values())
            counted.update(each.verdict(now) for each in found.values())
            differences += _differences(uid, found, rows, now)
    return Trial(
        rule=rule,
        conversations=touched,
        verdicts={each: counted[each] for each in Verdict},
        unreachable=unreachable,
        differences=tuple(sorted(differences, key=lambda each: each.opened_at)),
    )


def _differences(
    uid: ConversationUid, found: dict[str, Obligation], rows: dict[str, Row], now: datetime
) -> Iterator[Difference]:
    """Yield where what is found and what is kept are not the same."""
    for anchor in {**found, **rows}:
        one, row = found.get(anchor), rows.get(anchor)
        verdict = one.verdict(now) if one else None
        kept = _kept_verdict(row, now) if row else None
        if verdict is not kept:
            opened = one.opened_at if one else maybe_instant(row.opened_at if row else None)
            assert opened is not None  # noqa: S101 - one of both is there
            yield Difference(
                conversation=uid,
                opened_at=opened,
                due_at=one.due_at if one else None,
                verdict=verdict,
                kept_due_at=maybe_instant(row.due_at) if row else None,
                kept_verdict=kept,
            )


def _kept_verdict(row: Row, now: datetime) -> Verdict:
    """Return what a row says as of now."""
    if row.missed is not None:
        return Verdict.MISSED if row.missed else Verdict.MET
    due_at = maybe_instant(row.due_at)
    return Verdict.MISSED if due_at is not None and due_at < now else Verdict.OPEN


def trial_json(trial: Trial) -> dict[str, object]:
    """Return what `inbox rules test --json` prints; instants are aware datetimes."""
    return {
        "rule": trial.rule,
        "conversations": trial.conversations,
        **{verdict.value: count for verdict, count in trial.verdicts.items()},
        "unreachable": trial.unreachable,
        "differences": [
            {
                "conversation": each.conversation,
                "opened_at": each.opened_at,
                "due_at": each.due_at,
                "verdict": each.verdict.value if each.verdict else None,
                "kept_due_at": each.kept_due_at,
                "kept_verdict": each.kept_verdict.value if each.kept_verdict else None,
            }
            for each in trial.differences
        ],
    }


def in_force(book: Book, rule: Rule) -> bool:
    """Return whether a rule runs for any conversation of any account: it is not replaced."""
    if rule.clock is Clock.UNKNOWN:
        return False
    accounts = [rule.account] if rule.account else list(book.accounts)
    for account in accounts:
        for front in rule.storefronts or ("",):
            service = "email" if rule.service == "*" else rule.service
            running = rules_for(book, account, service, front)
            if any(_same(each, rule) for each in running):
                return True
    return not accounts


def _same(running: Rule, rule: Rule) -> bool:
    """Return whether a rule that runs is this one, with another target perhaps."""
    return (running.id, running.seller_wrote, running.valid_from, running.account) == (
        rule.id,
        rule.seller_wrote,
        rule.valid_from,
        rule.account,
    )


def rule_json(book: Book, rule: Rule) -> dict[str, object]:
    """Return one rule as `inbox rules list --json` prints it."""
    timed = rule.clock in (Clock.ELAPSED, Clock.BUSINESS)
    return {
        "id": rule.id,
        "owner": rule.owner.value,
        "service": rule.service,
        "account": _account_name(book, rule) or None,
        "storefronts": list(rule.storefronts),
        "about": [each.value for each in rule.about],
        "kind": rule.kind.value,
        "clock": rule.clock.value,
        "target_seconds": int(rule.target.total_seconds()) if timed else None,
        "calendar": rule.calendar or None,
        "anchor": rule.anchor.value,
        "starts": rule.starts or None,
        "satisfied_by": rule.satisfied_by.value,
        "auto_reply_counts": rule.auto_reply_counts,
        "no_reply_needed_counts": rule.no_reply_needed_counts,
        "spam_counts": rule.spam_counts,
        "valid_from": rule.valid_from,
        "in_force": in_force(book, rule),
        "source": rule.source or None,
        "checked": rule.checked or None,
        "confidence": rule.confidence,
        "note": rule.note or None,
    }


def clock_words(rule: Rule) -> str:
    """Return what a rule counts, in words."""
    if rule.clock is Clock.STATED:
        return _("stated by the service")
    if rule.clock is Clock.UNKNOWN:
        return _("no time known")
    time = span_words(rule.target)
    if rule.clock is Clock.ELAPSED:
        return time
    if rule.calendar != STOREFRONT:
        return _("{time} while {calendar} is open").format(time=time, calendar=rule.calendar)
    days, rest = divmod(rule.target, _DAY)
    if rest:
        return _("{time} on working days").format(time=time)
    return ngettext("{} working day", "{} working days", days).format(days)


def scope_words(book: Book, rule: Rule) -> str:
    """Return what a rule is for, in words."""
    parts = [_("all") if rule.service == "*" else rule.service]
    parts += filter(None, [_account_name(book, rule)])
    parts += [*rule.storefronts, *(each.value for each in rule.about)]
    parts += [_("when {topic}").format(topic=rule.starts)] if rule.starts else []
    if rule.valid_from is not None:
        parts.append(_("from {date}").format(date=rule.valid_from.date().isoformat()))
    return " ".join(parts)


def _account_name(book: Book, rule: Rule) -> str:
    """Return the name of the one account a rule is for, "" if it is for all."""
    terms = book.accounts.get(rule.account) if rule.account else None
    return terms.name if terms else ""


def owner_words(book: Book, rule: Rule) -> str:
    """Return whose rule it is, or that another has taken its place."""
    if rule.clock is not Clock.UNKNOWN and not in_force(book, rule):
        return _("replaced")
    return _("yours") if rule.owner is Owner.SELLER else _("the service's")


def span_words(span: timedelta) -> str:
    """Return a length of time in its largest whole unit."""
    for unit, one, many in ((_DAY, "{} day", "{} days"), (_HOUR, "{} hour", "{} hours")):
        if not span % unit and span != _DAY:
            return ngettext(one, many, span // unit).format(span // unit)
    if span == _DAY:
        return _("24 hours")
    minutes = span // _MINUTE
    return ngettext("{} minute", "{} minutes", minutes).format(minutes)


def coming(calendar: Calendar, now: datetime, count: int) -> tuple[Day, ...]:
    """Return that many days from today on, as a calendar has them."""
    return days_of(calendar, now.astimezone(calendar.zone).date(), count)


def day_words(calendar: Calendar, day: Day) -> str:
    """Return a day's hours in words, with why it is not as always."""
    spans = [_span_words(calendar, *each) for each in day.open]
    hours = ", ".join(spans) or _("closed")
    why = {
        Why.WEEK: "",
        Why.EXCEPTION: _("exception"),
        Why.VACATION: _("vacation"),
        Why.HOLIDAY: day.note or _("holiday"),
    }[day.why]
    return f"{hours}  ({why})" if why else hours


def day_json(calendar: Calendar, day: Day) -> dict[str, object]:
    """Return one day; instants in the calendar's zone, as text."""
    return {
        "date": day.date.isoformat(),
        "open": [
            {
                "from": opens.astimezone(calendar.zone).isoformat(),
                "to": closes.astimezone(calendar.zone).isoformat(),
            }
            for opens, closes in day.open
        ],
        "why": day.why.value,
        "note": day.note or None,
    }


def _span_words(calendar: Calendar, opens: datetime, closes: datetime) -> str:
    """Return one open span by the clock on the wall; midnight at its end is 24:00."""
    first, last = opens.astimezone(calendar.zone), closes.astimezone(calendar.zone)
    ends = "24:00" if _is_next_midnight(first.date(), last) else f"{last:%H:%M}"
    return f"{first:%H:%M}-{ends}"


def _is_next_midnight(begun: date, at: datetime) -> bool:
    return at.date() > begun and (at.hour, at.minute) == (0, 0)
