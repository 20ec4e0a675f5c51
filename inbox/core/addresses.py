"""Mail addresses as a seller types them: read, judged, written again. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from connectors.frozen import frozen
from connectors.values import Party
from inbox.core.parties import AMAZON_RELAY, canonical_address

RELAYS = (
    rf"{AMAZON_RELAY}|members\.ebay\.[a-z.]{{2,6}}|relay\.walmart\.(?:com|ca)"
    r"|(?:user\.)?allegromail\.(?:pl|cz|sk|hu|com)"
)
"""Domains whose addresses a marketplace passes on to a buyer."""

_LONGEST = 254
"""Characters of an address (RFC 5321)."""
_LOCAL = re.compile(
    r"[^\s<>()\[\]\\,;:\"@.\x00-\x1f\x7f]+(?:\.[^\s<>()\[\]\\,;:\"@.\x00-\x1f\x7f]+)*"
)
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[,;]|[^",;]+', re.DOTALL)
_NAMED = re.compile(
    r'(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^"<>]*))\s*<(?P<address>[^<>]*)>', re.DOTALL
)
_PLAIN_NAME = re.compile(r"[^\"<>,;@()\\]*")


@frozen
class Typed:
    """What a line of addresses says."""

    parties: tuple[Party, ...]
    """Each address once, in its order."""
    wrong: str = ""
    """The first of it that is no address, as typed; "" where all are."""


def typed(text: str) -> Typed:
    """Return the addresses of a line such as `Anna <anna@x.example>, bo@y.example`."""
    found: dict[str, Party] = {}
    for part in _parts(text):
        party = _party(part)
        if party is None:
            return Typed(tuple(found.values()), part)
        found.setdefault(canonical_address(party.address), party)
    return Typed(tuple(found.values()))


def written(parties: Iterable[Party]) -> str:
    """Return parties as a seller would type them; `typed` reads the same again."""
    return ", ".join(_written(party) for party in parties)


def is_address(address: str) -> bool:
    """Return whether mail could go to this: one name, one `@`, a domain with a dot."""
    local, at, domain = address.rpartition("@")
    return (
        bool(at)
        and len(address) <= _LONGEST
        and _LOCAL.fullmatch(local) is not None
        and _DOMAIN.fullmatch(domain) is not None
    )


def is_relay(address: str) -> bool:
    """Return whether a marketplace passes on to a buyer what goes to this address."""
    return re.fullmatch(RELAYS, address.rpartition("@")[2].strip().lower()) is not None


def _parts(text: str) -> list[str]:
    """Return what stands between commas and semicolons that no quotation marks hold."""
    parts = [""]
    for match in _TOKEN.finditer(text):
        if match[0] in ",;":
            parts.append("")
        else:
            parts[-1] += match[0]
    return [part.strip() for part in parts if part.strip()]


def _party(part: str) -> Party | None:
    """Return who is named, None where that is no address."""
    if is_address(part):
        return Party("", part)
    named = _NAMED.fullmatch(part)
    if named is None or not is_address(named["address"].strip()):
        return None
    quoted = named["quoted"]
    name = named["plain"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
    return Party(" ".join(name.split()), named["address"].strip())


def _written(party: Party) -> str:
    name = " ".join(party.name.split())
    if not name:
        return party.address
    if not _PLAIN_NAME.fullmatch(name):
        name = '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'
    return f"{name} <{party.address}>"
