"""The flea market, simulated, keeps every promise, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

import msgspec
import pytest

from connectors.conformance import Arrived, ConnectorConformance, FaultMatrix, SimulatedService
from connectors.contract import Account
from connectors.simulation import Said, in_json
from connectors.values import Direction, Message, Party, SettingValues

from .client import FleaMarketConnector
from .simulator import FleaMarketSimulator


class FleaMarket(SimulatedService):
    """One stall; each delivered message is a chat of its own."""

    SENDS: ClassVar[str] = "POST /chats/"
    LISTS: ClassVar[str] = "GET /chats$"
    buyer = Party("Ann Buyer", "Ann Buyer")
    page: ClassVar[int] = 20
    many = 50

    def __init__(self) -> None:
        self.sim = FleaMarketSimulator(self.secret)
        super().__init__(self.sim)
        self.elsewhere: list[int] = []

    def settings(self) -> SettingValues:
        return {"base_url": self.base_url}

    def make(self, account: Account, patience: float) -> FleaMarketConnector:
        return FleaMarketConnector(account, patience=patience, settled_after=self.settled_after)

    def deliver(self, subject: str, text: str, accepted_at: datetime | None = None) -> None:
        self.sim.say(self.sim.open(self.buyer.name, subject), "buyer", text, accepted_at)

    def deliver_more(self, text: str, accepted_at: datetime) -> None:
        self.sim.say(self.sim.chats[-1], "buyer", text, accepted_at)

    def answer_elsewhere(self, subject: str, text: str) -> None:
        self.elsewhere.append(self.sim.say(self.sim.chats[-1], "seller", text)["id"])

    def deliver_unreadable(self) -> None:
        self.deliver("?", "Hello?")
        self.sim.chats[-1]["said"][-1]["text"] = None

    def conversation(self) -> str:
        chats = self.sim.chats or [self.sim.open(self.buyer.name, "Question")]
        return str(chats[-1]["id"])

    def subject_of(self, message: Message) -> str:
        answer = message.direction is Direction.OUT
        return f"Re: {message.subject}" if answer else message.subject

    def arrived(self) -> list[Arrived]:
        return [
            Arrived((chat["buyer"],), f"Re: {chat['about']}", said["text"])
            for chat in self.sim.chats
            for said in chat["said"]
            if said["by"] == "seller" and said["id"] not in self.elsewhere
        ]

    def emptied(self, said: Said) -> Said:
        return in_json({**msgspec.json.decode(said.body), "chats": [], "total": 100})


class TestFleaMarket(ConnectorConformance):
    @pytest.fixture
    def service(self) -> Iterator[FleaMarket]:
        service = FleaMarket()
        yield service
        service.close()


class TestFleaMarketsFaults(FaultMatrix):
    @pytest.fixture
    def service(self) -> Iterator[FleaMarket]:
        service = FleaMarket()
        yield service
        service.close()
