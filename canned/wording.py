"""What services take badly in a seller's message: rules as data, each with its source and day."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

POLICIES = Path(__file__).parent / "policies.toml"
_CARRIERS = "carriers"
_LONGEST_ENDING = 3
"""Letters of what stands behind the name in a host's address: `co.uk`, `com.au`, `de`."""


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Something that may not stand in an answer on some services."""

    services: frozenset[str]
    """Empty: on any."""
    pattern: re.Pattern[str]
    said: str
    source: str
    url: str
    """Where the source, or a report of it, was read; https."""
    checked: str
    """The day the source was read, ISO 8601."""
    spared: frozenset[str] = frozenset()
    """Names of hosts: a link there is fine."""


@cache
def rules() -> tuple[Forbidden, ...]:
    """Return every rule, in the order of the file."""
    table = _table()
    return tuple(_rule(each, table[_CARRIERS]) for each in table["rule"])


@cache
def limits() -> Mapping[str, int]:
    """Return how many characters a service takes in one message, where it says so."""
    return MappingProxyType(dict(_table()["limits"]))


def against(text: str, services: Collection[str]) -> Iterator[tuple[re.Match[str], Forbidden]]:
    """Yield each place of a text that one of the services takes badly, with why."""
    for rule in rules():
        if not rule.services or rule.services.intersection(services):
            for found in rule.pattern.finditer(text):
                if not (rule.spared and _is_spared(found.group(), rule.spared)):
                    yield found, rule


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(POLICIES.read_text(encoding="utf-8"))


def _rule(row: Mapping[str, Any], carriers: Collection[str]) -> Forbidden:
    """Return one rule of the file."""
    patterns = [*map(re.escape, row.get("words", ())), *row.get("patterns", ())]
    spared = frozenset(row.get("spared", ()))
    return Forbidden(
        services=frozenset(row.get("services", ())),
        pattern=re.compile("|".join(patterns), re.IGNORECASE),
        said=row["said"],
        source=row["source"],
        url=row["url"],
        checked=row["checked"],
        spared=spared - {_CARRIERS} | (frozenset(carriers) if _CARRIERS in spared else frozenset()),
    )


def _is_spared(link: str, names: Collection[str]) -> bool:
    """Return whether a link leads to a host of one of the names: `dhl` for `www.dhl.de`."""
    try:
        host = urlsplit(link if "://" in link else f"//{link}").hostname or ""
    except ValueError:
        return False
    labels = host.rstrip(".").split(".")
    while len(labels) > 1 and len(labels[-1]) <= _LONGEST_ENDING:
        labels.pop()
        if labels[-1] in names:
            return True
    return False
