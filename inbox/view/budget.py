"""How the seller stands by each platform's own measure: our count, not the platform's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from connectors.frozen import frozen
from inbox.core.budget import Budget, Counted, Measure, begins, budgets, worst
from inbox.core.model import AccountUid, ConversationUid
from inbox.core.obligations import Book, Rule
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.store import journal, verdicts
from inbox.store.database import Transaction
from inbox.store.instants import instant, micros

Instant = Callable[[datetime], str]


@frozen(kw_only=True)
class Score:
    """One account under one measured rule."""

    account: AccountUid
    account_name: str
    rule: Rule
    measure: Measure
    budgets: tuple[Budget, ...]
    """One for each window, the shortest first."""

    @property
    def worst(self) -> Budget | None:
        """The window with the least left to miss."""
        return worst(self.budgets)


def scores(tx: Transaction, book: Book, now: datetime) -> tuple[Score, ...]:
    """Return every account's standing under every measured rule that anything came under."""
    found = []
    for rule in _measured(book.rules):
        measure = rule.measure
        if measure is None:
            continue
        rows = verdicts.of_rule(tx, rule.id, begins(measure, now))
        left_out = _left_out(tx, rule, rows)
        for uid, terms in book.accounts.items():
            mine = [each for each in rows if each.account == uid]
            counted = _counted(mine, left_out, now)
            if counted:
                found.append(
                    Score(
                        account=uid,
                        account_name=terms.name,
                        rule=rule,
                        measure=measure,
                        budgets=budgets(counted, measure, now),
                    )
                )
    return tuple(sorted(found, key=lambda each: (each.account_name, each.rule.id)))


def short(score: Score) -> str:
    """Return a score in a few cells for the account strip: the worst window, else the longest."""
    one = score.worst or (score.budgets[-1] if score.budgets else None)
    share = one.share if one else None
    if one is None or share is None:
        return ""
    if one.can_miss is None:
        return percent(one)
    if one.can_miss < 0:
        return _("{share} below").format(share=percent(one))
    return _("{share} miss {n}").format(share=percent(one), n=one.can_miss)


def shortest(found: Iterable[Score]) -> dict[AccountUid, str]:
    """Return for each account its tightest score in a few cells."""
    most = float("inf")
    ordered = sorted(
        found,
        key=lambda each: most if (tight := each.worst) is None else tight.can_miss or 0,
        reverse=True,
    )
    return {each.account: said for each in ordered if (said := short(each))}


def percent(budget: Budget) -> str:
    """Return the share with one digit, never rounded up to what it is not."""
    share = budget.share
    if share is None:
        return "–"  # noqa: RUF001 - a dash for no number
    tenths = share.numerator * 10 // share.denominator
    return f"{tenths // 10}.{tenths % 10} %"


def words(found: Sequence[Score], instant_words: Instant) -> tuple[str, ...]:
    """Return the scores in lines, and that it is our count."""
    said: list[str] = []
    for score in found:
        said.append(f"{score.account_name} · {score.rule.id}")
        said += [f"  {_line(each, instant_words)}" for each in score.budgets]
        if score.measure.note:
            said.append(f"  {score.measure.note}")
        if score.measure.source:
            read = _("Source: {source} (read on {date})")
            said.append(
                "  " + read.format(source=score.measure.source, date=score.measure.checked or "?")
            )
        said.append("")
    if not said:
        return (_("Nothing is counted yet: no measured rule has run here."),)
    return (*said, _("This is our count of what was stored here, not the platform's."))


def as_json(found: Iterable[Score]) -> list[dict[str, object]]:
    """Return what `inbox rules budget --json` prints; instants are aware datetimes."""
    return [
        {
            "account": score.account_name,
            "rule": score.rule.id,
            "counted_by": "us",
            "target": float(score.measure.at_least) if score.measure.at_least is not None else None,
            "above": score.measure.above,
            "source": score.measure.source or None,
            "checked": score.measure.checked or None,
            "windows": [_budget_json(each) for each in score.budgets],
        }
        for score in found
    ]


def _measured(rules: Iterable[Rule]) -> list[Rule]:
    """Return each measured rule once, its newest version."""
    return list({rule.id: rule for rule in rules if rule.measure is not None}.values())


def _left_out(
    tx: Transaction, rule: Rule, rows: Sequence[verdicts.Row]
) -> frozenset[tuple[ConversationUid, int]]:
    """Return which obligations a word of the seller's ended that the platform leaves out."""
    if not (rule.no_reply_needed_counts or rule.spam_counts):
        return frozenset()
    return journal.said_not_owed(
        tx, {each.conversation for each in rows if each.met_at is not None}
    )


def _counted(
    rows: Iterable[verdicts.Row], left_out: frozenset[tuple[ConversationUid, int]], now: datetime
) -> list[Counted]:
    """Return what the measure looks at."""
    return [
        Counted(
            opened_at=instant(row.opened_at), due_at=instant(row.due_at), in_time=_in_time(row, now)
        )
        for row in rows
        if row.due_at is not None
        and (row.met_at is None or (row.conversation, row.met_at) not in left_out)
    ]


def _in_time(row: verdicts.Row, now: datetime) -> bool | None:
    """Return whether it was answered in time, None while that is open."""
    if row.missed is not None:
        return not row.missed
    late = row.due_at is not None and micros(now) > row.due_at
    return False if late else None


def _line(budget: Budget, instant_words: Instant) -> str:
    """Return one window in words."""
    window = (
        ngettext("{n} day", "{n} days", budget.days).format(n=budget.days)
        if budget.days
        else _("since {day}").format(day=f"{budget.begins:%Y-%m-%d}")
    )
    if not budget.total:
        return _("{window}: nothing counted yet").format(window=window)
    said = _("{window}: {share} of {total}").format(
        window=window, share=percent(budget), total=budget.total
    )
    return f"{said}{_left(budget, instant_words)}"


def _left(budget: Budget, instant_words: Instant) -> str:
    """Return what may still be missed, and until when that holds."""
    if budget.can_miss is None or budget.at_least is None:
        return ""
    target = f"{float(budget.at_least):g} %"
    if budget.can_miss < 0:
        said = _("; below {target}: the next {n} in a row must be in time")
        return said.format(target=target, n=budget.needed)
    said = _("; you can miss {n} more ({target})").format(n=budget.can_miss, target=target)
    if budget.until is None:
        return said
    return said + _(" until {day}").format(day=instant_words(budget.until))


def _budget_json(budget: Budget) -> Mapping[str, object]:
    share = budget.share
    return {
        "days": budget.days or None,
        "begins": budget.begins,
        "ends": budget.ends,
        "counted": budget.total,
        "in_time": budget.in_time,
        "waiting": budget.waiting,
        "share": None if share is None else round(float(share), 2),
        "can_miss": budget.can_miss,
        "needed": budget.needed,
        "until": budget.until,
    }
