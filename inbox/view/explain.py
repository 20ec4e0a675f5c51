"""Why a conversation is due when it is: in words for a person, and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inbox.core.countdown import countdown
from inbox.core.model import Conversation, ConversationUid, Delivery
from inbox.core.obligations import (
    BOUNCED,
    INTERIM,
    Anchor,
    Book,
    Duty,
    Event,
    EventKind,
    Obligation,
    events_of,
    obligations,
    rules_for,
)
from inbox.core.stated import events_said
from inbox.core.undo import effective
from inbox.i18n import gettext as _
from inbox.store import conversations, journal, messages, stated, verdicts
from inbox.store.database import Transaction
from inbox.view import duties
from inbox.view.decided import as_decided, is_earlier
from inbox.view.duties import Instant
from inbox.view.noted import Noted, copied, happened, left_out, note_of, noted_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that a due instant rests on."""

    conversation: Conversation
    obligations: tuple[Obligation, ...]
    counted: tuple[Noted, ...]
    excluded: tuple[Noted, ...]

    @property
    def owed(self) -> list[Obligation]:
        """The open ones, the first due first."""
        return duties.still_owed(self.obligations)

    @property
    def deciding(self) -> Obligation | None:
        """The open obligation that falls due first; None when nothing is owed."""
        return next(iter(self.owed), None)

    def anchor(self, obligation: Obligation) -> Noted | None:
        """Return what started that obligation's clock."""
        if obligation.opened_by is None:
            return None
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
        events_said(stated.of_conversation(tx, conversation.uid), heads, terms),
    )
    by_uid = {head.uid: head for head in heads}
    noted = [
        note_of(event, by_uid.get(event.message) if event.message else None) for event in events
    ]
    rules = rules_for(book, conversation.account, conversation.service, conversation.storefront)
    found = obligations(events, rules, verdicts.given(tx, conversation.uid))
    return Explanation(
        conversation=conversation,
        obligations=tuple(as_decided(tx, each) for each in found),
        counted=tuple(each for each in noted if not each.event.excluded),
        excluded=tuple(each for each in noted if each.event.excluded),
    )


def words(explanation: Explanation, instant: Instant, now: datetime) -> tuple[str, ...]:
    """Return the explanation in sentences: each obligation, then what happened.

    What belongs to the line above it begins with two spaces.
    """
    said = [line for each in explanation.owed for line in _block(explanation, each, instant, now)]
    if not said:
        said = [_("Nothing is owed here."), *_last(explanation, instant)]
    unsent = explanation.conversation.unsent
    if unsent is not None:
        said.append(_unsent(unsent))
        leaves = explanation.conversation.leaves_at
        if leaves is not None:
            said.append("  " + _("It is to leave {at}.").format(at=instant(leaves)))
        if explanation.conversation.held is not None:
            said.append("  " + _("It is held back: what came since is newer (g t, inbox outbox)."))
    if explanation.counted:
        said += ["", _("What happened")]
    asked = any(each.event.kind is EventKind.ASKED for each in explanation.counted)
    for noted in explanation.counted:
        said.append("  " + happened(noted, instant))
        if noted.copy_for:
            said.append("    " + copied(noted, asked=asked))
        if noted.claimed_at is not None:
            claimed = _("Its sender's clock said {claimed}; the service's time counts.")
            said.append("    " + claimed.format(claimed=instant(noted.claimed_at)))
    if explanation.excluded:
        said += ["", _("Left out")]
    said += ["  " + left_out(noted, instant) for noted in explanation.excluded]
    return tuple(said)


def as_json(explanation: Explanation, now: datetime) -> dict[str, object]:
    """Return what `inbox explain --json` prints; instants are aware datetimes."""
    deciding = explanation.deciding
    unsent = explanation.conversation.unsent
    return {
        "id": explanation.conversation.uid,
        "owed": deciding is not None,
        "due_at": deciding.due_at if deciding else None,
        "rule": deciding.rule.id if deciding else None,
        "unsent": unsent.value if unsent else None,
        "obligations": [_obligation_json(each, now) for each in explanation.obligations],
        "counted": [noted_json(each) for each in explanation.counted],
        "excluded": [noted_json(each) for each in explanation.excluded],
    }


