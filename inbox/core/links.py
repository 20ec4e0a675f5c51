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
_GUARDED = re.compile(
    r"https?://(?:[\w-]{1,63}\.)?(?:safelinks\.protection\.outlook\.com/[^?]{0,200}\?(?:[^#]*?&)?url="
    r"|linkprotect\.cudasvc\.com/url\?(?:[^#]*?&)?a="
    r"|urldefense(?:\.proofpoint)?\.com/v(?P<way>[23])/(?:url\?(?:[^#]*?&)?u=|__))(?P<target>[^&#]*)",
    re.IGNORECASE,
)
"""What a mail server puts before each link, to look at its target when it is opened."""
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
        if place is not None and _site(place["host"]) != _site(_host(_unguarded(match[1]))):
            found[Misleading(said, match[1])] = None
            if len(found) >= _MOST:
                break
    return tuple(found)


def _unguarded(target: str) -> str:
    """Return the target behind the guard that a mail server set before a link, where one is."""
    guarded = _GUARDED.match(target)
    if guarded is None:
        return target
    from urllib.parse import unquote

    inside = guarded["target"]
    if guarded["way"] == "2":  # Proofpoint's own signs: "-3A" and "_"
        inside = inside.replace("-", "%").replace("_", "/")
    found = unquote(inside)
    return found if found.lower().startswith(("http://", "https://", "mailto:")) else target


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
