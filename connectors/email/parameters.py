"""`Content-Type` and `Content-Disposition`: a value and its parameters. Never raises.

Reads RFC 2231 (continued and percent-encoded parameters) and the encoded
words that many programs put there instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from connectors.email.charsets import decode
from connectors.email.headers import decoded

VALUE_LIMIT = 8 * 1024
"""Letters of a field that are read."""

_SHORT = 100
"""Letters of a field that is likely the same in many mails: what it says is kept."""
_NOTHING: Mapping[str, str] = MappingProxyType({})

_PARAMETER = re.compile(
    r';\s*([^\s=;"*]{1,60})(?:\*(\d{1,3}))?(\*)?\s*=\s*'
    r'(?:"((?:[^"\\]++|\\.)*+)"?|([^;]*+))',
    re.DOTALL,
)
_ENDINGS = {
    "text/calendar": "ics",
    "text/plain": "txt",
    "text/x-vcard": "vcf",
    "text/vcard": "vcf",
    "image/svg+xml": "svg",
    "application/pgp-signature": "asc",
    "application/pkcs7-signature": "p7s",
    "message/delivery-status": "txt",
    "message/disposition-notification": "txt",
    "text/rfc822-headers": "txt",
}
"""How files end whose type says it otherwise."""
_DEEP = 3
"""Levels below which the whole way to a part makes no name."""
_ESCAPED = re.compile(r'\\(["\\])')


def valued(field: str) -> tuple[str, Mapping[str, str]]:
    """Return the lower-case value of a field and its parameters by lower-case name."""
    return _valued_before(field) if len(field) <= _SHORT else _valued(field[:VALUE_LIMIT])


def _valued(field: str) -> tuple[str, Mapping[str, str]]:
    """Return the same for a field of any length."""
    value = field.partition(";")[0].strip().lower()
    if ";" not in field:
        return value, _NOTHING
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(field):
        name, number, encoded, quoted, bare = match.groups()
        said = _ESCAPED.sub(r"\1", quoted) if quoted is not None else bare.strip()
        if number is None and encoded is None:
            plain.setdefault(name.lower(), said)
        else:
            pieces.setdefault(name.lower(), {}).setdefault(int(number or 0), (said, bool(encoded)))
    return value, MappingProxyType(plain | {name: _joined(found) for name, found in pieces.items()})


_valued_before = lru_cache(maxsize=256)(_valued)


def file_name(content_type: Mapping[str, str], disposition: Mapping[str, str]) -> str:
    """Return the name a part gives its file, "" if it gives none; a display name, never a path."""
    written = disposition.get("filename") or content_type.get("name")
    if not written:
        return ""
    name = decoded(written)
    return re.split(r"[/\\]", name)[-1].strip().strip("\0")


def made_name(number: str, media_type: str) -> str:
    """Return a name for a part that gives its file none, by which a computer opens it."""
    if media_type == "message/rfc822":
        return "message.eml"
    main, _, sub = media_type.partition("/")
    ending = _ENDINGS.get(media_type) or re.sub(r"[^a-z0-9]", "", sub)[:10]
    if number.count(".") >= _DEEP:
        number = number.rpartition(".")[2]
    return f"{main}-{number}.{ending}" if ending else f"{main}-{number}"


def _joined(pieces: Mapping[int, tuple[str, bool]]) -> str:
    """Return a parameter that came in numbered and percent-encoded pieces (RFC 2231)."""
    charset = ""
    data = b""
    for place, number in enumerate(sorted(pieces)):
        said, encoded = pieces[number]
        if encoded and place == 0 and said.count("'") >= 2:  # noqa: PLR2004 - charset'language'text
            charset, _, rest = said.split("'", 2)
            said = rest
        data += unquote_to_bytes(said) if encoded else said.encode("utf-8", "replace")
    return decode(data, charset)
