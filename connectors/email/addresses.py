"""Address lists (From, To, Reply-To) as parties. Never raises; time grows with the length only."""

from __future__ import annotations

import re
from functools import lru_cache

from connectors.email.headers import decoded
from connectors.values import Party

PARTIES_LIMIT = 500
"""Addresses kept of one field."""

_TOKEN = re.compile(
    r'(?P<quoted>"(?:[^"\\]++|\\.)*+(?:"|\\?\Z))'
    r"|(?P<angle><[^<>]*+>)"
    r"|(?P<comment>\((?:[^()\\]++|\\.)*+\))"
    r"|(?P<end>[,;])"
    r"|(?P<group>:)"
    r'|(?P<word>[^\s,;:<>"()]++)'
    r"|(?P<space>\s++)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_PLAIN = re.compile(
    r'(?P<name>[^,;:<>"()]*)<(?P<angle>[^\s<>:@][^\s<>:]*)>\s*'
    r'|\s*(?P<bare>[^\s,;:<>"()@]+@[^\s,;:<>"()@]+)\s*'
)
"""One address, alone or behind a name: what nearly every field is."""
_SHORT = 200
"""Letters of a field that is likely the same in many mails: who it names is kept."""
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BARE = re.compile(r"[^\s<>\"'(),;:@]+@[^\s<>\"'(),;:@]+")


def parties(value: str) -> tuple[Party, ...]:
    """Return the parties of an address field's text, in order; group names are dropped.

    The text still has its encoded words: a comma inside a decoded name
    separates nothing.
    """
    return _parties_before(value) if len(value) <= _SHORT else _parties(value)


def _parties(value: str) -> tuple[Party, ...]:
    """Return the same: at once where there is one address plainly written, else by each token."""
    plain = _PLAIN.fullmatch(value)
    if plain is not None:
        if (bare := plain["bare"]) is not None:
            return (Party("", bare),)
        if "@" in plain["angle"]:
            return (Party(decoded(_name(plain["name"])), plain["angle"]),)
    return parties_by_token(value)


_parties_before = lru_cache(maxsize=1024)(_parties)


def parties_by_token(value: str) -> tuple[Party, ...]:
    """Return the parties of any field's text, however it is written."""
    found: list[Party] = []
    words: list[str] = []
    comment = address = ""
    for match in _TOKEN.finditer(value):
        kind, token = match.lastgroup, match[0]
        if kind == "end":
            _close(found, words, comment, address)
            words, comment, address = [], "", ""
            if len(found) >= PARTIES_LIMIT:
                return tuple(found[:PARTIES_LIMIT])
        elif kind == "angle":
            address = address or _inside(token)
        elif kind == "comment":
            comment = comment or token[1:-1]
        elif kind == "group":
            words = words if any("@" in word for word in words) else []
        else:
            words.append(_unquoted(token) if kind == "quoted" else token)
    _close(found, words, comment, address)
    if not any("@" in party.address for party in found):
        bare = _BARE.search(value[:2000])
        if bare is not None:
            return (Party(decoded(_name(value[: bare.start()])), bare[0]),)
    return tuple(found)


def _close(found: list[Party], words: list[str], comment: str, address: str) -> None:
    """Append the party that the tokens since the last comma make, if they make one."""
    said = "".join(words).strip()
    if address:
        found.append(Party(decoded(_name(said or comment)), address))
    elif said:
        bare = said.replace(" ", "") if said.count("@") == 1 and " @" in said else said
        name, _, last = bare.rpartition(" ")
        if "@" in last:
            found.append(Party(decoded(_name(name or comment)), last.strip("<>")))
        else:
            found.append(Party(decoded(_name(comment)), bare))


def _inside(token: str) -> str:
    """Return the address between angle brackets, without blanks and an old source route."""
    address = "".join(token[1:-1].split())
    return (
        address.rpartition(":")[2] if address.startswith("@") else address.removeprefix("mailto:")
    )


def _unquoted(token: str) -> str:
    """Return what a quoted string says; its closing mark may be missing."""
    return _ESCAPED.sub(r"\1", token[1:].removesuffix('"'))


def _name(said: str) -> str:
    """Return a display name without the blanks and stray quotation marks around it."""
    return said.strip().strip('"<').strip()
