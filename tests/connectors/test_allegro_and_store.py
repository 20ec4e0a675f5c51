"""Allegro through the engine: what is owed, what was sent, and what Allegro stopped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.allegro import AllegroConnector
from inbox.core.model import ConversationUid, Delivery
from inbox.store import conversations, messages
from inbox.sync.outbox import Deliverer
from inbox.sync.pulling import Pulled, pull
from tests.connectors.test_conformance_allegro import FAST, AllegroService
from tests.sync.desk import EXACT, SHOP, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a desk on a store of the test's own."""
    desk = Desk(tmp_path)
    yield desk
    desk.store.close()


@pytest.fixture
def service(desk: Desk) -> Iterator[AllegroService]:
    """A seller at Allegro, whose clock is the desk's."""
    made = AllegroService()
    made.sim.clock = desk.watch
    made.sim.login.accept(made.secret, made.secret)
    yield made
    made.close()


@pytest.fixture
def connector(desk: Desk, service: AllegroService) -> Iterator[AllegroConnector]:
    """The seller's account."""
    account = service.account(service.secret)
    made = AllegroConnector(account, clock=desk.watch, rate=FAST, sends=FAST, settled_after=0)
    yield made
    made.close()


def take_in(desk: Desk, connector: AllegroConnector) -> ConversationUid:
    """Store what is new; return the only conversation."""
    pull(
        *(desk.store, connector, SHOP, Pulled()),
        book=desk.book,
        clock=desk.watch,
        accept_gone=True,
        between=lambda: True,
        beginning=lambda: None,
    )
    (uid,) = desk.conversations()
    return uid


def answer(desk: Desk, connector: AllegroConnector, uid: ConversationUid) -> None:
    """Let an answer leave."""
    desk.watch.forward(60)
    desk.reply(uid)
    Deliverer(
        store=desk.store,
        connector=connector,
        account=SHOP,
        book=lambda: desk.book,
        clock=desk.watch,
        backoff=EXACT,
    ).deliver()


def test_an_answer_that_allegro_stops_is_owed_again_and_stands_once(
    desk: Desk, service: AllegroService, connector: AllegroConnector
) -> None:
    """Taken, checked, stopped: the buyer never saw it, and the seller must."""
    service.deliver("Question", "Is it blue?")
    service.sim.verdict = "VERIFYING"
    uid = take_in(desk, connector)
    answer(desk, connector, uid)
    take_in(desk, connector)
    before = (desk.item().state, desk.owed(uid))
    (thread,) = service.sim.threads.values()
    thread.messages[-1]["status"] = "BLOCKED"
    take_in(desk, connector)

    assert before == (Delivery.ACCEPTED, False)
    assert (desk.item().state, desk.owed(uid)) == (Delivery.REFUSED, True)
    assert "filter stopped" in desk.item().error
    with desk.store.read() as tx:
        texts = sorted(head.message.text.strip() for head in messages.of_conversation(tx, uid))
    assert texts == [
        "Allegro's filter stopped this message; the buyer does not have it.",
        "Is it blue?",
        "On its way.",
    ]


def test_a_claim_is_owed_until_it_is_decided_at_allegro(
    desk: Desk, service: AllegroService, connector: AllegroConnector
) -> None:
    """An answer is no decision; and no decision is a claim accepted."""
    claim = service.sim.claim(at=desk.watch() - timedelta(days=1))
    uid = take_in(desk, connector)
    answer(desk, connector, uid)
    take_in(desk, connector)
    with desk.store.read() as tx:
        answered = conversations.get(tx, uid)
    claim.status = "CLAIM_REJECTED"
    take_in(desk, connector)

    assert (answered.owed, answered.due_at) == (True, claim.status_due)
    assert not desk.owed(uid)
