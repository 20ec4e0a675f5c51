"""What a time that is typed for an answer means, before it is scheduled so, in sentences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from connectors.frozen import frozen
from inbox.core.model import Conversation, ConversationUid, Held, Schedule
from inbox.core.obligations import Book
from inbox.core.scheduling import LEAD, Wish, leaves_at, wish_of
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.rules.storefronts import ZONES
from inbox.store import conversations, orders
from inbox.store.database import Transaction

Instant = Callable[[datetime], str]

MUCH_LATER = timedelta(minutes=5)
"""A scheduled answer that left so much after its time is told to have done so."""


@frozen(kw_only=True)
class Answering:
    """What a time for an answer depends on."""

    conversation: Conversation
    country: str
    """The buyer's, lower case; "" where it is not known."""

    @property
    def zone(self) -> tzinfo | None:
        """The buyer's clock; None where it is not known."""
        name = ZONES.get(self.country)
        return None if name is None else ZoneInfo(name)

    @property
    def due_at(self) -> datetime | None:
        """When the answer is due."""
        return self.conversation.due_at if self.conversation.owed else None


@frozen(kw_only=True)
class Plan:
    """What would become of a phrase."""

    wish: Wish
    leaves_at: datetime
    at_once: bool
    """The latest instant has passed: it leaves now."""
    sooner: bool
    """It leaves before the time wished for, so as not to be late."""
    late: bool
    """It would leave after it is due."""
    due_at: datetime | None
    clock: str
    """Whose clock was meant, in a sentence; "" where ours was."""


def answering(tx: Transaction, uid: ConversationUid, book: Book) -> Answering:
    """Return what a time for an answer to that conversation depends on; raises UnknownId.

    The buyer's clock is that of the country their order goes to, else of the storefront.
    """
    conversation = conversations.get(tx, uid)
    terms = book.accounts.get(conversation.account)
    country = conversation.storefront or (terms.storefront if terms else "")
    if conversation.order_ref:
        kept = orders.get(tx, conversation.account, conversation.order_ref)
        ship_to = kept.order.ship_to if kept and kept.order else None
        country = (ship_to.country if ship_to else "") or country
    return Answering(conversation=conversation, country=country.casefold())


def plan(phrase: str, about: Answering, now: datetime, zone: tzinfo | None) -> Plan:
    """Return what a phrase means for an answer; raises SnoozeError."""
    due_at = about.due_at
    wish = wish_of(phrase, now, zone, about.zone, due_at)
    leaves = leaves_at(wish.at, wish.lead, due_at) or wish.at
    return Plan(
        wish=wish,
        leaves_at=max(leaves, now),
        at_once=leaves <= now,
        sooner=now < leaves < wish.at,
        late=due_at is not None and max(leaves, now) > due_at,
        due_at=due_at,
        clock=_clock(wish, about),
    )


def sentences(meant: Plan, instant: Instant) -> list[tuple[str, bool]]:
    """Return what to say of a plan, each with whether it warns."""
    said = [(meant.clock, False)] if meant.clock else []
    if meant.at_once:
        lead = _minutes(meant.wish.lead or LEAD)
        told = ngettext(
            "It leaves at once: it is due in less than {n} minute.",
            "It leaves at once: it is due in less than {n} minutes.",
            lead,
        ).format(n=lead)
        if meant.late:
            told = _("It leaves at once: the answer was due {at}.")
            told = told.format(at=instant(meant.due_at)) if meant.due_at else told
        return [*said, (told, True)]
    told = _("Leaves: {when}.").format(when=instant(meant.leaves_at))
    if meant.sooner:
        told = _("Leaves: {when}, sooner than asked, so that it is not late.")
        told = told.format(when=instant(meant.leaves_at))
    said.append((told, False))
    if meant.late and meant.due_at:
        warning = _("The answer is due {at}: it will be late.")
        said.append((warning.format(at=instant(meant.due_at)), True))
    return said


def standing_of(schedule: Schedule, leaves: datetime, instant: Instant) -> str:
    """Return what is to be known of a scheduled reply that waits to leave then."""
    if schedule.held is None:
        return _("Leaves {when}.").format(when=instant(leaves))
    why = {
        Held.THEY_WROTE: _("Held: they wrote after you scheduled it."),
        Held.ANSWERED: _("Held: an answer went out from elsewhere."),
    }[schedule.held]
    if schedule.waits:
        return why + " " + _("It leaves only by your word.")
    decide = _("Decide, or it leaves {when}, so that it is not late.")
    return why + " " + decide.format(when=instant(leaves))


def delay_of(
    schedule: Schedule | None, planned: datetime, accepted_at: datetime | None, instant: Instant
) -> str:
    """Return that a scheduled reply left long after its time, "" if it did not."""
    if schedule is None or accepted_at is None or accepted_at - planned < MUCH_LATER:
        return ""
    said = _("It was to leave {planned} and left {when}: no inbox ran, or no line.")
    return said.format(planned=instant(planned), when=instant(accepted_at))


def _clock(wish: Wish, about: Answering) -> str:
    """Return by which clock a time was read, where theirs was asked for."""
    if not wish.theirs:
        return ""
    if about.zone is None:
        return _("Their time is not known: yours is taken.")
    return _("Their time is taken as that of {zone}.").format(zone=ZONES[about.country])


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
