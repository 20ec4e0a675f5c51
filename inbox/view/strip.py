"""The account strip as values: how each account is, and what waits in its outbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from connectors.frozen import frozen
from inbox.core.model import AccountUid, Delivery
from inbox.core.obligations import Book
from inbox.store import conversations
from inbox.store.database import Transaction


@frozen(kw_only=True)
class AccountStanding:
    """One account of the strip."""

    uid: AccountUid
    name: str
    kind: str
    state: str
    """new, ok, partial, syncing, offline, login, broken, asking."""
    error: str = ""
    """A sentence for the seller; empty when all is well."""
    checked_at: datetime | None = None
    remaining: int = 0
    """Messages still to be pulled, while it is syncing."""
    on_their_way: int = 0
    """Replies queued or being sent."""
    stuck: int = 0
    """Replies refused, unsure or held back: the seller must decide."""


@frozen(kw_only=True)
class Standing:
    """The whole strip."""

    accounts: tuple[AccountStanding, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many conversations are owed, and how many of them late."""
    unreadable: int = 0
    """Messages put aside that the seller has not looked at."""
    next_wake: datetime | None = None
    """When the next snoozed conversation comes back."""


class Course:
    """How far each account's long pull is, of the most that was seen to come."""

    def __init__(self) -> None:
        self._most: dict[AccountUid, int] = {}

    def bar(self, account: AccountUid, remaining: int, cells: int) -> str:
        """Return a bar of so many cells, filled as far as the pull is; "" while it is not known.

        `remaining` is how many messages are still to come, 0 where none are.
        """
        if remaining <= 0:
            self._most.pop(account, None)
            return ""
        most = self._most[account] = max(remaining, self._most.get(account, 0))
        filled = (most - remaining) * cells // most
        return "█" * filled + "░" * (cells - filled)


def standing(tx: Transaction, book: Book, now: datetime) -> Standing:
    """Return how every configured account is, in the order of the configuration."""
    from inbox.store import accounts, held_back, outbox, snoozed

    states = accounts.states(tx)
    moving: Counter[AccountUid] = Counter()
    stuck: Counter[AccountUid] = Counter()
    for item in outbox.unsettled(tx):
        held = item.schedule is not None and item.schedule.held is not None
        refused = item.state in {Delivery.REFUSED, Delivery.UNSURE}
        if refused or (held and item.state is Delivery.QUEUED):
            stuck[item.account] += 1
        elif item.state in {Delivery.QUEUED, Delivery.SENDING}:
            moving[item.account] += 1
    found = []
    for uid, terms in book.accounts.items():
        state = states.get(uid)
        found.append(
            AccountStanding(
                uid=uid,
                name=terms.name,
                kind=terms.kind,
                state=state.state if state else "new",
                error=state.error if state else "",
                checked_at=state.checked_at if state else None,
                remaining=state.remaining if state else 0,
                on_their_way=moving[uid],
                stuck=stuck[uid],
            )
        )
    return Standing(
        accounts=tuple(found),
        counts=conversations.owed_counts(tx, now),
        unreadable=held_back.unseen(tx),
        next_wake=snoozed.next_wake(tx, now),
    )