def _block(
    explanation: Explanation, obligation: Obligation, instant: Instant, now: datetime
) -> list[str]:
    """Return what one obligation rests on."""
    rule = obligation.rule
    said = [
        _title(obligation, instant, now),
        "  " + _("Whose clock: {whose}.").format(whose=duties.whose(rule)),
        "  " + _("Rule {rule}: {how}").format(rule=rule.id, how=duties.reckoned(obligation)),
    ]
    if is_earlier(obligation):
        said.append("  " + _("The rule has changed since; what it had decided stays."))
    said += [
        f"  {line}" for line in (duties.counted(obligation), duties.closed(obligation)) if line
    ]
    if obligation.said:
        said.append("  " + _("The service says: {said}").format(said=obligation.said))
    if obligation.page:
        said.append("  " + _("Done at: {page}").format(page=obligation.page))
    if rule.source:
        checked = _(" (read on {date})").format(date=rule.checked) if rule.checked else ""
        said.append(
            "  " + _("Source: {source}{checked}").format(source=rule.source, checked=checked)
        )
    if rule.confidence != "high":
        said.append("  " + _("How sure we are of this rule: {how}.").format(how=rule.confidence))
    if rule.note:
        said.append(f"  {rule.note}")
    stated = duties.stated_words(obligation, explanation.conversation.service, instant)
    said += [f"  {line}" for line in stated]
    anchor = explanation.anchor(obligation)
    if anchor is not None and not stated:
        started = _("The clock started {at}, with the message from {who}.")
        said.append("  " + started.format(at=instant(anchor.event.at), who=anchor.sender))
    elif obligation.rule.starts:
        began = _("The clock started {at}, by your word: {topic}.")
        at = instant(obligation.opened_at)
        said.append("  " + began.format(at=at, topic=obligation.rule.starts))
    said += [f"  {line}" for line in _meanwhile(obligation, instant)]
    return said


def _unsent(delivery: Delivery) -> str:
    """Return where an answer of ours stands that stops no clock."""
    if delivery is Delivery.REFUSED:
        return _("An answer of yours was refused or came back: it does not count.")
    if delivery is Delivery.UNSURE:
        return _("An answer of yours may not have arrived: it is not counted (g t, inbox outbox).")
    return _("An answer of yours has not left yet: it is not counted yet.")


def _title(obligation: Obligation, instant: Instant, now: datetime) -> str:
    """Return what is due and when, with the time left."""
    due_at = obligation.due_at
    if due_at is None:
        said = _(
            "An answer is owed, but without a time: {calendar} does not open long enough"
            " within 400 days."
        )
        return said.format(calendar=duties.hours_name(obligation.rule))
    late = now > due_at
    sentences = {
        (Duty.REPLY, False): _("An answer is due {at} ({left} left)."),
        (Duty.REPLY, True): _("An answer was due {at}: {left} late, until it is answered."),
        (Duty.WINDOW, False): _("The window for a free reply closes {at} ({left} left)."),
        (Duty.WINDOW, True): _("The window for a free reply closed {at}."),
        (Duty.APPEAL, False): _("You can act until {at} ({left} left)."),
        (Duty.APPEAL, True): _("You could act until {at}: {left} late."),
    }
    left = countdown(due_at, now).lstrip("-")
    return sentences[obligation.kind, late].format(at=instant(due_at), left=left)


