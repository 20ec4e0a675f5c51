"""What is owed, when and why: pure. See docs/deadlines.md.

Facts and messages become events, events and rules become obligations. A new
verdict is computed each time; nothing here remembers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from connectors.values import Direction, Kind, Message, Place, RemoteId, Role
from inbox.core.model import (
    AccountTerms,
    AccountUid,
    Conversation,
    Delivery,
    DueState,
    Fact,
    MessageUid,
    StoredMessage,
    Verb,
)
from inbox.core.parties import is_no_buyer, shown_party

DERIVATION = 1
"""Raised when the same events and rules begin to give another verdict, so that all derive again."""

SOON_AT_LEAST = timedelta(hours=2)
SOON_SHARE = 5
"""Soon is the last fifth of the target, or the last two hours where that is more."""

EXCLUDED = ("notice", "automatic", "not_a_buyer", "junk", "trash", "duplicate", "history")
"""Why a message that came in opens nothing; the first that applies is given."""


class Clock(StrEnum):
    """What a rule counts."""

    ELAPSED = "elapsed"


class Anchor(StrEnum):
    """Which message starts the clock."""

    FIRST_UNANSWERED = "first_unanswered"


class Owner(StrEnum):
    """Whose rule it is: a service's clock does not stop for done."""

    SERVICE = "service"
    SELLER = "seller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A deadline as data, read from `deadlines.toml`, a pack or the seller's configuration."""

    id: str
    owner: Owner
    service: str
    """The service it applies to; "*" for all."""
    clock: Clock
    target: timedelta
    anchor: Anchor
    account: AccountUid | None = None
    """Only this account; None for all."""
    auto_reply_counts: bool = False
    no_reply_needed_counts: bool = False
    source: str = ""
    """Where the rule was read: a URL, or the configuration's file and key."""
    checked: str = ""
    """ISO date of that reading."""
    confidence: str = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All rules in force and the terms of every account; `hash` changes with any of them."""

    rules: tuple[Rule, ...] = ()
    """Where two are equally fit, the later one wins: the seller's own come last."""
    accounts: Mapping[AccountUid, AccountTerms] = field(default_factory=dict)
    hash: str = ""


class EventKind(StrEnum):
    """What happened in a conversation, as far as clocks care."""

    ASKED = "asked"
    ANSWERED = "answered"
    DONE = "done"
    REOPENED = "reopened"
    NO_REPLY_NEEDED = "no_reply_needed"
    SPAM = "spam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened, at the service's time."""

    at: datetime
    kind: EventKind
    automatic: bool = False
    message: MessageUid | None = None
    excluded: str = ""
    """Why this message opens nothing: one of EXCLUDED, a word for i18n."""
    order_at: datetime | None = None
    """Where it stands among the others, when that is not `at`: the seller's word after what the
    seller had seen, an answer after what it answers though the clocks disagree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """Something owed: open (`met_at` None) or met."""

    rule: Rule
    opened_by: MessageUid | None
    opened_at: datetime
    due_at: datetime | None
    """None: unreachable."""
    met_at: datetime | None = None
    met_by: MessageUid | None = None

    @property
    def open(self) -> bool:
        """Whether it is still owed."""
        return self.met_at is None

    @property
    def met_late(self) -> bool:
        """Whether it was met after its due instant; at that instant is in time."""
        return self.met_at is not None and self.due_at is not None and self.met_at > self.due_at


def obligations(events: Sequence[Event], rules: Sequence[Rule]) -> tuple[Obligation, ...]:
    """Return every obligation the events opened, oldest first, met ones included.

    Events of one instant count in the order given (`events_of` knows it).
    """
    ordered = sorted(events, key=_stands_at)
    found = [obligation for rule in rules for obligation in _Course(rule).run(ordered)]
    return tuple(sorted(found, key=lambda each: (each.opened_at, each.rule.id)))


def _stands_at(event: Event) -> datetime:
    """Return the instant by which an event is ordered."""
    return event.order_at or event.at


class _Course:
    """One rule's way through the events."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.past: list[Obligation] = []
        self.current: Obligation | None = None
        self.set_aside = False
        """Whether the last of `past` was ended by the seller's word alone, so can come back."""
        self.silenced = False

    def run(self, events: Iterable[Event]) -> list[Obligation]:
        """Return what was opened, in order."""
        for event in events:
            self._take(event)
        return self.past + ([self.current] if self.current else [])

    def _take(self, event: Event) -> None:
        """Apply one event."""
        match event.kind:
            case EventKind.ASKED:
                self._asked(event)
            case EventKind.ANSWERED:
                if not event.automatic or self.rule.auto_reply_counts:
                    self._met(event, by_word=False)
            case EventKind.NO_REPLY_NEEDED:
                if self._ours or self.rule.no_reply_needed_counts:
                    self._met(event, by_word=True)
            case EventKind.DONE | EventKind.SPAM:
                if self._ours:
                    self._met(event, by_word=True)
                    self.silenced |= event.kind is EventKind.SPAM
            case EventKind.REOPENED:
                if self.set_aside and not self.silenced:
                    self.current = replace(self.past.pop(), met_at=None, met_by=None)
                    self.set_aside = False

    @property
    def _ours(self) -> bool:
        """Whether the promise is the seller's own, who may end it by a word."""
        return self.rule.owner is Owner.SELLER

    def _asked(self, event: Event) -> None:
        """Open the clock, unless it runs already: asking again does not buy us more time."""
        if event.excluded or event.automatic or self.current or self.silenced:
            return
        opened = event.at.astimezone(UTC)
        self.set_aside = False
        self.current = Obligation(
            rule=self.rule,
            opened_by=event.message,
            opened_at=opened,
            due_at=opened + self.rule.target,
        )

    def _met(self, event: Event, *, by_word: bool) -> None:
        """Close what is open; a real answer also settles what a word had set aside."""
        if self.current:
            at = event.at.astimezone(UTC)
            self.past.append(replace(self.current, met_at=at, met_by=event.message))
            self.current = None
            self.set_aside = by_word
        elif not by_word:
            self.set_aside = False


