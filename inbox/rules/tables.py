"""A `[[deadline]]` table as a rule, or the reason why it is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from connectors.values import Kind
from inbox.core.budget import Measure
from inbox.core.obligations import Anchor, Clock, Duty, Owner, Rule, SatisfiedBy
from inbox.i18n import gettext as _
from inbox.rules.faults import RuleFault

LONGEST = timedelta(days=400)
"""No promise is for longer; a longer one is a slip of the keyboard."""

SHORTEST = timedelta(seconds=1)

UNITS = ("days", "hours", "minutes")

INHERITED = (
    "owner",
    "service",
    "clock",
    "anchor",
    "kind",
    "about",
    "starts",
    "satisfied_by",
    "auto_reply_counts",
    "no_reply_needed_counts",
    "spam_counts",
    "calendar",
    "home",
)
"""What a seller's rule takes over from the shipped one of its id, where it says nothing."""

_WITHOUT_TARGET = (Clock.STATED, Clock.UNKNOWN)


class MeasureTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A `[deadline.measure]` table: what the platform measures of the answers, and over what."""

    days: tuple[int, ...] = ()
    months: Annotated[int, msgspec.Meta(ge=0, le=24)] = 0
    at_least: Annotated[float, msgspec.Meta(gt=0, le=100)] | None = None
    above: Annotated[float, msgspec.Meta(gt=0, lt=100)] | None = None
    source: str = ""
    checked: date | None = None
    note: str = ""


class Table(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A `[[deadline]]` table as written. Exactly one of hours, minutes and days is given."""

    id: Annotated[str, msgspec.Meta(min_length=1)]
    owner: Owner
    service: str
    clock: Clock = Clock.ELAPSED
    anchor: Anchor = Anchor.FIRST_UNANSWERED
    kind: Duty = Duty.REPLY
    hours: float | None = None
    minutes: float | None = None
    days: float | None = None
    auto_reply_counts: bool = False
    no_reply_needed_counts: bool = False
    spam_counts: bool = False
    satisfied_by: SatisfiedBy = SatisfiedBy.REPLY
    calendar: str = ""
    home: str = ""
    account: str | None = None
    storefront: str | tuple[str, ...] = ()
    about: Kind | tuple[Kind, ...] = ()
    starts: str = ""
    valid_from: date | None = None
    source: str = ""
    checked: date | None = None
    confidence: Literal["high", "medium", "low"] = "high"
    note: str = ""
    measure: MeasureTable | None = None


def rule_of(file: Path, key: str, raw: Mapping[str, Any]) -> Rule:
    """Return the rule of one table, for all accounts; raise RuleFault at the key that is wrong."""
    table = _table(file, key, raw)
    if table.clock is Clock.BUSINESS and not table.calendar:
        said = _("A business clock needs a calendar: the name of one of your [calendars].")
        raise RuleFault(file, f"{key}.calendar", said)
    front = (table.storefront,) if isinstance(table.storefront, str) else table.storefront
    began = table.valid_from
    return Rule(
        id=table.id,
        owner=table.owner,
        service=table.service,
        clock=table.clock,
        target=_target(file, key, table),
        anchor=table.anchor,
        kind=table.kind,
        storefronts=tuple(each.casefold() for each in front if each),
        about=(table.about,) if isinstance(table.about, Kind) else table.about,
        starts=table.starts,
        satisfied_by=table.satisfied_by,
        auto_reply_counts=table.auto_reply_counts,
        no_reply_needed_counts=table.no_reply_needed_counts,
        spam_counts=table.spam_counts,
        calendar=table.calendar,
        home=table.home.casefold(),
        valid_from=datetime(began.year, began.month, began.day, tzinfo=UTC) if began else None,
        source=table.source,
        checked=table.checked.isoformat() if table.checked else "",
        confidence=table.confidence,
        note=table.note,
        measure=_measure(file, key, table.measure) if table.measure else None,
    )


def _measure(file: Path, key: str, table: MeasureTable) -> Measure:
    """Return a measure; raise RuleFault where it has no window, or two targets."""
    if bool(table.days) == bool(table.months) or any(days < 1 for days in table.days):
        raise RuleFault(file, f"{key}.measure", _("Give days or months, not both."))
    if table.at_least is not None and table.above is not None:
        raise RuleFault(file, f"{key}.measure", _("Give at_least or above, not both."))
    target = table.at_least if table.above is None else table.above
    return Measure(
        days=table.days,
        months=table.months,
        at_least=Fraction(str(target)) if target is not None else None,
        above=table.above is not None,
        source=table.source,
        checked=table.checked.isoformat() if table.checked else "",
        note=table.note,
    )


def _target(file: Path, key: str, table: Table) -> timedelta:
    """Return how long the answer may take; raise RuleFault."""
    given = {unit: value for unit in UNITS if (value := getattr(table, unit)) is not None}
    if table.clock in _WITHOUT_TARGET:
        if given:
            said = _("This clock takes no time: leave out {unit}.").format(unit=next(iter(given)))
            raise RuleFault(file, f"{key}.{next(iter(given))}", said)
        return timedelta()
    if len(given) != 1:
        said = _("Give one of hours, minutes and days.")
        raise RuleFault(file, f"{key}.{next(iter(given), 'hours')}", said)
    [(unit, value)] = given.items()
    one = timedelta(**{unit: 1})
    if not SHORTEST / one <= value <= LONGEST / one:
        said = _("It must be a second at least and at most 400 days.")
        raise RuleFault(file, f"{key}.{unit}", said)
    return timedelta(**given)


def _table(file: Path, key: str, raw: Mapping[str, Any]) -> Table:
    """Return a table whose every key is known and has a fitting value; raise RuleFault."""
    known = Table.__struct_fields__
    for name in raw:
        if name not in known:
            said = _("This name means nothing here: {name}. Known are: {known}.")
            said = said.format(name=name, known=", ".join(known))
            raise RuleFault(file, f"{key}.{name}", said)
    for name in ("id", "owner", "service"):
        if not raw.get(name):
            raise RuleFault(file, f"{key}.{name}", _("It is missing."))
    if isinstance(raw["id"], str) and not raw["id"].isprintable():
        raise RuleFault(file, f"{key}.id", _("It must be one line of text."))
    try:
        return msgspec.convert(raw, Table)
    except msgspec.ValidationError as wrong:
        at = re.search(r"`\$\.(\w+)", str(wrong))
        name = at[1] if at else "id"
        raise RuleFault(file, f"{key}.{name}", _fitting(name)) from wrong


def _fitting(name: str) -> str:
    """Return what a key of a `[[deadline]]` must be."""
    choices = {
        "owner": tuple(Owner),
        "clock": tuple(Clock),
        "anchor": tuple(Anchor),
        "kind": tuple(Duty),
        "about": tuple(Kind),
        "satisfied_by": tuple(SatisfiedBy),
        "confidence": ("high", "medium", "low"),
    }
    if name in choices:
        return _("It must be one of: {}.").format(", ".join(choices[name]))
    if name in UNITS:
        return _("It must be a number.")
    if name in ("checked", "valid_from"):
        return _("It must be a date, such as 2026-11-01.")
    if name == "measure":
        return _("It must be a table of days or months, and at_least or above in per cent.")
    if name.endswith("_counts"):
        return _("It must be true or false.")
    return _("It must be text.")
