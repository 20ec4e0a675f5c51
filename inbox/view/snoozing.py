"""What a snooze phrase would do to some conversations, before it does it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from inbox.core import snooze
from inbox.core.model import Conversation, ConversationUid
from inbox.i18n import gettext as _
from inbox.i18n import ngettext

NOW = frozenset({"now", "wake"})
"""Phrases that bring back what is snoozed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozePlan:
    """When each conversation would come back."""

    wakes: Mapping[ConversationUid, datetime]
    """Empty: they come back now."""
    late: tuple[Conversation, ...] = ()
    """Those that fall due, or are late, while they are put off."""
    sooner: Mapping[ConversationUid, datetime] | None = None
    """An hour before each is due, where none would be late by then; None where that has passed."""


def split(words: Sequence[str], now: datetime, zone: tzinfo | None) -> tuple[Sequence[str], str]:
    """Return the ids and the phrase behind them that a line of words is; at least one is an id.

    The longest phrase counts: "3 days" of "in 3 days" would leave "in" as an id.
    """
    for at in range(1, len(words)):
        phrase = " ".join(words[at:])
        try:
            snooze.until(phrase, now, zone, now + snooze.FARTHEST)
        except snooze.SnoozeError:
            continue
        return words[:at], phrase
    return words[:-1], words[-1]


def plan(
    phrase: str, found: Sequence[Conversation], now: datetime, zone: tzinfo | None
) -> SnoozePlan:
    """Return what the phrase means for these conversations; raises SnoozeError."""
    if phrase.strip().casefold() in NOW:
        return SnoozePlan(wakes={})
    wakes = {
        each.uid: snooze.until(phrase, now, zone, each.due_at if each.owed else None)
        for each in found
    }
    late = tuple(
        each for each in found if each.owed and snooze.too_late(wakes[each.uid], each.due_at)
    )
    return SnoozePlan(wakes=wakes, late=late, sooner=_sooner(wakes, late, now))


def repeated(
    phrase: str, found: Sequence[Conversation], now: datetime, zone: tzinfo | None
) -> Mapping[ConversationUid, datetime] | None:
    """Return when these come back by a phrase used before; None where the seller is to be asked.

    Asked where an answer would be late by then, and where it names no instant for one of them.
    """
    try:
        meant = plan(phrase, found, now, zone)
    except snooze.SnoozeError:
        return None
    return None if meant.late else meant.wakes


def _sooner(
    wakes: Mapping[ConversationUid, datetime], late: Sequence[Conversation], now: datetime
) -> Mapping[ConversationUid, datetime] | None:
    """Return the same instants, but for late ones an hour before they are due."""
    hours_before = {each.uid: snooze.before_due(each.due_at, now) for each in late}
    if not late or None in hours_before.values():
        return None
    before = {uid: at for uid, at in hours_before.items() if at is not None}
    return {uid: before.get(uid, at) for uid, at in wakes.items()}


def warning(late: Sequence[Conversation], instant: Callable[[datetime], str], now: datetime) -> str:
    """Return what to say of those that are or become late while they are put off, "" if none."""
    if not late:
        return ""
    first = min(each.due_at for each in late if each.due_at is not None)
    if len(late) == 1:
        if first < now:
            said = _("The answer was due {at}: it is late already.")
        else:
            said = _("The answer is due {at}: it will be late before this comes back.")
        return said.format(at=instant(first))
    return ngettext(
        "{n} of them will be late before it comes back, the first one {at}.",
        "{n} of them will be late before they come back, the first one {at}.",
        len(late),
    ).format(n=len(late), at=instant(first))