def events_of(
    heads: Sequence[StoredMessage],
    facts: Sequence[Fact],
    terms: AccountTerms,
    not_buyers: frozenset[str],
) -> tuple[Event, ...]:
    """Return what happened in a conversation, in the order in which clocks take it.

    `facts` are the effective ones (`undo.effective`). A message that opens
    nothing is in it with its reason. Only accepted replies are in it.
    """
    rescued = _spam_verb(facts) is Verb.NOT_SPAM
    times = {
        head.message.message_id: head.message.accepted_at
        for head in heads
        if head.message.direction is Direction.IN and head.message.message_id
    }
    placed: list[tuple[datetime, int, Event]] = []
    seen: set[RemoteId] = set()
    for head in sorted(heads, key=lambda each: (each.message.accepted_at, each.uid)):
        message = head.message
        if message.direction is Direction.IN:
            reason = _excluded(message, terms, not_buyers, rescued=rescued, seen=seen)
            seen.add(message.remote_id)
            event = Event(
                at=message.accepted_at,
                kind=EventKind.ASKED,
                automatic=message.automatic,
                message=head.uid,
                excluded=reason,
            )
            placed.append((message.accepted_at, 1, event))
        elif message.direction is Direction.OUT and head.delivery in (None, Delivery.ACCEPTED):
            placed.append(_answer(head, times))
    placed += [(event.order_at or event.at, 3, event) for event in _words(facts)]
    return tuple(event for _, _, event in sorted(placed, key=lambda each: each[:2]))


def _answer(head: StoredMessage, asked_at: Mapping[str, datetime]) -> tuple[datetime, int, Event]:
    """Return an answer with its place: never before what it says it answers.

    Without such a link an answer of the same instant comes first, so that a
    question is rather asked about twice than lost.
    """
    message = head.message
    answered = [asked_at[ref] for ref in message.in_reply_to if ref in asked_at]
    stands_at = max([message.accepted_at, *answered])
    event = Event(
        at=message.accepted_at,
        kind=EventKind.ANSWERED,
        automatic=message.automatic,
        message=head.uid,
        order_at=None if stands_at == message.accepted_at else stands_at,
    )
    return stands_at, 2 if stands_at in answered else 0, event


def _excluded(
    message: Message,
    terms: AccountTerms,
    not_buyers: frozenset[str],
    *,
    rescued: bool,
    seen: set[RemoteId],
) -> str:
    """Return why a message that came in opens nothing ("" if it does), see EXCLUDED."""
    if message.kind is Kind.NOTICE:
        return "notice"
    if message.automatic:
        return "automatic"
    if not_buyers and is_no_buyer(shown_party(message, terms.addresses).address, not_buyers):
        return "not_a_buyer"
    if not rescued and (reason := set_aside_by(message.places)):
        return reason
    if message.remote_id in seen:
        return "duplicate"
    return "history" if is_history(message, terms) else ""


def is_history(message: Message, terms: AccountTerms) -> bool:
    """Return whether the message was accepted before the account owes anything."""
    return terms.owed_since is not None and message.accepted_at < terms.owed_since


def set_aside_by(places: Sequence[Place]) -> str:
    """Return "junk" or "trash" if every copy lies there, else "".

    A message without any place is gone, not thrown away: it stays owed.
    """
    roles = {place.role for place in places}
    if not roles or roles - {Role.JUNK, Role.TRASH}:
        return ""
    return "junk" if Role.JUNK in roles else "trash"


