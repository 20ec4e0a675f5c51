"""Whether a mail's domain only looks like a marketplace's. Pure.

Its signs: a part of the domain that reads like the name and is not it
(`amaz0n`, `arnazon`); a domain of theirs that goes on (`amazon.com.evil.example`);
the name beside nothing but words of the trade (`marketplace-amazon.com`); or the
name itself in a domain that is not theirs, with a sender who calls himself so.
The name in a buyer's own domain proves nothing.
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
_SUFFIX = re.compile(r"(?:\.[a-z]{2,3})?\.[a-z0-9-]{2,63}$")
"""What domains end with, whoever they belong to."""
_TRADE = re.compile(
    "(?:account|alert|conversation|customer|member|message|notice|notification|order|payment|refund"
    "|seller|service)s?"
    "|billing|cent(?:er|ral)|login|marketplace|messaging|relay|reply|resolution|secur(?:e|ity)"
    "|sellercentral|signin|support|update|verif(?:y|ication)"
)
"""Words that a marketplace itself puts beside its name."""


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
    """Return each part of a domain that reads like a marketplace's name, and that name.

    A part that is "" is no part, but the whole: it poses whoever writes from it.
    """
    if not domain or _own().fullmatch(domain):
        return ()
    parts = [_unicode(part) for part in _PARTS.split(domain) if part]
    if domain.startswith(_PUNYCODE) or f".{_PUNYCODE}" in domain:
        parts += [_unicode(label) for label in domain.split(".")]
    if len(domain) <= _LONGEST and _goes_on().search(domain):
        return (("", domain),)
    brands = _by_look()
    found = [(part, brand) for part in parts for brand in brands.get(_skeleton(part), ())]
    before = _PARTS.split(_SUFFIX.sub("", domain))
    names = {brand for _part, brand in found}
    if names and len(before) > 1 and all(map(_TRADE.fullmatch, set(before) - names)):
        found.append(("", before[0]))
    return tuple(found)


_looks_before = lru_cache(maxsize=1024)(_looks_like)


@cache
def _own() -> re.Pattern[str]:
    """Return one pattern for the domains that may well hold a marketplace's name."""
    return any_of(pack.domains for pack in every_pack() if pack.brands and pack.domains)


@cache
def _goes_on() -> re.Pattern[str]:
    """Return the pattern of a domain of theirs that more stands behind, but for a country."""
    return re.compile(rf"(?:^|[.\-])(?:{_own().pattern})[.\-](?![a-z]{{2}}$)")


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
