"""Allegro, simulated, keeps every promise: its threads, and its disputes as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from connectors.allegro import AllegroConnector
from connectors.allegro.simulator import AllegroSimulator, SimThread
from connectors.conformance import (
    Arrived,
    ConnectorConformance,
    FaultMatrix,
    Service,
    SimulatedService,
)
from connectors.contract import Account, ConnectorError
from connectors.pace import Rate
from connectors.simulation import Said, in_json
from connectors.tokens import Tokens
from connectors.values import Mark, Message, Party, SettingValues

FAST = Rate(10_000, 1.0)


class AllegroService(SimulatedService):
    """One seller; each delivered message is a thread of its own."""

    SENDS: ClassVar[str] = "POST /messaging/threads/.*/messages"
    LISTS: ClassVar[str] = "GET /messaging/threads$"
    SHOWS: ClassVar[str] = "GET /messaging/threads/.*/messages"
    REFUSAL: ClassVar[Said] = Said(422, b'{"errors": [{"userMessage": "It is not allowed."}]}')
    tokens: ClassVar[bool] = True
    page: ClassVar[int] = 20
    buyer = Party("ann_buyer", "ann_buyer")
    many = 45

    def __init__(self) -> None:
        self.sim = AllegroSimulator(client_secret=self.secret)
        self.sim.pause = timedelta()
        super().__init__(self.sim)
        self.kept: dict[str, str] = {}
        self.opened: dict[str, str] = {}
        """The subject each conversation was begun with."""
        self.elsewhere: dict[str, str] = {}
        self.sim.login.accept(self.secret, self.secret)

    def settings(self) -> SettingValues:
        """Return the account's settings."""
        return {"client_id": self.sim.login.client_id, "base_url": self.base_url}

    def account(self, proof: str) -> Account:
        """Return an account whose token, and what renews it, is that proof."""
        first = Tokens(proof, proof, datetime(2100, 1, 1, tzinfo=UTC)).text()
        kept = self.kept if proof == self.secret else {}

        def secret(key: str) -> str:
            return kept.get(key, first) if key == "tokens" else proof

        return Account("uid", "shop", self.settings(), secret, kept.__setitem__)

    def make(self, account: Account, patience: float) -> AllegroConnector:
        """Return a connector; if nothing else is said it believes at once what it is told."""
        return AllegroConnector(
            account, patience=patience, settled_after=self.settled_after, rate=FAST, sends=FAST
        )

    def deliver(self, subject: str, text: str, accepted_at: datetime | None = None) -> None:
        """Let the buyer begin a thread."""
        thread = self.sim.open(at=accepted_at)
        self.sim.say(thread, self.buyer.name, text, accepted_at, subject=subject)
        self.opened[thread.id] = subject

    def deliver_more(self, text: str, accepted_at: datetime) -> None:
        """Let the buyer write once more."""
        self.sim.say(self._last, self.buyer.name, text, accepted_at)

    def answer_elsewhere(self, subject: str, text: str) -> None:
        """Let the seller answer on a phone."""
        self.elsewhere[self.sim.say(self._last, self.sim.seller, text)] = subject

    def read_elsewhere(self, subject: str) -> None:
        """Let the seller read on a phone."""
        self._titled(subject).read = True

    def subject_of(self, message: Message) -> str:
        """Return the subject a message was delivered with: replies at Allegro have none."""
        begun = self.opened.get(message.conversation_ref or "", "Your order")
        if message.sender == self.buyer:
            return begun
        return self.elsewhere.get(str(message.remote_id), f"Re: {begun}")

    def conversation(self) -> str:
        """Return the last thread, or a new one that nobody wrote into."""
        if not self.opened:
            self.opened[self.sim.open().id] = "Your order"
        return self._last.id

    def arrived(self) -> list[Arrived]:
        """Return what the seller wrote with a connector."""
        return [
            Arrived((thread.other,), f"Re: {self.opened[thread.id]}", message["text"])
            for thread in self.sim.threads.values()
            for message in thread.messages
            if not message["author"]["isInterlocutor"] and message["id"] not in self.elsewhere
        ]

    def deliver_attachment(self, subject: str, name: str, data: bytes) -> None:
        """Let the buyer send a picture."""
        self.deliver(subject, "See the photo.")
        self.sim.attach(self._last, name, data)

    def deliver_unreadable(self) -> None:
        """Let a message come that is not as documented."""
        self.deliver("?", "Hello?")
        self._last.messages[-1]["author"] = None

    def emptied(self, said: Said) -> Said:
        """Return a page without threads; that there is more Allegro cannot say."""
        return Said(said.status, in_json({"threads": [], "offset": 0, "limit": 20}).body)

    def revoke(self, *, for_good: bool = False) -> None:
        """Void the token, or what renews it too."""
        self.sim.login.revoke(refresh=for_good)

    def stands(self, subject: str, mark: Mark) -> bool:
        """Return whether the thread is read, or not."""
        return self._titled(subject).read is (mark is Mark.SEEN)

    @property
    def _last(self) -> SimThread:
        """Return the thread that was begun last."""
        return list(self.sim.threads.values())[-1]

    def _titled(self, subject: str) -> SimThread:
        """Return the thread that was begun with a subject."""
        return next(
            self.sim.threads[name] for name, begun in self.opened.items() if begun == subject
        )


class TestAllegro(ConnectorConformance):
    @pytest.fixture
    def service(self) -> Iterator[AllegroService]:
        service = AllegroService()
        yield service
        service.close()

    def test_what_remains_is_counted_down_to_nothing(self, service: Service) -> None:
        """Allegro does not say how many threads there are."""
        service.without("a count of its threads")


@pytest.mark.slow
class TestAllegrosFaults(FaultMatrix):
    OTHERWISE: ClassVar[Mapping[str, type[ConnectorError] | None]] = {"empty page": None}
    """An empty first page is an account without threads: nothing else tells the two apart."""

    @pytest.fixture
    def service(self) -> Iterator[AllegroService]:
        service = AllegroService()
        yield service
        service.close()
