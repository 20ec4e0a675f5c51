"""What a mail holds as its parts: words, the same as a page, files. Always the same bytes. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from connectors.email.flowing import flowed
from connectors.email.pages import page_of
from connectors.values import OutgoingFile, Reply

LINE_LIMIT = 900
"""Bytes of a line that stay as they are; RFC 5322 forbids more than 998."""

_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_TOKEN = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_NOT_IN_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f"\\\\/\u2028\u2029]+')
_PIECE = 60
"""Characters of a name on one line (RFC 2231 lets it go on on the next)."""
_MAIL = "message/rfc822"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a mail: what its header says of it, and its bytes, their lines ended by CRLF."""

    fields: tuple[tuple[str, str], ...]
    body: bytes

    def whole(self) -> bytes:
        """Return the part as it stands between others."""
        header = "".join(f"{name}: {value}\r\n" for name, value in self.fields)
        return header.encode("ascii") + b"\r\n" + self.body


def content_of(reply: Reply) -> Part:
    """Return all that a mail holds: the words, as a page too where that is wanted, and files."""
    if reply.flowed:
        text = _text_part("plain; charset=utf-8; format=flowed", flowed(_lines_of(reply.text)))
    else:
        text = _text_part("plain; charset=utf-8", reply.text)
    if reply.html:
        page = _text_part("html; charset=utf-8", page_of(_lines_of(reply.text)))
        text = _multipart("alternative", boundary_of(reply, "=a_"), (text, page))
    if not reply.files:
        return text
    return _multipart("mixed", boundary_of(reply), (text, *map(file_part, reply.files)))


def boundary_of(reply: Reply, begins: str = "=_") -> str:
    """Return what stands between the parts: no text a person writes, the same at each attempt.

    A multipart in another needs one that `begins` otherwise: no boundary may
    be the beginning of a line within what it bounds (RFC 2046).
    """
    return f"{begins}{hashlib.sha256(str(reply.key).encode()).hexdigest()[:40]}"


def file_part(file: OutgoingFile) -> Part:
    """Return a file as a part.

    A mail that is passed on may not stand in base64: one that not every
    server would leave as it is goes as a plain file of bytes.
    """
    media_type = file.media_type if _TOKEN.fullmatch(file.media_type) else ""
    kind = f"attachment{_named(file.name)}"
    if media_type.lower() == _MAIL and _goes_as_it_is(file.content):
        as_it_is = (("Content-Type", _MAIL), ("Content-Disposition", kind))
        return Part(as_it_is, _crlf(file.content))
    if media_type.lower().startswith(("message/", "multipart/")):
        media_type = ""
    fields = (
        ("Content-Type", media_type or "application/octet-stream"),
        ("Content-Transfer-Encoding", "base64"),
        ("Content-Disposition", kind),
    )
    return Part(fields, base64.encodebytes(file.content).replace(b"\n", b"\r\n"))


def _multipart(kind: str, boundary: str, parts: Sequence[Part]) -> Part:
    """Return parts as one."""
    edge = f"--{boundary}".encode()
    inner = b"".join(edge + b"\r\n" + part.whole() for part in parts)
    said = f'multipart/{kind};\r\n boundary="{boundary}"'
    return Part((("Content-Type", said),), inner + edge + b"--\r\n")


def _named(name: str) -> str:
    """Return the parameter that says the name, in pieces where it is long or not ASCII."""
    said = _NOT_IN_NAME.sub("_", name).strip() or "file"
    if said.isascii() and len(said) <= _PIECE:
        return f';\r\n filename="{said}"'
    encoded = "utf-8''" + quote(said.encode("utf-8", "replace"), safe="")
    pieces = re.findall(rf"(?:%..|[^%]){{1,{_PIECE // 3}}}", encoded)
    return "".join(f";\r\n filename*{number}*={each}" for number, each in enumerate(pieces))


def _crlf(content: bytes) -> bytes:
    """Return a mail with the line ends of a mail, the last line ended too."""
    whole = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return whole if whole.endswith(b"\r\n") else whole + b"\r\n"


def _goes_as_it_is(content: bytes) -> bool:
    """Return whether every server passes a mail on without changing it."""
    lines = content.replace(b"\r\n", b"\n").split(b"\n")
    return content.isascii() and all(
        len(line) <= LINE_LIMIT and _CONTROL_BYTES.search(line) is None for line in lines
    )


def _lines_of(text: str) -> str:
    r"""Return a text with `\n` line ends and none behind the last line."""
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")


def _text_part(kind: str, text: str) -> Part:
    """Return words in the lightest encoding that survives; a person can still read most of them."""
    lines = _lines_of(text).split("\n")
    data = [line.encode("utf-8", "replace") for line in lines]
    whole = b"".join(line + b"\r\n" for line in data)
    if all(_is_plain(line, soft="flowed" in kind) for line in data):
        encoding, body = "7bit", whole
    elif sum(byte > 126 for byte in whole) * 4 > len(whole):  # noqa: PLR2004 - a quarter: base64 is shorter
        encoding, body = "base64", base64.encodebytes(whole).replace(b"\n", b"\r\n")
    else:
        encoding = "quoted-printable"
        body = b"".join(_quoted_printable(line) + b"\r\n" for line in data)
    fields = (("Content-Type", f"text/{kind}"), ("Content-Transfer-Encoding", encoding))
    return Part(fields, body)


def _is_plain(line: bytes, *, soft: bool) -> bool:
    """Return whether every server passes a line on as it is.

    A blank at its end may be lost on the way. Where it is a `soft` break, the
    line only stays as short as it is; anywhere else something would be gone.
    """
    return (
        line.isascii()
        and len(line) <= LINE_LIMIT
        and not line.startswith((b"From ", b"."))
        and not line.endswith(b"\t" if soft else (b" ", b"\t"))
        and _CONTROL_BYTES.search(line) is None
    )


def _quoted_printable(line: bytes) -> bytes:
    """Return one line in quoted-printable."""
    encoded = binascii.b2a_qp(line, istext=True).replace(b"\n", b"\r\n")
    if encoded.startswith(b"From "):
        return b"=46" + encoded[1:]
    return encoded
