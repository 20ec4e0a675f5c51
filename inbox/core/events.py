"""What happened in a conversation, as far as clocks care: messages and the seller's words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from connectors.frozen import frozen
from connectors.values import Direction, Kind, RemoteId, Role, StatedDeadline
from inbox.core.model import (
    AccountTerms,
    Conversation,
    Delivery,
    Fact,
    MessageUid,
    Verb,
)
from inbox.core.parties import is_no_buyer, shown_party

if TYPE_CHECKING:
    from inbox.core.heads import Head, Lying, Spoken

EXCLUDED = ("notice", "automatic", "not_a_buyer", "junk", "trash", "duplicate", "history", "told")
"""Why a message that came in opens nothing; the first that applies is given."""

BOUNCED = "bounced"
"""Why an answer of ours stops nothing: it came back."""

INTERIM = "interim"
"""Why a message of ours stops nothing: it only says that an answer will follow."""


# Asked for thousands of times a second; through its class a member takes three times as long.
_IN, _OUT = Direction.IN, Direction.OUT
_NOTICE = Kind.NOTICE
_JUNK, _TRASH = Role.JUNK, Role.TRASH
_IN_ORDER = attrgetter("message.accepted_at", "uid")
_GOT_THERE = (None, Delivery.ACCEPTED)


class EventKind(StrEnum):
    """What happened in a conversation, as far as clocks care."""

    ASKED = "asked"
    ANSWERED = "answered"
    DONE = "done"
    REOPENED = "reopened"
    NO_REPLY_NEEDED = "no_reply_needed"
    SPAM = "spam"
    TRASHED = "trashed"
    STATED = "stated"
    """The service gave an instant until which something is due, or took it back."""
    SETTLED = "settled"
    """The service said that nothing need be answered any more."""
    STARTED = "started"
    """The service said when its clock began, which a message of ours or theirs set going."""
    HAPPENED = "happened"
    """Something that starts a clock though no message does, by its topic."""


_ASKED, _ANSWERED = EventKind.ASKED, EventKind.ANSWERED


@frozen(kw_only=True, quick=True)
class Event:
    """One thing that happened, at the service's time."""

    at: datetime
    kind: EventKind
    automatic: bool = False
    message: MessageUid | None = None
    about: Kind = Kind.MESSAGE
    """What the message is about."""
    excluded: str = ""
    """Why a message opens nothing: one of EXCLUDED, a word for i18n. Of an answer: BOUNCED,
    INTERIM."""
    order_at: datetime | None = None
    """Where it stands among the others, when that is not `at`: the seller's word after what the
    seller had seen, an answer after what it answers though the clocks disagree."""
    answerable: bool = True
    """Of ASKED: whether it can be answered from here at all."""
    topic: str = ""
    """Of HAPPENED: what did."""
    stated: StatedDeadline | None = None
    """Of STATED: what the service said."""


def stated_event(deadline: StatedDeadline, at: datetime) -> Event:
    """Return what a service stated, of which we were told at `at`, as an event."""
    return Event(at=at, kind=EventKind.STATED, stated=deadline)


def events_of(
    heads: Sequence[Head],
    facts: Sequence[Fact],
    terms: AccountTerms,
    not_buyers: frozenset[str],
    more: Sequence[Event] = (),
) -> tuple[Event, ...]:
    """Return what happened in a conversation, in the order in which clocks take it.

    `facts` are the effective ones (`undo.effective`), `more` what the service
    said besides. A message that opens nothing is in it with its reason. Only
    accepted replies are in it.
    """
    return events_of_ordered(in_order(heads), facts, terms, not_buyers, more)


def in_order(heads: Sequence[Head]) -> Sequence[Head]:
    """Return the messages of a conversation, oldest first."""
    return sorted(heads, key=_IN_ORDER) if len(heads) > 1 else heads


