"""A marketplace's pack as a value, read from the TOML files beside this one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import msgspec

from connectors.values import Kind

_LONGEST = 320
"""Letters of an address that may be one: whether it is known is kept."""


class _SortTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One `[[sort]]` table: what a mail is when all that is given matches."""

    kind: Kind
    automatic: bool
    header: str = ""
    value: str = ""
    subject: str = ""
    said: str = ""
    """What subject or text say, in mail of the marketplace's own: a buyer may say anything."""
    failed: bool = False
    """Whether it says that an answer of ours did not reach the buyer."""
    copied: str = ""
    """Where the subject of a copy of our own answer names the buyer."""
    case: str = ""
    """Where subject or text names the marketplace's own id of the case, in mail of its own."""
    case_as: str = "{}"
    """How the marketplace's API calls that case here, with {} for the id."""


class _Table(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A pack's file. Its deadlines are read by whoever counts, not here."""

    service: str
    title: str
    relays: str = ""
    """Addresses behind which a buyer is."""
    senders: str = ""
    """The marketplace's own addresses."""
    services: dict[str, str] = {}
    """More services of which nothing but their `senders` is known, by name."""
    brands: tuple[str, ...] = ()
    """Words that a forged domain would hold."""
    domains: str = ""
    """The marketplace's own domains, and whatever else may well hold its name."""
    needs: str = ""
    """What subject or text must hold, where the senders are anybody's."""
    drop_plus: bool = False
    """Whether `+...` in a relay address names a case and not another buyer."""
    names: tuple[str, ...] = ()
    """Where the subject or text names the buyer; wins over the display name."""
    name_frills: str = ""
    """What the marketplace puts around a buyer's name."""
    orders: tuple[str, ...] = ()
    conversations: str = ""
    """Where the text names the marketplace's own id of the conversation."""
    items: str = ""
    """Where subject or text names the item asked about."""
    pages: str = ""
    """The address where the conversation stands at the marketplace."""
    not_needed: str = ""
    """The address that tells the marketplace that no answer is needed."""
    references: str = ""
    """What the marketplace looks for in the quoted part of an answer."""
    reply_address: str = ""
    """Where the text of a form names the buyer's address."""
    dashes: bool = False
    """Whether the buyer's words may stand between two rows of dashes with a phrase."""
    element: str = ""
    """The one HTML element that holds the buyer's words (a CSS selector)."""
    opening: str = ""
    """What stands before the buyer's words, where nothing else tells them."""
    closing: str = ""
    """What stands behind them."""
    closing_needed: bool = True
    """Whether words without an end are not believed."""
    countries: dict[str, str] = {}
    """The country sold in (`gb`), by the end of a relay's or sender's domain (`co.uk`)."""
    sort: tuple[_SortTable, ...] = ()
    deadline: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Sort:
    """What a mail with this header or subject is; the first that matches counts."""

    kind: Kind
    automatic: bool
    header: str
    value: re.Pattern[str]
    subject: re.Pattern[str]
    said: re.Pattern[str] | None
    failed: bool
    copied: re.Pattern[str] | None
    case: re.Pattern[str] | None
    case_as: str


@dataclass(frozen=True, slots=True)
class Pack:
    """What is known of the mail that one marketplace sends."""

    service: str
    title: str
    relays: re.Pattern[str] | None
    senders: re.Pattern[str] | None
    brands: tuple[str, ...]
    domains: re.Pattern[str] | None
    needs: re.Pattern[str] | None
    drop_plus: bool
    names: tuple[re.Pattern[str], ...]
    name_frills: re.Pattern[str] | None
    orders: tuple[re.Pattern[str], ...]
    conversations: re.Pattern[str] | None
    items: re.Pattern[str] | None
    pages: re.Pattern[str] | None
    not_needed: re.Pattern[str] | None
    references: re.Pattern[str] | None
    reply_address: re.Pattern[str] | None
    dashes: bool
    element: str
    opening: re.Pattern[str] | None
    closing: re.Pattern[str] | None
    closing_needed: bool
    countries: tuple[tuple[str, str], ...]
    sorts: tuple[Sort, ...]

    def is_relay(self, address: str) -> bool:
        """Return whether a buyer is behind an address; matched from end to end."""
        return self.relays is not None and self.relays.fullmatch(address.lower()) is not None

    def is_sender(self, address: str) -> bool:
        """Return whether an address is the marketplace's own; matched from end to end."""
        return self.senders is not None and self.senders.fullmatch(address.lower()) is not None

    def buyer_of(self, address: str) -> str:
        """Return the buyer's stable id out of a relay address: what stays when the case changes."""
        local, _, domain = address.lower().rpartition("@")
        return f"{local.partition('+')[0] if self.drop_plus else local}@{domain}"

    def country_of(self, address: str) -> str:
        """Return the country sold in by an address of the pack, "" where it does not tell."""
        domain = address.lower()
        return next((country for end, country in self.countries if domain.endswith(end)), "")


@cache
def every_pack() -> tuple[Pack, ...]:
    """Return all packs, in the order of their files' names."""
    found = [file for file in files(__package__).iterdir() if file.name.endswith(".toml")]
    return tuple(
        pack
        for file in sorted(found, key=lambda one: one.name)
        for pack in _read(file.read_text(encoding="utf-8"))
    )


@cache
def _anybody() -> re.Pattern[str]:
    """Return one pattern for every pack's relays and senders.

    Nearly all mail is from nobody that a pack knows: asked once, not of each.
    """
    patterns = (each for pack in every_pack() for each in (pack.relays, pack.senders) if each)
    return any_of(patterns)


def is_known(address: str) -> bool:
    """Return whether an address is a relay or a sender of any pack."""
    lower = address.lower()
    return _is_known_before(lower) if len(lower) <= _LONGEST else _is_anybody(lower)


def _is_anybody(lower: str) -> bool:
    """Return the same of an address in lower case."""
    return _anybody().fullmatch(lower) is not None


_is_known_before = lru_cache(maxsize=1024)(_is_anybody)


def any_of(patterns: Iterable[re.Pattern[str]]) -> re.Pattern[str]:
    """Return the pattern that matches what any of these does."""
    said = dict.fromkeys(each.pattern for each in patterns)
    return re.compile("|".join(f"(?:{each})" for each in said))


def _read(said: str) -> list[Pack]:
    """Return the packs of a file; raises msgspec.ValidationError for a malformed one."""
    table = msgspec.convert(tomllib.loads(said), _Table, strict=False)
    pack = _pack(table)
    more = [
        replace(pack, service=service, senders=re.compile(senders))
        for service, senders in table.services.items()
    ]
    return more or [pack]


def _pack(table: _Table) -> Pack:
    """Return a file's table as a pack."""
    return Pack(
        service=table.service,
        title=table.title,
        relays=_pattern(table.relays),
        senders=_pattern(table.senders),
        brands=table.brands,
        domains=_pattern(table.domains),
        needs=_pattern(table.needs),
        drop_plus=table.drop_plus,
        names=tuple(re.compile(one) for one in table.names),
        name_frills=_pattern(table.name_frills),
        orders=tuple(re.compile(one) for one in table.orders),
        conversations=_pattern(table.conversations),
        items=_pattern(table.items),
        pages=_pattern(table.pages),
        not_needed=_pattern(table.not_needed),
        references=_pattern(table.references),
        reply_address=_pattern(table.reply_address),
        dashes=table.dashes,
        element=table.element,
        opening=_pattern(table.opening),
        closing=_pattern(table.closing),
        closing_needed=table.closing_needed,
        countries=tuple((f".{end}", country) for end, country in table.countries.items()),
        sorts=tuple(_sort(one) for one in table.sort),
    )


def _sort(table: _SortTable) -> Sort:
    """Return a sort of mail."""
    return Sort(
        table.kind,
        table.automatic,
        table.header.lower(),
        re.compile(table.value),
        re.compile(table.subject),
        _pattern(table.said),
        table.failed,
        _pattern(table.copied),
        _pattern(table.case),
        table.case_as,
    )


def _pattern(said: str) -> re.Pattern[str] | None:
    """Return a pattern, None where the file has none."""
    return re.compile(said) if said else None
