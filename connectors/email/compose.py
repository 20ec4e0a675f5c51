"""A reply as the bytes that are sent: the same reply is always the same bytes. Pure.

Every value is copied without line breaks and controls, so that nothing a
stranger wrote can add a header of its own. Lines end in CRLF and are short.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime

from connectors.email.keys import KEY_HEADER
from connectors.email.outgoing_parts import boundary_of, file_part
from connectors.values import Party, Reply

LINE_LIMIT = 900
"""Bytes of a line that stay as they are; RFC 5322 forbids more than 998."""
_FOLD_AT = 76
_WORD_BYTES = 42
_REFERENCES_LIMIT = 100

_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
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


def compose(reply: Reply) -> bytes:
    """Return the whole mail of a reply: CRLF line ends, no line over 998 bytes, 7-bit body."""
    encoding, body = _body(reply.text)
    fields = [
        ("From", _address(reply.sender)),
        ("To", ",\r\n ".join(_address(party) for party in _once(reply.recipients))),
        ("Subject", _subject(reply.subject)),
        ("Date", format_datetime(reply.created_at.astimezone(UTC))),
        ("Message-ID", f"<{_id(reply.key)}>"),
        (KEY_HEADER, _id(reply.key)),
        ("In-Reply-To", _ids((reply.in_reply_to,))),
        ("References", _ids(_references(reply))),
        ("MIME-Version", "1.0"),
    ]
    text = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", encoding),
    ]
    if not reply.files:
        return _header([*fields, *text]) + body
    boundary = boundary_of(reply)
    parts = [_header(text) + body, *(file_part(file) for file in reply.files)]
    fields.append(("Content-Type", f'multipart/mixed; boundary="{boundary}"'))
    edge = f"--{boundary}".encode()
    inner = b"".join(edge + b"\r\n" + part for part in parts)
    return _header(fields) + inner + edge + b"--\r\n"


def _header(fields: Iterable[tuple[str, str]]) -> bytes:
    """Return the header fields that have a value, and the empty line that ends them."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields if value)
    return lines.encode("utf-8", "replace") + b"\r\n"


def envelope_of(reply: Reply) -> Envelope:
    """Return the SMTP envelope of a reply, each recipient once."""
    sender = bare_address(reply.sender.address)
    recipients = tuple(bare_address(party.address) for party in _once(reply.recipients))
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


def _body(text: str) -> tuple[str, bytes]:
    """Return a transfer encoding and the text in it; a person can still read most of them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    data = [line.encode("utf-8", "replace") for line in lines]
    if all(_is_plain(line) for line in data):
        return "7bit", b"".join(line + b"\r\n" for line in data)
    whole = b"".join(line + b"\r\n" for line in data)
    if sum(byte > 126 for byte in whole) * 4 > len(whole):  # noqa: PLR2004 - a quarter: base64 is shorter
        return "base64", base64.encodebytes(whole).replace(b"\n", b"\r\n")
    return "quoted-printable", b"".join(_quoted_printable(line) + b"\r\n" for line in data)


def _is_plain(line: bytes) -> bool:
    """Return whether every server passes a line on as it is."""
    return (
        line.isascii()
        and len(line) <= LINE_LIMIT
        and not line.startswith((b"From ", b"."))
        and not line.endswith((b" ", b"\t"))
        and _CONTROL_BYTES.search(line) is None
    )


def _quoted_printable(line: bytes) -> bytes:
    """Return one line in quoted-printable."""
    encoded = binascii.b2a_qp(line, istext=True).replace(b"\n", b"\r\n")
    if encoded.startswith(b"From "):
        return b"=46" + encoded[1:]
    return encoded
