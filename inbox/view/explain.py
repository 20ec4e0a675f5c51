"""Why a conversation is due when it is: in words for a person, and as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.values import Direction
from inbox.core.model import Conversation, ConversationUid, MessageUid, StoredMessage
from inbox.core.obligations import (
    Book,
    Event,
    EventKind,
    Obligation,
    Owner,
    events_of,
    obligations,
    rules_for,
)
from inbox.core.undo import effective
from inbox.i18n import gettext as _
from inbox.store import conversations, journal, messages
from inbox.store.database import Transaction

_CLOCKS_DIFFER = timedelta(minutes=15)
"""More than this between the sender's clock and the service's is worth a word."""

Instant = Callable[[datetime], str]
"""How an instant is written for this seller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An event and the message behind it."""

    event: Event
    sender: str
    """Who wrote the message; empty for what the seller did."""
    claimed_at: datetime | None
    """The `Date:` of the message, where it differs from the service's time by over 15 minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that a due instant rests on."""

    conversation: Conversation
    obligations: tuple[Obligation, ...]
    counted: tuple[Noted, ...]
    excluded: tuple[Noted, ...]

    @property
    def deciding(self) -> Obligation | None:
        """The open obligation that falls due first; None when nothing is owed."""
        owed = [each for each in self.obligations if each.open]
        dated = [each for each in owed if each.due_at is not None]
        return min(dated, key=_due, default=owed[0] if owed else None)

    def anchor(self, obligation: Obligation) -> Noted | None:
        """Return what started that obligation's clock."""
        return next(
            (each for each in self.counted if each.event.message == obligation.opened_by), None
        )


def explain(tx: Transaction, uid: ConversationUid, book: Book) -> Explanation:
    """Return what a conversation's deadline rests on; raises UnknownId."""
    conversation = conversations.get(tx, uid)
    heads = messages.heads(tx, conversation.uid)
    terms = book.accounts.get(conversation.account)
    if terms is None:
        return Explanation(conversation=conversation, obligations=(), counted=(), excluded=())
    events = events_of(
        heads,
        effective(journal.of_conversation(tx, conversation.uid)),
        terms,
        journal.not_buyers(tx),
    )
    by_uid = {head.uid: head for head in heads}
    noted = [
        _noted(event, by_uid.get(event.message) if event.message else None) for event in events
    ]
    rules = rules_for(book, conversation.account, conversation.service, conversation.storefront)
    return Explanation(
        conversation=conversation,
        obligations=obligations(events, rules),
        counted=tuple(each for each in noted if not each.event.excluded),
        excluded=tuple(each for each in noted if each.event.excluded),
    )


def words(explanation: Explanation, instant: Instant) -> tuple[str, ...]:
    """Return the explanation in sentences, the verdict first."""
    said = [*_verdict(explanation, instant)]
    for noted in explanation.counted:
        said.append(_counted(noted, instant))
        if noted.claimed_at is not None:
            said.append(
                _("  Its sender's clock said {claimed}; the service's time counts.").format(
                    claimed=instant(noted.claimed_at)
                )
            )
    said.extend(
        _("Not counted: {who}, {at}: {why}.").format(
            who=noted.sender, at=instant(noted.event.at), why=_excluded(noted.event.excluded)
        )
        for noted in explanation.excluded
    )
    return tuple(said)


def as_json(explanation: Explanation) -> dict[str, object]:
    """Return what `inbox explain --json` prints; instants are aware datetimes."""
    deciding = explanation.deciding
    return {
        "id": explanation.conversation.uid,
        "owed": deciding is not None,
        "due_at": deciding.due_at if deciding else None,
        "rule": deciding.rule.id if deciding else None,
        "obligations": [_obligation_json(each) for each in explanation.obligations],
        "counted": [_noted_json(each) for each in explanation.counted],
        "excluded": [_noted_json(each) for each in explanation.excluded],
    }


def _verdict(explanation: Explanation, instant: Instant) -> list[str]:
    deciding = explanation.deciding
    if deciding is None:
        return [_("Nothing is owed here.")]
    rule = deciding.rule
    due = instant(deciding.due_at) if deciding.due_at else _("never: no time is ever open")
    said = [
        _("An answer is due {due}.").format(due=due),
        _("Rule {rule}: {hours} after the first message that has no answer.").format(
            rule=rule.id, hours=_span(rule.target)
        ),
    ]
    said.append(
        _("It is your own promise.")
        if rule.owner is Owner.SELLER
        else _("It is a rule of the service.")
    )
    if rule.source:
        checked = _(" (checked {date})").format(date=rule.checked) if rule.checked else ""
        said.append(_("Source: {source}{checked}").format(source=rule.source, checked=checked))
    if rule.confidence != "high":
        said.append(_("How sure we are of this rule: {how}.").format(how=rule.confidence))
    anchor = explanation.anchor(deciding)
    if anchor is not None:
        said.append(
            _("The clock started {at}, with the message from {who}.").format(
                at=instant(anchor.event.at), who=anchor.sender
            )
        )
    return said


def _counted(noted: Noted, instant: Instant) -> str:
    automatic = noted.event.kind is EventKind.ANSWERED and noted.event.automatic
    sentences = {
        EventKind.ASKED: _("{at}  {who} wrote."),
        EventKind.ANSWERED: _("{at}  You answered."),
        EventKind.DONE: _("{at}  You marked it done."),
        EventKind.REOPENED: _("{at}  You opened it again."),
        EventKind.NO_REPLY_NEEDED: _("{at}  You said that no reply is needed."),
        EventKind.SPAM: _("{at}  You marked it as spam."),
    }
    said = _("{at}  An automatic reply of yours went out.") if automatic else None
    return (said or sentences[noted.event.kind]).format(
        at=instant(noted.event.at), who=noted.sender
    )


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
    }
    return reasons.get(reason, reason)


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("{minutes} min").format(minutes=rest)
    return (
        _("{hours} h {minutes} min").format(hours=hours, minutes=rest)
        if rest
        else _("{hours} h").format(hours=hours)
    )


def _noted(event: Event, head: StoredMessage | None) -> Noted:
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
    )


def _due(obligation: Obligation) -> datetime:
    assert obligation.due_at is not None  # noqa: S101 - only dated obligations come here
    return obligation.due_at


def _obligation_json(obligation: Obligation) -> dict[str, object]:
    rule = obligation.rule
    return {
        "rule": rule.id,
        "owner": rule.owner.value,
        "clock": rule.clock.value,
        "anchor": rule.anchor.value,
        "target_seconds": int(rule.target.total_seconds()),
        "source": rule.source or None,
        "checked": rule.checked or None,
        "confidence": rule.confidence,
        "opened_by": obligation.opened_by,
        "opened_at": obligation.opened_at,
        "due_at": obligation.due_at,
        "met_at": obligation.met_at,
        "met_by": obligation.met_by,
    }


def _noted_json(noted: Noted) -> dict[str, object]:
    message: MessageUid | None = noted.event.message
    return {
        "at": noted.event.at,
        "kind": noted.event.kind.value,
        "message": message,
        "sender": noted.sender or None,
        "automatic": noted.event.automatic,
        "excluded": noted.event.excluded or None,
        "claimed_at": noted.claimed_at,
    }
