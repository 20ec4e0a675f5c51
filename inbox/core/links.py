"""Links that say one place and lead to another, as a text shows them: "words <target>". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MOST = 20
_TARGET = re.compile(r"<((?:https?://|mailto:)[^\s<>]{1,2000})>", re.IGNORECASE)
_SAID_LIMIT = 200
_PLACE = re.compile(
    r"(?:https?://)?(?:[^\s/@]*@)?(?P<host>(?:[\w-]{1,63}\.){1,10}[^\W\d_]{2,24})(?::\d{1,5})?"
    r"(?:[/?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
_BEHIND_HOST = re.compile(r"[/?#\\]")
_SECOND_LEVEL = frozenset({"co", "com", "net", "org", "gov", "edu", "ac", "gob", "or", "ne"})
_COUNTRY = 2
_AROUND = "()[]{}\"'.,;:!?\u201c\u201d\u201e\u00ab\u00bb"


@dataclass(frozen=True, slots=True)
class Misleading:
    """A link whose words name another place than its target."""

    said: str
    target: str


def misleading(text: str) -> tuple[Misleading, ...]:
    """Return the links of a text that say one address and lead to another, each once."""
    found: dict[Misleading, None] = {}
    for match in _TARGET.finditer(text):
        before = text[max(0, match.start() - _SAID_LIMIT) : match.start()].split()
        said = before[-1].strip(_AROUND) if before else ""
        place = _PLACE.fullmatch(said)
        if place is not None and _site(place["host"]) != _site(_host(match[1])):
            found[Misleading(said, match[1])] = None
            if len(found) >= _MOST:
                break
    return tuple(found)


def _host(target: str) -> str:
    """Return the host a link leads to: what stands behind the last @ before the path."""
    scheme, _, rest = target.partition(":")
    if scheme.lower() == "mailto":
        return rest.partition("?")[0].rpartition("@")[2]
    place = _BEHIND_HOST.split(rest.removeprefix("//"), maxsplit=1)[0]
    return place.rpartition("@")[2].partition(":")[0]


def _site(host: str) -> str:
    """Return whose place a host is: its last two labels, three below "co.uk" and its like."""
    labels = host.lower().rstrip(".").split(".")
    below = len(labels) > _COUNTRY and len(labels[-1]) == _COUNTRY and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if below else labels[-2:])
