"""eBay, simulated, keeps every promise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import ClassVar

import msgspec
import pytest

from connectors.conformance import Arrived, ConnectorConformance, FaultMatrix, SimulatedService
from connectors.contract import Account
from connectors.ebay import EbayConnector
from connectors.ebay.simulator import EbaySimulator, SimConversation
from connectors.pace import Rate
from connectors.simulation import Said, in_json
from connectors.tokens import Tokens
from connectors.values import Mark, Message, Party, SettingValues

_MESSAGES = "/commerce/message/v1"


class EbayService(SimulatedService):
    """One seller; each delivered message is a conversation of its own."""

    SENDS: ClassVar[str] = f"POST {_MESSAGES}/send_message"
    LISTS: ClassVar[str] = f"GET {_MESSAGES}/conversation$"
    SHOWS: ClassVar[str] = rf"GET {_MESSAGES}/conversation/\d+"
    REFUSAL: ClassVar[Said] = Said(400, b'{"errors": [{"message": "It is not allowed."}]}')
    tokens = True
    page = 50
    buyer = Party("ann_buyer", "ann_buyer")
    many = 110

    def __init__(self) -> None:
        self.sim = EbaySimulator(client_secret=self.secret)
        super().__init__(self.sim)
        self.kept: dict[str, str] = {}
        self.conversations: list[SimConversation] = []
        self.elsewhere: set[str] = set()
        self.sim.login.accept(self.secret, self.secret)

    def settings(self) -> SettingValues:
        """Return the account's settings."""
        return {
            "username": (self.sim.seller,),
            "client_id": self.sim.login.client_id,
            "runame": self.sim.runame,
            "base_url": self.base_url,
        }

    def account(self, proof: str) -> Account:
        """Return an account whose token, and what renews it, is that proof."""
        first = Tokens(proof, proof, datetime(2100, 1, 1, tzinfo=UTC)).text()
        kept = self.kept if proof == self.secret else {}

        def secret(key: str) -> str:
            return kept.get(key, first) if key == "tokens" else proof

        return Account("uid", "shop", self.settings(), secret, kept.__setitem__)

    def make(self, account: Account, patience: float) -> EbayConnector:
        """Return a connector; if nothing else is said it believes at once what it is told."""
        return EbayConnector(
            account, patience=patience, settled_after=self.settled_after, rate=Rate(1000, 1.0)
        )

    def deliver(self, subject: str, text: str, accepted_at: datetime | None = None) -> None:
        """Let the buyer begin a conversation."""
        conversation = self.sim.open(subject, at=accepted_at)
        self.sim.say(conversation, self.buyer.name, text, accepted_at)
        self.conversations.append(conversation)

    def deliver_more(self, text: str, accepted_at: datetime) -> None:
        """Let the buyer write once more."""
        self.sim.say(self.conversations[-1], self.buyer.name, text, accepted_at)

    def answer_elsewhere(self, subject: str, text: str) -> None:
        """Let the seller answer on a phone."""
        last = self.conversations[-1]
        self.elsewhere.add(self.sim.say(last, self.sim.seller, text, subject=subject))

    def read_elsewhere(self, subject: str) -> None:
        """Let the seller read on a phone."""
        self.sim.mark_read(self._titled(subject), read=True)

    def arrived(self) -> list[Arrived]:
        """Return what the seller wrote with a connector."""
        return [
            Arrived((message["recipientUsername"],), message["subject"], message["messageBody"])
            for conversation in self.sim.conversations.values()
            for message in conversation.messages
            if message["senderUsername"] == self.sim.seller
            and message["messageId"] not in self.elsewhere
        ]

    def deliver_attachment(self, subject: str, name: str, data: bytes) -> None:
        """Let the buyer send a picture."""
        self.deliver(subject, "See the photo.")
        self.sim.attach(self.conversations[-1], name, data)
        media = self.conversations[-1].messages[-1]["messageMedia"][-1]
        media["mediaUrl"] = media["mediaUrl"].replace(self.sim.base_url, self.base_url)

    def deliver_unreadable(self) -> None:
        """Let a message come that is not as documented."""
        self.deliver("?", "Hello?")
        self.conversations[-1].messages[-1]["messageId"] = None

    def emptied(self, said: Said) -> Said:
        """Return a page without conversations."""
        page = msgspec.json.decode(said.body)
        page["conversations"], page["total"], page["next"] = [], 100, "https://x/?offset=50"
        return in_json(page)

    def revoke(self, *, for_good: bool = False) -> None:
        """Void the token, or what renews it too."""
        self.sim.login.revoke(refresh=for_good)

    def stands(self, subject: str, mark: Mark) -> bool:
        """Return whether the conversation is put away, or not."""
        archived = self._titled(subject).status == "ARCHIVE"
        return archived is (mark is Mark.ARCHIVED)

    def text_of(self, message: Message) -> str:
        """Return the text a message was delivered with."""
        return message.text

    def _titled(self, subject: str) -> SimConversation:
        """Return the conversation that was begun with a subject."""
        return next(each for each in self.conversations if each.title == subject)


class TestEbay(ConnectorConformance):
    @pytest.fixture
    def service(self) -> Iterator[EbayService]:
        service = EbayService()
        yield service
        service.close()


class TestEbaysFaults(FaultMatrix):
    @pytest.fixture
    def service(self) -> Iterator[EbayService]:
        service = EbayService()
        yield service
        service.close()
