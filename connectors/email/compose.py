"""A reply as the bytes that are sent: the same reply is always the same bytes. Pure.

Every value is copied without line breaks and controls, so that nothing a
stranger wrote can add a header of its own. Lines end in CRLF and are short.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime

from connectors.email.outgoing_parts import LINE_LIMIT, content_of
from connectors.email.reply_keys import KEY_HEADER
from connectors.values import Party, Reply

_FOLD_AT = 76
_WORD_BYTES = 42
_REFERENCES_LIMIT = 100

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_NOT_IN_ADDRESS = re.compile('[\x00-\x20\x7f-\x9f<>,;"()\u2028\u2029]+')
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What SMTP is told of a reply."""

    sender: str
    recipients: tuple[str, ...]
    utf8: bool
    """Whether an address needs SMTPUTF8."""


def compose(reply: Reply, *, keep_bcc: bool = False) -> bytes:
    """Return the whole mail of a reply: CRLF line ends, no line over 998 bytes, 7-bit body.

    `keep_bcc` is for the seller's own copy; nobody else is told of them.
    """
    named: set[str] = set()
    fields = [
        ("From", _address(reply.sender)),
        ("To", _addresses(reply.recipients, named) or "undisclosed-recipients:;"),
        ("Cc", _addresses(reply.cc, named)),
        ("Bcc", _addresses(reply.bcc, named) if keep_bcc else ""),
        ("Subject", _subject(reply.subject)),
        ("Date", format_datetime(reply.created_at.astimezone(UTC))),
        ("Message-ID", f"<{_id(reply.key)}>"),
        (KEY_HEADER, _id(reply.key)),
        ("In-Reply-To", _ids((reply.in_reply_to,))),
        ("References", _ids(_references(reply))),
        ("MIME-Version", "1.0"),
    ]
    content = content_of(reply)
    return _header([*fields, *content.fields]) + content.body


def _header(fields: Iterable[tuple[str, str]]) -> bytes:
    """Return the header fields that have a value, and the empty line that ends them."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields if value)
    return lines.encode("utf-8", "replace") + b"\r\n"


def envelope_of(reply: Reply) -> Envelope:
    """Return the SMTP envelope of a reply, each recipient once."""
    sender = bare_address(reply.sender.address)
    everybody = _once((*reply.recipients, *reply.cc, *reply.bcc))
    recipients = tuple(bare_address(party.address) for party in everybody)
    return Envelope(sender, recipients, not all(one.isascii() for one in (sender, *recipients)))


def bare_address(address: str) -> str:
    """Return an address without blanks, controls and brackets, its domain in ASCII."""
    address = _NOT_IN_ADDRESS.sub("", address).encode("utf-8", "ignore").decode("utf-8")
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address


def _once(parties: Iterable[Party]) -> list[Party]:
    """Return the parties that have an address, each address once."""
    found: dict[str, Party] = {}
    for party in parties:
        if address := bare_address(party.address):
            found.setdefault(address.lower(), party)
    return list(found.values())


def _addresses(parties: Iterable[Party], named: set[str]) -> str:
    """Return the parties not named in the header yet, as it shows them, and note them as named."""
    fresh = [each for each in _once(parties) if bare_address(each.address).lower() not in named]
    named |= {bare_address(each.address).lower() for each in fresh}
    return ",\r\n ".join(map(_address, fresh))


def _address(party: Party) -> str:
    """Return a party as a header shows it."""
    name, address = _line(party.name), bare_address(party.address)
    if not name:
        return address
    if _ATOMS.fullmatch(name) and "=?" not in name and len(name) <= _FOLD_AT:
        return f"{name} <{address}>"
    if name.isascii() and "=?" not in name and len(name) <= _FOLD_AT:
        escaped = name.replace("\\", r"\\").replace('"', r"\"")
        return f'"{escaped}" <{address}>'
    return f"{_encoded(name)}\r\n <{address}>"


def _subject(subject: str) -> str:
    """Return a subject folded, as encoded words if it is not short plain ASCII."""
    said = _line(subject)
    if not said.isascii() or "=?" in said or any(len(word) > _FOLD_AT for word in said.split()):
        return _encoded(said)
    return _folded(said.split(" "), len("Subject: "))


def _line(value: str) -> str:
    """Return a value on one line: controls and runs of blanks are one blank."""
    return " ".join(_CONTROLS.sub(" ", value).split())


def _encoded(said: str) -> str:
    """Return text as folded encoded words (RFC 2047), no character cut in two."""
    words: list[str] = []
    pending = b""
    for char in said:
        data = char.encode("utf-8", "replace")
        if len(pending) + len(data) > _WORD_BYTES:
            words.append(_word(pending))
            pending = b""
        pending += data
    return "\r\n ".join((*words, _word(pending))) if pending else ""


def _word(data: bytes) -> str:
    """Return one encoded word."""
    return f"=?utf-8?b?{base64.b64encode(data).decode('ascii')}?="


def _references(reply: Reply) -> tuple[str, ...]:
    """Return the ids of the conversation so far, the answered one last, the first one kept."""
    ids = tuple(dict.fromkeys(one for one in reply.references if one != reply.in_reply_to))
    if len(ids) > _REFERENCES_LIMIT:
        ids = ids[:1] + ids[1 - _REFERENCES_LIMIT :]
    return (*ids, reply.in_reply_to)


def _ids(ids: Iterable[str]) -> str:
    """Return message ids in their brackets, folded; one that fits no header line is left out."""
    bare = (_id(one) for one in ids)
    return _folded(
        [f"<{one}>" for one in bare if one and len(one) <= LINE_LIMIT], len("References: ")
    )


def _id(value: str) -> str:
    """Return a message id without anything that cannot stand in one, "" if it is not ASCII."""
    return re.sub(r"[\x00-\x20\x7f<>]+", "", value) if value.isascii() else ""


def _folded(words: list[str], used: int) -> str:
    """Return words on lines of at most 76 cells where they allow it."""
    lines: list[str] = []
    line = ""
    for word in words:
        if line and used + len(line) + 1 + len(word) > _FOLD_AT:
            lines.append(line)
            line, used = word, 1
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join((*lines, line))
