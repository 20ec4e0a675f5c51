"""What is owed in an open conversation: a line for each obligation, the most urgent first. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from rich.cells import cell_len

from inbox.core.countdown import countdown
from inbox.core.model import Delivery, DueState
from inbox.core.obligations import Duty, Obligation, due_state
from inbox.i18n import gettext as _
from inbox.view.duties import hours_name, still_owed, whose
from inbox.widgets.signs import Sign, delivery_sign, due_sign
from inbox.widgets.words import fit, long_when, outside

if TYPE_CHECKING:
    from inbox.view.reading import Reading

Piece = tuple[str, str]

_MOST = 3
"""Lines at most: the messages need the room at 80x24."""

_ON_ITS_WAY = frozenset({Delivery.QUEUED, Delivery.SENDING})


def badge(
    reading: Reading, width: int, now: datetime, zone: tzinfo | None
) -> tuple[tuple[Piece, ...], ...]:
    """Return the lines, one at least."""
    owed = still_owed(reading.obligations)
    more = _("  and {n} more: D").format(n=len(owed) - _MOST) if len(owed) > _MOST else ""
    lines = [_line(each, width, now, zone) for each in owed[:_MOST]]
    if more:
        room = width - cell_len(more)
        lines[-1] = (*_line(owed[_MOST - 1], room, now, zone), (more, "soon"))
    if not lines:
        sign = due_sign(reading.conversation, now)
        word = sign.word or _("nothing is owed")
        lines = [((fit(f"{sign.glyph} {word}".strip(), width), "quiet"),)]
    put_off = _put_off(reading, now, zone)
    if put_off:
        lines.append(((fit(put_off, width), "quiet"),))
    unsent = reading.conversation.unsent
    if owed and unsent is not None:
        sign = delivery_sign(unsent)
        said, role = _unsent(unsent), sign.role
        if unsent is Delivery.QUEUED:
            planned = _planned(reading, now, zone)
            said, role = planned or said, "trouble" if reading.conversation.held else role
        lines.append(((fit(f"{sign.glyph} {said}", width), role),))
    return tuple(lines)


def badge_texts(reading: Reading, now: datetime) -> tuple[str, ...]:
    """Return the texts of the badge that change by themselves."""
    texts = [
        countdown(each.due_at, now)
        for each in still_owed(reading.obligations)
        if each.due_at is not None
    ]
    until = reading.conversation.snoozed_until
    return (*texts, str(until is not None and until > now))


def _line(
    obligation: Obligation, width: int, now: datetime, zone: tzinfo | None
) -> tuple[Piece, ...]:
    """Return one obligation: how long, until when, whose clock."""
    sign = _sign(obligation, now)
    said = _said(obligation, now, zone)
    rule = obligation.rule
    parts = [said, whose(rule)]
    if obligation.said:
        parts.append(outside(obligation.said))
    if rule.confidence != "high":
        parts.append(_("not sure of this rule"))
    return ((fit(f"{sign.glyph} {' · '.join(parts)}", width), sign.role),)


def _said(obligation: Obligation, now: datetime, zone: tzinfo | None) -> str:
    """Return how much time is left, or how late it is, with the instant."""
    due_at = obligation.due_at
    if due_at is None:
        said = _("owed, but {calendar} does not open long enough")
        return said.format(calendar=hours_name(obligation.rule))
    late = now > due_at
    sentences = {
        (Duty.REPLY, False): _("{left} left, due {at}"),
        (Duty.REPLY, True): _("{left} late, was due {at}"),
        (Duty.WINDOW, False): _("{left} left, the window closes {at}"),
        (Duty.WINDOW, True): _("the window closed {at}: no free reply any more"),
        (Duty.APPEAL, False): _("{left} left to act, until {at}"),
        (Duty.APPEAL, True): _("{left} late, you could act until {at}"),
    }
    return sentences[obligation.kind, late].format(
        left=countdown(due_at, now).lstrip("-"), at=long_when(due_at, now, zone)
    )


def _sign(obligation: Obligation, now: datetime) -> Sign:
    """Return glyph and role by how near the due instant is."""
    unreachable = obligation.due_at is None
    match due_state(obligation.due_at, obligation.target, now, unreachable):
        case DueState.LATE:
            return Sign("!", "", "late")
        case DueState.SOON:
            return Sign("▲", "", "soon")
        case DueState.UNREACHABLE:
            return Sign("!", "", "trouble")
        case _:
            return Sign("●", "", "ok")


def _put_off(reading: Reading, now: datetime, zone: tzinfo | None) -> str:
    """Return until when it is snoozed, "" if it is not."""
    until = reading.conversation.snoozed_until
    if until is None or until <= now:
        return ""
    return _("z put off until {at}: no clock stops").format(at=long_when(until, now, zone))


def _planned(reading: Reading, now: datetime, zone: tzinfo | None) -> str:
    """Return what is said of a scheduled answer, "" where there is none."""
    conversation = reading.conversation
    if conversation.held is not None:
        return _("an answer is held: they wrote since, or it was answered; not counted (g t)")
    if conversation.leaves_at is None:
        return ""
    said = _("an answer leaves {at}: not counted yet")
    return said.format(at=long_when(conversation.leaves_at, now, zone))


def _unsent(delivery: Delivery) -> str:
    """Return what a reply that is not accepted yet does to the clock: nothing."""
    if delivery in _ON_ITS_WAY:
        return _("an answer is on its way: not counted yet")
    return _("an answer did not go out: not counted (g t)")
