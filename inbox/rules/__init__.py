"""Read every deadline rule that stands somewhere as data, and the terms of every account.

Ours first, then those of strangers' connectors in use, then the seller's own,
because of equally fit rules the later one wins. No connector is imported for
it. A stranger's mistake is logged and left out; the seller's own is told.
"""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from connectors.values import SettingValues
from inbox.config import AccountConfig, Config
from inbox.core.calendar import Calendar
from inbox.core.model import AccountTerms
from inbox.core.obligations import STOREFRONT, Book, Clock, Rule, make_book
from inbox.core.parties import canonical_address
from inbox.i18n import gettext as _
from inbox.rules.faults import RuleFault, placed
from inbox.rules.tables import INHERITED, LONGEST, UNITS, rule_of

__all__ = [
    "RuleFault",
    "calendar_in",
    "checked_terms",
    "load_book",
    "own_rule",
    "rules_beside",
    "rules_in",
    "rules_of_operator",
    "shipped_rules",
    "span",
    "terms_of",
]

GROUP = "inbox.connectors"
"""The entry points by which connectors are found."""

OPERATOR = "operator_within"
"""The setting of an account that says how long its marketplace's operator gives."""

SPAN = re.compile(r"\s*(\d{1,5}(?:\.\d{1,5})?)\s*([dhm])\s*", re.ASCII | re.IGNORECASE)
LETTERS = {"d": "days", "h": "hours", "m": "minutes"}

logger = logging.getLogger(__name__)


def load_book(config: Config) -> Book:
    """Return every rule in force and every account's terms; raise RuleFault for the seller's own.

    A connector that cannot be found has no rules here: the engine tells of it.
    """
    try:
        return _book(config)
    except RuleFault as fault:
        raise placed(fault) from fault.__cause__


def _book(config: Config) -> Book:
    """Return the book; raise RuleFault without its line."""
    accounts = [checked_terms(account, config) for account in config.accounts]
    calendars = {name: calendar_in(config, name) for name in config.calendars}
    shipped = shipped_rules(config)
    operators = [
        rule for account in config.accounts for rule in rules_of_operator(account, config, shipped)
    ]
    own = [own_rule(config, at, shipped) for at in range(1, len(config.deadlines) + 1)]
    rules = [*shipped, *operators, *own]
    if not any(rule.clock is Clock.BUSINESS for rule in rules):
        return make_book(rules, accounts, calendars)
    from inbox.rules.public_holidays import edition

    return make_book(rules, accounts, calendars, _storefront, edition())


def _storefront(country: str) -> Calendar:
    """Return the working days of a storefront."""
    from inbox.rules.storefronts import storefront_calendar  # zones are read for it

    return storefront_calendar(country)


def shipped_rules(config: Config) -> list[Rule]:
    """Return the rules that came with the connectors: ours, and strangers' that are in use."""
    return [*_ours(), *_strangers(config.accounts)]


def calendar_in(config: Config, name: str) -> Calendar:
    """Return the seller's calendar of that name; raise RuleFault."""
    from inbox.rules.calendars import calendar_of  # zones are read for it

    if name == STOREFRONT:
        said = _("This name is taken: it stands for a platform's own working days.")
        raise RuleFault(config.path, f"calendars.{name}", said)
    return calendar_of(config.path, name, config.calendars[name], config.settings.timezone)


def terms_of(
    account: AccountConfig, *, quote_below: bool = False, on_done: str = "keep"
) -> AccountTerms:
    """Return what rules and verbs need to know of an account; raise ValueError for its target."""
    own = (_text(account.settings, "address"), *_texts(account.settings, "aliases"))
    addresses = tuple(dict.fromkeys(address.strip() for address in own if address.strip()))
    within = _text(account.settings, "reply_within")
    return AccountTerms(
        uid=account.uid,
        name=account.name,
        kind=account.kind,
        addresses=frozenset(map(canonical_address, addresses)),
        address_order=addresses,
        display_name=_text(account.settings, "name"),
        signature=_text(account.settings, "signature"),
        shop_name=_text(account.settings, "shop_name"),
        shop_url=_text(account.settings, "shop_url"),
        return_address=_text(account.settings, "return_address"),
        owed_since=account.owed_since,
        reply_within=span(within) if within else None,
        quote_below=quote_below,
        on_done=on_done,
        storefront=_text(account.settings, "storefront").strip().casefold(),
        html_part=_text(account.settings, "html_part") == "yes",
    )


def span(text: str) -> timedelta:
    """Return the time that `24h`, `90m`, `2d` or `1d 12h` says; raise ValueError."""
    total, position = timedelta(), 0
    while position < len(text):
        found = SPAN.match(text, position)
        if found is None:
            raise ValueError(text)
        total += timedelta(**{LETTERS[found[2].lower()]: float(found[1])})
        position = found.end()
    if not timedelta() < total <= LONGEST:
        raise ValueError(text)
    return total


def checked_terms(account: AccountConfig, config: Config) -> AccountTerms:
    """Return the account's terms; raise RuleFault where its target is no time."""
    try:
        settings = config.settings
        return terms_of(account, quote_below=settings.quote_below, on_done=settings.on_done)
    except ValueError as wrong:
        key = f"accounts.{account.name}.reply_within"
        raise RuleFault(config.path, key, _no_span()) from wrong


