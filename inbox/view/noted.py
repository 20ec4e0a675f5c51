"""What happened in a conversation, each in a sentence of `D` and `inbox explain`, and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.values import Direction, StatedDeadline
from inbox.core.model import MessageUid, StoredMessage
from inbox.core.obligations import Event, EventKind
from inbox.i18n import gettext as _
from inbox.view.duties import Instant

_CLOCKS_DIFFER = timedelta(minutes=15)
"""More than this between the sender's clock and the service's is worth a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An event and the message behind it."""

    event: Event
    sender: str
    """Who wrote the message; empty for what the seller did."""
    claimed_at: datetime | None
    """The `Date:` of the message, where it differs from the service's time by over 15 minutes."""
    copy_for: str = ""
    """The buyer named by a service's copy of an answer; "": it is none."""


def note_of(event: Event, head: StoredMessage | None) -> Noted:
    """Return an event with what its message says of it."""
    if head is None:
        return Noted(event=event, sender="", claimed_at=None)
    message = head.message
    ours = message.direction is not Direction.IN
    claimed = message.sent_at
    differs = claimed is not None and abs(claimed - message.accepted_at) > _CLOCKS_DIFFER
    return Noted(
        event=event,
        sender="" if ours else message.sender.name or message.sender.address,
        claimed_at=claimed if differs else None,
        copy_for=message.copy_for,
    )


def left_out(noted: Noted, instant: Instant) -> str:
    """Return a message that opened nothing, with the reason."""
    return _("Not counted: {who}, {at}: {why}.").format(
        who=noted.sender or _("you"),
        at=instant(noted.event.at),
        why=_excluded(noted.event.excluded),
    )


def happened(noted: Noted, instant: Instant) -> str:
    """Return what happened, in a sentence with its instant in front."""
    automatic = noted.event.kind is EventKind.ANSWERED and noted.event.automatic
    sentences = {
        EventKind.ASKED: _("{at}  {who} wrote."),
        EventKind.ANSWERED: _("{at}  You answered."),
        EventKind.DONE: _("{at}  You marked it done."),
        EventKind.REOPENED: _("{at}  You opened it again."),
        EventKind.NO_REPLY_NEEDED: _("{at}  You said that no reply is needed."),
        EventKind.SPAM: _("{at}  You marked it as spam."),
        EventKind.TRASHED: _("{at}  You threw it away."),
        EventKind.STATED: _stated(noted.event.stated, instant),
        EventKind.STARTED: _("{at}  The service's clock began, by its own word."),
        EventKind.SETTLED: _("{at}  The service said that nothing need be answered."),
        EventKind.HAPPENED: _word_of(noted.event.topic),
    }
    said = _("{at}  An automatic reply of yours went out.") if automatic else None
    return (said or sentences[noted.event.kind]).format(
        at=instant(noted.event.at), who=noted.sender
    )


def copied(noted: Noted, *, asked: bool) -> str:
    """Return how a service's copy of an answer came to stand here."""
    if asked:
        told = _("The service mailed a copy of it, which names {buyer}: nobody else is so called.")
    else:
        told = _(
            "The service mailed a copy of it, which names {buyer}: no message of such a buyer is"
            " known, or several are so called. It stops no clock."
        )
    return told.format(buyer=noted.copy_for)


def _word_of(topic: str) -> str:
    """Return what the seller said had happened, after the instant of it."""
    return "{at}  " + _("You said that it happened: {topic}.").format(topic=topic)


def _stated(said: StatedDeadline | None, instant: Instant) -> str:
    """Return what the service said, after the instant at which we were told."""
    if said is None or said.due_at is None:
        return _("{at}  The service said that nothing is due any more.")
    due = instant(said.due_at).replace("{", "{{").replace("}", "}}")
    return "{at}  " + _("The service stated: due {due}.").format(due=due)


def _excluded(reason: str) -> str:
    """Return why a message opened nothing, in words; an unknown reason as it is."""
    reasons = {
        "history": _("it came before this account's start date"),
        "not_a_buyer": _("its sender is no buyer"),
        "automatic": _("it was sent automatically"),
        "junk": _("it lay in the junk folder"),
        "trash": _("it lay in the trash folder"),
        "notice": _("it is a notice of the service"),
        "duplicate": _("it is a copy of another message"),
        "told": _("the service told the same by its API"),
        "bounced": _("it came back"),
        "interim": _("it only says that an answer will follow"),
    }
    return reasons.get(reason, reason)


def noted_json(noted: Noted) -> dict[str, object]:
    """Return an event as `inbox explain --json` prints it."""
    message: MessageUid | None = noted.event.message
    return {
        "at": noted.event.at,
        "kind": noted.event.kind.value,
        "message": message,
        "sender": noted.sender or None,
        "automatic": noted.event.automatic,
        "excluded": noted.event.excluded or None,
        "claimed_at": noted.claimed_at,
        "copy_for": noted.copy_for or None,
    }
