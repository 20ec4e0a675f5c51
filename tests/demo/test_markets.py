"""The demo's marketplaces: filled as a shop would find them, spoken to by the real connectors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connectors import registry
from connectors.conformance import pull_all
from connectors.contract import Account, Connector
from connectors.values import Direction, Party, Reply, ReplyKey
from inbox.demo.markets import MARKETS, Crowd
from inbox.demo.markets.allegro import Allegro
from inbox.demo.markets.ebay import Ebay
from inbox.demo.markets.market import Market
from inbox.demo.markets.mirakl import Mirakl
from inbox.demo.markets.paypal import PayPal
from inbox.demo.stories import read

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(
    params=[
        pytest.param(market, marks=() if market is Ebay else pytest.mark.slow) for market in MARKETS
    ],
    ids=lambda market: market.__name__,
)
def crowd(request: pytest.FixtureRequest) -> Iterator[Crowd]:
    """A market as the demo opens it."""
    made = Crowd(request.param("Winterwolle"), read(), seed=1)
    made.begin(NOW)
    yield made
    made.market.close()


def connected(market: Market) -> Connector:
    """Return the product's own connector to a market, with what the demo configures."""
    secrets = market.secrets()
    account = Account("uid", market.kind, market.settings(), secrets.__getitem__)
    return registry.load(market.kind)(account)


def test_every_market_is_pulled_answered_and_goes_on(crowd: Crowd) -> None:
    """What a visitor sees is the real thing: question, order, answer, and what the buyer says."""
    connector = connected(crowd.market)
    before = pull_all(connector)
    newest = max(
        (one for one in before.messages if one.direction is Direction.IN),
        key=lambda one: one.accepted_at,
    )
    said = Reply(
        key=ReplyKey("demo-1"), created_at=NOW, sender=Party("Winterwolle", "us"),
        recipients=(newest.sender,), subject="Re:", text="It is on its way.",
        conversation_ref=newest.conversation_ref,
    )  # fmt: skip
    connector.send(said)
    names = crowd.answered()
    again = crowd.answered()
    for name in names:
        crowd.go_on(name, datetime.now(UTC) + timedelta(seconds=30))
    after = pull_all(connector, before.checkpoint)
    order = connector.order(newest.order_ref) if newest.order_ref else None
    connector.close()

    assert before.quarantined == []
    assert all("{" not in message.text + message.subject for message in before.messages)
    assert (names, again) == ([newest.conversation_ref], [])
    assert [one.text for one in after.messages if one.direction is Direction.OUT] == [said.text]
    assert [one.sender for one in after.messages if one.direction is Direction.IN] == [
        newest.sender
    ]
    assert order is not None
    assert order.items[0].title
    assert order.total is not None


def test_a_buyer_is_content_after_two_answers(crowd: Crowd) -> None:
    """Else a visitor would never come to an end."""
    crowd.next(NOW)
    name = list(crowd.talks)[-1]
    said = []
    for _ in range(3):
        crowd.market.say(name, "Done.", NOW, ours=True)
        assert crowd.answered() == [name]
        said.append(crowd.go_on(name, NOW))

    assert said == [True, True, False]


@pytest.mark.slow
@pytest.mark.parametrize("market", [Allegro, Ebay, PayPal])
def test_what_a_market_states_is_due_in_minutes(market: type[Allegro | Ebay | PayPal]) -> None:
    """The list counts down from the first second."""
    crowd = Crowd(market("Winterwolle"), read(), seed=1)
    crowd.begin(NOW)
    connector = connected(crowd.market)
    stated = [due.due_at for batch in pull_all(connector).batches for due in batch.deadlines]
    connector.close()
    crowd.market.close()

    soonest = min(due for due in stated if due is not None)
    assert soonest == NOW + timedelta(minutes=market.due_in[0])


def test_a_seed_gives_the_same_buyers_again() -> None:
    """Pictures of the demo can be repeated."""
    crowds = [Crowd(Mirakl("Winterwolle"), read(), seed=seed) for seed in (7, 7, 8)]
    for crowd in crowds:
        crowd.begin(NOW)
        crowd.market.close()
    first, again, other = ([talk.sale for talk in each.talks.values()] for each in crowds)

    assert first == again
    assert first != other
