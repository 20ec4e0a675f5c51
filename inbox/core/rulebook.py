"""Rules as values, and which of them run for a conversation. Pure; `inbox/rules.py` reads them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from connectors.frozen import frozen
from inbox.core.model import AccountTerms, AccountUid

DERIVATION = 1
"""Raised when the same events and rules begin to give another verdict, so that all derive again."""


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


@frozen(kw_only=True)
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


@frozen(kw_only=True)
class Book:
    """All rules in force and the terms of every account; `hash` changes with any of them."""

    rules: tuple[Rule, ...] = ()
    """Where two are equally fit, the later one wins: the seller's own come last."""
    accounts: Mapping[AccountUid, AccountTerms] = field(default_factory=dict)
    hash: str = ""


def rules_for(book: Book, account: AccountUid, service: str) -> tuple[Rule, ...]:
    """Return the rules that run for a conversation: all of the service's, one of the seller's.

    The seller's promise is the fittest: for this account before all, for this
    service before any; equally fit, the later in the book. Of several rules
    with one id one is chosen in the same way. The account's `reply_within`
    takes the place of a general promise's target.
    """
    fit: dict[str, Rule] = {}
    for rule in book.rules:
        if rule.account in (None, account) and rule.service in ("*", service):
            same = fit.get(rule.id)
            fit[rule.id] = max(rule, same or rule, key=_fitness)
    theirs = tuple(rule for rule in fit.values() if rule.owner is Owner.SERVICE)
    promises = [rule for rule in fit.values() if rule.owner is Owner.SELLER]
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
