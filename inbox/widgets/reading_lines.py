"""A conversation as lines of a given width: what is folded, what is said of each message. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from connectors.frozen import frozen
from connectors.values import Attachment, Direction, Origin
from inbox.core.model import Delivery, MessageUid
from inbox.core.sizes import size_words
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.widgets.badge import badge, badge_texts
from inbox.widgets.signs import delivery_sign, due_sign
from inbox.widgets.words import (
    fit,
    in_full,
    long_when,
    name_of,
    outside,
    outside_lines,
)

if TYPE_CHECKING:
    from inbox.core.model import Schedule
    from inbox.core.quoting import Part
    from inbox.view.reading import MessageView, Reading


Piece = tuple[str, str]

_TEXT_CELLS = 100
"""Longer lines are hard to read."""
_LINKS = 3
"""Misleading links that are told; a mail with more of them says enough by these."""
_SHORT_SIGNATURE = 2
"""Lines of a signature that are shown rather than folded."""


@frozen
class Line:
    """One painted line, and which message (by position) it belongs to."""

    pieces: tuple[Piece, ...]
    message: int
    head: bool = False
    """Whether it is the first line of its message."""


@frozen(kw_only=True)
class Look:
    """How a conversation is looked at."""

    width: int
    opened: frozenset[MessageUid]
    quotes: bool
    """Whether quoted text is shown."""
    zone: tzinfo | None = None


def first_opened(reading: Reading) -> frozenset[MessageUid]:
    """Return the messages shown at first: all since our last answer that is out, and the last."""
    opened: set[MessageUid] = set()
    for message in reversed(reading.messages):
        ours = message.direction is Direction.OUT and not message.interim
        answered = ours and message.delivery in {None, Delivery.ACCEPTED}
        if answered and opened:
            break
        opened.add(message.uid)
    return frozenset(opened)


def head(
    reading: Reading, width: int, now: datetime, zone: tzinfo | None = None
) -> tuple[tuple[Piece, ...], ...]:
    """Return the lines that stay on top: subject, who and where, what is owed, a rule."""
    conversation = reading.conversation
    where = [outside(reading.account_name)]
    if conversation.service not in {"email", "", reading.account_name}:
        where.append(outside(conversation.service))
    if conversation.order_ref:
        where.append(_("order {number}").format(number=outside(conversation.order_ref)))
    where += [f"[{outside(tag)}]" for tag in conversation.tags]
    star = "★ " if conversation.starred else ""
    return (
        ((fit(f"{star}{outside(conversation.subject)}", width), "unread"),),
        ((fit(" · ".join([in_full(conversation.party), *where]), width), "quiet"),),
        *badge(reading, width, now, zone),
        (("─" * width, "quiet"),),
    )


def live(reading: Reading, now: datetime) -> tuple[str, ...]:
    """Return the texts that change by themselves: repaint when they do."""
    sign = due_sign(reading.conversation, now)
    queued = [
        str(_seconds(message.send_after, now))
        for message in reading.messages
        if message.send_after is not None and message.schedule is None
    ]
    return (sign.glyph, sign.word, *badge_texts(reading, now), *queued)


def lines(reading: Reading, look: Look, now: datetime, console: Console) -> list[Line]:
    """Return the messages, oldest first."""
    found: list[Line] = []
    for index, message in enumerate(reading.messages):
        opened = message.uid in look.opened
        found.append(Line(_heading(message, look, now, opened=opened), index, head=True))
        if opened:
            found += [Line(pieces, index) for pieces in _body(message, look, now, console)]
            found.append(Line((), index))
    if reading.draft:
        said = _("An answer is begun here: {words}").format(words=outside(reading.draft))
        found.append(Line(((fit(f"  {said}", look.width), "soon"),), len(reading.messages) - 1))
    return found


def _heading(message: MessageView, look: Look, now: datetime, *, opened: bool) -> tuple[Piece, ...]:
    """Return who and when, with the first words where the message is folded."""
    when = long_when(message.accepted_at, now, look.zone)
    arrow = "▾" if opened else "▸"
    ours = message.direction is Direction.OUT
    if ours:
        to = ", ".join(name_of(party) for party in message.recipients[:3])
        who = _("You, to {names}").format(names=to) if to else _("You")
    else:
        who = in_full(message.sender) if opened else name_of(message.sender)
    room = max(look.width - cell_len(when) - 3, 0)
    pieces: list[Piece] = [(f"{arrow} ", "quiet")]
    if opened:
        pieces.append((fit(who, room), "ours" if ours else "theirs"))
    else:
        short = min(cell_len(who), max(room // 3, 1))
        words = outside(message.text)
        pieces += [
            (fit(who, short), "ours" if ours else "theirs"),
            (fit(f"  {words}", room - short), "quiet"),
        ]
    return (*pieces, (f" {when}", "quiet"))


def _body(
    message: MessageView, look: Look, now: datetime, console: Console
) -> Iterator[tuple[Piece, ...]]:
    for said, role in _remarks(message, now, look.zone):
        yield from _wrapped(said, role, look, console)
    if message.hides_much and not look.quotes:
        said = _("More is folded below as quoted than is shown. Q shows it.")
        yield from _wrapped(said, "quiet", look, console)
    for part in message.parts:
        if not part.quoted:
            yield from _wrapped(outside_lines(part.text).strip("\n"), "text", look, console)
        elif look.quotes:
            yield from _wrapped(outside_lines(part.text).strip("\n"), "quote", look, console)
        elif part.text.strip():
            yield from _folded(part, look, console)
    if not message.attachments and not any(part.text.strip() for part in message.parts):
        yield from _wrapped(_("It came without a word and without a file."), "quiet", look, console)
    for attachment in message.attachments:
        yield ((fit(f"  + {_file(attachment)}", look.width), "tag"),)


def _folded(part: Part, look: Look, console: Console) -> Iterator[tuple[Piece, ...]]:
    """Yield the one line that stands for a folded part; a signature as short as that itself."""
    count = len(part.text.strip().splitlines())
    if part.signature and count <= _SHORT_SIGNATURE:
        yield from _wrapped(outside_lines(part.text).strip("\n"), "quiet", look, console)
        return
    if part.signature:
        said = ngettext("{n} line of signature", "{n} lines of signature", count)
    else:
        said = ngettext("{n} quoted line", "{n} quoted lines", count)
    yield ((f"  ▸ {said.format(n=count)} (Q)", "quiet"),)


def _remarks(message: MessageView, now: datetime, zone: tzinfo | None) -> Iterator[Piece]:
    """Yield what must be known of a message before it is read."""
    if message.schedule is not None and message.send_after is not None:
        yield _scheduled(message.schedule, message.send_after, now, zone)
    elif message.delivery is not None:
        yield _delivery(message, message.delivery, now)
    if message.origin is Origin.FORGED:
        yield (
            _("! Likely a forgery: it does not come from whom it says. Follow no link in it."),
            "late",
        )
    if message.claims_to_be_us:
        yield (
            _("! It says that it comes from you. It did not come from your Sent folder."),
            "late",
        )
    for link in message.misleading_links[:_LINKS]:
        said = _("! A link that says {said} leads to {target}")
        yield (said.format(said=outside(link.said), target=outside(link.target)), "late")
    if message.not_needed_page:
        said = _("No answer needed? y says so here; tell the service at {page}")
        yield (said.format(page=outside(message.not_needed_page)), "quiet")
    yield from _standing(message)


def _standing(message: MessageView) -> Iterator[Piece]:
    """Yield what a message is that neither asks nor answers, and whether it is still there."""
    if message.interim:
        yield (_("It only says that an answer will follow: one stays owed."), "soon")
    if message.notice_of:
        yield (_("A notice by mail of what the service tells here itself."), "quiet")
    if message.automatic:
        yield (_("Sent automatically: it asks for no answer."), "quiet")
    if message.gone:
        yield (_("No longer at the service; kept here."), "quiet")


def _delivery(message: MessageView, delivery: Delivery, now: datetime) -> Piece:
    sign = delivery_sign(delivery)
    words = {
        Delivery.QUEUED: _queued(message, now),
        Delivery.SENDING: _("being sent; not counted as an answer yet"),
        Delivery.ACCEPTED: _("sent"),
        Delivery.REFUSED: _("refused, it did not go out: {why} (g t: send again or take back)"),
        Delivery.UNSURE: _("nobody knows whether it went out: {why} (g t: decide)"),
    }
    said = words[delivery].format(why=outside(message.error))
    return (f"{sign.glyph} {said}", sign.role)


def _scheduled(schedule: Schedule, leaves: datetime, now: datetime, zone: tzinfo | None) -> Piece:
    """Return when an answer leaves, or what holds it back."""
    from inbox.view.scheduling import standing_of

    said = standing_of(schedule, leaves, lambda at: long_when(at, now, zone))
    return (
        _("{glyph} not out yet and not counted. {said} (g t)").format(
            glyph="?" if schedule.held else "↑", said=said
        ),
        "trouble" if schedule.held else "soon",
    )


def _queued(message: MessageView, now: datetime) -> str:
    seconds = _seconds(message.send_after, now) if message.send_after else 0
    if seconds > 0:
        return _("not out yet and not counted: leaves in {n} s (z takes it back)").replace(
            "{n}", str(seconds)
        )
    if message.error:
        return _("not out yet and not counted; the last attempt: {why}")
    return _("not out yet and not counted: waits for the engine")


def _seconds(until: datetime, now: datetime) -> int:
    left = (until - now).total_seconds()
    return max(int(left + 0.999), 0)


def _wrapped(text: str, role: str, look: Look, console: Console) -> Iterator[tuple[Piece, ...]]:
    """Yield the text's lines, cut at words; a word longer than the line is broken."""
    mark = "│ " if role == "quote" else ""
    room = max(min(look.width, _TEXT_CELLS) - 2 - cell_len(mark), 1)
    for line in text.split("\n"):
        for part in Text(line).wrap(console, room) if line.strip() else (Text(""),):
            yield ((f"  {mark}", "quiet"), (part.plain.rstrip(), role))


def _file(attachment: Attachment) -> str:
    name = outside(attachment.name) or _("file without a name")
    size = size_words(attachment.size)
    return " · ".join(part for part in (name, outside(attachment.media_type), size) if part)
