"""A mail provider's published settings (config-v1.1.xml), read with nothing taken on trust. Pure.

The format is Thunderbird's, which most hosters speak. A document type is refused, so no entity
can be declared: none can grow, and none can name a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import urlsplit
from xml.parsers import expat

_HOST = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
_DEEPEST = 12
_LONGEST_NAME = 200
_PORTS = range(1, 65536)
_SECURITY = {"SSL": "tls", "STARTTLS": "starttls"}
_PASSWORDS = frozenset({"plain", "secure", "password-cleartext", "password-encrypted"})
_OAUTH2 = {
    "authURL": "oauth2_authorize_url",
    "tokenURL": "oauth2_token_url",
    "scope": "oauth2_scope",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server that somebody named."""

    host: str
    port: int
    security: str
    """tls or starttls, never less."""


class _Hostile(Exception):
    """The document is none that a provider would publish."""


@dataclass(slots=True)
class _Element:
    """A server of the document: what stands in it, by the name of the tag."""

    kind: str
    said: dict[str, list[str]] = field(default_factory=dict)

    def first(self, name: str) -> str:
        """Return the first word under that name, "" if there is none."""
        return next(iter(self.said.get(name, ())), "")


class _Reader:
    """Collects the elements of interest while expat reads."""

    def __init__(self) -> None:
        self.servers: list[_Element] = []
        self.oauth2 = _Element("oauth2")
        self._path: list[str] = []
        self._open: _Element | None = None
        self._words = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Enter an element."""
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise _Hostile
        if name in {"incomingServer", "outgoingServer"}:
            self._open = _Element(attributes.get("type", "").lower())
            self.servers.append(self._open)
        elif name == "oAuth2" and self._open is None:
            self._open = self.oauth2
        self._words = ""

    def end(self, name: str) -> None:
        """Leave an element."""
        self._path.pop()
        if name in {"incomingServer", "outgoingServer", "oAuth2"}:
            self._open = None
        elif self._open is not None:
            self._open.said.setdefault(name, []).append(self._words.strip())
        self._words = ""

    def text(self, words: str) -> None:
        """Take words."""
        self._words += words

    def refuse(self, *_: object) -> NoReturn:
        """Refuse a document type."""
        raise _Hostile


def read(document: bytes, address: str) -> Mapping[str, str]:
    """Return settings for the address out of a document, {} if it names no server to be used.

    Only servers with encryption count, and only what a name may hold is taken for one.
    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    try:
        parser.Parse(document, True)  # noqa: FBT003 - expat takes nothing by name
        return _settings(reader, address)
    except (expat.ExpatError, _Hostile, ValueError, LookupError):
        return {}


def _settings(reader: _Reader, address: str) -> Mapping[str, str]:
    """Return what was read as settings."""
    imap, smtp = _chosen(reader, "imap"), _chosen(reader, "smtp")
    if imap is None:
        return {}
    settings = {"username": filled(imap[1].first("username"), address)} | of("imap", imap[0])
    if smtp is not None:
        settings |= of("smtp", smtp[0])
    return settings | _login(imap[1], reader.oauth2)


def _chosen(reader: _Reader, kind: str) -> tuple[Server, _Element] | None:
    """Return the server of that kind to be used: TLS first, else as the document orders them."""
    usable = [
        (server, element)
        for element in reader.servers
        if element.kind == kind and (server := _server(element)) is not None
    ]
    return min(usable, key=lambda pair: pair[0].security != "tls", default=None)


def _server(element: _Element) -> Server | None:
    """Return an element as a server, None if it cannot be used safely."""
    host, port = element.first("hostname").lower(), element.first("port")
    security = _SECURITY.get(element.first("socketType"), "")
    if not security or not is_host(host) or not port.isascii() or not port.isdecimal():
        return None
    return Server(host, int(port), security) if int(port[:6]) in _PORTS else None


def is_host(name: str) -> bool:
    """Return whether a name is one of a server on the net: no number, no name without a dot."""
    return _HOST.fullmatch(name) is not None


def of(which: str, server: Server) -> dict[str, str]:
    """Return a server as settings."""
    return {
        f"{which}_host": server.host,
        f"{which}_port": str(server.port),
        f"{which}_security": server.security,
    }


def filled(username: str, address: str) -> str:
    """Return the user name that a document's pattern means for the address."""
    local, _at, domain = address.rpartition("@")
    for pattern, words in (
        ("%EMAILADDRESS%", address),
        ("%EMAILLOCALPART%", local),
        ("%EMAILDOMAIN%", domain),
    ):
        username = username.replace(pattern, words)
    usable = username.isprintable() and "%" not in username and len(username) <= _LONGEST_NAME
    return username if username and usable else address


def _login(server: _Element, oauth2: _Element) -> dict[str, str]:
    """Return how one logs in, where that is not by a password."""
    ways = set(server.said.get("authentication", ()))
    if not ways or ways & _PASSWORDS or "OAuth2" not in ways:
        return {}
    found = {key: oauth2.first(name) for name, key in _OAUTH2.items() if oauth2.first(name)}
    pages = [value for key, value in found.items() if key.endswith("_url")]
    safe = all(urlsplit(page).scheme == "https" for page in pages)
    safe = safe and all(value.isprintable() for value in found.values())
    return {"login": "oauth2"} | (found if safe else {})
