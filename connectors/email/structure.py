"""A BODYSTRUCTURE as what to fetch of a large mail and what to list. Pure, tolerant, bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.email.parameters import file_name, made_name, valued
from connectors.values import Attachment

_DEEPEST = 50
_MOST_PARTS = 500
_BASE64_LINE = 78
"""Bytes of a full line with its end (RFC 2045 6.8)."""
TEXT_LIMIT = 2 * 1024 * 1024
"""Bytes of one text part that are fetched; after so many no further part is."""
_SHOWN = ("text/plain", "text/html")
_READ = (
    *("message/delivery-status", "message/disposition-notification"),
    *("text/rfc822-headers", "text/calendar"),
)
"""What tells of a mail of ours that came back, or invites: read, and listed all the same."""
_SHELLS = (
    *("application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"),
    *("application/ms-tnef", "application/vnd.ms-tnef"),
)
_WINMAIL = "winmail.dat"
_MAILS = ("message/rfc822", "message/global")
_MAIL_LIMIT = 64 * 1024
"""Bytes of a mail within a mail that are fetched: a notice tells by them which of ours failed."""
_MULTIPART_FIELDS = 2
_LEAF_FIELDS = 7
_EXTRA = {"text": 8, "message/rfc822": 10}
"""Where the fields begin that follow a kind of part's own (RFC 3501, body-type-*)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a mail that has no parts of its own (an attached mail counts as one)."""

    number: str
    media_type: str
    parameters: Mapping[str, str]
    encoding: str
    size: int
    """Bytes as it is sent."""
    name: str
    attached: bool
    alternative: tuple[str, ...] = ()
    """Numbers of the multipart/alternative parts that hold it, outermost first."""

    @property
    def most(self) -> int:
        """Bytes of it that are fetched at most."""
        return _MAIL_LIMIT if self.media_type in _MAILS else TEXT_LIMIT

    @property
    def content_size(self) -> int | None:
        """About the bytes of the file itself, None where the server does not say.

        It says how long the part is as it is sent: in base64 nearly always in full lines.
        """
        if self.encoding != "base64":
            return self.size or None
        lines, rest = divmod(self.size, _BASE64_LINE)
        return (lines * (_BASE64_LINE - 2) + max(rest - 2, 0)) * 3 // 4 or None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with a large mail."""

    texts: tuple[Part, ...]
    """Parts to fetch: what is shown, within the limit."""
    attachments: tuple[Attachment, ...]
    """Parts to list; fetched on demand by their number."""

    @property
    def found(self) -> bool:
        """Return whether the structure told of any part."""
        return bool(self.texts or self.attachments)


def plan(structure: Any) -> Plan:
    """Return what to fetch and what to list of a mail with this structure; never raises."""
    texts: list[Part] = []
    listed: list[Attachment] = []
    room, beside = TEXT_LIMIT, TEXT_LIMIT
    parts = list(parts_of(structure))
    fallback = _fallback(parts)
    for part in parts:
        shown = part.media_type in _SHOWN and not part.attached and room > 0
        if shown or (part.media_type in _READ and room > 0):
            room -= part.size
            texts.append(part)
        elif part is fallback or (_is_told(part) and beside > 0):
            beside -= min(part.size, part.most)
            texts.append(part)
        if not (shown or part is fallback) or part.name:
            name = part.name or made_name(part.number, part.media_type)
            listed.append(Attachment(part.number, name, part.media_type, part.content_size))
    return Plan(tuple(texts), tuple(listed))


def _is_told(part: Part) -> bool:
    """Return whether a part may hide words, or is a mail of its own: its beginning tells."""
    return part.media_type in (*_SHELLS, *_MAILS) or part.name.lower() == _WINMAIL


def _fallback(parts: Sequence[Part]) -> Part | None:
    """Return the text to read of a mail that calls all of its text files, None in others."""
    texts = [part for part in parts if part.media_type.startswith("text/")]
    if any(part.media_type in _SHOWN and not part.attached for part in texts):
        return None
    return next((part for part in texts if part.media_type != "text/calendar"), None)


def parts_of(structure: Any) -> Iterator[Part]:
    """Yield the parts of a BODYSTRUCTURE (nested tuples) by their IMAP numbers, in order."""
    # A mail that is no multipart has one part, and its number is 1.
    first = "" if _is_multipart(structure) else "1"
    stack: list[tuple[Any, str, int, tuple[str, ...]]] = [(structure, first, 0, ())]
    yielded = 0
    while stack and yielded < _MOST_PARTS:
        node, number, depth, inside = stack.pop()
        if not isinstance(node, tuple):
            continue
        if _is_multipart(node):
            children = node[0] if isinstance(node[0], list) else ()
            within = (*inside, number or "0") if _text(node[1]).lower() == "alternative" else inside
            numbered = [
                (child, f"{number}.{index}" if number else str(index), depth + 1, within)
                for index, child in enumerate(children, 1)
            ]
            if depth < _DEEPEST:
                stack.extend(reversed(numbered))
        elif len(node) >= _LEAF_FIELDS:
            yielded += 1
            yield _part(node, number, inside)


def _is_multipart(node: Any) -> bool:
    """Return whether a node has parts (imapclient puts them into a list)."""
    return isinstance(node, tuple) and len(node) >= _MULTIPART_FIELDS and isinstance(node[0], list)


def _part(node: tuple[Any, ...], number: str, inside: tuple[str, ...]) -> Part:
    """Return what a leaf of the structure says."""
    main, sub = _text(node[0]).lower(), _text(node[1]).lower()
    media_type = f"{main}/{sub}" if main and sub else "application/octet-stream"
    at = _EXTRA.get(media_type, _EXTRA.get(main, _LEAF_FIELDS)) + 1
    disposition, named = _disposition(node[at] if len(node) > at else None)
    parameters = _parameters(node[2])
    return Part(
        number=number,
        media_type=media_type,
        parameters=parameters,
        encoding=_text(node[5]).lower(),
        size=node[6] if isinstance(node[6], int) and node[6] > 0 else 0,
        name=file_name(parameters, named),
        attached=disposition == "attachment",
        alternative=inside,
    )


def _disposition(said: Any) -> tuple[str, Mapping[str, str]]:
    """Return a disposition's word and its parameters."""
    if isinstance(said, bytes):  # a server that passes the field on as it is
        return valued(_text(said))
    if not isinstance(said, tuple) or not said:
        return "", {}
    return _text(said[0]).lower(), _parameters(said[1] if len(said) > 1 else None)


def _parameters(said: Any) -> Mapping[str, str]:
    """Return parameters by lower-case name, RFC 2231's pieces joined."""
    if not isinstance(said, tuple):
        return {}
    pairs = zip(said[::2], said[1::2], strict=False)
    # Written as a field, they are read by the one reader there is.
    field = "".join(f"; {_text(name)}={_quoted(_text(value))}" for name, value in pairs)
    return valued(f"x{field}")[1]


def _quoted(value: str) -> str:
    """Return a parameter's value as it stands in a field."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _text(said: Any) -> str:
    """Return a string of the structure as text."""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said or "")
