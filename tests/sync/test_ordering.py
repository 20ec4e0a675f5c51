"""The order that a conversation is about is there when it is answered, and never in the way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from connectors.contract import Account, Rejected, Temporary
from connectors.orders import Address, Money, Order, OrderItem, Shipment
from connectors.values import Capabilities, Party
from inbox.core.model import ConversationUid
from inbox.core.query import parse
from inbox.store import conversations, orders
from inbox.store.keeping import forget
from inbox.view.filling import filling
from inbox.view.panel import panel, words
from inbox.view.reading import shown
from tests.sync.desk import SHOP, Desk
from tests.sync.far_side import BUYER, FarConnector, FarSide

REF = "DE-4711"
ORDER = Order(
    ref=REF,
    status="shipped",
    buyer=BUYER,
    items=(
        OrderItem(
            title="Zażółć lamp",
            quantity=2,
            price=Money(Decimal("39.90"), "EUR"),
            variant="green",
            page="javascript:alert(1)",
        ),
    ),
    total=Money(Decimal("79.80"), "EUR"),
    ship_to=Address(name="Anna Nowak", lines=("Long Street 1",), postcode="80-001", city="Gdańsk"),
    shipments=(
        Shipment(carrier="DHL", tracking_number="JD01", tracking_url="https://dhl.example"),
    ),
    page="https://shop.example/orders/DE-4711",
)


@dataclass
class Books:
    """What the far side has of orders, and what it was asked."""

    orders: dict[str, Order | Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


class OrderingConnector(FarConnector):
    """A connector whose service has orders."""

    def __init__(self, far: FarSide, books: Books) -> None:
        super().__init__(Account(SHOP, "shop", {}, lambda key: key), far)
        self.books = books

    @property
    def capabilities(self) -> Capabilities:
        """Say that it hands out orders."""
        return Capabilities(orders=True)

    def order(self, ref: str) -> Order | None:
        """Return the order, or fail as the script says."""
        self.books.asked.append(ref)
        found = self.books.orders.get(ref)
        if isinstance(found, Exception):
            raise found
        return found


def round_of(desk: Desk, books: Books) -> None:
    """Run one round."""
    runner = desk.runner(lambda: OrderingConnector(desk.far, books))
    try:
        assert runner.round().state == "ok"
    finally:
        runner.close()


def asked_about(desk: Desk, ref: str = REF) -> None:
    """Let the buyer ask about an order."""
    desk.far.write(f"About {ref}", order_ref=ref)


def only(desk: Desk) -> ConversationUid:
    """Return the only conversation."""
    (uid,) = desk.conversations()
    return uid


def found_by(desk: Desk, query: str) -> list[ConversationUid]:
    """Return what a search finds."""
    with desk.store.read() as tx:
        return conversations.ids(tx, parse(query), desk.watch())


def test_an_order_is_fetched_once_and_kept(desk: Desk) -> None:
    """Asking at every round would spend the service's limits on what is known already."""
    books = Books({REF: ORDER})
    asked_about(desk)
    round_of(desk, books)
    desk.watch.forward(3600)
    round_of(desk, books)

    assert books.asked == [REF]
    with desk.store.read() as tx:
        kept = orders.get(tx, SHOP, REF)
    item = replace(ORDER.items[0], page="")
    assert kept is not None
    assert kept.order == replace(ORDER, items=(item,))


def test_it_is_asked_for_again_when_it_is_old_or_the_buyer_has_written(desk: Desk) -> None:
    """A buyer who asks again wants to know what the parcel does now."""
    books = Books({REF: ORDER})
    asked_about(desk)
    round_of(desk, books)
    desk.watch.forward(6 * 3600)
    round_of(desk, books)
    assert books.asked == [REF] * 2

    desk.far.write("Again", order_ref=REF, accepted_at=desk.watch() + timedelta(minutes=1))
    desk.watch.forward(16 * 60)
    round_of(desk, books)

    assert books.asked == [REF] * 3


def test_what_the_service_does_not_know_is_asked_for_again_after_a_day(desk: Desk) -> None:
    """A number misread in a mail must not be asked for every two minutes for ever."""
    books = Books({"X-1": Rejected("no such order")})
    asked_about(desk)
    asked_about(desk, "X-1")
    round_of(desk, books)
    round_of(desk, books)
    assert sorted(books.asked) == [REF, "X-1"]

    desk.watch.forward(24 * 3600)
    round_of(desk, books)

    assert sorted(books.asked) == [REF, REF, "X-1", "X-1"]


def test_a_service_that_is_down_for_orders_is_asked_in_the_next_round(desk: Desk) -> None:
    """And its messages come in meanwhile: the account is well."""
    books = Books({REF: Temporary("later")})
    asked_about(desk)
    round_of(desk, books)
    books.orders[REF] = ORDER
    round_of(desk, books)

    with desk.store.read() as tx:
        kept = orders.get(tx, SHOP, REF)
    assert kept is not None
    assert kept.order is not None


def test_a_connector_that_breaks_on_an_order_breaks_nothing_else(desk: Desk) -> None:
    """An order is a help; a message is what the product is for."""
    books = Books({REF: KeyError("bug")})
    asked_about(desk)
    round_of(desk, books)

    assert desk.owed(only(desk))


