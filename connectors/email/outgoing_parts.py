"""A file as a part of a mail: the same file is always the same bytes. Pure."""

from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import quote

from connectors.values import OutgoingFile, Reply

_TOKEN = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_NOT_IN_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f"\\\\/\u2028\u2029]+')
_PIECE = 60
"""Characters of a name on one line (RFC 2231 lets it go on on the next)."""


def boundary_of(reply: Reply) -> str:
    """Return what stands between the parts: no text a person writes, the same at each attempt."""
    return f"=_{hashlib.sha256(str(reply.key).encode()).hexdigest()[:40]}"


def file_part(file: OutgoingFile) -> bytes:
    """Return the part with its header, its lines ended by CRLF."""
    media_type = file.media_type if _TOKEN.fullmatch(file.media_type) else ""
    if media_type.lower().startswith(("message/", "multipart/")):
        media_type = ""  # those may not stand in base64
    header = (
        f"Content-Type: {media_type or 'application/octet-stream'}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment{_named(file.name)}\r\n\r\n"
    )
    body = base64.encodebytes(file.content).replace(b"\n", b"\r\n")
    return header.encode("ascii") + body


def _named(name: str) -> str:
    """Return the parameter that says the name, in pieces where it is long or not ASCII."""
    said = _NOT_IN_NAME.sub("_", name).strip() or "file"
    if said.isascii() and len(said) <= _PIECE:
        return f';\r\n filename="{said}"'
    encoded = "utf-8''" + quote(said.encode("utf-8", "replace"), safe="")
    pieces = re.findall(rf"(?:%..|[^%]){{1,{_PIECE // 3}}}", encoded)
    return "".join(f";\r\n filename*{number}*={each}" for number, each in enumerate(pieces))
