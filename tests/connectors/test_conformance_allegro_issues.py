"""Allegro's disputes, simulated, keep every promise as its threads do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

import pytest

from connectors.allegro.simulated_issues import SimIssue
from connectors.conformance import Arrived, ConnectorConformance, FaultMatrix, Service
from connectors.contract import ConnectorError
from connectors.simulation import Said, in_json
from connectors.values import Mark
from tests.connectors.test_conformance_allegro import AllegroService

pytestmark = pytest.mark.slow
_PREFIX = "issue "


class AllegroDisputes(AllegroService):
    """One seller; each delivered message is a dispute of its own, the subject is only ours."""

    SENDS: ClassVar[str] = "POST /sale/issues/.*/message"
    LISTS: ClassVar[str] = "GET /sale/issues$"
    SHOWS: ClassVar[str] = "GET /sale/issues/.*/chat"
    page: ClassVar[int] = 50
    many = 110

    def deliver(self, subject: str, text: str, accepted_at: datetime | None = None) -> None:
        """Let the buyer open a dispute."""
        issue = self.sim.dispute(text, at=accepted_at)
        self.opened[f"{_PREFIX}{issue.id}"] = subject

    def deliver_more(self, text: str, accepted_at: datetime) -> None:
        """Let the buyer write once more."""
        self.sim.speak(self._newest, "BUYER", text, accepted_at)

    def answer_elsewhere(self, subject: str, text: str) -> None:
        """Let the seller answer on a phone."""
        name = self.sim.speak(self._newest, "SELLER", text)
        self.elsewhere[f"{_PREFIX}{name}"] = subject

    def read_elsewhere(self, subject: str) -> None:
        """Skip the test: of disputes Allegro keeps no mark."""
        self.without("marks")

    def conversation(self) -> str:
        """Return the last dispute, or a new one."""
        if not self.opened:
            self.deliver("Your order", "Hello?")
        return f"{_PREFIX}{self._newest.id}"

    def arrived(self) -> list[Arrived]:
        """Return what the seller wrote with a connector."""
        return [
            Arrived((issue.buyer,), f"Re: {self.opened[_PREFIX + issue.id]}", message["text"])
            for issue in self.sim.issues.values()
            for message in issue.chat
            if message["author"]["role"] == "SELLER"
            and f"{_PREFIX}{message['id']}" not in self.elsewhere
        ]

    def deliver_attachment(self, subject: str, name: str, data: bytes) -> None:
        """Let the buyer send a picture."""
        self.deliver(subject, "See the photo.")
        self.sim.hand_in(self._newest, name, data)

    def deliver_unreadable(self) -> None:
        """Let a message come that is not as documented."""
        self.deliver("?", "Hello?")
        self._newest.chat[-1]["id"] = 5

    def emptied(self, said: Said) -> Said:
        """Return a page without issues; that there is more Allegro cannot say."""
        return Said(said.status, in_json({"issues": []}).body)

    @property
    def _newest(self) -> SimIssue:
        """Return the dispute that was opened last."""
        return list(self.sim.issues.values())[-1]


class TestAllegrosDisputes(ConnectorConformance):
    @pytest.fixture
    def service(self) -> Iterator[AllegroDisputes]:
        service = AllegroDisputes()
        yield service
        service.close()

    def test_what_remains_is_counted_down_to_nothing(self, service: Service) -> None:
        """Allegro does not say how many issues there are."""
        service.without("a count of its issues")

    @pytest.mark.parametrize("mark", Mark)
    def test_a_mark_that_is_offered_is_taken(self, service: Service, mark: Mark) -> None:
        """Of disputes Allegro keeps no mark."""
        service.without(f"a mark of its disputes: {mark}")


class TestAllegrosDisputesFaults(FaultMatrix):
    OTHERWISE: ClassVar[Mapping[str, type[ConnectorError] | None]] = {
        "empty page": None,
        # A list that this app may not see is told once; threads go on.
        **{f"list {status}": None for status in (400, 403, 404, 409, 413, 422)},
    }

    @pytest.fixture
    def service(self) -> Iterator[AllegroDisputes]:
        service = AllegroDisputes()
        yield service
        service.close()