WORDS = {
    Verb.DONE: EventKind.DONE,
    Verb.REOPEN: EventKind.REOPENED,
    Verb.NO_REPLY_NEEDED: EventKind.NO_REPLY_NEEDED,
    Verb.SPAM: EventKind.SPAM,
}
"""The seller's words that clocks listen to."""


def _spam_verb(facts: Sequence[Fact]) -> Verb | None:
    """Return the seller's last word on spam."""
    said = (fact.verb for fact in reversed(facts) if fact.verb in (Verb.SPAM, Verb.NOT_SPAM))
    return next(said, None)


def _words(facts: Sequence[Fact]) -> list[Event]:
    """Return the seller's words as events; spam that was taken back was never said."""
    in_spam = _spam_verb(facts) is Verb.SPAM
    return [
        Event(at=fact.at, kind=WORDS[fact.verb], order_at=known_until(fact))
        for fact in facts
        if fact.verb in WORDS and (in_spam or fact.verb is not Verb.SPAM)
    ]


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


def rules_for(book: Book, account: AccountUid, service: str) -> tuple[Rule, ...]:
    """Return the rules that run for a conversation: every one of the service's, one of the seller's.

    The seller's promise is the fittest: for this account before all, for this
    service before any; equally fit, the later in the book. The account's
    `reply_within` takes the place of a general promise's target.
    """
    fit = [
        rule
        for rule in book.rules
        if rule.account in (None, account) and rule.service in ("*", service)
    ]
    theirs = tuple(rule for rule in fit if rule.owner is Owner.SERVICE)
    promises = [rule for rule in fit if rule.owner is Owner.SELLER]
    promise = max(reversed(promises), key=_fitness, default=None)
    return theirs + _own_target(promise, book.accounts.get(account))


def _fitness(rule: Rule) -> tuple[bool, bool]:
    """Return how closely a rule is meant for this account and service."""
    return rule.account is not None, rule.service != "*"


def _own_target(promise: Rule | None, terms: AccountTerms | None) -> tuple[Rule, ...]:
    """Return the promise under the account's own target, where it has one."""
    if terms is None or terms.reply_within is None or (promise and any(_fitness(promise))):
        return (promise,) if promise else ()
    base = promise or Rule(
        id="account.reply_within",
        owner=Owner.SELLER,
        service="*",
        clock=Clock.ELAPSED,
        target=terms.reply_within,
        anchor=Anchor.FIRST_UNANSWERED,
    )
    source = f"[accounts.{terms.name}] reply_within"
    return (replace(base, target=terms.reply_within, source=source, checked=""),)


def soon_from(due_at: datetime, target: timedelta | None) -> datetime:
    """Return the instant from which something due is due soon."""
    share = (target or timedelta()) / SOON_SHARE
    return due_at - max(share, SOON_AT_LEAST)


def due_state(
    due_at: datetime | None,
    target: timedelta | None,
    now: datetime,
    unreachable: bool = False,  # noqa: FBT001, FBT002 - the document's own field, passed on
) -> DueState:
    """Return how near the due instant is; the instant itself is not late yet."""
    if due_at is None:
        return DueState.UNREACHABLE if unreachable else DueState.NONE
    if now > due_at:
        return DueState.LATE
    return DueState.SOON if now >= soon_from(due_at, target) else DueState.OK


def make_book(rules: Iterable[Rule], accounts: Iterable[AccountTerms]) -> Book:
    """Return the book of these rules and accounts, with the hash of what its verdicts hang on."""
    kept, terms = tuple(rules), {each.uid: each for each in accounts}
    return Book(rules=kept, accounts=terms, hash=_hash_of(kept, terms))


def _hash_of(rules: Sequence[Rule], accounts: Mapping[AccountUid, AccountTerms]) -> str:
    """Return 16 hex digits that change when a verdict can."""
    told = [
        (uid, sorted(each.addresses), each.owed_since, each.reply_within)
        for uid, each in sorted(accounts.items())
    ]
    text = repr((DERIVATION, [_told(rule) for rule in rules], told))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _told(rule: Rule) -> tuple[str, ...]:
    """Return what of a rule a verdict hangs on, as text: not where it was read."""
    return (
        rule.id,
        rule.owner,
        rule.service,
        rule.clock,
        str(rule.target),
        rule.anchor,
        str(rule.account),
        str(rule.auto_reply_counts),
        str(rule.no_reply_needed_counts),
    )


def terms_for(book: Book, account: AccountUid) -> AccountTerms:
    """Return the account's terms. An account no longer configured owes nothing: all is history."""
    unknown = AccountTerms(
        uid=account, name="", kind="", owed_since=datetime.max.replace(tzinfo=UTC)
    )
    return book.accounts.get(account, unknown)