def _no_span() -> str:
    return _('It must be a time such as "24h", "90m" or "2d", at most 400 days.')


def _text(settings: SettingValues, key: str) -> str:
    """Return a setting that is one text, "" if it is not set."""
    value = settings.get(key, "")
    return value if isinstance(value, str) else ", ".join(value)


def _texts(settings: SettingValues, key: str) -> Sequence[str]:
    """Return a setting that is a list of texts, also where it was written as `a, b`."""
    value = settings.get(key, ())
    return value.split(",") if isinstance(value, str) else value


def _ours() -> Iterator[Rule]:
    """Yield the rules of the connectors that ship with us."""
    found = find_spec("connectors")
    for root in (found.submodule_search_locations or ()) if found else ():
        folder = Path(root)
        files = [*folder.glob("*/deadlines.toml"), *folder.glob("*/packs/*.toml")]
        files += folder.glob("platforms/*.toml")
        for file in sorted(files):
            yield from rules_in(file)


def _strangers(accounts: Iterable[AccountConfig]) -> Iterator[Rule]:
    """Yield the rules of other connectors that an account uses. Their mistakes are logged."""
    kinds = {account.kind for account in accounts if not _is_ours(account.kind)}
    if not kinds:
        return
    from importlib.metadata import entry_points  # slow to import, and rarely needed

    for point in entry_points(group=GROUP):
        if point.name in kinds:
            try:
                yield from rules_beside(point.module)
            except Exception:  # a stranger's code and files, whatever is wrong with them
                logger.exception("The deadlines of the connector %s cannot be read", point.name)


def _is_ours(kind: str) -> bool:
    """Return whether the connector of that kind ships with us; imports no connector."""
    return kind.isidentifier() and find_spec(f"connectors.{kind}") is not None


def rules_beside(module: str) -> list[Rule]:
    """Return the rules that lie beside a connector's module, without importing it.

    Only its parent packages are imported. Raises what they raise, or RuleFault.
    """
    found = find_spec(module)
    if found is None or not (found.submodule_search_locations or found.origin):
        return []
    folders = found.submodule_search_locations or [str(Path(found.origin or "").parent)]
    files = [Path(folder) / "deadlines.toml" for folder in folders]
    files += [file for folder in folders for file in sorted(Path(folder).glob("packs/*.toml"))]
    return [rule for file in files if file.is_file() for rule in rules_in(file)]


def rules_in(file: Path) -> list[Rule]:
    """Return the rules of a connector's file (a pack holds other tables too); raise RuleFault."""
    raw = file.read_bytes()
    if b"[[deadline]]" not in raw:
        return []
    try:
        tables = tomllib.loads(raw.decode())["deadline"]
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as broken:
        raise RuleFault(file, "deadline", str(broken)) from broken
    return [rule_of(file, f"deadline[{at}]", table) for at, table in enumerate(tables, 1)]


def rules_of_operator(
    account: AccountConfig, config: Config, shipped: Sequence[Rule]
) -> list[Rule]:
    """Return what an account's setting says of how long its operator gives; raise RuleFault.

    A time for the rule whose own is not known (a Mirakl operator's), for that account alone.
    """
    within = _text(account.settings, OPERATOR)
    if not within:
        return []
    key = f"accounts.{account.name}.{OPERATOR}"
    try:
        target = span(within)
    except ValueError as wrong:
        raise RuleFault(config.path, key, _no_span()) from wrong
    return [
        replace(
            rule,
            clock=Clock.ELAPSED,
            target=target,
            account=account.uid,
            source=f"{config.path.name}: {key}",
            note="",
            seller_wrote=True,
        )
        for rule in shipped
        if rule.service == account.kind and rule.clock is Clock.UNKNOWN
    ]


def own_rule(config: Config, at: int, shipped: Sequence[Rule]) -> Rule:
    """Return the seller's own rule in that `[[deadline]]`, counted from 1; raise RuleFault.

    Under the id of a shipped rule, what the table leaves out is as it is there.
    """
    raw, key = config.deadlines[at - 1], f"deadline[{at}]"
    same = {rule.id: rule for rule in shipped}.get(str(raw.get("id")))
    rule = rule_of(config.path, key, {**_taken_over(same, raw), **raw})
    account = None if (name := raw.get("account")) is None else config.account(str(name))
    if name is not None and account is None:
        said = _("There is no account of this name: {}.").format(name)
        raise RuleFault(config.path, f"{key}.account", said)
    if rule.calendar not in ("", STOREFRONT, *config.calendars):
        said = _("There is no calendar of this name: {}.").format(rule.calendar)
        raise RuleFault(config.path, f"{key}.calendar", said)
    return replace(
        rule,
        account=account.uid if account else None,
        source=rule.source or f"{config.path.name}: {key}",
        storefronts=rule.storefronts if "storefront" in raw or not same else same.storefronts,
        seller_wrote=True,
    )


def _taken_over(same: Rule | None, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a seller's table has without saying it."""
    if same is None:
        return {"owner": "seller", "service": "*"}
    given = {name: getattr(same, name) for name in INHERITED}
    if same.clock in (Clock.STATED, Clock.UNKNOWN) and any(unit in raw for unit in UNITS):
        given["clock"] = Clock.ELAPSED  # whoever gives a time wants it counted
    if raw.get("calendar") and "clock" not in raw:
        given["clock"] = Clock.BUSINESS
    return given
