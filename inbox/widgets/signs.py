"""How states look: a glyph, a word and a role for colour, so that colour is never needed.

Every glyph is one cell wide.
"""

from __future__ import annotations

from datetime import datetime

from connectors.frozen import frozen
from inbox.core.countdown import countdown
from inbox.core.model import Conversation, Delivery, DueState, State
from inbox.core.obligations import due_state
from inbox.core.turn import state_of
from inbox.i18n import gettext as _
from inbox.i18n import pgettext


@frozen
class Sign:
    """A state as it is painted."""

    glyph: str
    word: str
    role: str
    """Names the style: late, soon, ok, quiet, plain, trouble."""


def due_sign(conversation: Conversation, now: datetime) -> Sign:
    """Return what stands in the first columns: the time left, or whose turn it is."""
    if conversation.owed:
        return _owed(conversation, now)
    match state_of(conversation, now):
        case State.SPAM:
            return Sign("x", pgettext("state", "spam"), "quiet")
        case State.SNOOZED:
            return Sign("z", pgettext("state", "snoozed"), "quiet")
        case State.DONE:
            return Sign("✓", pgettext("state", "done"), "quiet")
        case State.WAITING:
            return Sign("→", pgettext("state", "waiting"), "quiet")
        case State.OPEN:
            return Sign(" ", "", "plain")


def _owed(conversation: Conversation, now: datetime) -> Sign:
    due_at = conversation.due_at
    if due_at is None:
        return Sign("!", pgettext("due", "no time"), "trouble")
    text = countdown(due_at, now)
    match due_state(due_at, conversation.target, now, conversation.unreachable):
        case DueState.LATE:
            return Sign("!", text, "late")
        case DueState.SOON:
            return Sign("▲", text, "soon")
        case _:
            return Sign("●", text, "ok")


def delivery_sign(delivery: Delivery) -> Sign:
    """Return how a reply of ours stands."""
    match delivery:
        case Delivery.QUEUED:
            return Sign("↑", pgettext("delivery", "queued"), "soon")
        case Delivery.SENDING:
            return Sign("↑", pgettext("delivery", "sending"), "soon")
        case Delivery.ACCEPTED:
            return Sign("✓", pgettext("delivery", "sent"), "ok")
        case Delivery.REFUSED:
            return Sign("!", pgettext("delivery", "refused"), "trouble")
        case Delivery.UNSURE:
            return Sign("?", pgettext("delivery", "unsure"), "trouble")


def account_sign(state: str) -> Sign:
    """Return how an account is; a state we do not know is shown as it is."""
    known = {
        "new": Sign("○", pgettext("account", "not read yet"), "quiet"),
        "ok": Sign("●", pgettext("account", "ok"), "ok"),
        "partial": Sign("!", pgettext("account", "not all read"), "trouble"),
        "syncing": Sign("↓", pgettext("account", "reading"), "ok"),
        "offline": Sign("x", pgettext("account", "offline"), "soon"),
        "login": Sign("!", pgettext("account", "login refused"), "trouble"),
        "broken": Sign("!", pgettext("account", "broken"), "trouble"),
        "asking": Sign("?", pgettext("account", "needs your word"), "trouble"),
    }
    return known.get(state, Sign("?", state, "quiet"))


def engine_sign(status: str) -> Sign:
    """Return how the engine is, without which nothing comes in or goes out."""
    known = {
        "starting": Sign("○", _("engine starting"), "quiet"),
        "running": Sign("●", _("engine runs"), "quiet"),
        "lost": Sign("!", _("engine stopped, starting again"), "trouble"),
        "newer": Sign("!", _("a newer version runs: start this screen again"), "trouble"),
        "none": Sign("○", _("no engine"), "quiet"),
    }
    return known.get(status, Sign("?", status, "quiet"))
