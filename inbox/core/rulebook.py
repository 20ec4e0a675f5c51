"""Rules as values, and which of them run for a conversation. Pure; `inbox/rules` reads them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from connectors.frozen import frozen
from connectors.values import Kind
from inbox.core.budget import Measure
from inbox.core.calendar import Calendar, told
from inbox.core.model import AccountTerms, AccountUid

DERIVATION = 6
"""Raised when the same events and rules begin to give another verdict, so that all derive again."""

STOREFRONT = "storefront"
"""The calendar of a platform's rule: the working days of the storefront's country."""


class Clock(StrEnum):
    """What a rule counts."""

    ELAPSED = "elapsed"
    BUSINESS = "business"
    """The open time of the rule's calendar."""
    STATED = "stated"
    """Nothing: the service gives the instant."""
    UNKNOWN = "unknown"
    """The service sets no time, or none that could be read: it opens nothing and is only listed."""


class Anchor(StrEnum):
    """Which message starts the clock."""

    FIRST_UNANSWERED = "first_unanswered"
    EVERY_MESSAGE = "every_message"
    FIRST_OF_CONVERSATION = "first_of_conversation"


class Owner(StrEnum):
    """Whose rule it is: a service's clock does not stop for done."""

    SERVICE = "service"
    SELLER = "seller"


class Duty(StrEnum):
    """What is due."""

    REPLY = "reply"
    WINDOW = "window"
    """After it no free reply is possible."""
    APPEAL = "appeal"


class SatisfiedBy(StrEnum):
    """What ends it."""

    REPLY = "reply"
    SERVICE = "service"
    """The service's word alone: a reply is not what it waits for."""


@frozen(kw_only=True)
class Rule:
    """A deadline as data, read from `deadlines.toml`, a pack or the seller's configuration."""

    id: str
    owner: Owner
    service: str
    """The service it applies to; "*" for all."""
    clock: Clock
    target: timedelta
    """Zero where the clock is stated or unknown."""
    anchor: Anchor
    kind: Duty = Duty.REPLY
    account: AccountUid | None = None
    """Only this account; None for all."""
    storefronts: tuple[str, ...] = ()
    """Only these, lower case; empty: all."""
    about: tuple[Kind, ...] = ()
    """Only messages of these kinds start it; empty: all but notices."""
    starts: str = ""
    """The topic of the event that starts it where no message does; "": a buyer's message."""
    satisfied_by: SatisfiedBy = SatisfiedBy.REPLY
    auto_reply_counts: bool = False
    no_reply_needed_counts: bool = False
    spam_counts: bool = False
    calendar: str = ""
    """For a business clock: a calendar's name, or `STOREFRONT`."""
    home: str = ""
    """The storefront's country where neither message nor account names one."""
    hours: Calendar | None = field(default=None, compare=False, repr=False)
    """That calendar, once the rule was chosen for a conversation."""
    valid_from: datetime | None = None
    """Only what opens from then on (aware, UTC) is under it; None: from ever."""
    line: str = field(default="", compare=False)
    """What it is a version of, set when it is chosen: ids of a promise's versions may differ."""
    seller_wrote: bool = False
    """Whether it stands in the seller's configuration: then it goes before a shipped one."""
    source: str = ""
    """Where the rule was read: a URL, or the configuration's file and key."""
    checked: str = ""
    """ISO date of that reading."""
    confidence: str = "high"
    note: str = ""
    """What else is known, one sentence."""
    measure: Measure | None = field(default=None, compare=False)
    """What the platform measures of the answers under it; no verdict hangs on it."""
    hash: str = field(default="", compare=False)
    """16 hex digits of what a verdict hangs on, its calendar included; set when it is chosen."""


StorefrontCalendar = Callable[[str], Calendar]
"""Returns the working days of a storefront (a country code, "" where it is not known)."""


@frozen(kw_only=True)
class Book:
    """All rules in force and the terms of every account; `hash` changes with any of them."""

    rules: tuple[Rule, ...] = ()
    """Where two are equally fit, the later one wins: the seller's own come last."""
    accounts: Mapping[AccountUid, AccountTerms] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    storefront: StorefrontCalendar | None = field(default=None, compare=False, repr=False)
    edition: str = ""
    """Which holidays are known where a rule needs them."""
    hash: str = ""
    chosen: dict[tuple[str, ...], Choice] = field(default_factory=dict, compare=False, repr=False)
    """Remembers what `choice_for` returned: it is asked for every conversation."""

    def addresses_at(self, account: AccountUid) -> frozenset[str]:
        """Return our addresses at an account, lower case; none where it is not known."""
        terms = self.accounts.get(account)
        return frozenset() if terms is None else terms.addresses


