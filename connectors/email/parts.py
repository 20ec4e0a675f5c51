"""The structure of a mail's body: its leaves with their IMAP part numbers. Never raises.

Written without recursion and over positions in one bytes object: the
standard library's parser ends in a RecursionError on a thousand nested
multiparts. Depth and number of parts are capped; what lies behind a cap is in
the kept source.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping

from connectors.email.headers import Fields, base64_bytes, opened
from connectors.email.parameters import file_name, valued
from connectors.frozen import frozen

DEPTH_LIMIT = 50
PARTS_LIMIT = 500

_BLANKS = b" \t\r\n="
_DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\t\r\n"
_SAMPLE = 1000
_ODD, _DAMAGED = 9, 4
"""One of so many bytes that is no digit: words that are called base64; without blanks, damage."""


@frozen(kw_only=True, quick=True)
class Leaf:
    """A part that holds no other parts (an attached mail is a leaf too)."""

    number: str
    """IMAP part number: "1", "2.1"."""
    media_type: str
    parameters: Mapping[str, str]
    name: str
    """The file's name; empty where there is none."""
    attached: bool
    """Whether the sender said that it is an attachment."""
    encoding: str
    raw: bytes
    alternative: tuple[str, ...] = ()
    """Numbers of the multipart/alternative parts that hold it, outermost first."""

    @property
    def size(self) -> int:
        """The decoded size in bytes, without decoding it."""
        if self.encoding == "base64":
            return len(self.raw.translate(None, _BLANKS)) * 3 // 4
        return len(self.raw)

    def content(self) -> bytes:
        """Return the bytes behind the transfer encoding, as many as can be read."""
        return transferred(self.raw, self.encoding)


@frozen(quick=True)
class _Node:
    """A part still to be looked into: its fields, where its body lies, and its place."""

    fields: Fields
    start: int
    end: int
    number: str
    depth: int
    default: str
    alternative: tuple[str, ...]


def leaves(fields: Fields, raw: bytes, start: int) -> list[Leaf]:
    """Return the leaves of a mail in their order; `start` is where its body begins in `raw`."""
    waiting = [_Node(fields, start, len(raw), "", 0, "text/plain", ())]
    found: list[Leaf] = []
    while waiting and len(found) < PARTS_LIMIT:
        node = waiting.pop()
        media_type, parameters = valued(node.fields.plain("content-type"))
        media_type = media_type if "/" in media_type else node.default
        if media_type.startswith("multipart/") and node.depth < DEPTH_LIMIT:
            inner = _children(node, media_type, parameters.get("boundary", ""), raw)
            if inner:
                waiting.extend(reversed(inner))
                continue
            media_type, parameters = "text/plain", {}
        found.append(_leaf(node, media_type, parameters, raw))
    return found


def transferred(data: bytes, encoding: str) -> bytes:
    """Return the bytes behind a content transfer encoding; an unknown one is none."""
    if encoding == "base64":
        return base64_bytes(data) if _is_base64(data) else data
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in {"x-uuencode", "uuencode", "x-uue"}:
        return _uudecoded(data)
    return data


def _is_base64(data: bytes) -> bool:
    """Return whether data is what it is called: some programs call plain words base64."""
    sample = data[:_SAMPLE].strip()
    odd = len(sample.translate(None, _DIGITS))
    return odd * (_ODD if b" " in sample else _DAMAGED) <= len(sample)


def _leaf(node: _Node, media_type: str, parameters: Mapping[str, str], raw: bytes) -> Leaf:
    """Return a node that holds nothing more as a leaf."""
    disposition, given = valued(node.fields.plain("content-disposition"))
    return Leaf(
        number=node.number or "1",
        media_type=media_type,
        parameters=parameters,
        name=file_name(parameters, given),
        attached=disposition == "attachment",
        encoding=node.fields.plain("content-transfer-encoding").strip().lower(),
        raw=raw[node.start : node.end],
        alternative=node.alternative,
    )


def _children(node: _Node, media_type: str, boundary: str, raw: bytes) -> list[_Node]:
    """Return the parts of a multipart; none if its boundary is nowhere."""
    default = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
    inside = node.alternative
    if media_type == "multipart/alternative":
        inside = (*inside, node.number or "0")
    found: list[_Node] = []
    for start, end in _between(raw, node.start, node.end, boundary.encode("utf-8", "replace")):
        fields, body = opened(raw, start, end)
        number = f"{node.number}.{len(found) + 1}" if node.number else str(len(found) + 1)
        child = _Node(fields, body, end, number, node.depth + 1, default, inside)
        found.append(child)
        if len(found) >= PARTS_LIMIT:
            break
    return found


def _between(raw: bytes, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the parts between the boundary's lines lie; a missing last line is forgiven."""
    if not boundary:
        return
    mark = b"--" + boundary
    opened: int | None = None
    position = start
    while (found := raw.find(mark, position, end)) >= 0:
        position = found + len(mark)
        if found > start and raw[found - 1] != ord("\n"):
            continue
        line_end = raw.find(b"\n", position, end)
        line_end = end if line_end < 0 else line_end + 1
        rest = raw[position : min(line_end, position + 80)].strip()
        if rest not in {b"", b"--"}:
            continue
        if opened is not None:
            yield opened, max(opened, _before_line(raw, found))
        if rest == b"--":
            return
        opened = position = line_end
    if opened is not None:
        yield opened, end


def _before_line(raw: bytes, position: int) -> int:
    """Return where the text before a boundary's line ends: its line break is the boundary's."""
    position -= 1
    return position - 1 if raw[position - 1 : position] == b"\r" else position


def _uudecoded(data: bytes) -> bytes:
    """Return uuencoded bytes, lines that are none passed over."""
    found = bytearray()
    for line in re.split(rb"\r?\n", data):
        if line.startswith((b"begin ", b"end")) or not line:
            continue
        try:
            found += binascii.a2b_uu(line)
        except binascii.Error:
            continue
    return bytes(found)
