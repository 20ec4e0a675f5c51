"""Buyers write at any moment between two requests, stamped with whole seconds: all is read."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connectors.conformance import SimulatedService
from connectors.simulation import Fault, Said
from tests.connectors.test_conformance_allegro import AllegroService
from tests.connectors.test_conformance_allegro_issues import AllegroDisputes
from tests.connectors.test_conformance_ebay import EbayService
from tests.connectors.test_conformance_kaufland import KauflandService
from tests.connectors.test_conformance_mirakl import MiraklService
from tests.connectors.test_conformance_paypal import PayPalService

SERVICES = (
    *(AllegroService, AllegroDisputes, EbayService),
    *(KauflandService, MiraklService, PayPalService),
)
ROUNDS = 25


@pytest.fixture(params=SERVICES, ids=lambda kind: kind.__name__)
def service(request: pytest.FixtureRequest) -> Iterator[SimulatedService]:
    """A service that is believed to show within two minutes what it took."""
    made: SimulatedService = request.param()
    made.settled_after = 120.0
    yield made
    made.close()


class Buyers:
    """Those who write, each message in words of its own and stamped with a whole second."""

    def __init__(self, service: SimulatedService, seed: int) -> None:
        self.service = service
        self.chance = random.Random(seed)
        self.said: list[str] = []

    def write(self) -> None:
        """Let somebody begin a conversation, or write on in the last one."""
        now = datetime.now(UTC).replace(microsecond=0)
        self.said.append(f"Message number {len(self.said) + 1}.")
        if len(self.said) == 1 or self.chance.random() < 0.2:
            self.service.deliver(f"Question {len(self.said)}", self.said[-1], now)
        else:
            self.service.deliver_more(self.said[-1], now)

    def write_after(self, request: int) -> None:
        """Let somebody write right after so many requests more were answered."""

        def answered(true: Said) -> Said:
            self.write()
            return true

        self.service.far.faults = [
            Fault(".", times=request),
            Fault(".", change=answered),
        ]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_whatever_was_there_when_a_round_began_is_read_by_it(
    service: SimulatedService, seed: int
) -> None:
    """A question that is seen only when the buyer asks again is one that was not seen."""
    buyers = Buyers(service, seed)
    pulled, connector = service.nothing_yet(), service.connect()
    read: Counter[str] = Counter()
    for _ in range(ROUNDS):
        if buyers.chance.random() < 0.5:
            buyers.write()
        buyers.write_after(buyers.chance.randrange(4))
        there = set(buyers.said)
        for batch in connector.pull(pulled.checkpoint):
            pulled.add(batch)
            read.update(each.text for each in batch.messages)
        assert there <= set(read)
    connector.close()

    assert max(read.values()) == 1


@pytest.mark.slow
def test_a_conversation_whose_stamp_has_settled_is_asked_for_no_more(
    service: SimulatedService,
) -> None:
    """A quiet round costs what it cost before: services count requests."""
    long_ago = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    service.deliver("Question", "Where is it?", long_ago)
    service.deliver_more("It was a present!", long_ago)
    connector = service.connect()
    pulled = service.pulled(connector)
    service.pulled(connector, pulled.checkpoint)  # what is looked at each ten minutes was looked at
    asked = len(service.far.asked)
    again = service.pulled(connector, pulled.checkpoint)
    lists = len(service.far.asked) - asked
    connector.close()

    assert again.batches == []
    assert lists <= 2
