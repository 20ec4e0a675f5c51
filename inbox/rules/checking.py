"""Look at every rule and calendar of a configuration at once, closer than a start has time for.

A start takes the first mistake and stops; here each table is looked at, holidays and
marketplaces are looked up, and what could be used but would never count is told too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

from inbox.config import AccountConfig, Config
from inbox.core.calendar import Calendar, due_after
from inbox.core.obligations import Clock, Rule
from inbox.i18n import gettext as _
from inbox.rules import (
    calendar_in,
    checked_terms,
    load_book,
    own_rule,
    rules_of_operator,
    shipped_rules,
)
from inbox.rules.faults import RuleFault, placed


def check(config: Config) -> None:
    """Raise RuleFault for the first thing without which nothing may count, holidays looked up too.

    Slower than `load_book`, which leaves the looking up to whoever needs a date.
    """
    for fault in (*_unknown_holidays(config, load_book(config).calendars), *_unknown_desk(config)):
        raise placed(fault)


def faults_in(config: Config, now: datetime | None = None) -> tuple[RuleFault, ...]:
    """Return all that is wrong, in the order of the file, the first mistake of each table.

    With `now` (aware) also what is in order and still can never be due, because its
    calendar does not open long enough in the 400 days from then on.
    """
    found = _Faults()
    shipped = shipped_rules(config)
    found.add(_of_accounts(config, shipped))
    calendars = {name: found.of(calendar_in, config, name) for name in config.calendars}
    sound = {name: each for name, each in calendars.items() if each is not None}
    own = [found.of(own_rule, config, at, shipped) for at in range(1, len(config.deadlines) + 1)]
    found.add(_unknown_holidays(config, sound))
    found.add(_unknown_desk(config))
    for at, rule in enumerate(own, 1):
        if rule is not None:
            found.add(_of_rule(config, f"deadline[{at}]", rule, shipped))
            found.add(_twin(config, at, own))
    if now is not None and not found.found:
        found.add(_never(config, own, sound, now))
    return tuple(sorted(found.found, key=lambda each: each.line or 0))


P = ParamSpec("P")
T = TypeVar("T")


def account_faults(account: AccountConfig) -> list[str]:
    """Return what its deadlines have against the settings of an account, each behind its key."""
    config = Config(path=Path(), accounts=(account,))
    faults = _of_accounts(config, shipped_rules(config))
    return [f"{each.key.rpartition('.')[2]}: {each.said}" for each in faults]


class _Faults:
    """What was found wrong so far, each with its line."""

    def __init__(self) -> None:
        self.found: list[RuleFault] = []

    def of(self, make: Callable[P, T], *words: P.args, **named: P.kwargs) -> T | None:
        """Return what is made, None if a fault was raised, which is kept."""
        try:
            return make(*words, **named)
        except RuleFault as fault:
            self.add([fault])
            return None

    def add(self, faults: Iterable[RuleFault]) -> None:
        """Keep these too."""
        self.found += map(placed, faults)


def _unknown_holidays(config: Config, calendars: Mapping[str, Calendar]) -> Iterator[RuleFault]:
    """Yield the calendars whose holidays nobody knows."""
    from inbox.rules import public_holidays

    for name, calendar in calendars.items():
        try:
            if calendar.country:
                public_holidays.check(calendar.country)
        except public_holidays.UnknownPlace:
            said = _("No holidays are known by this code: {}.").format(calendar.country)
            yield RuleFault(config.path, f"calendars.{name}.holidays", said)


def _unknown_desk(config: Config) -> Iterator[RuleFault]:
    """Yield the calendar of `[settings]` if it is not there."""
    desk = config.settings.calendar
    if desk and desk not in config.calendars:
        said = _("There is no calendar called {}.").format(desk)
        yield RuleFault(config.path, "settings.calendar", said)


def _of_accounts(config: Config, shipped: Sequence[Rule]) -> list[RuleFault]:
    """Return the accounts' times that are none, and the storefronts that nobody knows.

    Their working days would be guessed.
    """
    found, known = _Faults(), _storefronts(shipped)
    for account in config.accounts:
        found.of(checked_terms, account, config)
        found.of(rules_of_operator, account, config, shipped)
        front = account.settings.get("storefront", "")
        if isinstance(front, str) and front and front.strip().casefold() not in known:
            key = f"accounts.{account.name}.storefront"
            found.add([RuleFault(config.path, key, _no_front(front, known))])
    return found.found


def _of_rule(config: Config, key: str, rule: Rule, shipped: Sequence[Rule]) -> Iterator[RuleFault]:
    """Yield what a rule is for that nobody knows: it would never count."""
    if rule.clock is Clock.UNKNOWN:
        said = _("It counts nothing: what ships for these messages goes on counting.")
        yield RuleFault(config.path, f"{key}.clock", said)
    from connectors import registry  # looks for what is installed: slow

    services = {each.service for each in shipped} | {each.kind for each in config.accounts}
    services |= {*_relayed(), *registry.names()}
    if rule.service not in services:
        said = _("No marketplace is known by this name: {name}. Known are: {known}.")
        known = ", ".join(sorted(services - {"*"}))
        yield RuleFault(config.path, f"{key}.service", said.format(name=rule.service, known=known))
    fronts = _storefronts(shipped)
    for front in rule.storefronts:
        if front not in fronts:
            yield RuleFault(config.path, f"{key}.storefront", _no_front(front, fronts))
    if rule.home and rule.home not in fronts:
        yield RuleFault(config.path, f"{key}.home", _no_front(rule.home, fronts))


def _twin(config: Config, at: int, own: Sequence[Rule | None]) -> Iterator[RuleFault]:
    """Yield a rule that a later one of the same id leaves nothing to."""
    rule = own[at - 1]
    for later, other in enumerate(own[at:], at + 1):
        if rule is not None and other is not None and _place(rule) == _place(other):
            said = _("It never counts: {} has the same id and is for the same messages.")
            yield RuleFault(config.path, f"deadline[{at}].id", said.format(f"deadline[{later}]"))
            return


def _place(rule: Rule) -> tuple[object, ...]:
    """Return what two rules share of which only the later counts."""
    about, fronts = frozenset(rule.about), frozenset(rule.storefronts)
    return (rule.id, rule.service, rule.account, fronts, about, rule.valid_from)


def _never(
    config: Config,
    own: Sequence[Rule | None],
    calendars: dict[str, Calendar],
    now: datetime,
) -> Iterator[RuleFault]:
    """Yield what is in order and still never due."""
    for name, calendar in calendars.items():
        used = any(each is not None and each.calendar == name for each in own)
        if not used and due_after(calendar, now, timedelta(seconds=1)) is None:
            said = _("It does not open in the coming 400 days.")
            yield RuleFault(config.path, f"calendars.{name}", said)
    for at, rule in enumerate(own, 1):
        hours = calendars.get(rule.calendar) if rule and rule.clock is Clock.BUSINESS else None
        if rule and hours and due_after(hours, now, rule.target) is None:
            said = _("Nothing can be due: {} does not open that long in the coming 400 days.")
            yield RuleFault(config.path, f"deadline[{at}].calendar", said.format(rule.calendar))


def _storefronts(shipped: Sequence[Rule]) -> set[str]:
    """Return every storefront that a message can have."""
    from inbox.rules.storefronts import ZONES

    return {*ZONES, *(front for rule in shipped for front in rule.storefronts)}


def _no_front(front: str, known: Iterable[str]) -> str:
    said = _("No country is known by this code: {code}. Known are: {known}.")
    return said.format(code=front, known=", ".join(sorted(known)))


def _relayed() -> set[str]:
    """Return the marketplaces whose mail is known."""
    from connectors.email.packs.pack import every_pack

    return {pack.service for pack in every_pack()}
