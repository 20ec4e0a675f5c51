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
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from connectors.values import SettingValues
from inbox.config import AccountConfig, Config
from inbox.core.model import AccountTerms
from inbox.core.obligations import Anchor, Book, Clock, Owner, Rule, make_book
from inbox.core.parties import canonical_address
from inbox.i18n import gettext as _

GROUP = "inbox.connectors"
"""The entry points by which connectors are found."""

LONGEST = timedelta(days=400)
"""No promise is for longer; a longer one is a slip of the keyboard."""

SPAN = re.compile(r"\s*(\d{1,5}(?:\.\d{1,5})?)\s*([dhm])\s*", re.ASCII | re.IGNORECASE)
UNITS = {"d": "days", "h": "hours", "m": "minutes"}

INHERITED = ("owner", "service", "clock", "anchor", "auto_reply_counts", "no_reply_needed_counts")
"""What a seller's rule takes over from the shipped one of its id, where it says nothing."""

logger = logging.getLogger(__name__)


class RuleFault(Exception):
    """A rule cannot be used as it is written: mend `key` in `file`."""

    def __init__(self, file: Path, key: str, said: str) -> None:
        super().__init__(f"{file}: {key}: {said}")
        self.file = file
        self.key = key
        self.said = said


class _Table(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A `[[deadline]]` table as written. Exactly one of hours, minutes and days is given."""

    id: Annotated[str, msgspec.Meta(min_length=1)]
    owner: Owner
    service: str
    clock: Clock = Clock.ELAPSED
    anchor: Anchor = Anchor.FIRST_UNANSWERED
    kind: Literal["reply"] = "reply"
    hours: float | None = None
    minutes: float | None = None
    days: float | None = None
    auto_reply_counts: bool = False
    no_reply_needed_counts: bool = False
    account: str | None = None
    source: str = ""
    checked: date | None = None
    confidence: Literal["high", "medium", "low"] = "high"


def load_book(config: Config) -> Book:
    """Return every rule in force and every account's terms; raise RuleFault for the seller's own.

    A connector that cannot be found has no rules here: the engine tells of it.
    """
    accounts = [_checked_terms(account, config) for account in config.accounts]
    shipped = [*_ours(), *_strangers(config.accounts)]
    return make_book([*shipped, *_sellers(config, shipped)], accounts)


def terms_of(account: AccountConfig, *, quote_below: bool = False) -> AccountTerms:
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
        owed_since=account.owed_since,
        reply_within=span(within) if within else None,
        quote_below=quote_below,
    )


def span(text: str) -> timedelta:
    """Return the time that `24h`, `90m`, `2d` or `1d 12h` says; raise ValueError."""
    total, position = timedelta(), 0
    while position < len(text):
        found = SPAN.match(text, position)
        if found is None:
            raise ValueError(text)
        total += timedelta(**{UNITS[found[2].lower()]: float(found[1])})
        position = found.end()
    if not timedelta() < total <= LONGEST:
        raise ValueError(text)
    return total


def _checked_terms(account: AccountConfig, config: Config) -> AccountTerms:
    """Return the account's terms; raise RuleFault where its target is no time."""
    try:
        return terms_of(account, quote_below=config.settings.quote_below)
    except ValueError as wrong:
        said = _('It must be a time such as "24h", "90m" or "2d", at most 400 days.')
        raise RuleFault(config.path, f"accounts.{account.name}.reply_within", said) from wrong


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
    return [_rule(file, f"deadline[{at}]", table) for at, table in enumerate(tables, 1)]


def _sellers(config: Config, shipped: Sequence[Rule]) -> Iterator[Rule]:
    """Yield the seller's own rules.

    Under the id of a shipped rule, what a table leaves out is as it is there.
    """
    base = {rule.id: rule for rule in shipped}
    uids = {account.name: account.uid for account in config.accounts}
    for at, raw in enumerate(config.deadlines, 1):
        key = f"deadline[{at}]"
        given: dict[str, Any] = {"owner": "seller", "service": "*"}
        if (same := base.get(str(raw.get("id")))) is not None:
            given = {name: getattr(same, name) for name in INHERITED}
        rule = _rule(config.path, key, {**given, **raw})
        name = raw.get("account")
        if name is not None and name not in uids:
            said = _("There is no account of this name: {}.").format(name)
            raise RuleFault(config.path, f"{key}.account", said)
        source = rule.source or f"{config.path.name}: {key}"
        yield replace(rule, account=uids[name] if name else None, source=source)


def _rule(file: Path, key: str, raw: Mapping[str, Any]) -> Rule:
    """Return the rule of one table, for all accounts; raise RuleFault at the key that is wrong."""
    table = _table(file, key, raw)
    return Rule(
        id=table.id,
        owner=table.owner,
        service=table.service,
        clock=table.clock,
        target=_target(file, key, table),
        anchor=table.anchor,
        auto_reply_counts=table.auto_reply_counts,
        no_reply_needed_counts=table.no_reply_needed_counts,
        source=table.source,
        checked=table.checked.isoformat() if table.checked else "",
        confidence=table.confidence,
    )


def _target(file: Path, key: str, table: _Table) -> timedelta:
    """Return how long the answer may take; raise RuleFault."""
    given = {
        unit: value
        for unit in ("days", "hours", "minutes")
        if (value := getattr(table, unit)) is not None
    }
    if len(given) != 1:
        raise RuleFault(file, f"{key}.hours", _("Give one of hours, minutes and days."))
    [(unit, value)] = given.items()
    if not 0 < value <= LONGEST / timedelta(**{unit: 1}):
        raise RuleFault(file, f"{key}.{unit}", _("It must be above 0 and at most 400 days."))
    return timedelta(**given)


def _table(file: Path, key: str, raw: Mapping[str, Any]) -> _Table:
    """Return a table whose every key is known and has a fitting value; raise RuleFault."""
    known = _Table.__struct_fields__
    for name in raw:
        if name not in known:
            said = _("This name means nothing here: {name}. Known are: {known}.")
            said = said.format(name=name, known=", ".join(known))
            raise RuleFault(file, f"{key}.{name}", said)
    for name in ("id", "owner", "service"):
        if not raw.get(name):
            raise RuleFault(file, f"{key}.{name}", _("It is missing."))
    try:
        return msgspec.convert(raw, _Table)
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
        "kind": ("reply",),
        "confidence": ("high", "medium", "low"),
    }
    if name in choices:
        return _("It must be one of: {}.").format(", ".join(choices[name]))
    if name in ("hours", "minutes", "days"):
        return _("It must be a number.")
    if name == "checked":
        return _("It must be a date, such as 2026-11-01.")
    if name.endswith("_counts"):
        return _("It must be true or false.")
    return _("It must be text.")