def _meanwhile(obligation: Obligation, instant: Instant) -> list[str]:
    """Return what happened since the clock started and what it did to it."""
    same = _("Asked again {at}: that changes nothing.")
    anew = _("Asked again {at}: that starts the clock anew.")
    said = [
        (anew if _restarted(each, obligation) else same).format(at=instant(each.at))
        for each in obligation.counted[1:]
        if each.kind is EventKind.ASKED
    ]
    said += [
        _("The service says that its clock began {at}: that counts.").format(at=instant(each.at))
        for each in obligation.counted
        if each.kind is EventKind.STARTED
    ]
    ignored = [each for each in obligation.ignored if each.kind is EventKind.ANSWERED]
    said += [_no_answer(each).format(at=instant(each.at)) for each in ignored]
    unheard = {
        EventKind.DONE: _("Done does not stop this clock: it counts on."),
        EventKind.TRASHED: _("Throwing it away does not stop this clock: it counts on."),
        EventKind.NO_REPLY_NEEDED: _(
            "That no reply is needed does not stop this clock: it counts on."
        ),
        EventKind.SPAM: _("Calling it spam does not stop this clock: it counts on."),
    }
    kinds = {each.kind for each in obligation.ignored}
    return said + [sentence for kind, sentence in unheard.items() if kind in kinds]


def _restarted(event: Event, obligation: Obligation) -> bool:
    """Return whether asking again then began the clock anew; what is late already stays late."""
    every = obligation.rule.anchor is Anchor.EVERY_MESSAGE
    return every and event.at <= obligation.opened_at


def _no_answer(event: Event) -> str:
    """Return why what we sent did not stop the clock."""
    if event.excluded == BOUNCED:
        return _("Your answer of {at} came back: it does not count.")
    if event.excluded == INTERIM:
        return _("What you sent {at} only says that an answer will follow: it does not count.")
    return _("The automatic answer of {at} does not count under this rule.")


def _last(explanation: Explanation, instant: Instant) -> list[str]:
    """Return what became of the last obligations, and what was asked that opened none."""
    met = [each for each in explanation.obligations if each.met_at is not None]
    last = max((each.met_at for each in met if each.met_at), default=None)
    ended = sorted((each for each in met if each.met_at == last), key=duties.by_due)
    said = [_ended(each, instant) for each in ended]
    heard = {event for each in explanation.obligations for event in (*each.counted, *each.ignored)}
    said += [
        _("No rule here starts a clock for what {who} asked {at}.").format(
            who=each.sender, at=instant(each.event.at)
        )
        for each in explanation.counted
        if each.event.kind is EventKind.ASKED and each.event not in heard
    ]
    return [f"  {line}" for line in said]


def _ended(one: Obligation, instant: Instant) -> str:
    """Return what became of one obligation."""
    if one.due_at is None:
        return _("{rule} had no time; it was met {at}.").format(
            rule=one.rule.id, at=instant(one.met_at or one.opened_at)
        )
    told = _("{rule} was due {due} and met {at}, in time.")
    if one.met_late:
        told = _("{rule} was due {due} and met {at}, late.")
    return told.format(
        rule=one.rule.id, due=instant(one.due_at), at=instant(one.met_at or one.opened_at)
    )


def _obligation_json(obligation: Obligation, now: datetime) -> dict[str, object]:
    rule = obligation.rule
    return {
        "rule": rule.id,
        "kind": obligation.kind.value,
        "owner": rule.owner.value,
        "state": obligation.verdict(now).value,
        "clock": rule.clock.value,
        "anchor": rule.anchor.value,
        "calendar": rule.hours.name if rule.hours is not None else None,
        "hours": [
            {"from": opens, "to": closes} for opens, closes in duties.hours_counted(obligation)
        ],
        "target_seconds": int(obligation.target.total_seconds()),
        "source": rule.source or None,
        "checked": rule.checked or None,
        "confidence": rule.confidence,
        "note": rule.note or None,
        "said": obligation.said or None,
        "page": obligation.page or None,
        "ref": obligation.ref or None,
        "stated": [
            {
                "told_at": each.at,
                "due_at": each.stated.due_at,
                "opened_at": each.stated.opened_at,
            }
            for each in obligation.counted
            if each.stated is not None
        ],
        "opened_by": obligation.opened_by,
        "opened_at": obligation.opened_at,
        "due_at": obligation.due_at,
        "met_at": obligation.met_at,
        "met_by": obligation.met_by,
        "ignored": [{"at": each.at, "kind": each.kind.value} for each in obligation.ignored],
    }
