r"""The mbox form: what stands between two mails, and the `>` before `From ` (mboxrd). Pure.

The line between two mails tells which were sent by us: no sender of a mail can
write that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, pairwise

from connectors.email.compose import compose
from connectors.email.reply_keys import KEY_HEADER
from connectors.values import Direction, Message, Reply, ReplyKey

REBUILT = "X-Seller-Inbox-Rebuilt"
"""Heads a mail that was made of what is known of a message: its own bytes were never kept."""

_OURS = re.compile(rb"(in|out|note)@seller-inbox\.invalid")
_BETWEEN = re.compile(rb"From (\S*)\s.*\d\d?:\d\d.*")
_FIELD = re.compile(rb"[!-9;-~]+:")
_QUOTE = re.compile(rb"^(>*From )", re.MULTILINE)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_KEY_LINE = re.compile(rb"^%s:.*\r\n" % KEY_HEADER.encode(), re.MULTILINE)
_DATED = ("%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S %z %Y", "%a %b %d %H:%M %Y")


@dataclass(frozen=True, slots=True)
class Piece:
    """One mail of an mbox."""

    raw: bytes
    at: datetime | None
    """What the line before it says (aware, UTC); None where it says nothing we understand."""
    direction: Direction | None
    """Told by our own export; None for everyone else's."""


def entry(raw: bytes, direction: Direction, at: datetime) -> bytes:
    """Return one mail with the line before it and the empty one behind."""
    line = f"From {direction.value}@seller-inbox.invalid {at.astimezone(UTC):{_DATED[0]}}\n"
    end = b"\n" if raw.endswith(b"\n") else b"\n\n"
    return line.encode() + _QUOTE.sub(rb">\1", raw) + end


def rebuilt(message: Message) -> bytes:
    """Return a mail made of a message's fields, marked as such in its first header."""
    raw = compose(
        Reply(
            key=ReplyKey(message.message_id),
            created_at=message.sent_at or message.accepted_at,
            sender=message.sender,
            recipients=message.recipients,
            subject=message.subject,
            text=message.text,
            in_reply_to=next(iter(message.in_reply_to), ""),
            references=message.references,
        )
    )
    if message.key is None:
        raw = _KEY_LINE.sub(b"", raw, count=1)
    files = "".join(
        f"{REBUILT}: without a file of {each.media_type.encode('ascii', 'replace').decode()!a}\r\n"
        for each in message.attachments
    )
    return f"{REBUILT}: yes; the mail itself was not kept\r\n{files}".encode() + raw


def pieces(lines: Iterable[bytes]) -> Iterator[Piece]:
    """Yield the mails of an mbox, given by its lines with their ends.

    A new one begins at a `From ` line with a time in it, at the start or after
    an empty line: so it is in every kind of mbox, and a sentence of a mail that
    nobody quoted is none. Where files were put behind each other the empty line
    may be missing: then a whole date must stand there and a header below.
    """
    head: re.Match[bytes] | None = None
    body: list[bytes] = []
    after_empty = True
    for line, following in pairwise(chain(lines, [b""])):
        found = None
        if line.startswith(b"From ") and (after_empty or _is_plain(line, following)):
            found = _BETWEEN.match(line)
        if found is not None:
            if head is not None:
                yield _piece(head, body)
            head, body = found, []
        elif head is not None:
            body.append(line)
        after_empty = line in (b"\n", b"\r\n")
    if head is not None:
        yield _piece(head, body)


def _is_plain(line: bytes, following: bytes) -> bool:
    """Return whether a line can be nothing but the beginning of a mail."""
    dated = _when(line.decode("ascii", "replace")) is not None
    return dated and _FIELD.match(following) is not None


def _piece(head: re.Match[bytes], body: list[bytes]) -> Piece:
    """Return the mail of those lines, the empty one behind it and the quoting taken off."""
    if body and body[-1] in (b"\n", b"\r\n"):
        body.pop()
    ours = _OURS.fullmatch(head[1])
    return Piece(
        raw=_QUOTED.sub(rb"\1", b"".join(body)),
        at=_when(head[0].decode("ascii", "replace")),
        direction=None if ours is None else Direction(ours[1].decode()),
    )


def _when(line: str) -> datetime | None:
    """Return the instant of a `From ` line; without an offset it is UTC, as RFC 4155 says."""
    words = " ".join(line.split()[2:])
    for form in _DATED:
        try:
            at = datetime.strptime(words, form)  # noqa: DTZ007 - the offset is looked at next
        except ValueError:
            continue
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return None
