"""Kaufland, simulated, keeps every promise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

import msgspec
import pytest

from connectors.conformance import Arrived, ConnectorConformance, FaultMatrix, SimulatedService
from connectors.contract import Account, ConnectorError
from connectors.kaufland import KauflandConnector
from connectors.kaufland.simulator import KauflandSimulator, SimTicket
from connectors.pace import Rate
from connectors.simulation import Said, in_json
from connectors.values import Mark, Message, Party, SettingValues


class KauflandService(SimulatedService):
    """One shop; each delivered message is a ticket of its own, the subject is only ours."""

    SENDS: ClassVar[str] = "POST /v2/tickets/.*/messages"
    LISTS: ClassVar[str] = "GET /v2/tickets$"
    SHOWS: ClassVar[str] = r"GET /v2/tickets/\d+"
    REFUSAL: ClassVar[Said] = Said(403, b'{"message": "It is closed.", "errors": []}')
    buyer = Party("Ann Buyer", "7654321")
    many = 100

    def __init__(self) -> None:
        self.sim = KauflandSimulator(secret_key=self.secret)
        super().__init__(self.sim)
        self.subjects: dict[str, str] = {}
        self.tickets: list[SimTicket] = []

    def settings(self) -> SettingValues:
        """Return the account's settings."""
        return {"client_key": self.sim.client_key, "base_url": f"{self.base_url}/v2"}

    def make(self, account: Account, patience: float) -> KauflandConnector:
        """Return a connector; if nothing else is said it believes at once what it is told."""
        return KauflandConnector(
            account, patience=patience, settled_after=self.settled_after, rate=Rate(1000, 1.0)
        )

    def deliver(self, subject: str, text: str, accepted_at: datetime | None = None) -> None:
        """Let the buyer open a ticket."""
        ticket = self.sim.open(at=accepted_at)
        number = self.sim.say(ticket, "buyer", self.buyer.name, text, accepted_at)
        self.subjects[str(number)] = subject
        self.tickets.append(ticket)

    def deliver_more(self, text: str, accepted_at: datetime) -> None:
        """Let the buyer write once more."""
        self.sim.say(self.tickets[-1], "buyer", self.buyer.name, text, accepted_at)

    def answer_elsewhere(self, subject: str, text: str) -> None:
        """Let the seller answer in the portal."""
        number = self.sim.say(self.tickets[-1], "seller", self.sim.shop, text)
        self.subjects[str(number)] = subject

    def subject_of(self, message: Message) -> str:
        """Return the subject a message was delivered with."""
        usual = f"Re: {self._asked(self.sim.tickets[str(message.conversation_ref)])}"
        return self.subjects.get(str(message.remote_id), usual)

    def conversation(self) -> str:
        """Return the last ticket, or a new one that nobody wrote into."""
        if not self.tickets:
            self.tickets.append(self.sim.open())
        return self.tickets[-1].id

    def arrived(self) -> list[Arrived]:
        """Return what the seller wrote with a connector."""
        return [
            Arrived((self.buyer.address,), f"Re: {self._asked(ticket)}", str(message["text"]))
            for ticket in self.sim.tickets.values()
            for message in ticket.messages
            if message["author"]["role"] == "seller"
            and str(message["id_ticket_message"]) not in self.subjects
        ]

    def _asked(self, ticket: SimTicket) -> str:
        """Return the subject the ticket was opened with."""
        numbers = [str(message["id_ticket_message"]) for message in ticket.messages]
        return next((self.subjects[one] for one in numbers if one in self.subjects), "")

    def deliver_attachment(self, subject: str, name: str, data: bytes) -> None:
        """Let the buyer send a file."""
        self.deliver(subject, "See the photo.")
        self.sim.attach(self.tickets[-1], name, data)
        file = self.tickets[-1].files[-1]
        file["uri"] = file["uri"].replace(self.sim.base_url, self.base_url)

    def deliver_unreadable(self) -> None:
        """Let a message come that is not as documented."""
        self.deliver("?", "Hello?")
        self.tickets[-1].messages[-1]["id_ticket_message"] = None

    def emptied(self, said: Said) -> Said:
        """Return a page without tickets."""
        page = msgspec.json.decode(said.body)
        page["data"], page["pagination"]["total"] = [], 100
        return in_json(page)

    def shift(self, minutes: int) -> None:
        """Be at odds with our clock, and patient with our signatures."""
        super().shift(minutes)
        self.sim.skew = 2 * 60 * abs(minutes)

    def stands(self, subject: str, mark: Mark) -> bool:
        """Return whether the ticket is closed."""
        return mark is Mark.CLOSED and self.tickets[-1].status == "seller_closed"


class TestKaufland(ConnectorConformance):
    @pytest.fixture
    def service(self) -> Iterator[KauflandService]:
        service = KauflandService()
        yield service
        service.close()


class TestKauflandsFaults(FaultMatrix):
    OTHERWISE: ClassVar[Mapping[str, type[ConnectorError] | None]] = {
        # Its answer to a message is a bare 201: the ticket shows what became of it.
        "send cut in the body carried out": None,
        "send wrong JSON carried out": None,
        "send no JSON carried out": None,
        "send wrong type carried out": None,
    }

    @pytest.fixture
    def service(self) -> Iterator[KauflandService]:
        service = KauflandService()
        yield service
        service.close()
