"""A marketplace's pack as a value, read from the TOML files beside this one."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from connectors.values import Kind


class _SortTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One `[[sort]]` table: what a mail is when all that is given matches."""

    kind: Kind
    automatic: bool
    header: str = ""
    value: str = ""
    subject: str = ""


class _Table(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A pack's file. Its deadlines are read by whoever counts, not here."""

    service: str
    title: str
    relays: str = ""
    """Addresses behind which a buyer is."""
    senders: str = ""
    """The marketplace's own addresses."""
    drop_plus: bool = False
    """Whether `+...` in a relay address names a case and not another buyer."""
    names: tuple[str, ...] = ()
    """Where the subject or text names the buyer; wins over the display name."""
    name_frills: str = ""
    """What the marketplace puts around a buyer's name."""
    orders: tuple[str, ...] = ()
    conversations: str = ""
    """Where the text names the marketplace's own id of the conversation."""
    reply_address: str = ""
    """Where the text of a form names the buyer's address."""
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


@dataclass(frozen=True, slots=True)
class Pack:
    """What is known of the mail that one marketplace sends."""

    service: str
    title: str
    relays: re.Pattern[str] | None
    senders: re.Pattern[str] | None
    drop_plus: bool
    names: tuple[re.Pattern[str], ...]
    name_frills: re.Pattern[str] | None
    orders: tuple[re.Pattern[str], ...]
    conversations: re.Pattern[str] | None
    reply_address: re.Pattern[str] | None
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


@cache
def every_pack() -> tuple[Pack, ...]:
    """Return all packs, in the order of their files' names."""
    found = [file for file in files(__package__).iterdir() if file.name.endswith(".toml")]
    return tuple(
        _read(file.read_text(encoding="utf-8")) for file in sorted(found, key=lambda one: one.name)
    )


def _read(said: str) -> Pack:
    """Return the pack of a file; raises msgspec.ValidationError for one that is not well formed."""
    table = msgspec.convert(tomllib.loads(said), _Table, strict=False)
    return Pack(
        service=table.service,
        title=table.title,
        relays=_pattern(table.relays),
        senders=_pattern(table.senders),
        drop_plus=table.drop_plus,
        names=tuple(re.compile(one) for one in table.names),
        name_frills=_pattern(table.name_frills),
        orders=tuple(re.compile(one) for one in table.orders),
        conversations=_pattern(table.conversations),
        reply_address=_pattern(table.reply_address),
        sorts=tuple(
            Sort(
                one.kind,
                one.automatic,
                one.header.lower(),
                re.compile(one.value),
                re.compile(one.subject),
            )
            for one in table.sort
        ),
    )


def _pattern(said: str) -> re.Pattern[str] | None:
    """Return a pattern, None where the file has none."""
    return re.compile(said) if said else None
