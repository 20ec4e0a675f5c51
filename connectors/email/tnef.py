"""What a winmail.dat holds (TNEF, Outlook's own container): its text and its files' names. Pure.

Only the outer attributes are read ([MS-OXTNEF] 2.1.3); what is broken or cut
ends the reading and never raises.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from connectors.email.charsets import decode

_SIGNATURE = 0x223E9F78
_HEAD = struct.Struct("<BHHI")
_START = 6
_CHECKSUM = 2
_BODY = 0x800C
_TITLE = 0x8010
_CODEPAGE = 0x9007
_MOST_ATTRIBUTES = 2_000
_TEXT_LIMIT = 512 * 1024
_NAME_LIMIT = 255


@dataclass(frozen=True, slots=True)
class Tnef:
    """What was found in one container."""

    text: str
    names: tuple[str, ...]


def read(data: bytes) -> Tnef:
    """Return the text and the file names in a container; both empty if it is none."""
    text, names, charset = b"", list[bytes](), "cp1252"
    if len(data) < _START or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return Tnef("", ())
    position = _START
    for _ in range(_MOST_ATTRIBUTES):
        if position + _HEAD.size > len(data):
            break
        _level, kind, _type, length = _HEAD.unpack_from(data, position)
        start = position + _HEAD.size
        value = data[start : min(start + length, len(data))]
        if kind == _BODY:
            text = value[:_TEXT_LIMIT]
        elif kind == _TITLE:
            names.append(value[:_NAME_LIMIT])
        elif kind == _CODEPAGE and len(value) >= struct.calcsize("<I"):
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        position = start + length + _CHECKSUM
    said = [decode(name.rstrip(b"\0"), charset).strip() for name in names]
    whole = decode(text.rstrip(b"\0"), charset).replace("\r\n", "\n").replace("\r", "\n")
    return Tnef(whole, tuple(dict.fromkeys(name for name in said if name)))
