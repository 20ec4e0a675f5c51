"""Whether a mail's domain only looks like a marketplace's. Pure.

Two signs: a part of the domain that reads like the name and is not it
(`amaz0n`, `arnazon`), or the name itself in a domain that is not theirs, with
a sender who calls himself so. The name in a buyer's own domain proves nothing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from connectors.email.packs.pack import any_of, every_pack
from connectors.values import Party

_PUNYCODE = "xn--"
_SAME = str.maketrans(
    "0134578$@\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u04bb\u0131\u03bf\u03b1\u1d00",
    "oleastbsaaeopcyxihioaa",
)
"""Signs that are read as a Latin letter: digits, and letters of other alphabets."""
_LONGEST = 255
"""Letters of a domain that may be one: what it looks like is kept."""
_PARTS = re.compile(r"[.\-_]+")


def is_lookalike(sender: Party) -> bool:
    """Return whether an address poses as one of the marketplaces and is none of theirs."""
    local, _, domain = sender.address.rpartition("@")
    domain = domain.lower().rstrip(".")
    looks = _looks_before(domain) if len(domain) <= _LONGEST else _looks_like(domain)
    if not looks:
        return False
    called = f"{sender.name} {local}".casefold()
    return any(part != brand or brand in called for part, brand in looks)


def _looks_like(domain: str) -> tuple[tuple[str, str], ...]:
    """Return each part of a domain that reads like a marketplace's name, and that name."""
    if not domain or _own().fullmatch(domain):
        return ()
    parts = [_unicode(part) for part in _PARTS.split(domain) if part]
    if domain.startswith(_PUNYCODE) or f".{_PUNYCODE}" in domain:
        parts += [_unicode(label) for label in domain.split(".")]
    brands = _by_look()
    return tuple((part, brand) for part in parts for brand in brands.get(_skeleton(part), ()))


_looks_before = lru_cache(maxsize=1024)(_looks_like)


@cache
def _own() -> re.Pattern[str]:
    """Return one pattern for the domains that may well hold a marketplace's name."""
    return any_of(pack.domains for pack in every_pack() if pack.brands and pack.domains)


@cache
def _by_look() -> dict[str, list[str]]:
    """Return the marketplaces' names by how they look at a glance."""
    found: dict[str, list[str]] = {}
    for brand in dict.fromkeys(brand for pack in every_pack() for brand in pack.brands):
        found.setdefault(_skeleton(brand), []).append(brand)
    return found


def _skeleton(said: str) -> str:
    """Return a word as it looks at a glance."""
    plain = said
    if not said.isascii():
        apart = unicodedata.normalize("NFKD", said)
        plain = "".join(char for char in apart if not unicodedata.combining(char))
    return plain.translate(_SAME).replace("rn", "m").replace("vv", "w").replace("i", "l")


def _unicode(label: str) -> str:
    """Return a label of a domain as it is shown."""
    if not label.startswith(_PUNYCODE):
        return label
    try:
        return label.removeprefix(_PUNYCODE).encode("ascii").decode("punycode")
    except UnicodeError:
        return label
