"""PayPal's disputes, simulated, keep every promise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import msgspec
import pytest

from connectors.conformance import Arrived, ConnectorConformance, FaultMatrix, SimulatedService
from connectors.contract import Account, ConnectorError
from connectors.pace import Rate
from connectors.paypal import PayPalConnector
from connectors.paypal.simulator import PayPalSimulator, SimDispute
from connectors.simulation import Said, in_json
from connectors.values import Message, Party, SettingValues


class PayPalService(SimulatedService):
    """One seller; each delivered message is a dispute of its own, the subject is only ours."""

    SENDS: ClassVar[str] = "POST /v1/customer/disputes/.*/send-message"
    LISTS: ClassVar[str] = "GET /v1/customer/disputes$"
    SHOWS: ClassVar[str] = "GET /v1/customer/disputes/.+"
    REFUSAL: ClassVar[Said] = Said(422, b'{"name": "NO", "message": "It is closed."}')
    tokens: ClassVar[bool] = True
    page: ClassVar[int] = 50
    long_ago = datetime.now(UTC).replace(microsecond=0) - timedelta(days=170)
    many = 80

    def __init__(self) -> None:
        self.sim = PayPalSimulator(client_secret=self.secret)
        super().__init__(self.sim)
        self.subjects: dict[str, str] = {}
        self.disputes: list[SimDispute] = []

    def settings(self) -> SettingValues:
        """Return the account's settings."""
        return {"client_id": self.sim.login.client_id, "base_url": self.base_url}

    def make(self, account: Account, patience: float) -> PayPalConnector:
        """Return a connector; if nothing else is said it believes at once what it is told."""
        return PayPalConnector(
            account, patience=patience, settled_after=self.settled_after, rate=Rate(1000, 1.0)
        )

    def deliver(self, subject: str, text: str, accepted_at: datetime | None = None) -> None:
        """Let the buyer dispute a payment."""
        dispute = self.sim.open(at=accepted_at)
        self.sim.say(dispute, "BUYER", text, accepted_at)
        self.subjects[dispute.id] = subject
        self.disputes.append(dispute)
        self.buyer = Party("Ann Buyer", f"dispute {dispute.id}")

    def deliver_more(self, text: str, accepted_at: datetime) -> None:
        """Let the buyer write once more."""
        self.sim.say(self.disputes[-1], "BUYER", text, accepted_at)

    def answer_elsewhere(self, subject: str, text: str) -> None:
        """Let the seller answer on PayPal's page."""
        self.sim.say(self.disputes[-1], "SELLER", text)
        self.subjects[f"{self.disputes[-1].id} {text}"] = subject

    def subject_of(self, message: Message) -> str:
        """Return the subject a message was delivered with."""
        name = str(message.conversation_ref)
        if message.direction == "out":
            return self.subjects.get(f"{name} {message.text}", f"Re: {self.subjects.get(name, '')}")
        return self.subjects.get(name, message.subject)

    def conversation(self) -> str:
        """Return the last dispute, or a new one in which nobody wrote."""
        if not self.disputes:
            self.disputes.append(self.sim.open())
            self.buyer = Party("Ann Buyer", f"dispute {self.disputes[-1].id}")
        return self.disputes[-1].id

    def arrived(self) -> list[Arrived]:
        """Return what the seller wrote with a connector."""
        return [
            Arrived(
                (f"dispute {dispute.id}",),
                f"Re: {self.subjects.get(dispute.id, '')}",
                str(message["content"]),
            )
            for dispute in self.sim.disputes.values()
            for message in dispute.messages
            if message["posted_by"] == "SELLER"
            and f"{dispute.id} {message['content']}" not in self.subjects
        ]

    def deliver_attachment(self, subject: str, name: str, data: bytes) -> None:
        """Let the buyer send a file."""
        self.deliver(subject, "See the photo.")
        self.sim.attach(self.disputes[-1], name, data)
        (file,) = self.disputes[-1].messages[-1]["documents"]
        file["url"] = file["url"].replace(self.sim.base_url, self.base_url)

    def deliver_unreadable(self) -> None:
        """Let a message come that is not as documented."""
        self.deliver("?", "Hello?")
        self.disputes[-1].messages[-1]["time_posted"] = "yesterday"

    def emptied(self, said: Said) -> Said:
        """Return a page without disputes."""
        page = msgspec.json.decode(said.body)
        page["items"] = []
        page["links"].append({"href": "https://x.example/?next_page_token=MQ", "rel": "next"})
        return in_json(page)

    def revoke(self, *, for_good: bool = False) -> None:
        """Void the token, and the app's secret too."""
        self.sim.login.revoke()
        if for_good:
            self.sim.login.client_secret = "another"


class TestPayPal(ConnectorConformance):
    @pytest.fixture
    def service(self) -> Iterator[PayPalService]:
        service = PayPalService()
        yield service
        service.close()


@pytest.mark.slow
class TestPayPalsFaults(FaultMatrix):
    OTHERWISE: ClassVar[Mapping[str, type[ConnectorError] | None]] = {
        # Its answer holds nothing that we need: the dispute shows what became of the message.
        "send wrong JSON carried out": None,
        "send no JSON carried out": None,
        "send wrong type carried out": None,
    }

    @pytest.fixture
    def service(self) -> Iterator[PayPalService]:
        service = PayPalService()
        yield service
        service.close()