def test_a_reply_leaves_before_orders_are_fetched(desk: Desk) -> None:
    """Ten slow answers about orders must not hold up the one answer the buyer waits for."""
    books = Books()
    arrived: list[int] = []

    class Watching(OrderingConnector):
        def order(self, ref: str) -> Order | None:
            arrived.append(sum(self.far.arrived.values()))
            return super().order(ref)

    asked_about(desk)
    runner = desk.runner(lambda: OrderingConnector(desk.far, books))
    runner.round()
    runner.close()
    asked_about(desk, "X-2")
    desk.reply(only(desk))
    runner = desk.runner(lambda: Watching(desk.far, books))
    runner.round()
    runner.close()

    assert arrived == [1]


def test_a_list_that_tells_a_part_of_an_order_is_completed_at_once_and_keeps_what_was_told(
    desk: Desk,
) -> None:
    """A list of orders names no parcel; the tracking number is what the buyer asks for."""
    part = replace(ORDER, shipments=(), partial=True)
    books = Books({REF: ORDER})
    asked_about(desk)
    desk.ingest(*desk.far.mails, orders=(part,), mark='{"mails": [0]}')
    round_of(desk, books)
    desk.ingest(orders=(part,), mark='{"mails": [0]}')
    round_of(desk, books)
    with desk.store.read() as tx:
        kept = orders.get(tx, SHOP, REF)

    assert books.asked == [REF]
    assert kept is not None
    assert kept.order is not None
    assert (kept.order.shipments, kept.order.partial) == (ORDER.shipments, False)


def test_a_part_whose_rest_is_refused_is_all_there_is(desk: Desk) -> None:
    """Asked for in every round it would spend the service's limits for nothing."""
    books = Books({REF: Rejected("no")})
    asked_about(desk)
    part = replace(ORDER, partial=True)
    desk.ingest(*desk.far.mails, orders=(part,), mark='{"mails": [0]}')
    for _ in range(3):
        round_of(desk, books)

    assert books.asked == [REF]


def test_the_panel_shows_the_order_and_what_else_the_buyer_wrote(desk: Desk) -> None:
    """Nobody should have to open three browser tabs to answer one question."""
    asked_about(desk)
    asked_about(desk, "X-9")
    round_of(desk, Books({REF: ORDER, "X-9": replace(ORDER, ref="X-9", items=())}))
    first = found_by(desk, f"order:{REF}")[0]

    with desk.store.read() as tx:
        found = panel(tx, first, desk.book, desk.watch())
    said = words(found, lambda at: f"{at:%d.%m.}", desk.watch())

    assert [each.subject for _name, each in found.others] == ["About X-9"]
    assert [each.ref for each in found.other_orders] == ["X-9"]
    assert found.page == ORDER.page
    assert "  2 \u00d7 Zażółć lamp · green · €39.90" in said
    assert "    https://dhl.example" in said
    assert "  80-001 Gdańsk" in said


def test_money_in_json_is_exact(desk: Desk) -> None:
    """A float would turn 79.80 into 79.8 and, some day, into 79.79999."""
    asked_about(desk)
    round_of(desk, Books({REF: ORDER}))

    with desk.store.read() as tx:
        printed = shown(tx, only(desk), desk.book, desk.watch())

    order = printed["order"]
    assert isinstance(order, dict)
    assert order["total"] == {"amount": "79.80", "currency": "EUR"}
    assert order["items"][0]["price"] == {"amount": "39.90", "currency": "EUR"}


def test_a_conversation_is_found_by_what_was_bought(desk: Desk) -> None:
    """The seller remembers the lamp, not the number."""
    asked_about(desk)
    asked_about(desk, "X-1")
    round_of(desk, Books({REF: ORDER}))

    assert found_by(desk, "zazolc") == found_by(desk, f"order:{REF}")
    assert len(found_by(desk, "zazolc")) == 1


def test_a_canned_response_is_filled_from_the_order(desk: Desk) -> None:
    """The tracking number is the answer to most questions there are."""
    asked_about(desk)
    round_of(desk, Books({REF: ORDER}))

    with desk.store.read() as tx:
        known = filling(tx, only(desk), desk.book, desk.watch())
    values = known.filled(known.order)

    filled = {name: values[name] for name in ("shipping.tracking_number", "item.quantity")}
    assert filled == {"shipping.tracking_number": "JD01", "item.quantity": 2}
    assert "shipping.shipped_on" not in values


def test_escape_sequences_in_an_order_are_cleaned(desk: Desk) -> None:
    """Every field of an order is some stranger's text, the buyer's address first of all."""
    evil = "\x1b]52;c;ZXZpbA==\x07a\x9b31m"
    nasty = replace(
        ORDER,
        status=evil,
        buyer=Party(evil, BUYER.address),
        items=(OrderItem(title=evil, variant=evil),),
        ship_to=Address(lines=(evil,)),
        shipments=(Shipment(carrier=evil, tracking_url="file:///etc/passwd"),),
    )
    asked_about(desk)
    round_of(desk, Books({REF: nasty}))

    with desk.store.read() as tx:
        kept = orders.get(tx, SHOP, REF)
    assert kept is not None
    assert not any(mark in repr(kept.order) for mark in ("\\x1b", "\\x9b", "\\x07", "file:"))


def test_a_forgotten_buyers_orders_are_forgotten_too(desk: Desk) -> None:
    """The order holds the address: more than any message does."""
    asked_about(desk)
    round_of(desk, Books({REF: ORDER}))
    with desk.store.write() as tx:
        forget.erase(tx, forget.find(tx, BUYER.address))

    with desk.store.read() as tx:
        assert orders.get(tx, SHOP, REF) is None
        (left,) = tx.sql.execute("SELECT count(*) FROM orders").fetchone()
    assert left == 0
