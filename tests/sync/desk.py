"""A store, a clock, an account and its far side: what every test of the engine works with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from connectors import steps
from connectors.contract import Account, Connector
from connectors.values import Batch, Checkpoint, Message
from inbox.core.model import (
    AccountState,
    AccountTerms,
    AccountUid,
    ConversationUid,
    Delivery,
    OutboxItem,
)
from inbox.core.obligations import Anchor, Book, Clock, Owner, Rule, make_book
from inbox.core.query import Query
from inbox.store import accounts, conversations, messages, outbox
from inbox.store.database import Store
from inbox.sync.backoff import Backoff
from inbox.sync.ingest import Counts, Trust, ingest
from inbox.sync.outbox import Deliverer
from inbox.sync.runner import Runner
from inbox.triage import Triage
from tests.sync.far_side import NOON, FarConnector, FarSide

SHOP = AccountUid("shopuid00001")

DAY = Rule(
    id="email.reply",
    owner=Owner.SELLER,
    service="*",
    clock=Clock.ELAPSED,
    target=timedelta(hours=24),
    anchor=Anchor.FIRST_UNANSWERED,
)

_TRUST = ("accept_gone", "hold", "newly")

EXACT = Backoff(first=10.0, cap=900.0, chance=lambda: 1.0)
"""A backoff without chance: 10, 20, 40 ... seconds."""


class PowerCut(BaseException):
    """The plug is pulled here: nothing after it happens, and nothing may catch it."""


class Watch:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = NOON + timedelta(days=1)

    def __call__(self) -> datetime:
        """Return what the test says it is."""
        return self.now

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


class Heard:
    """What a runner told."""

    def __init__(self) -> None:
        self.changes = 0
        self.states: list[AccountState] = []

    def store_changed(self) -> None:
        """Count."""
        self.changes += 1

    def account_changed(self, state: AccountState) -> None:
        """Keep."""
        self.states.append(state)


class Desk:
    """One seller at work, with one account."""

    def __init__(self, folder: Path, name: str = "inbox.db") -> None:
        self.path = folder / name
        self.far = FarSide()
        self.watch = Watch()
        self.heard = Heard()
        terms = AccountTerms(
            uid=SHOP,
            name="shop",
            kind="far",
            addresses=frozenset({"shop@example.com"}),
            address_order=("shop@example.com",),
        )
        self.book: Book = make_book([DAY], [terms])
        self.store = Store.open(self.path)
        self.connector = self.connect()

    def connect(self) -> FarConnector:
        """Return a new connector of the account."""
        self.connector = FarConnector(Account(SHOP, "shop", {}, lambda key: key), self.far)
        return self.connector

    def power_back(self) -> None:
        """Begin again as another process would: nothing but the store is left."""
        steps.hook = lambda _name: None
        self.store.close()
        self.store = Store.open(self.path)
        self.connect()

    def ingest(self, *arrived: Message, mark: str = "1", **more: Any) -> Counts:
        """Ingest a batch; `mark` is its checkpoint."""
        trust = Trust(**{key: more.pop(key) for key in _TRUST if key in more})
        batch = Batch(checkpoint=Checkpoint(mark), messages=arrived, **more)
        return ingest(self.store, SHOP, batch, self.book, self.watch, trust=trust)

    def asked(self, subject: str = "Where is my parcel?") -> ConversationUid:
        """Return the conversation of a new question."""
        self.ingest(self.far.write(subject), mark="{}")
        return self.conversations()[-1]

    def reply(self, uid: ConversationUid, text: str = "On its way.", **more: Any) -> OutboxItem:
        """Queue a reply, due at once unless told otherwise."""
        options = {"delay": False, **more}
        triage = Triage(self.store, self.book, self.watch)
        return triage.reply(uid, text, **options)

    def deliverer(self) -> Deliverer:
        """Return a deliverer on the connector there is."""
        return Deliverer(
            store=self.store,
            connector=self.connector,
            account=SHOP,
            book=lambda: self.book,
            clock=self.watch,
            backoff=EXACT,
        )

    def runner(self, opening: Callable[[], Connector] | None = None) -> Runner:
        """Return a runner of the account."""
        return Runner(
            SHOP,
            "shop",
            opening or self.connect,
            store=self.store,
            book=lambda: self.book,
            clock=self.watch,
            tell=self.heard,
            line=EXACT,
            outbox_line=EXACT,
        )

    def item(self) -> OutboxItem:
        """Return the only item of the outbox."""
        with self.store.read() as tx:
            (item,) = outbox.every(tx)
        return item

    def delivery(self) -> Delivery | None:
        """Return how the only item's message shows in its conversation."""
        item = self.item()
        with self.store.read() as tx:
            return messages.get(tx, item.message).delivery

    def conversations(self) -> list[ConversationUid]:
        """Return every conversation in the order of the list."""
        with self.store.read() as tx:
            return conversations.ids(tx, Query(()), self.watch())

    def checkpoint(self) -> Checkpoint | None:
        """Return how far the account was read."""
        with self.store.read() as tx:
            return accounts.checkpoint(tx, SHOP)

    def owed(self, uid: ConversationUid) -> bool:
        """Return whether an answer is owed."""
        with self.store.read() as tx:
            return conversations.get(tx, uid).owed