def events_of_ordered(
    heads: Sequence[Head],
    facts: Sequence[Fact],
    terms: AccountTerms,
    not_buyers: frozenset[str],
    more: Sequence[Event] = (),
) -> tuple[Event, ...]:
    """Return the same as `events_of`, of heads that are `in_order`."""
    rescued = bool(facts) and _spam_verb(facts) is Verb.NOT_SPAM
    ours = _judged_by_word(facts) if facts else ""
    asked_at = _asked_at(heads) if len(heads) > 1 else {}
    placed: list[tuple[datetime, int, Event]] = []
    seen: set[RemoteId] = set()
    notices: dict[MessageUid, MessageUid] = {}
    for head in heads:
        message = head.message
        direction = message.direction
        if direction is _IN:
            reason = _excluded(message, terms, not_buyers, rescued=rescued, ours=ours, seen=seen)
            seen.add(message.remote_id)
            at = message.accepted_at
            event = Event(
                at=at,
                kind=_ASKED,
                automatic=message.automatic,
                message=head.uid,
                about=message.kind,
                excluded=reason,
                answerable=message.answerable,
            )
            placed.append((at, 1, event))
        elif direction is _OUT and head.delivery in _GOT_THERE:
            placed.append(_answer(head, asked_at))
        if head.notice_of is not None:
            notices[head.uid] = head.notice_of
    if facts or more:
        placed += [(event.order_at or event.at, 3, event) for event in (*_words(facts), *more)]
    if len(placed) > 1:
        placed.sort(key=itemgetter(0, 1))
    events = [event for _, _, event in placed]
    return tuple(_with_notices(events, notices) if notices else events)


_STILL_ASKING = frozenset(
    {EventKind.STATED, EventKind.STARTED, EventKind.ASKED, EventKind.HAPPENED}
)
"""What may lie between a question and a notice of it that asks for nothing more."""


def _with_notices(events: Sequence[Event], notices: Mapping[MessageUid, MessageUid]) -> list[Event]:
    """Return the events, those of notices excluded whose matter asks without them.

    What was answered or put aside in between was not about the notice: then it
    asks, since nobody knows whether it says something new.
    """
    at = {event.message: place for place, event in enumerate(events) if event.message}
    found = list(events)
    for uid, told in notices.items():
        one, other = at.get(uid), at.get(told)
        if one is None or other is None or events[one].excluded or events[other].excluded:
            continue
        between = events[min(one, other) : max(one, other)]
        if events[other].kind is EventKind.ASKED and all(e.kind in _STILL_ASKING for e in between):
            found[one] = replace(events[one], excluded="told")
    return found


def _asked_at(heads: Iterable[Head]) -> dict[str, datetime]:
    """Return when each question that an answer can name was taken."""
    messages = [head.message for head in heads]
    return {
        each.message_id: each.accepted_at
        for each in messages
        if each.direction is _IN and each.message_id
    }


def _answer(head: Head, asked_at: Mapping[str, datetime]) -> tuple[datetime, int, Event]:
    """Return an answer with its place: never before what it says it answers.

    Without such a link an answer of the same instant comes first, so that a
    question is rather asked about twice than lost.
    """
    message = head.message
    answered = [asked_at[ref] for ref in message.in_reply_to if ref in asked_at]
    stands_at = max([message.accepted_at, *answered])
    event = Event(
        at=message.accepted_at,
        kind=_ANSWERED,
        automatic=message.automatic,
        message=head.uid,
        excluded=INTERIM if message.interim else "",
        order_at=None if stands_at == message.accepted_at else stands_at,
    )
    return stands_at, 2 if stands_at in answered else 0, event