@frozen
class Choice:
    """The rules that run for a conversation, and what a verdict under them is known by."""

    rules: tuple[Rule, ...]
    quiet: str
    """16 hex digits of the account's terms: what a conversation hangs on that can open nothing."""
    hash: str
    """The same, and behind it 16 hex digits of the rules."""
    dated: bool
    """Whether any of them was not always in force."""

    def same_rules(self, rule_hash: str) -> bool:
        """Return whether a verdict known by that hash was given under these very rules."""
        return len(rule_hash) == len(self.hash) and rule_hash[16:] == self.hash[16:]


def rules_for(
    book: Book, account: AccountUid, service: str, storefront: str = ""
) -> tuple[Rule, ...]:
    """Return the rules that run for a conversation, see `choice_for`."""
    return choice_for(book, account, service, storefront).rules


def choice_for(book: Book, account: AccountUid, service: str, storefront: str = "") -> Choice:
    """Return the rules that run for a conversation: all of the service's, one of the seller's.

    For each kind of message the seller's promise is the fittest: for this
    account before all, then for this storefront, this kind, this service;
    equally fit, the later in the book. Of several rules with one id one is
    chosen in the same way, with all its versions. For what opened before the
    first of them was in force the next fittest runs: a change of the rules
    leaves nothing without one. The account's `reply_within` takes the place of
    a general promise's target.
    """
    key = (book.hash, account, service, storefront)  # `replace` hands the memory on
    found = book.chosen.get(key)
    if found is None:
        terms = book.accounts.get(account)
        front = storefront or (terms.storefront if terms else "")
        fit = [rule for rule in book.rules if _applies(rule, account, service, front)]
        rules = tuple(_ready(rule, book, front) for rule in _picked(fit, terms))
        quiet = _digest((DERIVATION, *_told_terms(terms_for(book, account))))
        hashes = [rule.hash for rule in rules]
        said = (DERIVATION, account, service, storefront, book.edition, hashes)
        found = book.chosen[key] = Choice(
            rules, quiet, quiet + _digest(said), any(rule.valid_from for rule in rules)
        )
    return found


def _applies(rule: Rule, account: AccountUid, service: str, storefront: str) -> bool:
    """Return whether a rule is meant for a conversation of this account, service and storefront."""
    return (
        rule.account in (None, account)
        and rule.service in ("*", service)
        and (not rule.storefronts or storefront in rule.storefronts)
        and rule.clock is not Clock.UNKNOWN
    )


def _picked(fit: Sequence[Rule], terms: AccountTerms | None) -> list[Rule]:
    """Return the chosen ones, each for the kinds of message for which it was chosen."""
    rivals: dict[str, list[Rule]] = {}
    for rule in fit:
        rivals.setdefault("" if _is_promise(rule) else rule.id, []).append(rule)
    promises = [_own_target(rule, terms) for rule in rivals.pop("", [])]
    found = [rule for same in rivals.values() for rule in _winners(same)]
    return found + _winners(promises) + _unwritten(promises, terms)


def _is_promise(rule: Rule) -> bool:
    """Return whether a rule says how soon the seller answers: of these one runs for a message.

    What is started by something else, or stated, takes no message's promise away.
    """
    reckoned = rule.clock in (Clock.ELAPSED, Clock.BUSINESS)
    return rule.owner is Owner.SELLER and rule.kind is Duty.REPLY and reckoned and not rule.starts


def _winners(rivals: Sequence[Rule]) -> list[Rule]:
    """Return of rules that compete those that run for each kind of message, see `_line`."""
    chosen: dict[tuple[int, ...], list[Kind]] = {}
    for kind in Kind:
        able = [rule for rule in rivals if not rule.about or kind in rule.about]
        if able:
            chosen.setdefault(tuple(map(id, _line(able))), []).append(kind)
    by_id = {id(rule): rule for rule in rivals}
    found = list[Rule]()
    for ids, kinds in chosen.items():
        same = [by_id[each] for each in ids]
        about = () if len(kinds) == len(Kind) else tuple(kinds)
        found += [replace(rule, about=about, line=same[0].id) for rule in same]
    return found


