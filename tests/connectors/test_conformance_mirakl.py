"""Mirakl, simulated, keeps every promise, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

import msgspec
import pytest

from connectors.conformance import (
    Arrived,
    ConnectorConformance,
    FaultMatrix,
    Service,
    SimulatedService,
)
from connectors.contract import Account, ConnectorError
from connectors.mirakl import MiraklConnector
from connectors.mirakl.simulator import MiraklSimulator, SimThread
from connectors.pace import Rate
from connectors.simulation import Said, in_json
from connectors.values import Message, Party, SettingValues


class MiraklService(SimulatedService):
    """One shop; each delivered message is a thread of its own."""

    SENDS: ClassVar[str] = "POST /api/inbox/threads/.*/message"
    LISTS: ClassVar[str] = "GET /api/inbox/threads$"
    page: ClassVar[int] = 50
    buyer = Party("Ann Buyer", "customer-7")
    many = 120

    def __init__(self) -> None:
        self.sim = MiraklSimulator(api_key=self.secret)
        super().__init__(self.sim)
        self.elsewhere: dict[str, str] = {}
        self.opened: list[SimThread] = []

    def settings(self) -> SettingValues:
        """Return the account's settings."""
        return {"base_url": self.base_url, "name": "The Shop"}

    def make(self, account: Account, patience: float) -> MiraklConnector:
        """Return a connector; if nothing else is said it believes at once what it is told."""
        return MiraklConnector(
            account, patience=patience, settled_after=self.settled_after, rate=Rate(1000, 1.0)
        )

    def deliver(self, subject: str, text: str, accepted_at: datetime | None = None) -> None:
        """Let the buyer begin a thread."""
        thread = self.sim.open(subject, at=accepted_at)
        self.sim.say(thread, "CUSTOMER_USER", text, accepted_at)
        self.opened.append(thread)

    def deliver_more(self, text: str, accepted_at: datetime) -> None:
        """Let the buyer write once more."""
        self.sim.say(self.opened[-1], "CUSTOMER_USER", text, accepted_at)

    def answer_elsewhere(self, subject: str, text: str) -> None:
        """Let the seller answer in the back office."""
        self.elsewhere[self.sim.say(self.opened[-1], "SHOP_USER", text)] = subject

    def subject_of(self, message: Message) -> str:
        """Return the subject a message was delivered with."""
        if message.sender == self.buyer:
            return message.subject
        return self.elsewhere.get(str(message.remote_id), f"Re: {message.subject}")

    def conversation(self) -> str:
        """Return the last thread, or a new one that nobody wrote into."""
        if not self.opened:
            self.opened.append(self.sim.open("Your order"))
        return self.opened[-1].id

    def arrived(self) -> list[Arrived]:
        """Return what the seller wrote with a connector."""
        return [
            Arrived((thread.customer,), f"Re: {thread.topic}", str(message["body"]))
            for thread in self.sim.threads.values()
            for message in thread.messages
            if message["from"]["type"] == "SHOP_USER" and message["id"] not in self.elsewhere
        ]

    def deliver_attachment(self, subject: str, name: str, data: bytes) -> None:
        """Let the buyer write with a file."""
        thread = self.sim.open(subject)
        self.sim.say(thread, "CUSTOMER_USER", "See the photo.", files=((name, data),))

    def deliver_unreadable(self) -> None:
        """Let a message come that is not as documented."""
        self.deliver("?", "Hello?")
        self.opened[-1].messages[-1]["body"] = None

    def emptied(self, said: Said) -> Said:
        """Return a page without its rows that says there is more."""
        return in_json({**msgspec.json.decode(said.body), "data": [], "next_page_token": "on"})


class TestMirakl(ConnectorConformance):
    @pytest.fixture
    def service(self) -> Iterator[MiraklService]:
        service = MiraklService()
        yield service
        service.close()

    def test_what_remains_is_counted_down_to_nothing(self, service: Service) -> None:
        """Mirakl does not say how many threads there are."""
        service.without("a count of its threads")


@pytest.mark.slow
class TestMiraklFaults(FaultMatrix):
    OTHERWISE: ClassVar[Mapping[str, type[ConnectorError] | None]] = {}

    @pytest.fixture
    def service(self) -> Iterator[MiraklService]:
        service = MiraklService()
        yield service
        service.close()