def _excluded(
    message: Spoken,
    terms: AccountTerms,
    not_buyers: frozenset[str],
    *,
    rescued: bool,
    ours: str,
    seen: set[RemoteId],
) -> str:
    """Return why a message that came in opens nothing ("" if it does), see EXCLUDED.

    That it lies where our own word put it (`ours`) says nothing: clocks go by the word.
    """
    if message.kind is _NOTICE:
        return "notice"
    if message.automatic:
        return "automatic"
    if not_buyers and is_no_buyer(shown_party(message, terms.addresses).address, not_buyers):
        return "not_a_buyer"
    if not rescued and (reason := set_aside_by(message.places)) and reason != ours:
        return reason
    if message.remote_id in seen:
        return "duplicate"
    return "history" if is_history(message, terms) else ""


def is_history(message: Spoken, terms: AccountTerms) -> bool:
    """Return whether the message was accepted before the account owes anything."""
    return terms.owed_since is not None and message.accepted_at < terms.owed_since


def set_aside_by(places: Sequence[Lying]) -> str:
    """Return "junk" or "trash" if every copy lies there, else "".

    A message without any place is gone, not thrown away: it stays owed.
    """
    aside = ""
    for place in places:
        role = place.role
        if role is _JUNK:
            aside = "junk"
        elif role is _TRASH:
            aside = aside or "trash"
        else:
            return ""
    return aside


WORDS = {
    Verb.DONE: EventKind.DONE,
    Verb.CLOSE: EventKind.DONE,
    Verb.REOPEN: EventKind.REOPENED,
    Verb.NO_REPLY_NEEDED: EventKind.NO_REPLY_NEEDED,
    Verb.SPAM: EventKind.SPAM,
    Verb.HAPPENED: EventKind.HAPPENED,
    Verb.TRASH: EventKind.TRASHED,
    Verb.UNTRASH: EventKind.REOPENED,
}
"""The seller's words that clocks listen to."""


def _spam_verb(facts: Sequence[Fact]) -> Verb | None:
    """Return the seller's last word on spam."""
    said = (fact.verb for fact in reversed(facts) if fact.verb in (Verb.SPAM, Verb.NOT_SPAM))
    return next(said, None)


def _judged_by_word(facts: Sequence[Fact]) -> str:
    """Return "trash" where the seller's own word says whether it was thrown away, else ""."""
    said = any(fact.verb in (Verb.TRASH, Verb.UNTRASH) for fact in facts)
    return "trash" if said else ""


def _words(facts: Sequence[Fact]) -> list[Event]:
    """Return the seller's words as events; spam that was taken back was never said.

    Each stands after what the seller had seen and never before an earlier
    word: what was known can shrink when a reply is withdrawn, and a clock can
    be set back.
    """
    in_spam = _spam_verb(facts) is Verb.SPAM
    words: list[Event] = []
    for fact in facts:
        if fact.verb in WORDS and (in_spam or fact.verb is not Verb.SPAM):
            stands_at = known_until(fact) or fact.at
            if words:
                stands_at = max(stands_at, words[-1].order_at or words[-1].at)
            words.append(_word(fact, stands_at))
    return words


def _word(fact: Fact, stands_at: datetime) -> Event:
    """Return one word; what happened did so when the seller says, and is known from the word on."""
    said = fact.arguments.get("at") if fact.verb is Verb.HAPPENED else None
    at = datetime.fromisoformat(said) if said else fact.at
    return Event(
        at=at,
        kind=WORDS[fact.verb],
        order_at=None if stands_at == at else stands_at,
        topic=fact.arguments.get("topic", "") if fact.verb is Verb.HAPPENED else "",
    )


def known(conversation: Conversation) -> dict[str, str]:
    """Return the arguments a fact of the seller's word carries: what was there to be seen.

    A question that the service took before the word but that came in after it
    was never seen, so `done` must not end it.
    """
    return {"known": conversation.last_at.astimezone(UTC).isoformat()}


def known_until(fact: Fact) -> datetime | None:
    """Return up to which instant the seller had seen messages, `None` if the fact does not say."""
    said = fact.arguments.get("known")
    return datetime.fromisoformat(said) if said else None