def _line(able: Sequence[Rule]) -> list[Rule]:
    """Return the versions of the fittest rule, and what was in force before the first of them."""
    line, left = list[Rule](), list(able)
    while left:
        best = max(reversed(left), key=_fitness)
        same = [rule for rule in left if _is_version(rule, best)]
        left = [each for each in left if each.owner is best.owner and not _is_version(each, best)]
        versions = {rule.valid_from: rule for rule in same}
        line += versions.values()
        if None in versions:
            break
        begun = min(each for each in versions if each is not None)
        left = [rule for rule in left if rule.valid_from is None or rule.valid_from < begun]
    return line


def _is_version(rule: Rule, other: Rule) -> bool:
    """Return whether two rules are the same one, in force from different days."""
    return (rule.id, _fitness(rule)) == (other.id, _fitness(other))


def _fitness(rule: Rule) -> tuple[bool, ...]:
    """Return how closely a rule is meant for a conversation."""
    return (
        rule.account is not None,
        bool(rule.storefronts),
        bool(rule.about),
        rule.service != "*",
        rule.seller_wrote,
    )


def _own_target(promise: Rule, terms: AccountTerms | None) -> Rule:
    """Return the promise under the account's own target, where it has one and the promise none."""
    closer = any(_fitness(promise)[:4])
    if terms is None or terms.reply_within is None or closer:
        return promise
    source = f"[accounts.{terms.name}] reply_within"
    return replace(promise, target=terms.reply_within, source=source, checked="")


def _unwritten(promises: Sequence[Rule], terms: AccountTerms | None) -> list[Rule]:
    """Return the promise that `reply_within` alone makes, where no rule makes one."""
    if promises or terms is None or terms.reply_within is None:
        return []
    rule = Rule(
        id="account.reply_within",
        owner=Owner.SELLER,
        service="*",
        clock=Clock.ELAPSED,
        target=terms.reply_within,
        anchor=Anchor.FIRST_UNANSWERED,
    )
    return [_own_target(rule, terms)]


def _ready(rule: Rule, book: Book, storefront: str) -> Rule:
    """Return the rule with its calendar at hand and its hash."""
    hours = None
    if rule.clock is Clock.BUSINESS:
        if rule.calendar == STOREFRONT and book.storefront is not None:
            hours = book.storefront(storefront or rule.home)
        else:
            hours = book.calendars.get(rule.calendar)
    return replace(rule, hours=hours, hash=_digest([*_told(rule), told(hours) if hours else ""]))


def make_book(
    rules: Iterable[Rule],
    accounts: Iterable[AccountTerms],
    calendars: Mapping[str, Calendar] | None = None,
    storefront: StorefrontCalendar | None = None,
    edition: str = "",
) -> Book:
    """Return the book of these, with the hash of what its verdicts hang on.

    `edition` says which holidays are known where a rule needs them.
    """
    kept, terms = tuple(rules), {each.uid: each for each in accounts}
    named = dict(calendars or {})
    said = [
        (*_told_terms(each), each.reply_within, each.storefront)
        for _uid, each in sorted(terms.items())
    ]
    hours = sorted((name, told(calendar)) for name, calendar in named.items())
    text = (DERIVATION, [_told(rule) for rule in kept], said, hours, edition)
    return Book(
        rules=kept,
        accounts=terms,
        calendars=named,
        storefront=storefront,
        edition=edition,
        hash=_digest(text),
    )


def _told_terms(terms: AccountTerms) -> tuple[object, ...]:
    """Return what of an account's terms a conversation hangs on even if it opens nothing."""
    return (terms.uid, sorted(terms.addresses), terms.owed_since)


def _digest(said: object) -> str:
    """Return 16 hex digits of a value's text."""
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _told(rule: Rule) -> tuple[str, ...]:
    """Return what of a rule a verdict hangs on, as text: not where it was read."""
    return (
        rule.id,
        rule.owner,
        rule.service,
        rule.clock,
        str(rule.target),
        rule.anchor,
        rule.kind,
        str(rule.account),
        ",".join(rule.storefronts),
        ",".join(rule.about),
        rule.starts,
        rule.satisfied_by,
        str((rule.auto_reply_counts, rule.no_reply_needed_counts, rule.spam_counts)),
        rule.calendar,
        rule.home,
        str(rule.valid_from),
    )


def terms_for(book: Book, account: AccountUid) -> AccountTerms:
    """Return the account's terms. An account no longer configured owes nothing: all is history."""
    unknown = AccountTerms(
        uid=account, name="", kind="", owed_since=datetime.max.replace(tzinfo=UTC)
    )
    return book.accounts.get(account, unknown)
